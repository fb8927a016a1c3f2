#include "app/cli/prompt_text.h"
#include <algorithm>
#include "engine/model/checkpoint/config.h"
#include "engine/text/tokenizer_load.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "app/cli/terminal.h"
#include "engine/text/utf8.h"
#include "kernels/base/system_calls.h"

namespace dsm::cli {
namespace {

Result<std::string> readInput() {
    std::string text;
    std::array<char, 1U << 16> piece;
    for (;;) {
        const ssize_t size = sys::read(STDIN_FILENO, piece.data(), piece.size());
        if (size == 0) return text;
        if (size > 0) text.append(piece.data(), static_cast<std::size_t>(size));
        if (size < 0) {
            return failure(ErrorCode::Io, "Cannot read standard input: " +
                                              std::generic_category().message(errno) + ".");
        }
    }
}

std::string validText(std::string_view text) {
    std::string valid;
    while (!text.empty()) {
        const std::size_t good = validUtf8Prefix(text);
        valid += text.substr(0, good);
        text.remove_prefix(good);
        if (text.empty()) break;
        valid += kReplacementCharacter;
        text.remove_prefix(readUtf8(text).sizeBytes);
    }
    return valid;
}

}  // namespace

Result<std::string> readPrompt(const std::optional<std::string>& argument, bool keepsLineFeed) {
    if (argument) return *argument;
    auto text = readInput();
    if (!text || keepsLineFeed || !text->ends_with('\n')) return text;
    text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    return text;
}

std::string checkedPrompt(std::string text, const Tokenizer& tokenizer) {
    if (const std::size_t good = validUtf8Prefix(text); good < text.size()) {
        note("Note: byte " + std::to_string(good + 1) +
             " of the text is not UTF-8; the model reads U+FFFD in place of such bytes.");
        text = validText(text);
    }
    std::vector<TokenId> ids;
    tokenizer.encodeWithSpecials(text, ids);
    for (const TokenId id : ids) {
        if (!tokenizer.isSpecial(id)) continue;
        note("Note: \"" + tokenizer.tokenText(id) +
             "\" in the text is read as plain text, not as the special token of that name.");
        break;
    }
    return text;
}

Result<std::vector<TokenId>> idsOf(const std::filesystem::path& model, std::string_view text,
                                   std::int64_t limit) {
    const Result<ModelConfig> config = readConfig(model);
    if (!config) return tl::unexpected(config.error());
    const auto tokenizer = loadTokenizer(model, config->vocabSize);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    std::vector<TokenId> ids;
    if ((*tokenizer)->addBos() && (*tokenizer)->bosId() >= 0) ids.push_back((*tokenizer)->bosId());
    (*tokenizer)->encode(text, ids);
    if (auto failed = Tokenizer::takeFailure(); failed) return tl::unexpected(std::move(*failed));
    if (ids.empty()) return failure(ErrorCode::Unsupported, "The text is empty.");
    ids.resize(std::min(ids.size(), static_cast<std::size_t>(limit)));
    return ids;
}

}  // namespace dsm::cli
