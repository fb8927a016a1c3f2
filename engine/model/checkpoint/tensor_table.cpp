#include "engine/model/checkpoint/tensor_table.h"

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "engine/model/checkpoint/stored_tensor.h"
#include "kernels/base/log.h"

namespace dsm {
namespace {

class TableBuilder {
  public:
    explicit TableBuilder(const ModelConfig& config) : config_(config) {}

    std::vector<TensorSpec> build();

  private:
    void add(std::string name, TensorKind kind, std::int64_t rows, std::int64_t cols) {
        table_.push_back({std::move(name) + ".weight", kind, layer_, expert_, rows, cols});
    }
    void addNorm(std::string name, TensorKind kind) {
        add(std::move(name), kind, 1, config_.hiddenSize);
    }
    void addLayer(int layer);
    void addAttention(const std::string& prefix);
    void addMoe(const std::string& prefix);
    struct MlpKinds {
        TensorKind gate, up, down;
    };
    void addMlp(const std::string& prefix, const MlpKinds& kinds, std::int64_t width);

    const ModelConfig& config_;
    int layer_ = -1;
    int expert_ = -1;
    std::vector<TensorSpec> table_;
};

std::vector<TensorSpec> TableBuilder::build() {
    add("model.embed_tokens", TensorKind::Embedding, config_.vocabSize, config_.hiddenSize);
    for (int layer = 0; layer < config_.layers; ++layer)
        addLayer(layer);
    addNorm("model.norm", TensorKind::FinalNorm);
    add("lm_head", TensorKind::Head, config_.vocabSize, config_.hiddenSize);
    return std::move(table_);
}

void TableBuilder::addLayer(int layer) {
    layer_ = layer;
    const std::string prefix = "model.layers." + std::to_string(layer) + ".";
    addNorm(prefix + "input_layernorm", TensorKind::InputNorm);
    addAttention(prefix + "self_attn.");
    addNorm(prefix + "post_attention_layernorm", TensorKind::PostAttentionNorm);
    if (config_.isMoeLayer(layer)) {
        addMoe(prefix + "mlp.");
    } else {
        addMlp(prefix + "mlp.", {TensorKind::DenseGate, TensorKind::DenseUp, TensorKind::DenseDown},
               config_.denseWidth);
    }
    layer_ = -1;
}

void TableBuilder::addAttention(const std::string& prefix) {
    const std::int64_t queryWidth = config_.heads * config_.headSize;
    const std::int64_t keyWidth = config_.keyValueHeads * config_.headSize;
    add(prefix + "q_proj", TensorKind::Query, queryWidth, config_.hiddenSize);
    add(prefix + "k_proj", TensorKind::Key, keyWidth, config_.hiddenSize);
    add(prefix + "v_proj", TensorKind::Value, keyWidth, config_.hiddenSize);
    add(prefix + "o_proj", TensorKind::AttentionOutput, config_.hiddenSize, queryWidth);
}

void TableBuilder::addMoe(const std::string& prefix) {
    add(prefix + "gate", TensorKind::Router, config_.routedExperts, config_.hiddenSize);
    for (expert_ = 0; expert_ < config_.routedExperts; ++expert_) {
        addMlp(prefix + "experts." + std::to_string(expert_) + ".",
               {TensorKind::ExpertGate, TensorKind::ExpertUp, TensorKind::ExpertDown},
               config_.expertWidth);
    }
    expert_ = -1;
    addMlp(prefix + "shared_experts.",
           {TensorKind::SharedGate, TensorKind::SharedUp, TensorKind::SharedDown},
           config_.sharedWidth());
}

void TableBuilder::addMlp(const std::string& prefix, const MlpKinds& kinds, std::int64_t width) {
    add(prefix + "gate_proj", kinds.gate, width, config_.hiddenSize);
    add(prefix + "up_proj", kinds.up, width, config_.hiddenSize);
    add(prefix + "down_proj", kinds.down, config_.hiddenSize, width);
}

// Weights that one operation multiplies with the same inputs are of one type: inputs are rounded
// once for all of them, or not at all.
class TogetherCheck {
  public:
    Result<void> check(const Checkpoint& checkpoint, const TensorSpec& spec, DType type);

  private:
    struct First {
        std::string name;
        DType type;
    };
    // Which weights of a layer belong together; none for a weight that stands alone.
    static std::optional<int> groupOf(TensorKind kind) {
        switch (kind) {
            case TensorKind::ExpertGate:
            case TensorKind::ExpertUp:
                return 0;
            case TensorKind::ExpertDown:
                return 1;
            case TensorKind::DenseGate:
            case TensorKind::DenseUp:
            case TensorKind::SharedGate:
            case TensorKind::SharedUp:
                return 2;
            default:
                return std::nullopt;
        }
    }

    std::map<std::pair<int, int>, First> first_;  // by layer and group
};

Result<void> TogetherCheck::check(const Checkpoint& checkpoint, const TensorSpec& spec,
                                  DType type) {
    const auto group = groupOf(spec.kind);
    if (!group) return {};
    const auto [first, isNew] = first_.try_emplace({spec.layer, *group}, First{spec.name, type});
    if (first->second.type == type) return {};
    return failure(ErrorCode::Unsupported,
                   checkpoint.listName() + ": tensor " + spec.name + " is in " +
                       std::string(name(type)) + ", but " + first->second.name + " in " +
                       std::string(name(first->second.type)) +
                       "; these are computed together and must be of one type.");
}

// Buffers that old versions of the transformers library saved; they follow from rope_theta.
bool isLeftover(std::string_view name) {
    return name.ends_with(".rotary_emb.inv_freq");
}

}  // namespace

std::vector<std::int64_t> TensorSpec::shape() const {
    if (isNorm()) return {cols};
    return {rows, cols};
}

std::vector<TensorSpec> tensorTable(const ModelConfig& config) {
    return TableBuilder(config).build();
}

Result<void> checkTensors(const Checkpoint& checkpoint, const ModelConfig& config) {
    const std::vector<TensorSpec> table = tensorTable(config);
    std::set<std::string> known;
    TogetherCheck together;
    for (const TensorSpec& spec : table) {
        Result<StoredTensor> stored = findStored(checkpoint, spec);
        if (!stored) return tl::unexpected(stored.error());
        if (auto checked = together.check(checkpoint, spec, stored->type); !checked) return checked;
        known.insert(stored->names.begin(), stored->names.end());
    }
    for (const std::string& name : checkpoint.names()) {
        if (known.contains(name) || isLeftover(name)) continue;
        if (name.ends_with("bias")) {
            return failure(ErrorCode::Unsupported, checkpoint.listName() + ": tensor " + name +
                                                       ": this architecture has no biases.");
        }
        logMessage(LogLevel::Warning,
                   checkpoint.listName() + ": tensor " + name + " is unknown and not used.");
    }
    return {};
}

}  // namespace dsm
