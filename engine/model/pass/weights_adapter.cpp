// Weights::useAdapter(): where an adapter meets the weights of a model.
#include <string>
#include <unordered_map>

#include "engine/model/pass/weights.h"

namespace dsm {
namespace {

constexpr std::string_view kWeight = ".weight";

LowRank viewOf(const LoraModule& module, float scale) {
    return {.a = {module.a.data(), module.rank, module.inputs},
            .b = {module.b.data(), module.outputs, module.rank},
            .scaling = module.scaling * scale};
}

Weight viewOf(const SavedModule& module) {
    return {
        .data = module.weight.data(), .type = DType::F32, .rows = module.rows, .cols = module.cols};
}

}  // namespace

void Weights::useAdapter(const LoraAdapter* adapter, float scale, const ModelConfig& config) {
    for (const auto& [spec, own] : replaced_)
        slot(spec) = own;
    replaced_.clear();
    lowRanks_.clear();
    std::unordered_map<std::string_view, const LoraModule*> modules;
    std::unordered_map<std::string_view, const SavedModule*> saved;
    if (adapter != nullptr) {
        for (const LoraModule& module : adapter->modules)
            modules.emplace(module.name, &module);
        for (const SavedModule& module : adapter->savedModules)
            saved.emplace(module.name, &module);
    }
    for (const TensorSpec& spec : tensorTable(config)) {
        const std::string_view name =
            std::string_view(spec.name).substr(0, spec.name.size() - kWeight.size());
        Weight& weight = slot(spec);
        weight.lowRank = nullptr;
        if (const auto whole = saved.find(name); whole != saved.end()) {
            DSM_CHECK(whole->second->rows == weight.rows && whole->second->cols == weight.cols);
            replaced_.emplace_back(spec, std::exchange(weight, viewOf(*whole->second)));
        }
        if (const auto factors = modules.find(name); factors != modules.end()) {
            const LoraModule& module = *factors->second;
            DSM_CHECK(module.outputs == weight.rows && module.inputs == weight.cols);
            weight.lowRank = &lowRanks_.emplace_back(viewOf(module, scale));
        }
    }
}

}  // namespace dsm
