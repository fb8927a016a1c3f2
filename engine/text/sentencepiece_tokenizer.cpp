#include "engine/text/sentencepiece_tokenizer.h"

#include <sentencepiece_processor.h>

#include <charconv>
#include <exception>
#include <optional>
#include <utility>

#include "engine/text/sentencepiece_check.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using sentencepiece::SentencePieceProcessor;

constexpr std::string_view kSpaceSymbol = "\u2581";
constexpr std::string_view kUnknownText = " \u2047 ";  // what the library prints for it

tl::unexpected<Error> noModel(const std::string& name, const std::string& said) {
    Reason reason(ReasonCode::SentencePieceNone, {name});
    reason.add(ReasonCode::SentencePieceSaid, {said});
    return failure(ErrorCode::Malformed, reason);
}

std::string withSpaces(std::string_view piece) {
    std::string text;
    while (!piece.empty()) {
        const bool isSpace = piece.starts_with(kSpaceSymbol);
        text += isSpace ? ' ' : piece[0];
        piece.remove_prefix(isSpace ? kSpaceSymbol.size() : 1);
    }
    return text;
}

// The byte that "<0x0A>" names.
std::optional<char> namedByte(std::string_view piece) {
    unsigned value = 0;
    const bool isFramed = piece.size() == 6 && piece.starts_with("<0x") && piece.ends_with('>');
    if (!isFramed) return std::nullopt;
    const auto parsed = std::from_chars(piece.data() + 3, piece.data() + 5, value, 16);
    if (parsed.ec != std::errc() || parsed.ptr != piece.data() + 5) return std::nullopt;
    return static_cast<char>(value);
}

Token describe(const SentencePieceProcessor& processor, int id) {
    const std::string& piece = processor.IdToPiece(id);
    if (processor.IsControl(id)) return {"", piece, true};
    if (processor.IsUnused(id)) return {};
    if (processor.IsUnknown(id)) return {std::string(kUnknownText), "", false};
    if (processor.IsByte(id)) {
        const std::optional<char> byte = namedByte(piece);
        if (byte) return {std::string(1, *byte), "", false};
    }
    return {withSpaces(piece), "", false};
}

bool putsSpaceBefore(const SentencePieceTokenizer& tokenizer) {
    const std::vector<TokenId> ids = tokenizer.encode("a");
    return !ids.empty() && tokenizer.tokenBytes(ids[0]).starts_with(' ');
}

}  // namespace

SentencePieceTokenizer::SentencePieceTokenizer(Vocabulary vocabulary,
                                               std::unique_ptr<SentencePieceProcessor> processor)
    : Tokenizer(std::move(vocabulary)),
      processor_(std::move(processor)),
      addsPrefixSpace_(putsSpaceBefore(*this)) {}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

void SentencePieceTokenizer::encode(std::string_view text, std::vector<TokenId>& out) const {
    std::vector<int> ids;
    // Encoding fails only on a processor without a model, which is never made.
    const auto status = processor_->Encode(absl::string_view(text.data(), text.size()), &ids);
    if (status.ok()) out.insert(out.end(), ids.begin(), ids.end());
}

std::string SentencePieceTokenizer::decode(std::span<const TokenId> ids) const {
    std::string text = Tokenizer::decode(ids);
    if (addsPrefixSpace_ && text.starts_with(' ')) text.erase(0, 1);
    return text;
}

Result<std::unique_ptr<Tokenizer>> readSentencePieceTokenizer(std::span<const std::byte> file,
                                                              const std::string& name,
                                                              const TokenizerConfig& config) {
    if (auto checked = checkSentencePieceModel(file, name); !checked) {
        return tl::unexpected(checked.error());
    }
    auto processor = std::make_unique<SentencePieceProcessor>();
    try {
        const auto status = processor->LoadFromSerializedProto(
            absl::string_view(reinterpret_cast<const char*>(file.data()), file.size()));
        if (!status.ok() || processor->GetPieceSize() == 0) {
            return noModel(name, status.ToString());
        }
    } catch (const std::exception& error) {
        return noModel(name, error.what());
    }
    Vocabulary vocabulary;
    for (int id = 0; id < processor->GetPieceSize(); ++id) {
        vocabulary.tokens.push_back(describe(*processor, id));
    }
    vocabulary.bos = processor->bos_id();
    vocabulary.eos = processor->eos_id();
    const Result<void> applied = applyConfig(config, vocabulary);
    if (!applied) return tl::unexpected(applied.error());
    const Result<void> agrees = checkAddedTokens(
        config,
        [&](TokenId id) -> std::optional<NamedToken> {
            if (id < 0 || id >= processor->GetPieceSize()) return std::nullopt;
            return NamedToken{processor->IdToPiece(id),
                              processor->IsControl(id) || processor->IsUnknown(id)};
        },
        "tokenizer.model");
    if (!agrees) return tl::unexpected(agrees.error());
    auto tokenizer =
        std::make_unique<SentencePieceTokenizer>(std::move(vocabulary), std::move(processor));
    const Result<void> spaced =
        checkPrefixSpace(config, tokenizer->addsPrefixSpace(), "tokenizer.model");
    if (!spaced) return tl::unexpected(spaced.error());
    return tokenizer;
}

}  // namespace dsm
