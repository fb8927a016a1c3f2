#include "engine/model/device/device_weights.h"

#include <algorithm>

namespace dsm {
namespace {

using Bytes = std::span<const std::byte>;

Bytes bytesAt(const void* data, std::int64_t count) {
    return {static_cast<const std::byte*>(data), static_cast<std::size_t>(count)};
}

// One of the pieces of memory that a weight consists of, and the pointer to it.
struct Part {
    Bytes bytes;
    const void** pointer;
};

template <class T>
const void** place(const T*& pointer) {
    return reinterpret_cast<const void**>(&pointer);
}

// Of the memory of the host.
std::vector<Part> partsOf(Weight& weight, Nf4Scales& scales) {
    if (weight.type != DType::NF4) {
        return {
            {bytesAt(weight.data, static_cast<std::int64_t>(weight.sizeBytes())), &weight.data}};
    }
    const std::int64_t count = weight.rows * weight.cols;
    const std::int64_t blocks = nf4Blocks(count);
    std::vector<Part> parts{{bytesAt(weight.data, (count + 1) / 2), &weight.data}};
    if (scales.absmax != nullptr) {
        parts.push_back({bytesAt(scales.absmax, 4 * blocks), place(scales.absmax)});
        return parts;
    }
    parts.push_back({bytesAt(scales.absmaxCode, blocks), place(scales.absmaxCode)});
    parts.push_back(
        {bytesAt(scales.nestedAbsmax, 4 * nf4NestedBlocks(count)), place(scales.nestedAbsmax)});
    parts.push_back({bytesAt(scales.nestedMap, 4 * 256), place(scales.nestedMap)});
    return parts;
}

bool hasNestedScales(const Weight& weight) {
    return weight.type == DType::NF4 && weight.nf4->absmax == nullptr;
}

// What a device has of nested scales beside their codes, in one piece (device_weight.h).
std::vector<float> nestedTables(const Weight& weight) {
    const Nf4Scales& scales = *weight.nf4;
    const std::int64_t nested = nf4NestedBlocks(weight.rows * weight.cols);
    std::vector<float> tables{scales.offset};
    tables.insert(tables.end(), scales.nestedMap, scales.nestedMap + 256);
    tables.insert(tables.end(), scales.nestedAbsmax, scales.nestedAbsmax + nested);
    return tables;
}

Nf4Scales scalesOf(const Weight& weight) {
    return weight.nf4 != nullptr ? *weight.nf4 : Nf4Scales{};
}

// Moves weights, and counts what has been moved.
class Mover {
  public:
    Mover(Weights& weights, GpuSession& gpu, GpuTransfer& transfer, const ProgressSink& progress,
          std::stop_token stop, std::uint64_t totalBytes)
        : weights_(weights),
          gpu_(gpu),
          transfer_(transfer),
          progress_(progress),
          stop_(std::move(stop)),
          totalBytes_(totalBytes) {}

    // Into one piece of GPU memory, one after the other.
    Result<void> move(const std::vector<Weight*>& some) {
        std::uint64_t bytes = 0;
        for (const Weight* weight : some)
            bytes += deviceBytes(*weight);
        auto memory = gpu_.allocate(bytes, "the weights");
        if (!memory) return tl::unexpected(memory.error());
        weights_.hold(*memory);
        std::byte* next = memory->get();
        for (Weight* weight : some) {
            if (auto moved = moveOne(*weight, next); !moved) return moved;
        }
        return {};
    }

  private:
    Result<void> moveOne(Weight& weight, std::byte*& next) {
        Nf4Scales scales = scalesOf(weight);
        std::vector<float> tables;
        std::vector<Part> parts = partsOf(weight, scales);
        if (hasNestedScales(weight)) {
            tables = nestedTables(weight);
            parts.resize(2);  // levels and codes
            parts.push_back({std::as_bytes(std::span(tables)), place(scales.nestedMap)});
        }
        for (const Part& part : parts) {
            if (auto put = transfer_.put(next, part.bytes, stop_); !put) return put;
            *part.pointer = next;
            next += onDeviceBoundary(part.bytes.size());
            movedBytes_ += onDeviceBoundary(part.bytes.size());
        }
        if (!tables.empty()) {
            scales.nestedMap += 1;  // behind the offset
            scales.nestedAbsmax = scales.nestedMap + 256;
        }
        if (weight.nf4 != nullptr) weight.nf4 = weights_.holdScales(scales);
        const double share = static_cast<double>(movedBytes_) / static_cast<double>(totalBytes_);
        if (progress_) progress_(std::min(share, 1.0));
        return {};
    }

    Weights& weights_;
    GpuSession& gpu_;
    GpuTransfer& transfer_;
    const ProgressSink& progress_;
    std::stop_token stop_;
    std::uint64_t totalBytes_;
    std::uint64_t movedBytes_ = 0;
};

}  // namespace

Result<void> placeOnDevice(Weights& weights, const DevicePlan& plan, GpuSession& gpu,
                           GpuTransfer& transfer, const ProgressSink& progress,
                           const std::stop_token& stop) {
    Mover mover(weights, gpu, transfer, progress, stop, plan.weightBytes);
    if (auto moved = mover.move(weights.fixedWeights()); !moved) return moved;
    std::int64_t left = plan.expertLayers;
    for (std::size_t layer = 0; layer < weights.layers().size() && left > 0; ++layer) {
        if (!weights.layers()[layer].isMoe()) continue;
        const auto experts = weights.routedExperts(static_cast<std::int64_t>(layer));
        if (auto moved = mover.move(experts); !moved) return moved;
        --left;
    }
    return gpu.finish();
}

Result<void> keepOnHost(const Weights& weights, const DevicePlan& plan, Residency residency,
                        const std::stop_token& stop) {
    std::int64_t moved = plan.expertLayers;
    for (const LayerWeights& layer : weights.layers()) {
        if (!layer.isMoe() || moved-- > 0) continue;
        for (const auto* experts : {&layer.expertGate, &layer.expertUp, &layer.expertDown}) {
            for (Weight weight : *experts) {
                Nf4Scales scales = scalesOf(weight);
                for (const Part& part : partsOf(weight, scales)) {
                    if (auto kept = reside(part.bytes, residency, stop); !kept) return kept;
                }
            }
        }
    }
    return {};
}

}  // namespace dsm
