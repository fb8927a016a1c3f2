#include "engine/model/adapter/adapter_content.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "kernels/base/dtype.h"
#include "kernels/base/log.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

// Matrices that may have factors.
bool takesFactors(const TensorSpec& spec) {
    return !spec.isNorm() && spec.kind != TensorKind::Embedding;
}

}  // namespace

AdapterContent::AdapterContent(SafetensorsFile file, AdapterSettings settings,
                               std::string configName, const ModelConfig& config)
    : file_(std::move(file)),
      settings_(std::move(settings)),
      configName_(std::move(configName)),
      table_(tensorTable(config)) {
    for (const TensorSpec& spec : table_)
        specs_.emplace(spec.module(), &spec);
}

Result<void> AdapterContent::place(const AdapterTensor& tensor, const TensorInfo& info) {
    const auto spec = specs_.find(tensor.module);
    const bool isFactor =
        tensor.part == AdapterTensor::Part::A || tensor.part == AdapterTensor::Part::B;
    if (spec == specs_.end() || (isFactor && !takesFactors(*spec->second))) {
        return refuse(ErrorCode::Malformed, info.name, ReasonCode::AdapterOfOtherModel);
    }
    if (!tensor.adapterName.empty()) {
        if (firstNamed_ != nullptr && adapterName_ != tensor.adapterName) {
            return refuse(ErrorCode::Unsupported, info.name,
                          {ReasonCode::AdapterHoldsAnother, {firstNamed_->name}});
        }
        firstNamed_ = &info;
        adapterName_ = tensor.adapterName;
    }
    Parts& parts = found_[tensor.module];
    const TensorInfo*& place = tensor.part == AdapterTensor::Part::A   ? parts.a
                               : tensor.part == AdapterTensor::Part::B ? parts.b
                                                                       : parts.whole;
    if (place != nullptr) {
        return refuse(ErrorCode::Malformed, info.name,
                      {ReasonCode::AdapterTensorTwice, {place->name}});
    }
    place = &info;
    if (tensor.part == AdapterTensor::Part::Base) parts.isBase = true;
    return {};
}

Result<void> AdapterContent::sort() {
    for (const TensorInfo& info : file_.tensors()) {
        const auto tensor = adapterTensorNamed(info.name);
        if (!tensor) return refuse(tensor.error().code, info.name, reasonOf(tensor.error()));
        if (!*tensor) continue;
        if (info.dtypeName != "F32" && info.dtypeName != "BF16" && info.dtypeName != "F16") {
            return refuse(ErrorCode::Unsupported, info.name,
                          {ReasonCode::AdapterType, {info.dtypeName}});
        }
        if (auto placed = place(**tensor, info); !placed) return placed;
    }
    return {};
}

Result<void> AdapterContent::checkShape(const TensorInfo& info,
                                        std::span<const std::int64_t> expected) const {
    if (std::ranges::equal(info.shape, expected)) return {};
    return refuse(ErrorCode::Malformed, info.name,
                  {ReasonCode::AdapterShape, {shapeText(info.shape), shapeText(expected)}});
}

Result<std::vector<float>> AdapterContent::numbers(const TensorInfo& info) const {
    const std::span<const std::byte> bytes = file_.bytes(info);
    const bool isFloat32 = info.dtypeName == "F32";
    std::vector<float> values(bytes.size() / (isFloat32 ? 4 : 2));
    if (isFloat32) std::memcpy(values.data(), bytes.data(), bytes.size());
    for (std::size_t i = 0; i < values.size() && !isFloat32; ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, bytes.data() + 2 * i, 2);
        values[i] = info.dtypeName == "BF16" ? toFloat(BFloat16{bits}) : halfToFloat(bits);
    }
    dropPages(bytes);
    if (file_.isChanged()) return tl::unexpected(fileWasChanged(file_.name()));
    const bool isFinite =
        std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
    if (isFinite) return values;
    return refuse(ErrorCode::Malformed, info.name, ReasonCode::AdapterNotFinite);
}

// Without a word on targets in the file, the tensors are the targets.
Result<bool> AdapterContent::isTarget(const std::string& module) const {
    if (!settings_.targets.areSaid()) return !settings_.targets.saves(module);
    auto targeted = settings_.targets.targets(module);
    if (!targeted) return refuseSettings(targeted.error());
    return targeted;
}

Result<void> AdapterContent::checkFactors(const TensorSpec& spec, Parts& parts) const {
    if (parts.a == nullptr || parts.b == nullptr) {
        const TensorInfo& there = *(parts.a != nullptr ? parts.a : parts.b);
        return refuse(ErrorCode::NotFound, there.name, ReasonCode::AdapterFactorMissing);
    }
    const std::string module = spec.module();
    const std::int64_t rank = parts.a->shape.empty() ? 0 : parts.a->shape.front();
    if (rank <= 0) return refuse(ErrorCode::Malformed, parts.a->name, ReasonCode::AdapterNoRows);
    if (auto fits = checkShape(*parts.a, std::array{rank, spec.cols}); !fits) return fits;
    if (auto fits = checkShape(*parts.b, std::array{spec.rows, rank}); !fits) return fits;
    const auto own = settings_.of(module);
    if (!own) return refuseSettings(own.error());
    if (own->rank != rank) {
        return refuse(ErrorCode::Malformed, parts.a->name,
                      {ReasonCode::AdapterRank,
                       {std::to_string(rank), configName_, std::to_string(own->rank)}});
    }
    parts.scaling = own->scaling();
    const auto targeted = isTarget(module);
    if (!targeted) return tl::unexpected(targeted.error());
    if (*targeted) return {};
    return refuse(ErrorCode::Malformed, parts.a->name,
                  {ReasonCode::AdapterLeavesOut, {configName_}});
}

Result<void> AdapterContent::checkWhole(const TensorSpec& spec, const Parts& parts) const {
    if (auto fits = checkShape(*parts.whole, spec.shape()); !fits) return fits;
    if (parts.isBase || !takesFactors(spec)) return {};
    const std::string module = spec.module();
    if (settings_.targets.saves(module)) return {};
    const auto targeted = isTarget(module);
    if (!targeted) return tl::unexpected(targeted.error());
    const bool hasFactors = parts.a != nullptr;
    if (!hasFactors && (!*targeted || !settings_.targets.areSaid())) return {};
    return refuse(ErrorCode::Malformed, parts.whole->name,
                  {ReasonCode::AdapterWholeIgnored, {configName_}});
}

Result<void> AdapterContent::checkParts(const TensorSpec& spec, Parts& parts) const {
    if (parts.a != nullptr || parts.b != nullptr) {
        if (auto fit = checkFactors(spec, parts); !fit) return fit;
    }
    return parts.whole == nullptr ? Result<void>() : checkWhole(spec, parts);
}

// A module saved whole that is not there would silently be the base's. One without factors is as
// PEFT leaves it too: B begins as zero.
Result<void> AdapterContent::checkNothingIsMissing() const {
    std::size_t without = 0;
    std::string first;
    for (const TensorSpec& spec : table_) {
        const std::string module = spec.module();
        const auto found = found_.find(module);
        if (settings_.targets.saves(module) &&
            (found == found_.end() || found->second.whole == nullptr)) {
            return failure(ErrorCode::NotFound, ReasonCode::AdapterModuleMissing,
                           {file_.name(), configName_, module});
        }
        if (found != found_.end() || !takesFactors(spec) || !settings_.targets.areSaid()) continue;
        const auto targeted = isTarget(module);
        if (!targeted) return tl::unexpected(targeted.error());
        if (!*targeted || !settings_.targets.isCertain(module)) continue;
        if (without++ == 0) first = module;
    }
    if (without > 0) {
        logMessage(LogLevel::Warning, file_.name() + " has no factors for " +
                                          std::to_string(without) +
                                          " modules that target_modules names, the first is " +
                                          first + ". They compute as in the base model.");
    }
    return {};
}

Result<void> AdapterContent::check() {
    if (auto sorted = sort(); !sorted) return sorted;
    for (auto& [module, parts] : found_) {
        if (auto fits = checkParts(*specs_.at(module), parts); !fits) return fits;
    }
    if (found_.empty()) {
        return failure(ErrorCode::Malformed, ReasonCode::AdapterFitsNothing, {file_.name()});
    }
    return checkNothingIsMissing();
}

Result<std::optional<LoraModule>> AdapterContent::factorsOf(const TensorSpec& spec) const {
    const auto found = found_.find(spec.module());
    if (found == found_.end() || found->second.a == nullptr) return std::nullopt;
    const Parts& parts = found->second;
    LoraModule module;
    module.name = found->first;
    module.rank = parts.a->shape.front();
    module.inputs = spec.cols;
    module.outputs = spec.rows;
    module.scaling = parts.scaling;
    auto in = numbers(*parts.a);
    if (!in) return tl::unexpected(in.error());
    auto out = numbers(*parts.b);
    if (!out) return tl::unexpected(out.error());
    module.a = std::move(*in);
    module.b = std::move(*out);
    return module;
}

Result<std::optional<SavedModule>> AdapterContent::savedOf(const TensorSpec& spec) const {
    const auto found = found_.find(spec.module());
    if (found == found_.end() || found->second.whole == nullptr) return std::nullopt;
    auto weight = numbers(*found->second.whole);
    if (!weight) return tl::unexpected(weight.error());
    return SavedModule{found->first, spec.rows, spec.cols, std::move(*weight)};
}

bool AdapterContent::holdsWhole(const TensorSpec& spec) const {
    const auto found = found_.find(spec.module());
    return found != found_.end() && found->second.whole != nullptr;
}

}  // namespace dsm
