#include "engine/model/device/device_dense.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "engine/model/pass/memory_plan.h"
#include "kernels/base/log.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

void addSample(std::vector<DenseSample>& samples, const Weight& weight, std::int64_t tokens) {
    const bool isKnown =
        std::any_of(samples.begin(), samples.end(), [&](const DenseSample& sample) {
            return sample.weight.rows == weight.rows && sample.weight.cols == weight.cols;
        });
    if (weight.type == DType::BF16 && !isKnown)
        samples.push_back({.weight = weight, .mostTokens = tokens});
}

// One weight of each shape.
std::vector<DenseSample> samplesOf(const Weights& weights, std::int64_t tokens) {
    std::vector<DenseSample> samples;
    for (const LayerWeights& layer : weights.layers()) {
        for (const Weight* weight : {&layer.query, &layer.key, &layer.value, &layer.attentionOutput,
                                     &layer.sharedGate, &layer.sharedUp, &layer.sharedDown})
            addSample(samples, *weight, tokens);
    }
    addSample(samples, weights.head(), std::min(tokens, kLogitsRows));
    return samples;
}

}  // namespace

Result<std::unique_ptr<DenseProduct>> openDense(const Weights& weights, GpuSession& gpu) {
    const auto choice = denseChoiceOfEnvironment();
    if (!choice) return tl::unexpected(choice.error());
    if (*choice == DenseChoice::Own || samplesOf(weights, 1).empty()) return nullptr;
    auto dense = DenseProduct::make(gpu);
    if (dense || gpu.hasFailed()) return dense;
    if (*choice == DenseChoice::Cublas) {
        Reason reason(ReasonCode::DenseAsksCublas);
        reason.add(reasonOf(dense.error()));
        return failure(dense.error().code, reason);
    }
    logMessage(LogLevel::Info, dense.error().message);
    return nullptr;
}

Result<void> chooseDense(DenseProduct& dense, const Weights& weights, std::int64_t tokens,
                         std::span<std::byte> memory) {
    const auto choice = denseChoiceOfEnvironment();
    if (!choice) return tl::unexpected(choice.error());
    if (*choice == DenseChoice::Measured) return dense.measure(samplesOf(weights, tokens), memory);
    dense.takeEverything();
    return {};
}

}  // namespace dsm
