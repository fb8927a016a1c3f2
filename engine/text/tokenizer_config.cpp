#include "engine/text/tokenizer_config.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "engine/text/tokenizer_keys.h"

namespace dsm {
namespace {

// Of a token that is an object; at true each would change where the token is found in a text.
Result<void> checkFlags(const JsonField& token) {
    for (const char* key : {"single_word", "lstrip", "rstrip"}) {
        const Result<JsonField> field = token.maybe(key);
        if (!field) return tl::unexpected(field.error());
        const Result<bool> flag = field->boolean(false);
        if (!flag) return tl::unexpected(flag.error());
        if (*flag) return field->unsupported("only false is supported");
    }
    return {};
}

// A token is named by a string or by an object with the key content; null names none.
Result<std::optional<std::string>> nameOf(Result<JsonField> field) {
    if (field && field->value().is_object()) {
        if (auto plain = checkFlags(*field); !plain) return tl::unexpected(plain.error());
        field = field->at("content");
    }
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

Result<std::optional<std::string>> readName(const JsonField& root, std::string_view key) {
    return nameOf(root.maybe(key));
}

Result<std::optional<bool>> readSwitch(const JsonField& root, std::string_view key) {
    const Result<JsonField> field = root.maybe(key);
    if (!field) return tl::unexpected(field.error());
    if (field->isNull()) return std::nullopt;
    const Result<bool> value = field->boolean(false);
    if (!value) return tl::unexpected(value.error());
    return std::optional<bool>(*value);
}

Result<void> readAdded(const JsonField& root, TokenizerConfig& config) {
    const Result<JsonField> all = root.maybe("added_tokens_decoder");
    if (!all) return tl::unexpected(all.error());
    if (all->isNull()) return {};
    if (!all->value().is_object()) return all->malformed("expected an object");
    for (const auto& [key, value] : all->value().items()) {
        TokenizerConfig::Added added{"added_tokens_decoder." + key, -1, {}};
        const Result<JsonField> field = all->at(key);
        const char* const end = key.data() + key.size();
        const auto parsed = std::from_chars(key.data(), end, added.id);
        if (parsed.ec != std::errc() || parsed.ptr != end)
            return field->malformed("expected the id of a token as the key");
        if (!value.is_object()) return field->malformed("expected an object");
        if (auto known = checkTokenizerKeys(*field, "added_tokens"); !known) return known;
        const Result<std::optional<std::string>> name = nameOf(*field);
        if (!name) return tl::unexpected(name.error());
        if (!*name) return field->malformed("the key content is null");
        const auto special = readSwitch(*field, "special");
        if (!special) return tl::unexpected(special.error());
        added.token = {**name, special->value_or(false)};
        config.added.push_back(std::move(added));
    }
    return {};
}

// A list of tokens or, in extra_special_tokens, an object of them.
Result<void> readSpecials(const JsonField& root, std::string_view key, TokenizerConfig& config) {
    const Result<JsonField> list = root.maybe(key);
    if (!list) return tl::unexpected(list.error());
    if (list->isNull()) return {};
    std::vector<JsonField> elements;
    if (list->value().is_object()) {
        for (const auto& item : list->value().items())
            elements.push_back(*list->at(item.key()));
    } else {
        auto listed = list->elements();
        if (!listed) return tl::unexpected(listed.error());
        elements = std::move(*listed);
    }
    for (const JsonField& element : elements) {
        const Result<std::optional<std::string>> name = nameOf(element);
        if (!name) return tl::unexpected(name.error());
        if (*name) config.specials.emplace_back(key, **name);
    }
    return {};
}

Result<void> readFields(const JsonField& root, TokenizerConfig& config) {
    const auto addBos = readSwitch(root, "add_bos_token");
    if (!addBos) return tl::unexpected(addBos.error());
    const auto addSpace = readSwitch(root, "add_prefix_space");
    if (!addSpace) return tl::unexpected(addSpace.error());
    Result<std::optional<std::string>> bos = readName(root, "bos_token");
    if (!bos) return tl::unexpected(bos.error());
    Result<std::optional<std::string>> eos = readName(root, "eos_token");
    if (!eos) return tl::unexpected(eos.error());
    config.addBos = *addBos;
    config.addPrefixSpace = *addSpace;
    config.bosToken = std::move(*bos);
    config.eosToken = std::move(*eos);
    if (auto read = readAdded(root, config); !read) return read;
    for (const char* key : {"additional_special_tokens", "extra_special_tokens"}) {
        if (auto read = readSpecials(root, key, config); !read) return read;
    }
    return checkTokenizerConfigKeys(root);
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
    for (const auto& [key, name] : config.specials) {
        TokenId id = -1;
        if (auto known = setToken(config, name, key, vocabulary, id); !known) {
            return known;
        }
    }
    vocabulary.addBos = config.addBos.value_or(true) && vocabulary.bos >= 0;
    return {};
}

Result<void> checkAddedTokens(const TokenizerConfig& config,
                              const std::function<std::optional<NamedToken>(TokenId)>& tokenAt,
                              std::string_view file) {
    for (const TokenizerConfig::Added& added : config.added) {
        const std::optional<NamedToken> own = tokenAt(added.id);
        const bool isSame =
            own && own->name == added.token.name && own->special == added.token.special;
        if (isSame) continue;
        const auto described = [](const NamedToken& token) {
            return (token.special ? "the special token \"" : "the token \"") + token.name + "\"";
        };
        return failure(ErrorCode::Malformed, config.file + ": " + added.key + ": is " +
                                                 described(added.token) + ", but " +
                                                 std::string(file) + " has " +
                                                 (own ? described(*own) : std::string("no token")) +
                                                 " there; take both files from one model.");
    }
    return {};
}

Result<void> checkPrefixSpace(const TokenizerConfig& config, bool addsSpace,
                              std::string_view file) {
    if (config.addPrefixSpace.value_or(addsSpace) == addsSpace) return {};
    return failure(ErrorCode::Malformed,
                   config.file + ": add_prefix_space: contradicts " + std::string(file) +
                       ", which puts " + (addsSpace ? "a" : "no") +
                       " space before a text; expected " + (addsSpace ? "true." : "false."));
}

}  // namespace dsm
