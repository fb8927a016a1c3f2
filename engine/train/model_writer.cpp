#include "engine/train/model_writer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "engine/format/checkpoint_writer.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/checkpoint/model_files.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceNumbers = std::size_t{1} << 19;

DType storedType(const ModelConfig& config) {
    return config.dtype == DType::F32 ? DType::F32 : DType::BF16;
}

Result<void> appendStored(std::span<const float> values, DType type, CheckpointWriter& writer) {
    if (type == DType::F32) return writer.append(std::as_bytes(values));
    std::vector<BFloat16> halves;
    while (!values.empty()) {
        const auto piece = values.first(std::min(kPieceNumbers, values.size()));
        halves.resize(piece.size());
        std::transform(piece.begin(), piece.end(), halves.begin(), toBFloat16);
        if (auto ok = writer.append(std::as_bytes(std::span<const BFloat16>(halves))); !ok)
            return ok;
        values = values.subspan(piece.size());
    }
    return {};
}

// By their names, which are those of tensors without ".weight" for factors.
std::map<std::string, std::span<const float>, std::less<>> numbersByName(
    const TrainableWeights& weights) {
    std::map<std::string, std::span<const float>, std::less<>> numbers;
    for (const Parameter& p : weights.parameters()) {
        numbers[p.name] = weights.values().subspan(static_cast<std::size_t>(p.offset),
                                                   static_cast<std::size_t>(p.size()));
    }
    return numbers;
}

}  // namespace

Result<void> writeTrainedModel(const fs::path& folder, const fs::path& source,
                               const ModelConfig& config, const TrainableWeights& weights) {
    const DType type = storedType(config);
    const auto numbers = numbersByName(weights);
    const std::vector<TensorSpec> table = tensorTable(config);
    std::vector<TensorDeclaration> tensors;
    for (const TensorSpec& spec : table)
        tensors.push_back({spec.name, std::string(name(type)), spec.shape()});
    CheckpointWriter writer(folder, std::move(tensors));
    for (const TensorSpec& spec : table) {
        const std::span<const float> values = numbers.at(spec.name);  // in full, all learn
        if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
            return failure(ErrorCode::Malformed,
                           "Tensor " + spec.name + " holds numbers that are not finite.");
        }
        if (auto ok = appendStored(values, type, writer); !ok) return ok;
    }
    if (auto ok = writer.finish(); !ok) return ok;
    if (auto ok = copyModelFiles(source, folder); !ok) return ok;
    return copyConfigOfType(source, folder, type == DType::F32 ? "float32" : "bfloat16");
}

Result<void> writeTrainedAdapter(const fs::path& folder, const fs::path& base,
                                 const ModelConfig& config, const TrainableWeights& weights) {
    LoraAdapter adapter = weights.adapterShape();
    adapter.baseModel = base.string();
    const auto numbers = numbersByName(weights);
    return writeAdapter(folder, adapter, config, [&](const std::string& tensor) {
        auto found = numbers.find(tensor);
        if (found == numbers.end()) {
            constexpr std::string_view kWeight = ".weight";
            found =
                numbers.find(std::string_view(tensor).substr(0, tensor.size() - kWeight.size()));
        }
        DSM_CHECK(found != numbers.end());
        return found->second;
    });
}

std::uint64_t resultBytes(const ModelConfig& config, const TrainTargets& targets,
                          std::int64_t learning) {
    const bool isWhole = targets.method == TrainMethod::Full;
    const std::size_t each = isWhole ? sizeBytes(storedType(config)) : sizeof(float);
    return static_cast<std::uint64_t>(learning) * each;
}

}  // namespace dsm
