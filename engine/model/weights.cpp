#include "engine/model/weights.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <span>

namespace dsm {
namespace {

constexpr std::size_t kTouchBytes = 8U << 20;  // between two looks at the stop token
constexpr std::size_t kPageBytes = 4096;

DType storedType(const TensorInfo& info) {
    if (info.dtypeName == "F32") return DType::F32;
    if (info.dtypeName == "F16") return DType::F16;
    DSM_CHECK(info.dtypeName == "BF16");  // checkTensors() allows no other
    return DType::BF16;
}

// Reads one byte of every page, so that the first token does not wait for the disk. False when
// asked to stop.
bool bringIntoMemory(std::span<const std::byte> bytes, const std::stop_token& stop) {
    for (std::size_t begin = 0; begin < bytes.size(); begin += kTouchBytes) {
        if (stop.stop_requested()) return false;
        const std::size_t end = std::min(begin + kTouchBytes, bytes.size());
        for (std::size_t at = begin; at < end; at += kPageBytes) {
            static_cast<void>(*static_cast<const volatile std::byte*>(&bytes[at]));
        }
    }
    return true;
}

}  // namespace

Weight& Weights::slot(const TensorSpec& spec) {
    switch (spec.kind) {
        case TensorKind::Embedding:
            return embedding_;
        case TensorKind::FinalNorm:
            return finalNorm_;
        case TensorKind::Head:
            return head_;
        default:
            break;
    }
    LayerWeights& layer = layers_[static_cast<std::size_t>(spec.layer)];
    const auto expert = static_cast<std::size_t>(std::max(spec.expert, 0));
    switch (spec.kind) {
        case TensorKind::InputNorm:
            return layer.inputNorm;
        case TensorKind::Query:
            return layer.query;
        case TensorKind::Key:
            return layer.key;
        case TensorKind::Value:
            return layer.value;
        case TensorKind::AttentionOutput:
            return layer.attentionOutput;
        case TensorKind::PostAttentionNorm:
            return layer.postAttentionNorm;
        case TensorKind::Router:
            return layer.router;
        case TensorKind::ExpertGate:
            return layer.expertGate[expert];
        case TensorKind::ExpertUp:
            return layer.expertUp[expert];
        case TensorKind::ExpertDown:
            return layer.expertDown[expert];
        case TensorKind::DenseGate:
        case TensorKind::SharedGate:
            return layer.sharedGate;
        case TensorKind::DenseUp:
        case TensorKind::SharedUp:
            return layer.sharedUp;
        case TensorKind::DenseDown:
        case TensorKind::SharedDown:
            return layer.sharedDown;
        case TensorKind::Embedding:
        case TensorKind::FinalNorm:
        case TensorKind::Head:
            break;
    }
    DSM_CHECK(false);
    return embedding_;
}

Result<Weight> Weights::bring(const TensorSpec& spec) {
    const auto found = checkpoint_.find(spec.name);
    DSM_CHECK(found.has_value());  // checkTensors() saw it
    const std::span<const std::byte> bytes = found->file->bytes(*found->info);
    Weight weight{bytes.data(), storedType(*found->info), spec.rows, spec.cols};
    const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
    const bool aligned = address % dsm::sizeBytes(weight.type) == 0;
    if (weight.type != DType::F16 && aligned) return weight;

    const auto count = static_cast<std::size_t>(spec.rows * spec.cols);
    try {
        if (weight.type == DType::F16) {
            Buffer<std::byte> copy(count * sizeof(float));
            for (std::size_t i = 0; i < count; ++i) {
                std::uint16_t half = 0;
                std::memcpy(&half, bytes.data() + i * sizeof half, sizeof half);
                const float value = halfToFloat(half);
                std::memcpy(copy.data() + i * sizeof value, &value, sizeof value);
            }
            weight.type = DType::F32;
            converted_.push_back(std::move(copy));
        } else {
            Buffer<std::byte> copy(bytes.size());
            std::memcpy(copy.data(), bytes.data(), bytes.size());
            converted_.push_back(std::move(copy));
        }
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, "Not enough memory to convert " + spec.name + " (" +
                                                   std::to_string(count) + " numbers).");
    }
    weight.data = converted_.back().data();
    return weight;
}

Result<Weights> Weights::load(Checkpoint checkpoint, const ModelConfig& config,
                              const ProgressSink& progress, std::stop_token stop) {
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
        const auto found = weights.checkpoint_.find(spec.name);
        const std::span<const std::byte> bytes = found->file->bytes(*found->info);
        if (!bringIntoMemory(bytes, stop)) return cancelled();
        Result<Weight> weight = weights.bring(spec);
        if (!weight) return tl::unexpected(weight.error());
        weights.slot(spec) = *weight;
        weights.sizeBytes_ += weight->sizeBytes();
        doneBytes += bytes.size();
        if (progress) progress(static_cast<double>(doneBytes) / std::max(totalBytes, 1.0));
    }
    return weights;
}

}  // namespace dsm
