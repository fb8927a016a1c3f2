#include "engine/train/gpu_fit.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "engine/model/device/device_plan.h"
#include "engine/model/pass/memory_fit.h"
#include "engine/train/estimate.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/machine_memory.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// The largest number from 1 up to `most` that fits, where all smaller ones do; 0: not even 1.
std::int64_t mostWhere(const std::function<bool(std::int64_t)>& fits, std::int64_t most) {
    std::int64_t fitting = 0;
    std::int64_t beyond = most + 1;
    while (fitting + 1 < beyond) {
        const std::int64_t middle = fitting + (beyond - fitting) / 2;
        (fits(middle) ? fitting : beyond) = middle;
    }
    return fitting;
}

Reason inParts(const TrainMemory& m) {
    return {ReasonCode::TrainingNeedsGpuMemory,
            {bytesInWords(m.totalBytes()), bytesInWords(m.weightBytes),
             bytesInWords(m.trainedBytes + m.gradientBytes + m.optimizerBytes),
             bytesInWords(m.activationBytes), bytesInWords(m.lossBytes + m.scratchBytes)}};
}

TrainMemory planned(const ModelConfig& config, const DeviceWeightSizes& weights,
                    const TrainOptions& options, const LearningParts& learning,
                    const BatchShape& pass) {
    const DevicePlan placed = trainingPlan(weights, options.hostLayers);
    TrainMemory memory =
        estimateMemory(config, placed.weightBytes, options, learning, pass, Backend::Cuda);
    memory.hostWeightBytes = placed.hostWeightBytes;
    return memory;
}

// Both memories that a run lives in.
struct Room {
    const DeviceMemory& gpu;
    std::uint64_t computerBytes;

    bool gpuHolds(const TrainMemory& needed) const {
        return needed.totalBytes() + gpuReserve(gpu) <= gpu.freeBytes;
    }
    bool holds(const TrainMemory& needed) const {
        return gpuHolds(needed) && needed.pinnedBytes <= computerBytes / 2 &&
               needed.besideBytes() <= computerBytes;
    }
};

// A run that looks for its place in a room.
class Placing {
  public:
    Placing(const Room& room, const ModelConfig& config, const DeviceWeightSizes& weights,
            const TrainOptions& options)
        : room_(room),
          config_(config),
          weights_(weights),
          options_(options),
          learning_(learningParts(config, options.targets)) {}

    // How it fits there, if it does.
    std::optional<GpuFit> within(const PassBounds& bounds) const;
    // The longest samples that fit, in tokens, of those that are shorter; 0: none.
    std::int64_t longestSamples(const PassBounds& bounds) const;

  private:
    TrainMemory planOf(const GpuFit& fit) const {
        TrainOptions placed = options_;
        fit.applyTo(placed);
        return planned(config_, weights_, placed, learning_, fit.pass);
    }
    std::optional<GpuFit> largestPass(const PassBounds& bounds, std::int64_t least,
                                      bool momentsOnHost) const;
    std::optional<GpuFit> fewestOnHost(const BatchShape& pass, bool momentsOnHost) const;

    const Room& room_;
    const ModelConfig& config_;
    const DeviceWeightSizes& weights_;
    const TrainOptions& options_;
    LearningParts learning_;
};

// All of the largest batch, or the largest piece of at least so many tokens.
std::optional<GpuFit> Placing::largestPass(const PassBounds& bounds, std::int64_t least,
                                           bool momentsOnHost) const {
    GpuFit fit{.momentsOnHost = momentsOnHost,
               .hostLayers = options_.leastHostLayers,
               .pass = bounds.largest};
    if (room_.holds(planOf(fit))) return fit;
    constexpr std::int64_t kStep = 64;  // tokens
    const std::int64_t smallest =
        std::min(std::max(least, bounds.least.tokens), bounds.largest.tokens);
    const auto piece = [&](std::int64_t steps) {
        return bounds.largest.cutTo(smallest + (steps - 1) * kStep);
    };
    const std::int64_t steps = mostWhere(
        [&](std::int64_t some) {
            fit.pass = piece(some);
            return room_.holds(planOf(fit));
        },
        (bounds.largest.tokens - smallest) / kStep + 1);
    if (steps == 0) return std::nullopt;
    fit.pass = piece(steps);
    return fit;
}

// With as few layers on the host as the GPU asks for.
std::optional<GpuFit> Placing::fewestOnHost(const BatchShape& pass, bool momentsOnHost) const {
    GpuFit fit{.momentsOnHost = momentsOnHost, .hostLayers = 0, .pass = pass};
    const auto isTooMuch = [&](std::int64_t layers) {
        fit.hostLayers = layers;
        return !room_.gpuHolds(planOf(fit));
    };
    const std::int64_t least = options_.leastHostLayers;
    const auto most = static_cast<std::int64_t>(weights_.expertBytes.size());
    if (least == most || isTooMuch(most)) return std::nullopt;
    const auto isMoreTooMuch = [&](std::int64_t more) { return isTooMuch(least + more); };
    fit.hostLayers = least + mostWhere(isMoreTooMuch, most - least - 1) + 1;
    if (!room_.holds(planOf(fit))) return std::nullopt;
    return fit;
}

std::optional<GpuFit> Placing::within(const PassBounds& bounds) const {
    for (const bool momentsOnHost : {false, true}) {
        if (auto fit = largestPass(bounds, kGoodPass, momentsOnHost)) return fit;
    }
    const auto beside = largestPass(bounds, 0, false);
    const auto aside = largestPass(bounds, 0, true);
    if (beside && (!aside || beside->pass.tokens >= aside->pass.tokens)) return beside;
    if (aside) return aside;
    if (!options_.expertsMayStay) return std::nullopt;
    for (const BatchShape& pass : {bounds.largest, bounds.largest.cutTo(bounds.least.tokens)}) {
        const auto near = fewestOnHost(pass, false);
        const auto far = fewestOnHost(pass, true);
        if (near && (!far || near->hostLayers <= far->hostLayers)) return near;
        if (far) return far;
    }
    return std::nullopt;
}

std::int64_t Placing::longestSamples(const PassBounds& bounds) const {
    constexpr std::int64_t kStep = 128;
    const std::int64_t steps = mostWhere(
        [&](std::int64_t some) {
            const BatchShape pass = bounds.largest.cutTo(some * kStep);
            return within({pass, pass}).has_value();
        },
        (bounds.least.tokens - 1) / kStep);
    return steps * kStep;
}

TrainOptions ofAttentionAlone(TrainOptions options) {
    options.targets.targets = attentionTargets();
    options.targets.lora.rank = std::min<std::int64_t>(options.targets.lora.rank, 8);
    return options;
}

// What would fit, as a user may set it: each single change, or several at once.
class Remedies {
  public:
    Remedies(const Room& room, const ModelConfig& config, const DeviceWeightSizes& weights,
             const PassBounds& bounds)
        : room_(room),
          config_(config),
          weights_(weights),
          fewBits_(deviceSizes(config, Preset::Nf4Double)),
          bounds_(bounds) {}

    void addTo(Reason& reason, const TrainOptions& options) const {
        const std::size_t before = reason.parts.size();
        addSingle(reason, options);
        if (reason.parts.size() == before) addSeveral(reason, options);
        if (reason.parts.size() == before) reason.add(ReasonCode::ChooseLessForGpu);
    }

  private:
    std::optional<GpuFit> placed(const DeviceWeightSizes& weights,
                                 const TrainOptions& options) const {
        return Placing(room_, config_, weights, options).within(bounds_);
    }
    void addLayers(Reason& reason, const DeviceWeightSizes& weights, TrainOptions options) const {
        options.expertsMayStay = true;
        if (const auto fit = placed(weights, options)) {
            reason.add(ReasonCode::FitsWithLayersOnCpu,
                       {std::to_string(fit->hostLayers), std::to_string(config_.moeLayers())});
        }
    }
    void addSingle(Reason& reason, const TrainOptions& options) const;
    void addSeveral(Reason& reason, const TrainOptions& options) const;

    const Room& room_;
    const ModelConfig& config_;
    const DeviceWeightSizes& weights_;
    DeviceWeightSizes fewBits_;
    const PassBounds& bounds_;
};

void Remedies::addSingle(Reason& reason, const TrainOptions& options) const {
    TrainOptions frugal = options;
    frugal.checkpointing = true;
    if (!options.checkpointing && placed(weights_, frugal))
        reason.add(ReasonCode::FitsWithCheckpointing);
    TrainOptions packed = frugal;
    packed.optimizer = OptimizerKind::AdamW8;
    if (options.optimizer == OptimizerKind::AdamW && placed(weights_, packed))
        reason.add(ReasonCode::FitsWithPackedMoments);
    const Placing frugally(room_, config_, weights_, frugal);
    if (const std::int64_t length = frugally.longestSamples(bounds_); length > 0)
        reason.add(ReasonCode::FitsWithLength, {std::to_string(length)});
    if (options.targets.method == TrainMethod::Lora) {
        if (placed(fewBits_, frugal)) reason.add(ReasonCode::FitsInNf4);
        const TrainOptions few = ofAttentionAlone(frugal);
        if (placed(weights_, few)) {
            reason.add(ReasonCode::FitsWithAttentionAlone, {std::to_string(few.targets.lora.rank)});
        }
    }
    addLayers(reason, weights_, frugal);
}

void Remedies::addSeveral(Reason& reason, const TrainOptions& options) const {
    if (options.targets.method != TrainMethod::Lora) return;
    TrainOptions least = ofAttentionAlone(options);
    least.checkpointing = true;
    least.optimizer = OptimizerKind::AdamW8;
    const std::string rank = std::to_string(least.targets.lora.rank);
    const Placing placing(room_, config_, fewBits_, least);
    const std::int64_t length =
        placing.within(bounds_) ? bounds_.least.tokens : placing.longestSamples(bounds_);
    if (length > 0) {
        reason.add(ReasonCode::FitsWithAllOfIt, {rank, std::to_string(length)});
        return;
    }
    least.expertsMayStay = true;
    if (!placed(fewBits_, least)) return;
    reason.add(ReasonCode::FitsWithAllOfIt, {rank, std::to_string(bounds_.least.tokens)});
    addLayers(reason, fewBits_, least);
}

}  // namespace

PassBounds passBounds(const EpochShape& shape, const Dataset& training, const Dataset* evaluation) {
    BatchShape least = longestSample(training);
    if (evaluation != nullptr) least = least.joined(longestSample(*evaluation));
    return {.largest = shape.largest.joined(least), .least = least};
}

std::uint64_t gpuReserve(const DeviceMemory& memory) {
    return deviceReserve(memory) + GpuWorkMemory::kOwnBytes;
}

DeviceMemory deviceMemory(const CudaDevice& device, std::uint64_t freeBytes) {
    return {.name = gpuName(device), .totalBytes = device.totalBytes, .freeBytes = freeBytes};
}

TrainMemory memoryOnGpu(const ModelConfig& config, const DeviceWeightSizes& weights,
                        const TrainOptions& options, const BatchShape& largest) {
    return planned(config, weights, options, learningParts(config, options.targets), largest);
}

Result<GpuFit> checkGpuFit(const DeviceMemory& memory, const ModelConfig& config,
                           const DeviceWeightSizes& weights, const TrainOptions& options,
                           const PassBounds& bounds, std::uint64_t computerBytes) {
    const Room room{memory, computerBytes};
    if (const auto fit = Placing(room, config, weights, options).within(bounds)) return *fit;
    const TrainMemory needed =
        memoryOnGpu(config, weights, options, bounds.largest.cutTo(bounds.least.tokens));
    Reason reason = inParts(needed);
    reason.add(ReasonCode::GpuHasMemory,
               {memory.name, bytesInWords(memory.totalBytes), bytesInWords(memory.freeBytes),
                bytesInWords(gpuReserve(memory))});
    if (room.gpuHolds(needed)) {
        reason.add(ReasonCode::ComputerLacksMemoryBeside,
                   {bytesInWords(needed.besideBytes()), bytesInWords(computerBytes)});
    }
    Remedies(room, config, weights, bounds).addTo(reason, options);
    return failure(ErrorCode::OutOfMemory, reason);
}

Result<GpuFit> checkGpuFit(const TrainingGpu& gpu, const ModelConfig& config,
                           const Weights& weights, const TrainOptions& options,
                           const PassBounds& bounds) {
    return checkGpuFit(deviceMemory(gpu.device(), gpu.freeBytes()), config, deviceSizes(weights),
                       options, bounds, readMachineMemory().availableBytes);
}

}  // namespace dsm
