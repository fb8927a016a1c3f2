#include "engine/model/adapter_settings.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 16 << 20;
constexpr std::int64_t kMostRank = 65'536;

bool means(std::string_view pattern, std::string_view module) {
    if (pattern.starts_with('^')) return pattern.substr(1) == module;
    return namesModule(pattern, module);
}

template <class Value>
const Value* find(const std::map<std::string, Value>& patterns, const std::string& module) {
    for (const auto& [pattern, value] : patterns) {
        if (means(pattern, module)) return &value;
    }
    return nullptr;
}

// What would change the numbers, and the only values that are computed.
Result<void> checkMethod(const JsonField& root) {
    const auto type = root.at("peft_type").and_then([](const JsonField& f) { return f.string(); });
    if (!type) return tl::unexpected(type.error());
    if (*type != "LORA") {
        return root.at("peft_type")->unsupported("only LORA is supported, not " + *type);
    }
    for (const char* key : {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"}) {
        const auto field = root.maybe(key);
        const auto isOn = field->boolean(false);
        if (!isOn) return tl::unexpected(isOn.error());
        if (*isOn) return field->unsupported("only false is supported");
    }
    return {};
}

Result<double> positive(const JsonField& field) {
    const Result<double> number = field.number();
    if (!number) return number;
    if (std::isfinite(*number) && *number > 0) return number;
    return field.malformed("expected a number above 0");
}

// Regular expressions are asked for by characters that no module's name has.
template <class Value, class Read>
Result<std::map<std::string, Value>> readPattern(const JsonField& root, const char* key,
                                                 const Read& read) {
    std::map<std::string, Value> patterns;
    const auto field = root.maybe(key);
    if (!field) return tl::unexpected(field.error());
    if (field->isNull()) return patterns;
    if (!field->value().is_object()) return field->malformed("expected an object");
    for (const auto& [pattern, ignored] : field->value().items()) {
        if (pattern.find_first_of("\\$*+?()[]{}|") != std::string::npos) {
            return field->unsupported("regular expressions are not supported: " + pattern);
        }
        const Result<Value> value = read(*field->at(pattern));
        if (!value) return tl::unexpected(value.error());
        patterns.emplace(pattern, *value);
    }
    return patterns;
}

Result<std::int64_t> readRank(const JsonField& field) {
    const Result<std::int64_t> rank = field.integer();
    if (!rank || (*rank > 0 && *rank <= kMostRank)) return rank;
    return field.malformed("expected a rank of 1 to " + std::to_string(kMostRank));
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

float AdapterSettings::scalingOf(const std::string& module, std::int64_t rank) const {
    LoraSettings own = lora;
    own.rank = rank;
    if (const double* alpha = find(alphaPattern, module)) own.alpha = *alpha;
    return own.scaling();
}

Result<AdapterSettings> readAdapterSettings(const std::filesystem::path& file) {
    const Result<json> document = readJson(file, kMostBytes);
    if (!document) return tl::unexpected(document.error());
    const JsonField root(*document, file.string());
    if (auto checked = checkMethod(root); !checked) return tl::unexpected(checked.error());
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
    auto alphas = readPattern<double>(root, "alpha_pattern", positive);
    if (!alphas) return tl::unexpected(alphas.error());
    settings.alphaPattern = std::move(*alphas);
    auto ranks = readPattern<std::int64_t>(root, "rank_pattern", readRank);
    if (!ranks) return tl::unexpected(ranks.error());
    settings.rankPattern = std::move(*ranks);
    return settings;
}

std::string writeAdapterSettings(const AdapterSettings& settings,
                                 const std::vector<std::string>& targets,
                                 const std::vector<std::string>& savedModules) {
    json alphas = json::object();
    for (const auto& [module, alpha] : settings.alphaPattern)
        alphas[module] = number(alpha);
    json document{{"alpha_pattern", alphas},
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
                  {"modules_to_save", savedModules.empty() ? json(nullptr) : json(savedModules)},
                  {"peft_type", "LORA"},
                  {"r", settings.lora.rank},
                  {"rank_pattern", settings.rankPattern},
                  {"revision", nullptr},
                  {"target_modules", targets},
                  {"task_type", "CAUSAL_LM"},
                  {"use_dora", false},
                  {"use_rslora", settings.lora.rankStabilised}};
    // As Python writes it: in ASCII. A path need not be UTF-8.
    return document.dump(2, ' ', true, json::error_handler_t::replace);
}

}  // namespace dsm
