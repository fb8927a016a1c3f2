#include "engine/train/trainable_weights.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string_view>

#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_slot.h"
#include "kernels/base/reason.h"
#include "kernels/base/splitmix.h"

namespace dsm {
namespace {

// What a module gets.
enum class Learning { Nothing, Factors, Whole };

bool isLinear(TensorKind kind) {
    return !staysPlain(kind) && kind != TensorKind::Embedding;
}

bool namedBy(const std::vector<std::string>& list, const std::string& module) {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& entry) { return namesModule(entry, module); });
}

Learning learningOf(const TensorSpec& spec, const TrainTargets& targets) {
    if (targets.method == TrainMethod::Full) return Learning::Whole;
    const std::string module = spec.module();
    if (namedBy(targets.savedModules, module)) return Learning::Whole;
    return isLinear(spec.kind) && namedBy(targets.targets, module) ? Learning::Factors
                                                                   : Learning::Nothing;
}

Result<void> checkNames(const std::vector<TensorSpec>& table, const std::vector<std::string>& list,
                        bool factors, const char* key) {
    for (const std::string& entry : list) {
        const bool known = std::any_of(table.begin(), table.end(), [&](const TensorSpec& spec) {
            return namesModule(entry, spec.module()) && (!factors || isLinear(spec.kind));
        });
        if (known) continue;
        Reason reason(factors ? ReasonCode::TargetUnknown : ReasonCode::ModuleUnknown,
                      {key, entry});
        if (entry == "gate") reason.add(ReasonCode::RouterTakesNone);
        return failure(ErrorCode::Malformed, reason);
    }
    return {};
}

Result<void> checkTargets(const std::vector<TensorSpec>& table, const TrainTargets& targets) {
    if (targets.method == TrainMethod::Full) return {};
    if (targets.targets.empty() && targets.savedModules.empty()) {
        return failure(ErrorCode::Malformed, ReasonCode::NoTargets);
    }
    if (auto ok = checkNames(table, targets.targets, true, "targets"); !ok) return ok;
    return checkNames(table, targets.savedModules, false, "modules_to_save");
}

// Numbers for the start of the factors, the same on every machine.
class Numbers {
  public:
    explicit Numbers(std::uint64_t seed) : bits_(seed) {}

    // Uniform in [-1, 1).
    float next() {
        return static_cast<float>(static_cast<double>(bits_.next() >> 40) * 0x1p-23 - 1.0);
    }

  private:
    Splitmix64 bits_;
};

void widen(const Weight& w, float* out) {
    for (std::int64_t r = 0; r < w.rows; ++r) {
        for (std::int64_t c = 0; c < w.cols; ++c)
            *out++ = w.at(r, c);
    }
}

}  // namespace

std::vector<std::string> attentionTargets() {
    return {"q_proj", "k_proj", "v_proj", "o_proj"};
}

std::vector<std::string> attentionAndSharedTargets() {
    std::vector<std::string> names = attentionTargets();
    for (const char* map : {"gate_proj", "up_proj", "down_proj"}) {
        names.push_back(std::string("mlp.") + map);  // of a dense layer
        names.push_back(std::string("shared_experts.") + map);
    }
    return names;
}

std::vector<std::string> allLinearTargets() {
    std::vector<std::string> names = attentionTargets();
    names.insert(names.end(), {"gate_proj", "up_proj", "down_proj"});
    return names;
}

Result<std::int64_t> trainedNumbers(const ModelConfig& config, const TrainTargets& targets) {
    const std::vector<TensorSpec> table = tensorTable(config);
    if (auto ok = checkTargets(table, targets); !ok) return tl::unexpected(ok.error());
    std::int64_t numbers = 0;
    for (const TensorSpec& spec : table) {
        const Learning learning = learningOf(spec, targets);
        if (learning == Learning::Whole) numbers += spec.rows * spec.cols;
        if (learning == Learning::Factors) numbers += targets.lora.rank * (spec.rows + spec.cols);
    }
    return numbers;
}

Result<TrainableWeights> TrainableWeights::make(const ModelConfig& config, const Weights& weights,
                                                const TrainTargets& targets, std::uint64_t seed,
                                                const std::stop_token& stop) {
    TrainableWeights result;
    result.targets_ = targets;
    result.table_ = tensorTable(config);
    if (auto ok = checkTargets(result.table_, targets); !ok) return tl::unexpected(ok.error());
    if (auto ok = result.plan(config, weights); !ok) return tl::unexpected(ok.error());
    try {
        result.values_ = Buffer<float>(static_cast<std::size_t>(result.numbers_));
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryForWeights,
                       {std::to_string(result.numbers_)});
    }
    result.computed_ = result.values_.span();
    if (auto ok = result.fill(weights, seed, stop); !ok) return tl::unexpected(ok.error());
    return result;
}

std::int64_t TrainableWeights::addParameter(std::string name, std::int64_t rows, std::int64_t cols,
                                            bool decays) {
    parameters_.push_back({std::move(name), rows, cols, numbers_, decays});
    numbers_ += rows * cols;
    return parameters_.back().offset;
}

Result<void> TrainableWeights::planTensor(const TensorSpec& spec, const Weight& weight,
                                          bool norms) {
    TrainedModule& module = slot(spec);
    module.weight = weight;
    if (spec.isNorm() != norms) return {};
    switch (learningOf(spec, targets_)) {
        case Learning::Nothing:
            break;
        case Learning::Factors: {
            const std::string name = spec.module();
            module.rank = targets_.lora.rank;
            module.scaling = targets_.lora.scaling();
            module.a = addParameter(name + ".lora_A", module.rank, spec.cols, true);
            module.b = addParameter(name + ".lora_B", spec.rows, module.rank, true);
            break;
        }
        case Learning::Whole:
            if (targets_.method == TrainMethod::Full && !isPlain(weight.type)) {
                return failure(ErrorCode::Unsupported, ReasonCode::FullNeedsPlainWeights,
                               {spec.name, std::string(name(weight.type))});
            }
            module.full = addParameter(spec.name, spec.rows, spec.cols, !norms);
            break;
    }
    if (module.learns() && spec.layer >= 0)
        firstLearning_ = std::min(firstLearning_, std::int64_t{spec.layer});
    return {};
}

Result<void> TrainableWeights::plan(const ModelConfig& config, const Weights& weights) {
    layers_.resize(static_cast<std::size_t>(config.layers));
    firstLearning_ = config.layers;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        if (!config.isMoeLayer(static_cast<std::int64_t>(i))) continue;
        const auto experts = static_cast<std::size_t>(config.routedExperts);
        for (auto* list : {&layers_[i].expertGate, &layers_[i].expertUp, &layers_[i].expertDown})
            list->resize(experts);
    }
    for (const bool norms : {false, true}) {
        if (norms) decaying_ = numbers_;
        for (const TensorSpec& spec : table_) {
            if (auto ok = planTensor(spec, weights.weightOf(spec), norms); !ok) return ok;
        }
    }
    std::uint32_t id = 0;
    for (const TensorSpec& spec : table_)
        slot(spec).id = id++;
    if (embedding_.learns()) firstLearning_ = -1;
    return {};
}

Result<void> TrainableWeights::fill(const Weights& weights, std::uint64_t seed,
                                    const std::stop_token& stop) {
    Numbers numbers(seed);
    for (const TensorSpec& spec : table_) {
        if (stop.stop_requested()) return cancelled();
        TrainedModule& module = slot(spec);
        if (module.full >= 0) {
            float* own = values_.data() + module.full;
            widen(weights.weightOf(spec), own);
            module.weight = {own, DType::F32, spec.rows, spec.cols};
        }
        if (module.a < 0) continue;  // B stays zero: the adapter begins as nothing
        const float bound = 1.0F / std::sqrt(static_cast<float>(spec.cols));
        for (std::int64_t i = 0; i < module.rank * spec.cols; ++i)
            values_[static_cast<std::size_t>(module.a + i)] = bound * numbers.next();
    }
    return {};
}

void TrainableWeights::computeWith(const Weights& elsewhere, std::span<float> values) {
    computed_ = values;
    layersOnHost_ = layers_;
    for (const TensorSpec& spec : table_) {
        TrainedModule& module = slot(spec);
        module.weight = elsewhere.weightOf(spec);
        if (module.full >= 0)
            module.weight = {values.data() + module.full, DType::F32, spec.rows, spec.cols};
    }
}

TrainedModule& TrainableWeights::slot(const TensorSpec& spec) {
    return slotOf(spec, embedding_, finalNorm_, head_, layers_);
}

LoraAdapter TrainableWeights::adapterShape() const {
    LoraAdapter adapter;
    adapter.settings = targets_.lora;
    for (const TensorSpec& spec : table_) {
        const TrainedModule& m = const_cast<TrainableWeights*>(this)->slot(spec);
        if (m.a >= 0) {
            adapter.modules.push_back(
                {spec.module(), m.rank, spec.cols, spec.rows, m.scaling, {}, {}});
        }
        if (m.full >= 0) adapter.savedModules.push_back({spec.module(), spec.rows, spec.cols, {}});
    }
    return adapter;
}

}  // namespace dsm
