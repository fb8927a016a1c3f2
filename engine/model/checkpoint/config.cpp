#include "engine/model/checkpoint/config.h"

#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "engine/format/foreign_weights.h"
#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "engine/model/checkpoint/config_keys.h"
#include "engine/model/checkpoint/quantization_config.h"
#include "engine/model/checkpoint/rope_config.h"
#include "engine/model/checkpoint/token_ids.h"
#include "kernels/base/kv_panels.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

constexpr std::size_t kMaximumConfigBytes = 1U << 20;

// Far above every known model, and low enough that no product of sizes overflows.
constexpr std::int64_t kMaximumHidden = 1 << 16;
constexpr std::int64_t kMaximumWidth = 1 << 20;
constexpr std::int64_t kMaximumLayers = 1 << 10;
constexpr std::int64_t kMaximumHeads = 1 << 10;
constexpr std::int64_t kMaximumExperts = 1 << 12;
constexpr std::int64_t kMaximumSharedExperts = 1 << 8;
constexpr std::int64_t kMaximumVocab = 1 << 22;
constexpr std::int64_t kMaximumPositions = 1 << 24;
constexpr std::int64_t kMaximumParameters = std::int64_t{1} << 42;
// Bounds the table of tensors, three to an expert.
constexpr std::int64_t kMaximumExpertsOfAllLayers = 1 << 18;

struct SizeKey {
    const char* key;
    std::int64_t ModelConfig::*member;
    std::int64_t minimum;
    std::int64_t maximum;
};

// Every whole number that shapes the model, in the order of writeConfig().
constexpr std::array kSizes{
    SizeKey{"vocab_size", &ModelConfig::vocabSize, 1, kMaximumVocab},
    SizeKey{"hidden_size", &ModelConfig::hiddenSize, 1, kMaximumHidden},
    SizeKey{"intermediate_size", &ModelConfig::denseWidth, 1, kMaximumWidth},
    SizeKey{"moe_intermediate_size", &ModelConfig::expertWidth, 1, kMaximumWidth},
    SizeKey{"num_hidden_layers", &ModelConfig::layers, 1, kMaximumLayers},
    SizeKey{"num_attention_heads", &ModelConfig::heads, 1, kMaximumHeads},
    SizeKey{"num_key_value_heads", &ModelConfig::keyValueHeads, 1, kMaximumHeads},
    SizeKey{"n_routed_experts", &ModelConfig::routedExperts, 1, kMaximumExperts},
    SizeKey{"n_shared_experts", &ModelConfig::sharedExperts, 1, kMaximumSharedExperts},
    SizeKey{"num_experts_per_tok", &ModelConfig::expertsPerToken, 1, kMaximumExperts},
    SizeKey{"first_k_dense_replace", &ModelConfig::firstDenseLayers, 0, kMaximumLayers},
    SizeKey{"moe_layer_freq", &ModelConfig::moeLayerFrequency, 1, kMaximumLayers},
    SizeKey{"max_position_embeddings", &ModelConfig::maxPositions, 1, kMaximumPositions},
};

struct DtypeName {
    const char* name;
    DType type;
};

constexpr std::array kDtypeNames{DtypeName{"bfloat16", DType::BF16},
                                 DtypeName{"float16", DType::F16},
                                 DtypeName{"float32", DType::F32}};

class ConfigReader {
  public:
    ConfigReader(const nlohmann::json& document, const std::string& file)
        : document_(document), root_(document, file) {}

    Result<ModelConfig> read();

  private:
    // A step that failed before makes the later ones do nothing: read() looks once, at the end.
    bool failed() const { return error_.has_value(); }
    void fail(Error error) {
        if (!error_) error_ = std::move(error);
    }
    void failMalformed(const char* key, const Reason& problem) {
        fail(field(key).malformed(problem).value());
    }

    JsonField field(const char* key) const { return *root_.maybe(key); }
    // The key, which must be there, by `get`, one of JsonField's getters or a function like them.
    template <class T, class Get>
    T required(const char* key, Get get);
    std::int64_t wholeNumber(const char* key, std::int64_t minimum, std::int64_t maximum);
    double numberBetween(const char* key, double above, double upTo);

    void checkArchitecture();
    void readSizes();
    void readHeadSize();
    void readNumbers();
    void readIds();
    void readDtype();
    void readQuantization();
    void checkTogether();

    const nlohmann::json& document_;
    JsonField root_;
    ModelConfig config_;
    std::optional<Error> error_;
};

Result<ModelConfig> ConfigReader::read() {
    if (!document_.is_object()) return root_.expected("a JSON object");
    checkArchitecture();
    readSizes();
    readHeadSize();
    readNumbers();
    readIds();
    readDtype();
    readQuantization();
    if (!failed()) checkTogether();
    if (failed()) return tl::unexpected(std::move(*error_));
    return config_;
}

template <class T, class Get>
T ConfigReader::required(const char* key, Get get) {
    // Each error made pushes out an older one whose reason is still to be asked for.
    if (failed()) return T();
    if (!document_.contains(key)) {
        Error error = field(key).malformed(ReasonCode::KeyMissing).value();
        error.code = ErrorCode::NotFound;
        fail(std::move(error));
        return T();
    }
    Result<T> value = std::invoke(get, field(key));
    if (value) return std::move(*value);
    fail(std::move(value.error()));
    return T();
}

std::int64_t ConfigReader::wholeNumber(const char* key, std::int64_t minimum,
                                       std::int64_t maximum) {
    const auto value = required<std::int64_t>(key, &JsonField::integer);
    if (!failed() && (value < minimum || value > maximum)) {
        failMalformed(key,
                      {ReasonCode::ValueNotBetween,
                       {std::to_string(value), std::to_string(minimum), std::to_string(maximum)}});
    }
    return value;
}

double ConfigReader::numberBetween(const char* key, double above, double upTo) {
    const auto value = required<double>(key, &JsonField::number);
    if (!failed() && !(value > above && value <= upTo)) {
        failMalformed(key, {ReasonCode::ValueOutOfRange, {shown(document_.at(key))}});
    }
    return value;
}

void ConfigReader::checkArchitecture() {
    const auto type = required<std::string>("model_type", &JsonField::string);
    if (!failed() && type != "deepseek") {
        fail(field("model_type")
                 .unsupported({ReasonCode::ModelOtherArchitecture, {type, "deepseek"}})
                 .value());
    }
    if (failed()) return;
    if (auto checked = checkOtherKeys(root_); !checked) fail(std::move(checked.error()));
}

void ConfigReader::readSizes() {
    for (const SizeKey& size : kSizes) {
        config_.*size.member = wholeNumber(size.key, size.minimum, size.maximum);
    }
}

void ConfigReader::readHeadSize() {
    if (failed()) return;
    if (!field("head_dim").isNull()) {
        config_.headSize = wholeNumber("head_dim", 1, kMostHeadSize);
    } else if (config_.hiddenSize % config_.heads != 0) {
        failMalformed("hidden_size", {ReasonCode::SizeNotDivisible,
                                      {std::to_string(config_.hiddenSize), "num_attention_heads",
                                       std::to_string(config_.heads)}});
    } else {
        config_.headSize = config_.hiddenSize / config_.heads;
    }
    const char* key = field("head_dim").isNull() ? "hidden_size" : "head_dim";
    if (!failed() && (config_.headSize % 2 != 0 || config_.headSize > kMostHeadSize)) {
        failMalformed(key, {ReasonCode::HeadSizeOdd,
                            {std::to_string(config_.headSize), std::to_string(kMostHeadSize)}});
    }
}

void ConfigReader::readNumbers() {
    if (!failed()) {
        const Result<double> theta = readRopeTheta(root_);
        if (theta)
            config_.ropeTheta = *theta;
        else
            fail(theta.error());
    }
    config_.rmsEpsilon = numberBetween("rms_norm_eps", 0, 1);
    config_.normalizeTopK = required<bool>("norm_topk_prob", [](const JsonField& value) {
        return value.isNull() ? value.expected("true or false") : value.boolean(false);
    });
}

void ConfigReader::readIds() {
    // A model may begin its texts with no token.
    if (document_.contains("bos_token_id") && field("bos_token_id").isNull()) {
        config_.bosId = -1;
    } else {
        config_.bosId =
            static_cast<std::int32_t>(wholeNumber("bos_token_id", 0, config_.vocabSize - 1));
    }
    if (!field("eos_token_id").value().is_array()) {
        config_.eosId =
            static_cast<std::int32_t>(wholeNumber("eos_token_id", 0, config_.vocabSize - 1));
        return;
    }
    if (failed()) return;
    const auto ids = readTokenIds(field("eos_token_id"), config_.vocabSize);
    if (!ids) return fail(ids.error());
    config_.eosId = ids->front();
    config_.moreEosIds.assign(ids->begin() + 1, ids->end());
}

void ConfigReader::readDtype() {
    // Since transformers 5 without "torch"; where both are there, the new name counts.
    const JsonField found = field(field("dtype").isNull() ? "torch_dtype" : "dtype");
    if (failed() || found.isNull()) return;
    for (const DtypeName& dtype : kDtypeNames) {
        if (found.value() != dtype.name) continue;
        config_.dtype = dtype.type;
        return;
    }
    fail(found.unsupported({ReasonCode::ModelTypeUnread, {shown(found.value())}}).value());
}

void ConfigReader::readQuantization() {
    const JsonField found = field("quantization_config");
    if (failed() || found.isNull()) return;
    Result<Quantization> quantization = dsm::readQuantization(found);
    if (!quantization) return fail(std::move(quantization.error()));
    config_.quantization = std::move(*quantization);
}

void ConfigReader::checkTogether() {
    const auto more = [](std::int64_t value, const char* otherKey, std::int64_t other) {
        return Reason(ReasonCode::SizeMoreThan,
                      {std::to_string(value), otherKey, std::to_string(other)});
    };
    if (config_.heads % config_.keyValueHeads != 0) {
        failMalformed("num_key_value_heads",
                      {ReasonCode::SizeDividesNot,
                       {std::to_string(config_.keyValueHeads), "num_attention_heads",
                        std::to_string(config_.heads)}});
    }
    if (config_.expertsPerToken > config_.routedExperts) {
        failMalformed("num_experts_per_tok",
                      more(config_.expertsPerToken, "n_routed_experts", config_.routedExperts));
    }
    if (config_.firstDenseLayers > config_.layers) {
        failMalformed("first_k_dense_replace",
                      more(config_.firstDenseLayers, "num_hidden_layers", config_.layers));
    }
    if (config_.moeLayers() * config_.routedExperts > kMaximumExpertsOfAllLayers) {
        failMalformed("n_routed_experts",
                      {ReasonCode::SizeTooManyExperts,
                       {std::to_string(config_.moeLayers() * config_.routedExperts),
                        std::to_string(kMaximumExpertsOfAllLayers)}});
    }
    if (config_.parameters() > kMaximumParameters) {
        failMalformed("hidden_size",
                      {ReasonCode::SizeNoMachine, {std::to_string(config_.parameters())}});
    }
}

std::int64_t attentionParameters(const ModelConfig& c) {
    const std::int64_t queryWidth = c.heads * c.headSize;
    const std::int64_t keyWidth = c.keyValueHeads * c.headSize;
    return 2 * c.hiddenSize * (queryWidth + keyWidth);
}

// Gate, up and down of one MLP.
std::int64_t mlpParameters(const ModelConfig& c, std::int64_t width) {
    return 3 * c.hiddenSize * width;
}

// Of what every token reads, whichever experts it runs through.
std::int64_t alwaysReadParameters(const ModelConfig& c) {
    const std::int64_t norms = (2 * c.layers + 1) * c.hiddenSize;
    const std::int64_t dense = (c.layers - c.moeLayers()) * mlpParameters(c, c.denseWidth);
    const std::int64_t shared = c.moeLayers() * mlpParameters(c, c.sharedWidth());
    const std::int64_t routers = c.moeLayers() * c.routedExperts * c.hiddenSize;
    const std::int64_t head = c.vocabSize * c.hiddenSize;
    return norms + c.layers * attentionParameters(c) + dense + shared + routers + head;
}

}  // namespace

ModelConfig publishedConfig() {
    return {.layers = 28,
            .hiddenSize = 2048,
            .heads = 16,
            .keyValueHeads = 16,
            .headSize = 128,
            .denseWidth = 10944,
            .expertWidth = 1408,
            .routedExperts = 64,
            .sharedExperts = 2,
            .expertsPerToken = 6,
            .firstDenseLayers = 1,
            .vocabSize = 102400,
            .maxPositions = 4096,
            .ropeTheta = 10000,
            .rmsEpsilon = 1e-6,
            .bosId = 100000,
            .eosId = 100001};
}

std::int64_t ModelConfig::moeLayers() const {
    std::int64_t count = 0;
    for (std::int64_t layer = 0; layer < layers; ++layer)
        count += isMoeLayer(layer) ? 1 : 0;
    return count;
}

std::int64_t ModelConfig::parameters() const {
    return alwaysReadParameters(*this) + routedParameters() + vocabSize * hiddenSize;
}

std::int64_t ModelConfig::routedParameters() const {
    return moeLayers() * routedExperts * mlpParameters(*this, expertWidth);
}

std::int64_t ModelConfig::activeParametersPerToken() const {
    const std::int64_t oneExpert = mlpParameters(*this, expertWidth);
    return alwaysReadParameters(*this) + moeLayers() * expertsPerToken * oneExpert;
}

Result<ModelConfig> parseConfig(std::string_view json, const std::string& file) {
    const Result<nlohmann::json> document = parseJson(json, file);
    if (!document) return tl::unexpected(document.error());
    return ConfigReader(*document, file).read();
}

Result<ModelConfig> readConfig(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / kConfigFileName;
    const Result<nlohmann::json> document = readJson(path, kMaximumConfigBytes);
    if (!document && document.error().code == ErrorCode::NotFound) {
        Reason reason = reasonOf(document.error());
        reason.add(foreignWeightsIn(folder));
        return failure(ErrorCode::NotFound, reason, document.error().systemReason);
    }
    if (!document) return tl::unexpected(document.error());
    return ConfigReader(*document, path.string()).read();
}

std::string writeConfig(const ModelConfig& config) {
    nlohmann::ordered_json document;
    document["architectures"] = {"DeepseekForCausalLM"};
    document["model_type"] = "deepseek";
    for (const SizeKey& size : kSizes)
        document[size.key] = config.*size.member;
    if (config.headSize * config.heads != config.hiddenSize) document["head_dim"] = config.headSize;
    document["norm_topk_prob"] = config.normalizeTopK;
    document["scoring_func"] = "softmax";
    document["hidden_act"] = "silu";
    document["rms_norm_eps"] = config.rmsEpsilon;
    document["rope_theta"] = config.ropeTheta;
    document["rope_scaling"] = nullptr;
    document["attention_bias"] = false;
    document["tie_word_embeddings"] = false;
    document["bos_token_id"] = nullptr;
    if (config.bosId >= 0) document["bos_token_id"] = config.bosId;
    std::vector<std::int32_t> eosIds{config.eosId};
    eosIds.insert(eosIds.end(), config.moreEosIds.begin(), config.moreEosIds.end());
    document["eos_token_id"] = eosIds;
    if (config.moreEosIds.empty()) document["eos_token_id"] = config.eosId;
    for (const DtypeName& dtype : kDtypeNames) {
        if (dtype.type == config.dtype) document["torch_dtype"] = dtype.name;
    }
    if (config.quantization) {
        document["quantization_config"] =
            nlohmann::ordered_json::parse(writeQuantization(*config.quantization));
    }
    return document.dump(2) + "\n";
}

}  // namespace dsm
