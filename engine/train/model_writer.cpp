#include "engine/train/model_writer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "engine/format/checkpoint_writer.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> storedBytes(std::span<const float> values, DType type) {
    const auto bytes = std::as_bytes(values);
    if (type == DType::F32) return {bytes.begin(), bytes.end()};
    std::vector<BFloat16> halves(values.size());
    std::transform(values.begin(), values.end(), halves.begin(), toBFloat16);
    const auto narrow = std::as_bytes(std::span<const BFloat16>(halves));
    return {narrow.begin(), narrow.end()};
}

// Everything that is no weight and no index of weights: config, tokenizer, licence.
Result<void> copyOtherFiles(const fs::path& source, const fs::path& folder) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(source, error)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || name.ends_with(".safetensors") ||
            name.ends_with(".safetensors.index.json") || name.ends_with(".bin")) {
            continue;
        }
        fs::copy_file(entry.path(), folder / name, fs::copy_options::overwrite_existing, error);
        if (error) break;
    }
    if (error) return failure(ErrorCode::Io, folder.string() + ": " + error.message() + ".");
    return {};
}

}  // namespace

Result<void> writeTrainedModel(const fs::path& folder, const fs::path& source,
                               const ModelConfig& config, const TrainableWeights& weights) {
    const DType type = config.dtype == DType::F32 ? DType::F32 : DType::BF16;
    std::map<std::string_view, const Parameter*> parameters;
    for (const Parameter& p : weights.parameters())
        parameters[p.name] = &p;
    const std::vector<TensorSpec> table = tensorTable(config);
    std::vector<TensorDeclaration> tensors;
    for (const TensorSpec& spec : table)
        tensors.push_back({spec.name, std::string(name(type)), spec.shape()});
    CheckpointWriter writer(folder, std::move(tensors));
    for (const TensorSpec& spec : table) {
        const Parameter* p = parameters.at(spec.name);  // in full, all learn
        const std::span<const float> values = weights.values().subspan(
            static_cast<std::size_t>(p->offset), static_cast<std::size_t>(p->size()));
        if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
            return failure(ErrorCode::Malformed,
                           "Tensor " + spec.name + " holds numbers that are not finite.");
        }
        if (auto ok = writer.append(storedBytes(values, type)); !ok) return ok;
    }
    if (auto ok = writer.finish(); !ok) return ok;
    return copyOtherFiles(source, folder);
}

}  // namespace dsm
