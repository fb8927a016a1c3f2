// Weights::useAdapter(): where an adapter meets the weights of a model.
#include <string>
#include <unordered_map>

#include "engine/model/weights.h"

namespace dsm {
namespace {

constexpr std::string_view kWeight = ".weight";

LowRank viewOf(const LoraModule& module, float scale) {
    return {.a = {module.a.data(), module.rank, module.inputs},
            .b = {module.b.data(), module.outputs, module.rank},
            .scaling = module.scaling * scale};
}

}  // namespace

void Weights::useAdapter(const LoraAdapter* adapter, float scale, const ModelConfig& config) {
    if (ownEmbedding_.data != nullptr) embedding_ = std::exchange(ownEmbedding_, {});
    if (ownHead_.data != nullptr) head_ = std::exchange(ownHead_, {});
    lowRanks_.clear();
    std::unordered_map<std::string_view, const LoraModule*> modules;
    if (adapter != nullptr) {
        for (const LoraModule& module : adapter->modules)
            modules.emplace(module.name, &module);
        for (const SavedModule& saved : adapter->savedModules) {
            const bool isHead = saved.name == "lm_head";
            Weight& place = isHead ? head_ : embedding_;
            DSM_CHECK(isHead || saved.name == "model.embed_tokens");
            DSM_CHECK(saved.rows == place.rows && saved.cols == place.cols);
            (isHead ? ownHead_ : ownEmbedding_) = place;
            place = {.data = saved.weight.data(),
                     .type = DType::F32,
                     .rows = saved.rows,
                     .cols = saved.cols};
        }
    }
    for (const TensorSpec& spec : tensorTable(config)) {
        const std::string_view name = spec.name;
        const auto found = modules.find(name.substr(0, name.size() - kWeight.size()));
        Weight& weight = slot(spec);
        weight.lowRank = nullptr;
        if (found == modules.end()) continue;
        const LoraModule& module = *found->second;
        DSM_CHECK(module.outputs == weight.rows && module.inputs == weight.cols);
        weight.lowRank = &lowRanks_.emplace_back(viewOf(module, scale));
    }
}

}  // namespace dsm
