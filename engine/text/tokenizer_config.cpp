#include "engine/text/tokenizer_config.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
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
        if (*flag) return field->unsupported(ReasonCode::OnlyFalse);
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

Result<void> setToken(const std::optional<TokenizerConfig::Special>& special,
                      const Vocabulary& vocabulary, TokenId& id) {
    if (!special) return {};
    const auto found = std::find_if(
        vocabulary.tokens.begin(), vocabulary.tokens.end(),
        [&](const Token& token) { return token.special && token.name == special->name; });
    if (found == vocabulary.tokens.end()) {
        return failure(ErrorCode::Malformed, ReasonCode::TokenNotSpecial,
                       {special->place, special->name});
    }
    id = static_cast<TokenId>(found - vocabulary.tokens.begin());
    return {};
}

std::string placeOf(const TokenizerConfig& config, std::string_view key) {
    return config.file + ": " + std::string(key);
}

Result<void> readSpecial(const JsonField& root, const char* key, const TokenizerConfig& config,
                         std::optional<TokenizerConfig::Special>& special) {
    Result<std::optional<std::string>> name = nameOf(root.maybe(key));
    if (!name) return tl::unexpected(name.error());
    if (*name) special = {placeOf(config, key), std::move(**name)};
    return {};
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
    if (!all->value().is_object()) return all->expected("an object");
    for (const auto& [key, value] : all->value().items()) {
        TokenizerConfig::Added added{placeOf(config, "added_tokens_decoder." + key), -1, {}, {}};
        const Result<JsonField> field = all->at(key);
        const char* const end = key.data() + key.size();
        const auto parsed = std::from_chars(key.data(), end, added.id);
        if (parsed.ec != std::errc() || parsed.ptr != end)
            return field->expected("the id of a token as the key");
        if (!value.is_object()) return field->expected("an object");
        if (auto known = checkTokenizerKeys(*field, "added_tokens"); !known) return known;
        const Result<std::optional<std::string>> name = nameOf(*field);
        if (!name) return tl::unexpected(name.error());
        if (!*name) return field->malformed(ReasonCode::TokenContentNull);
        const auto special = readSwitch(*field, "special");
        if (!special) return tl::unexpected(special.error());
        added.name = **name;
        added.special = special->value_or(false);
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
        if (*name) config.specials.push_back({placeOf(config, key), **name});
    }
    return {};
}

Result<void> readFields(const JsonField& root, TokenizerConfig& config) {
    const auto addBos = readSwitch(root, "add_bos_token");
    if (!addBos) return tl::unexpected(addBos.error());
    const auto addSpace = readSwitch(root, "add_prefix_space");
    if (!addSpace) return tl::unexpected(addSpace.error());
    if (auto read = readSpecial(root, "bos_token", config, config.bos); !read) return read;
    if (auto read = readSpecial(root, "eos_token", config, config.eos); !read) return read;
    config.addBos = *addBos;
    config.addPrefixSpace = *addSpace;
    if (auto read = readAdded(root, config); !read) return read;
    for (const char* key : {"additional_special_tokens", "extra_special_tokens"}) {
        if (auto read = readSpecials(root, key, config); !read) return read;
    }
    return checkTokenizerConfigKeys(root);
}

// Whether it says all about added tokens, so that older files do not count; false where there is no
// such file.
Result<bool> readFile(const std::filesystem::path& path, TokenizerConfig& config) {
    config.file = path.string();
    const Result<nlohmann::json> document = readJson(path, kMaximumTokenizerConfigBytes);
    if (!document && document.error().code == ErrorCode::NotFound) return false;
    if (!document) return tl::unexpected(document.error());
    const JsonField root(*document, config.file);
    if (auto read = readFields(root, config); !read) return tl::unexpected(read.error());
    return root.maybe("added_tokens_decoder").map([](const JsonField& all) {
        return !all.isNull();
    });
}

// What the map names counts before what the configuration names.
void takeOver(TokenizerConfig map, TokenizerConfig& config) {
    if (map.bos) config.bos = std::move(map.bos);
    if (map.eos) config.eos = std::move(map.eos);
    if (map.addBos) config.addBos = map.addBos;
    if (map.addPrefixSpace) config.addPrefixSpace = map.addPrefixSpace;
    config.specials.insert(config.specials.end(), map.specials.begin(), map.specials.end());
}

// Names and their ids.
Result<void> readAddedIds(const std::filesystem::path& path, TokenizerConfig& config) {
    const Result<nlohmann::json> document = readJson(path, kMaximumTokenizerConfigBytes);
    if (!document && document.error().code == ErrorCode::NotFound) return {};
    if (!document) return tl::unexpected(document.error());
    const JsonField root(*document, path.string());
    if (!root.value().is_object()) return root.expected("an object");
    for (const auto& [name, value] : root.value().items()) {
        const Result<JsonField> field = root.at(name);
        const Result<std::int64_t> id = field->integer();
        if (!id) return tl::unexpected(id.error());
        if (*id < 0 || *id > std::numeric_limits<TokenId>::max())
            return field->expected("the id of a token");
        config.added.push_back({path.string() + ": the id " + std::to_string(*id),
                                static_cast<TokenId>(*id),
                                name,
                                {}});
    }
    return {};
}

}  // namespace

Result<TokenizerConfig> readTokenizerConfig(const std::filesystem::path& folder) {
    TokenizerConfig config;
    auto isComplete = readFile(folder / kTokenizerConfigName, config);
    if (!isComplete) return tl::unexpected(isComplete.error());
    if (*isComplete) return config;
    TokenizerConfig map;
    if (auto read = readFile(folder / "special_tokens_map.json", map); !read)
        return tl::unexpected(read.error());
    takeOver(std::move(map), config);
    if (auto read = readAddedIds(folder / "added_tokens.json", config); !read)
        return tl::unexpected(read.error());
    return config;
}

Result<void> applyConfig(const TokenizerConfig& config, Vocabulary& vocabulary) {
    if (auto set = setToken(config.bos, vocabulary, vocabulary.bos); !set) return set;
    if (auto set = setToken(config.eos, vocabulary, vocabulary.eos); !set) return set;
    for (const TokenizerConfig::Special& special : config.specials) {
        TokenId id = -1;
        if (auto known = setToken(special, vocabulary, id); !known) return known;
    }
    vocabulary.addBos = config.addBos.value_or(true) && vocabulary.bos >= 0;
    return {};
}

namespace {

ReasonCode whyOther(const TokenizerConfig::Added& added, const std::optional<NamedToken>& own) {
    if (added.special.value_or(false)) {
        if (!own) return ReasonCode::SpecialNoneThere;
        return own->special ? ReasonCode::SpecialOtherSpecialThere : ReasonCode::SpecialOtherThere;
    }
    if (!own) return ReasonCode::TokenNoneThere;
    return own->special ? ReasonCode::TokenOtherSpecialThere : ReasonCode::TokenOtherThere;
}

}  // namespace

Result<void> checkAddedTokens(const TokenizerConfig& config,
                              const std::function<std::optional<NamedToken>(TokenId)>& tokenAt,
                              std::string_view file) {
    for (const TokenizerConfig::Added& added : config.added) {
        const std::optional<NamedToken> own = tokenAt(added.id);
        const bool isSame =
            own && own->name == added.name && own->special == added.special.value_or(own->special);
        if (isSame) continue;
        const std::string there = own ? own->name : "";
        const Reason reason(whyOther(added, own),
                            {added.place, added.name, std::string(file), there});
        return failure(ErrorCode::Malformed, reason);
    }
    return {};
}

Result<void> checkPrefixSpace(const TokenizerConfig& config, bool addsSpace,
                              std::string_view file) {
    if (config.addPrefixSpace.value_or(addsSpace) == addsSpace) return {};
    return failure(ErrorCode::Malformed,
                   addsSpace ? ReasonCode::PrefixSpaceTrue : ReasonCode::PrefixSpaceFalse,
                   {config.file, std::string(file)});
}

}  // namespace dsm
