#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "app/cli/prompt_text.h"
#include "app/cli/terminal.h"
#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_load.h"

namespace dsm::cli {
namespace {

Error lineError(std::int64_t line, const std::string& what) {
    return {ErrorCode::Malformed, "standard input, line " + std::to_string(line) + ": " + what};
}

int tokenizeJsonLines(const Tokenizer& tokenizer) {
    std::int64_t number = 0;
    std::string line;
    std::vector<TokenId> ids;
    while (outputWorks() && std::getline(std::cin, line)) {
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        const auto json = nlohmann::json::parse(line, nullptr, false);
        if (json.is_discarded()) return fail(lineError(number, "not JSON."));
        if (!json.is_object() || !json.contains("text") || !json["text"].is_string()) {
            return fail(lineError(number, "expected an object with a string \"text\"."));
        }
        ids.clear();
        tokenizer.encode(json["text"].get_ref<const std::string&>(), ids);
        if (const auto failed = Tokenizer::takeFailure(); failed) {
            return fail(lineError(number, failed->message));
        }
        std::cout << nlohmann::json{{"ids", ids}}.dump() << '\n';
    }
    return kOk;
}

}  // namespace

int tokenize(const TokenizeOptions& options) {
    const Result<std::filesystem::path> folder = modelFolder(options.model);
    if (!folder) return fail(folder.error());
    const auto tokenizer = loadTokenizer(*folder);
    if (!tokenizer) return fail(tokenizer.error());
    if (options.jsonLines) return tokenizeJsonLines(**tokenizer);

    const auto text = readPrompt(options.text, options.keepsLineFeed);
    if (!text) return fail(text.error());
    const std::vector<TokenId> ids = (*tokenizer)->encode(*text);
    if (const auto failed = Tokenizer::takeFailure(); failed) return fail(*failed);
    const char* separator = "";
    for (const TokenId id : ids) {
        std::cout << separator << id;
        separator = " ";
    }
    std::cout << '\n';
    return kOk;
}

}  // namespace dsm::cli
