#include "engine/model/checkpoint/tensor_table.h"

#include <string_view>
#include <utility>

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

}  // namespace

std::vector<std::int64_t> TensorSpec::shape() const {
    if (isNorm()) return {cols};
    return {rows, cols};
}

std::string TensorSpec::module() const {
    return name.substr(0, name.size() - std::string_view(".weight").size());
}

std::string shapeText(std::span<const std::int64_t> shape) {
    std::string text = "[";
    for (const std::int64_t extent : shape)
        text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
    return text + "]";
}

std::vector<TensorSpec> tensorTable(const ModelConfig& config) {
    return TableBuilder(config).build();
}

}  // namespace dsm
