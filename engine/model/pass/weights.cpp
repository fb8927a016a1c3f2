#include "engine/model/pass/weights.h"

#include "engine/model/checkpoint/tensor_slot.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <span>

#include "engine/model/checkpoint/tensor_check.h"
#include "kernels/base/reason.h"
#include "kernels/base/weight_blocks.h"

namespace dsm {
namespace {

// What an address must be a multiple of for the operations: blocks are read as whole cache lines.
std::uintptr_t boundaryOf(DType type) {
    if (isBlocked(type)) return 64;
    return isPlain(type) ? dsm::sizeBytes(type) : 1;
}

bool isOn(const void* address, std::uintptr_t boundary) {
    return reinterpret_cast<std::uintptr_t>(address) % boundary == 0;
}

}  // namespace

Weight& Weights::slot(const TensorSpec& spec) {
    return slotOf(spec, embedding_, finalNorm_, head_, layers_);
}

const Weight& Weights::weightOf(const TensorSpec& spec) const {
    return const_cast<Weights*>(this)->slot(spec);  // which changes nothing
}

const void* Weights::aligned(std::span<const std::byte> bytes, std::uintptr_t boundary) {
    if (isOn(bytes.data(), boundary)) return bytes.data();
    Buffer<std::byte> copy(bytes.size());
    std::memcpy(copy.data(), bytes.data(), bytes.size());
    converted_.push_back(std::move(copy));
    return converted_.back().data();
}

const void* Weights::widened(std::span<const std::byte> halves) {
    const std::size_t count = halves.size() / sizeof(std::uint16_t);
    Buffer<std::byte> copy(count * sizeof(float));
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t half = 0;
        std::memcpy(&half, halves.data() + i * sizeof half, sizeof half);
        const float value = halfToFloat(half);
        std::memcpy(copy.data() + i * sizeof value, &value, sizeof value);
    }
    converted_.push_back(std::move(copy));
    return converted_.back().data();
}

const Nf4Scales* Weights::scalesOf(const StoredTensor& stored) {
    const auto floats = [this](std::span<const std::byte> bytes) {
        return static_cast<const float*>(aligned(bytes, alignof(float)));
    };
    Nf4Scales scales;
    if (!stored.absmax.empty()) {
        scales.absmax = floats(stored.absmax);
    } else {
        scales.absmaxCode = reinterpret_cast<const std::uint8_t*>(stored.absmaxCode.data());
        scales.nestedAbsmax = floats(stored.nestedAbsmax);
        scales.nestedMap = floats(stored.nestedMap);
        scales.offset = stored.offset;
    }
    return &nf4_.emplace_back(scales);
}

Result<Weight> Weights::bring(const TensorSpec& spec, const StoredTensor& stored) {
    Weight weight{.data = nullptr, .type = stored.type, .rows = spec.rows, .cols = spec.cols};
    try {
        if (stored.type == DType::F16) {
            weight.type = DType::F32;
            weight.data = widened(stored.data);
        } else {
            weight.data = aligned(stored.data, boundaryOf(stored.type));
        }
        if (stored.type == DType::NF4) weight.nf4 = scalesOf(stored);
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryForTensor,
                       {spec.name, std::to_string(spec.rows * spec.cols)});
    }
    return weight;
}

Result<Weights> Weights::load(Checkpoint checkpoint, const ModelConfig& config,
                              const ProgressSink& progress, std::stop_token stop,
                              Residency residency) {
    if (auto checked = checkTensors(checkpoint, config); !checked) {
        return tl::unexpected(checked.error());
    }
    Weights weights(std::move(checkpoint));
    weights.layers_.resize(static_cast<std::size_t>(config.layers));
    for (std::size_t i = 0; i < weights.layers_.size(); ++i) {
        if (!config.isMoeLayer(static_cast<int>(i))) continue;
        const auto experts = static_cast<std::size_t>(config.routedExperts);
        weights.layers_[i].expertGate.resize(experts);
        weights.layers_[i].expertUp.resize(experts);
        weights.layers_[i].expertDown.resize(experts);
    }
    const std::vector<TensorSpec> table = tensorTable(config);
    const auto totalBytes = static_cast<double>(weights.checkpoint_.totalBytes());
    std::uint64_t doneBytes = 0;
    for (const TensorSpec& spec : table) {
        const auto stored = findStored(weights.checkpoint_, spec);
        DSM_CHECK(stored.has_value());  // checkTensors() saw it
        if (stop.stop_requested()) return cancelled();
        if (auto resides = reside(stored->data, residency, stop); !resides) {
            return tl::unexpected(resides.error());
        }
        Result<Weight> weight = weights.bring(spec, *stored);
        if (!weight) return tl::unexpected(weight.error());
        weights.slot(spec) = *weight;
        weights.sizeBytes_ += weight->sizeBytes();
        for (const std::string& part : stored->names)
            doneBytes += weights.checkpoint_.find(part)->info->sizeBytes();
        if (progress) progress(static_cast<double>(doneBytes) / std::max(totalBytes, 1.0));
    }
    if (auto cut = weights.changedFile(); cut) return tl::unexpected(std::move(*cut));
    return weights;
}

std::vector<Weight*> Weights::routedExperts(std::int64_t layer) {
    LayerWeights& of = layers_[static_cast<std::size_t>(layer)];
    std::vector<Weight*> all;
    for (auto* experts : {&of.expertGate, &of.expertUp, &of.expertDown}) {
        for (Weight& weight : *experts)
            all.push_back(&weight);
    }
    return all;
}

std::vector<Weight*> Weights::fixedWeights() {
    std::vector<Weight*> all{&embedding_};
    for (LayerWeights& layer : layers_) {
        all.insert(all.end(), {&layer.inputNorm, &layer.query, &layer.key, &layer.value,
                               &layer.attentionOutput, &layer.postAttentionNorm});
        if (layer.isMoe()) all.push_back(&layer.router);
        all.insert(all.end(), {&layer.sharedGate, &layer.sharedUp, &layer.sharedDown});
    }
    all.insert(all.end(), {&finalNorm_, &head_});
    return all;
}

}  // namespace dsm
