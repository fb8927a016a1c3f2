#include "engine/train/step_time.h"

#include "engine/model/device/device_plan.h"
#include "engine/train/moments.h"
#include "kernels/base/reason.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <vector>

namespace dsm {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::int64_t kMoeLayers = 3;  // that are computed: again, again, and the last
constexpr std::size_t kOptimizerNumbers = std::size_t{4} << 20;
constexpr Seconds kEnough{1};
constexpr std::size_t kMostRuns = 9;

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Calls body until enough time is spent, once at least after a first time that touches the memory;
// the median of what it says.
template <class Body>
double medianOf(const Body& body) {
    const Clock::time_point begin = Clock::now();
    body();
    std::vector<double> results;
    do {
        results.push_back(body());
    } while (Clock::now() - begin < kEnough && results.size() < kMostRuns);
    return median(results);
}

// The model's first layers, of every kind that it has.
ModelConfig firstLayers(const ModelConfig& config, const TrainTargets& targets) {
    ModelConfig few = config;
    std::int64_t dense = 0;
    while (dense < config.layers && !config.isMoeLayer(dense))
        ++dense;
    few.layers = std::min(config.layers, std::max<std::int64_t>(dense, 1) + kMoeLayers);
    // Targets may name layers that are not among them.
    return trainedNumbers(few, targets) ? few : config;
}

enum class LayerKind { Dense, Moe, MoeOnHost };

// A model of whose MoE layers so many have their experts on the host.
struct Layers {
    const ModelConfig& config;
    std::int64_t firstOnHost;

    Layers(const ModelConfig& all, std::int64_t onHost)
        : config(all),
          firstOnHost(firstHostLayer(all, {.expertLayers = all.moeLayers() - onHost})) {}
    std::int64_t count() const { return config.layers; }
    LayerKind kindOf(std::int64_t layer) const {
        if (!config.isMoeLayer(layer)) return LayerKind::Dense;
        return layer < firstOnHost ? LayerKind::Moe : LayerKind::MoeOnHost;
    }
};

// Of few layers, so that there are some of each kind, and the last one is as that of all.
std::int64_t fewOnHost(const ModelConfig& config, const ModelConfig& few, std::int64_t onHost) {
    const std::int64_t most = few.moeLayers();
    if (few.layers == config.layers || onHost == config.moeLayers()) return std::min(onHost, most);
    return std::min({onHost, kMoeLayers - 1, most});
}

// Of the measured layers of a kind, in the way back those that were not the last; where there is
// none, of all.
double meanOf(const Layers& few, const std::vector<double>& seconds, LayerKind kind,
              std::int64_t count) {
    double sum = 0;
    int found = 0;
    for (std::int64_t layer = 0; layer < count; ++layer) {
        const double one = seconds[static_cast<std::size_t>(layer)];
        if (few.kindOf(layer) != kind || one <= 0) continue;
        sum += one;
        ++found;
    }
    if (found > 0) return sum / found;
    return count < few.count() ? meanOf(few, seconds, kind, few.count()) : 0;
}

// What a pass through the whole model takes, from one through few layers.
double wholePass(const Layers& all, const Layers& few, std::int64_t firstLearning,
                 const PassTimes& times) {
    double seconds = times.embedding + times.loss + times.embeddingBack;
    for (std::int64_t layer = 0; layer < all.count(); ++layer) {
        const LayerKind kind = all.kindOf(layer);
        const bool isLast = layer + 1 == all.count();
        seconds += meanOf(few, times.forward, kind, few.count());
        if (layer < firstLearning) continue;
        seconds +=
            isLast ? times.backward.back() : meanOf(few, times.backward, kind, few.count() - 1);
    }
    return seconds;
}

Result<TokenBatch> load(const Dataset& data, const MicroBatch& micro) {
    std::vector<TrainingSample> samples;
    for (const std::int64_t i : micro) {
        auto sample = data.sample(i);
        if (!sample) return tl::unexpected(sample.error());
        samples.push_back(std::move(*sample));
    }
    return batchOf(samples);
}

double optimizerSeconds(std::int64_t learning, OptimizerKind kind, const TrainOps<float>& ops,
                        ThreadPool& pool, WorkMemory& memory) {
    const std::size_t count = std::min(static_cast<std::size_t>(learning), kOptimizerNumbers);
    const auto numbers = static_cast<std::int64_t>(count);
    Grown<float> weight(memory), gradient(memory);
    for (Grown<float>* some : {&weight, &gradient})
        some->shaped(1, numbers);
    Moments moments(memory);
    moments.shape(kind, numbers, numbers);
    Grown<double> squares(memory);
    squares.shaped(1, 1);
    Grown<std::byte> scratch(memory);
    scratch.shaped(1, squaresScratchBytes(numbers));
    OpContext context{.pool = &pool, .scratch = scratch.span(), .device = memory.run()};
    const double seconds = medianOf([&] {
        const Clock::time_point begin = Clock::now();
        gradient.clear();
        ops.sumOfSquares(context, {.numbers = gradient.span(), .sum = squares.view().data});
        moments.step(ops, context,
                     {.weight = weight.span(),
                      .gradient = gradient.span(),
                      .first = {},
                      .second = {},
                      .rate = 1e-3});
        static_cast<void>(memory.finish());
        return Seconds(Clock::now() - begin).count();
    });
    return seconds * static_cast<double>(learning) / static_cast<double>(count);
}

}  // namespace

Result<StepSeconds> measureStepSeconds(const ModelConfig& config, const Weights& weights,
                                       const TrainOptions& options, const Dataset& data,
                                       const EpochShape& shape, Backend backend, int threads,
                                       const std::stop_token& stop, TrainingGpu* gpu) {
    const auto learning = trainedNumbers(config, options.targets);
    if (!learning) return tl::unexpected(learning.error());
    const Result<TokenBatch> usual = load(data, shape.usual);
    if (!usual) return tl::unexpected(usual.error());
    const Result<TokenBatch> longest = load(data, shape.longest);
    if (!longest) return tl::unexpected(longest.error());
    const TokenBatch& batch = *usual;
    if (batch.tokens() == 0) return StepSeconds{};
    const ModelConfig few = firstLayers(config, options.targets);
    auto trained = TrainableWeights::make(few, weights, options.targets, 1, stop);
    if (!trained) return tl::unexpected(trained.error());
    try {
        ThreadPool pool(threads);
        WorkMemory& memory = gpu != nullptr ? gpu->memory() : hostWorkMemory();
        Grown<float> values(memory);
        if (gpu != nullptr) {
            values.put(trained->values());
            trained->computeWith(gpu->weights(), values.span());
        }
        const TrainOps<float>& ops = trainOps(backend);
        const std::int64_t onHost = gpu != nullptr ? options.hostLayers : 0;
        const std::int64_t fewHost = fewOnHost(config, few, onHost);
        TrainingPass<float> pass(few, *trained, ops, pool,
                                 {.checkpointing = options.checkpointing,
                                  .positions = longest->tokens(),
                                  .dropout = options.targets.lora.dropout,
                                  .hostLayers = fewHost,
                                  .timed = true},
                                 memory);
        Grown<float> gradients(memory);
        gradients.shaped(1, trained->count());
        const std::int64_t first =
            trained->firstLearning() < few.layers ? trained->firstLearning() : config.layers;
        const auto passOf = [&](const TokenBatch& some) {
            const PassScale scale{.tokens = 1.0 / static_cast<double>(some.labels()),
                                  .balance = options.balance};
            static_cast<void>(pass.run(some, scale, gradients.span(), stop));
            return wholePass(Layers(config, onHost), Layers(few, fewHost), first, pass.times());
        };
        passOf(*longest);  // takes the memory
        const double longestPass = stop.stop_requested() ? 0 : passOf(*longest);
        const double seconds = medianOf([&] { return passOf(batch); });
        if (stop.stop_requested()) return cancelled();
        const double perBatch = seconds * shape.meanTokens / static_cast<double>(batch.tokens());
        const double optimizer = optimizerSeconds(*learning, options.optimizer, ops, pool, memory);
        if (auto ok = memory.finish(); !ok) return tl::unexpected(ok.error());
        const double usualStep = shape.batchesPerStep * perBatch + optimizer;
        return StepSeconds{usualStep, std::max(usualStep, usualStep - perBatch + longestPass)};
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryToMeasure);
    }
}

}  // namespace dsm
