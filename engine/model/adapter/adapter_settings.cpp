#include "engine/model/adapter/adapter_settings.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "engine/model/adapter/adapter_keys.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr std::size_t kMostSettingsBytes = 16 << 20;
constexpr std::int64_t kMostRank = 65'536;
constexpr double kMostAlpha = 1e9;

// In target_modules: no module at all. PEFT wants some string there where only whole modules are
// saved.
constexpr const char* kNoTargets = "dummy-target-modules";

Result<double> positive(const JsonField& field) {
    const Result<double> number = field.number();
    if (!number) return number;
    if (*number > 0 && *number <= kMostAlpha) return number;
    return field.malformed(ReasonCode::AdapterNumberAbove);
}

Result<std::int64_t> readRank(const JsonField& field) {
    const Result<std::int64_t> rank = field.integer();
    if (!rank || (*rank > 0 && *rank <= kMostRank)) return rank;
    return field.malformed({ReasonCode::AdapterRankRange, {std::to_string(kMostRank)}});
}

template <class Json>
std::vector<std::string> keysOf(const Json& object) {
    std::vector<std::string> keys;
    for (const auto& item : object.items())
        keys.push_back(item.key());
    return keys;
}

// The keys of an object of the document in the order of the file, which the document has lost.
std::vector<std::string> keysInOrder(const std::filesystem::path& file, const JsonField& root,
                                     const char* key) {
    const json& known = root.value().at(key);
    if (const auto mapped = MappedFile::open(file)) {
        const auto bytes = mapped->bytes();
        const auto* const begin = reinterpret_cast<const char*>(bytes.data());
        const auto document =
            nlohmann::ordered_json::parse(begin, begin + bytes.size(), nullptr, false);
        if (document.is_object() && document.contains(key) &&
            document.at(key).size() == known.size()) {
            return keysOf(document.at(key));
        }
    }
    return keysOf(known);  // the file changed in between
}

template <class Value, class Read>
Result<PatternValues<Value>> readPatterns(const std::filesystem::path& file, const JsonField& root,
                                          const char* key, const Read& read) {
    PatternValues<Value> patterns;
    const JsonField field = *root.maybe(key);
    if (field.isNull()) return patterns;
    if (!field.value().is_object()) return field.expected("an object");
    for (const std::string& text : keysInOrder(file, root, key)) {
        const auto one = field.at(text);
        if (!one) return tl::unexpected(one.error());
        const Result<Value> value = read(*one);
        if (!value) return tl::unexpected(value.error());
        auto pattern = NamePattern::ofEnd(text);
        if (!pattern && pattern.error().code == ErrorCode::Malformed)
            return field.malformed(reasonOf(pattern.error()));
        if (!pattern) return field.unsupported(reasonOf(pattern.error()));
        patterns.emplace_back(std::move(*pattern), *value);
    }
    return patterns;
}

// The value of the first pattern that names the module.
template <class Value>
Result<void> replace(const PatternValues<Value>& patterns, std::string_view module, Value& value) {
    for (const auto& one : patterns) {
        const auto matches = one.first.matches(module);
        if (!matches) return tl::unexpected(matches.error());
        if (!*matches) continue;
        value = one.second;
        break;
    }
    return {};
}

Result<LoraSettings> readLora(const JsonField& root) {
    LoraSettings lora;
    const auto rank = root.at("r").and_then(readRank);
    if (!rank) return tl::unexpected(rank.error());
    const auto alpha = root.at("lora_alpha").and_then(positive);
    if (!alpha) return tl::unexpected(alpha.error());
    const auto isStabilised = root.maybe("use_rslora")->boolean(false);
    if (!isStabilised) return tl::unexpected(isStabilised.error());
    const auto dropout = *root.maybe("lora_dropout");
    if (!dropout.isNull()) {
        const auto share = dropout.number();
        if (!share) return tl::unexpected(share.error());
        if (!(*share >= 0 && *share <= 1)) return dropout.malformed(ReasonCode::AdapterShare);
        lora.dropout = *share;
    }
    lora.rank = *rank;
    lora.alpha = *alpha;
    lora.rankStabilised = *isStabilised;
    return lora;
}

json number(double value) {
    const bool isWhole = value == std::floor(value) && std::abs(value) < 1e15;
    return isWhole ? json(static_cast<std::int64_t>(value)) : json(value);
}

}  // namespace

Result<LoraSettings> AdapterSettings::of(std::string_view module) const {
    LoraSettings own = lora;
    if (auto ok = replace(ranks, module, own.rank); !ok) return tl::unexpected(ok.error());
    if (auto ok = replace(alphas, module, own.alpha); !ok) return tl::unexpected(ok.error());
    return own;
}

Result<AdapterSettings> readAdapterSettings(const std::filesystem::path& file) {
    const Result<json> document = readJson(file, kMostSettingsBytes);
    if (!document) return tl::unexpected(document.error());
    const JsonField root(*document, file.string());
    if (const auto type = root.at("peft_type"); !type) return tl::unexpected(type.error());
    if (auto known = checkAdapterKeys(root); !known) return tl::unexpected(known.error());
    AdapterSettings settings;
    const auto lora = readLora(root);
    if (!lora) return tl::unexpected(lora.error());
    settings.lora = *lora;
    const auto base = *root.maybe("base_model_name_or_path");
    if (!base.isNull()) {
        const auto name = base.string();
        if (!name) return tl::unexpected(name.error());
        settings.baseModel = *name;
    }
    auto alphas = readPatterns<double>(file, root, "alpha_pattern", positive);
    if (!alphas) return tl::unexpected(alphas.error());
    settings.alphas = std::move(*alphas);
    auto ranks = readPatterns<std::int64_t>(file, root, "rank_pattern", readRank);
    if (!ranks) return tl::unexpected(ranks.error());
    settings.ranks = std::move(*ranks);
    auto targets = AdapterTargets::read(root);
    if (!targets) return tl::unexpected(targets.error());
    settings.targets = std::move(*targets);
    return settings;
}

std::string writeAdapterSettings(const WrittenSettings& settings) {
    json alphas = json::object();
    for (const auto& [module, alpha] : settings.alphas)
        alphas[module] = number(alpha);
    const json saved = settings.savedModules.empty() ? json(nullptr) : json(settings.savedModules);
    json document{
        {"alpha_pattern", alphas},
        {"auto_mapping", nullptr},
        {"base_model_name_or_path",
         settings.baseModel.empty() ? json(nullptr) : json(settings.baseModel)},
        {"bias", "none"},
        {"fan_in_fan_out", false},
        {"inference_mode", true},
        {"init_lora_weights", true},
        {"layers_pattern", nullptr},
        {"layers_to_transform", nullptr},
        {"lora_alpha", number(settings.lora.alpha)},
        {"lora_dropout", settings.lora.dropout},
        {"modules_to_save", saved},
        {"peft_type", "LORA"},
        {"r", settings.lora.rank},
        {"rank_pattern", settings.ranks},
        {"revision", nullptr},
        {"target_modules", settings.targets.empty() ? json(kNoTargets) : json(settings.targets)},
        {"task_type", "CAUSAL_LM"},
        {"use_dora", false},
        {"use_rslora", settings.lora.rankStabilised}};
    // As Python writes it: in ASCII. A path need not be UTF-8.
    return document.dump(2, ' ', true, json::error_handler_t::replace);
}

}  // namespace dsm
