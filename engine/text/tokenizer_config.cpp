#include "engine/text/tokenizer_config.h"

#include <algorithm>
#include <utility>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"

namespace dsm {
namespace {

// A token is named by a string or by an object with the key content; null names none.
Result<std::optional<std::string>> readName(const JsonField& root, std::string_view key) {
    Result<JsonField> field = root.maybe(key);
    if (field && field->value().is_object()) field = field->at("content");
    if (!field) return tl::unexpected(field.error());
    if (field->isNull()) return std::nullopt;
    Result<std::string> name = field->string();
    if (!name) return tl::unexpected(name.error());
    return std::optional<std::string>(std::move(*name));
}

Result<void> setToken(const TokenizerConfig& config, const std::optional<std::string>& name,
                      std::string_view key, Vocabulary& vocabulary, TokenId& id) {
    if (!name) return {};
    const auto found =
        std::find_if(vocabulary.tokens.begin(), vocabulary.tokens.end(),
                     [&](const Token& token) { return token.special && token.name == *name; });
    if (found == vocabulary.tokens.end()) {
        return failure(ErrorCode::Malformed, config.file + ": " + std::string(key) + ": \"" +
                                                 *name +
                                                 "\" is no special token of the tokenizer.");
    }
    id = static_cast<TokenId>(found - vocabulary.tokens.begin());
    return {};
}

Result<void> readFields(const JsonField& root, TokenizerConfig& config) {
    const Result<JsonField> addBos = root.maybe("add_bos_token");
    if (!addBos) return tl::unexpected(addBos.error());
    const Result<bool> addsBos = addBos->boolean(true);
    if (!addsBos) return tl::unexpected(addsBos.error());
    Result<std::optional<std::string>> bos = readName(root, "bos_token");
    if (!bos) return tl::unexpected(bos.error());
    Result<std::optional<std::string>> eos = readName(root, "eos_token");
    if (!eos) return tl::unexpected(eos.error());
    config.addBos = *addsBos;
    config.bosToken = std::move(*bos);
    config.eosToken = std::move(*eos);
    return {};
}

}  // namespace

Result<TokenizerConfig> readTokenizerConfig(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "tokenizer_config.json";
    TokenizerConfig config;
    config.file = path.string();
    const Result<nlohmann::json> document = readJson(path, kMaximumTokenizerConfigBytes);
    if (document) {
        const Result<void> read = readFields(JsonField(*document, config.file), config);
        if (!read) return tl::unexpected(read.error());
    } else if (document.error().code != ErrorCode::NotFound) {
        return tl::unexpected(document.error());
    }
    return config;
}

Result<void> applyConfig(const TokenizerConfig& config, Vocabulary& vocabulary) {
    const Result<void> bos =
        setToken(config, config.bosToken, "bos_token", vocabulary, vocabulary.bos);
    if (!bos) return bos;
    const Result<void> eos =
        setToken(config, config.eosToken, "eos_token", vocabulary, vocabulary.eos);
    if (!eos) return eos;
    vocabulary.addBos = config.addBos && vocabulary.bos >= 0;
    return {};
}

}  // namespace dsm
