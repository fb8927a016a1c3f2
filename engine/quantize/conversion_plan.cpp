#include "engine/quantize/conversion_plan.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "engine/model/checkpoint/stored_tensor.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

Result<std::vector<PlannedTensor>> planTensors(const Checkpoint& checkpoint,
                                               const std::vector<TensorSpec>& table,
                                               const ConversionWish& wish) {
    std::vector<PlannedTensor> tensors;
    for (const TensorSpec& spec : table) {
        const auto stored = findStored(checkpoint, spec);
        if (!stored) return tl::unexpected(stored.error());
        if (!isPlain(stored->type)) {
            return failure(ErrorCode::Unsupported, ReasonCode::ModelConverted,
                           {wish.source.string(), spec.name, std::string(name(stored->type))});
        }
        const DType type =
            staysPlain(spec.kind) ? stored->type : storedType(spec.kind, wish.preset);
        tensors.push_back({spec, type, {stored->data.data(), stored->type, spec.rows, spec.cols}});
    }
    return tensors;
}

}  // namespace

Result<ConversionPlan> planConversion(const Checkpoint& checkpoint,
                                      const std::vector<TensorSpec>& table,
                                      const ConversionWish& wish) {
    auto tensors = planTensors(checkpoint, table, wish);
    if (!tensors) return tl::unexpected(tensors.error());
    const bool nested = hasNestedScales(wish.preset);
    ConversionPlan plan;
    std::stable_partition(tensors->begin(), tensors->end(), [&](const PlannedTensor& tensor) {
        return keepsBoundary(tensor.spec, tensor.type, nested);
    });
    for (PlannedTensor& tensor : *tensors) {
        auto parts = declareStored(tensor.spec, tensor.type, nested);
        std::uint64_t size = 0;
        for (const TensorDeclaration& part : parts)
            size += part.sizeBytes();
        if (plan.shards.empty() || plan.shards.back().sizeBytes + size > wish.maximumShardBytes) {
            plan.shards.emplace_back();
        }
        PlannedShard& shard = plan.shards.back();
        shard.sizeBytes += size;
        const std::uint64_t read = weightBytes(tensor.spec, tensor.source.type, false);
        shard.sourceBytes += read;
        plan.sourceBytes += read;
        std::move(parts.begin(), parts.end(), std::back_inserter(shard.file.tensors));
        shard.tensors.push_back(std::move(tensor));
    }
    for (std::size_t i = 0; i < plan.shards.size(); ++i)
        plan.shards[i].file.fileName = shardFileName(i, plan.shards.size());
    return plan;
}

}  // namespace dsm
