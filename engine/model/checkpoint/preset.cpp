#include "engine/model/checkpoint/preset.h"

#include "engine/model/checkpoint/stored_tensor.h"

namespace dsm {
namespace {

bool isRouted(TensorKind kind) {
    return kind == TensorKind::ExpertGate || kind == TensorKind::ExpertUp ||
           kind == TensorKind::ExpertDown;
}

}  // namespace

std::string_view name(Preset preset) {
    switch (preset) {
        case Preset::Bf16:
            return "bf16";
        case Preset::Q8:
            return "q8";
        case Preset::Q4:
            return "q4";
        case Preset::Q4Small:
            return "q4-small";
        case Preset::Nf4:
            return "nf4";
        case Preset::Nf4Double:
            return "nf4-double";
    }
    return "?";
}

std::optional<Preset> presetNamed(std::string_view text) {
    for (const Preset preset : kPresets) {
        if (name(preset) == text) return preset;
    }
    return std::nullopt;
}

DType storedType(TensorKind kind, Preset preset) {
    if (staysPlain(kind)) return DType::BF16;
    switch (preset) {
        case Preset::Bf16:
            return DType::BF16;
        case Preset::Q8:
            return DType::Q8;
        case Preset::Q4:
            return isRouted(kind) ? DType::Q4 : DType::Q8;
        case Preset::Q4Small:
            return DType::Q4;
        case Preset::Nf4:
        case Preset::Nf4Double:
            return kind == TensorKind::Embedding || kind == TensorKind::Head ? DType::BF16
                                                                             : DType::NF4;
    }
    return DType::BF16;
}

std::optional<Quantization> quantizationOf(Preset preset, const std::string& sourceSha256) {
    if (preset == Preset::Bf16) return std::nullopt;
    const bool isNf4 = preset == Preset::Nf4 || preset == Preset::Nf4Double;
    return Quantization{
        .method = isNf4 ? Quantization::Method::BitsAndBytes : Quantization::Method::DeepSeekMoe,
        .preset = std::string(name(preset)),
        .sourceSha256 = sourceSha256};
}

std::uint64_t presetBytes(const ModelConfig& config, Preset preset) {
    std::uint64_t bytes = 0;
    for (const TensorSpec& spec : tensorTable(config))
        bytes += weightBytes(spec, storedType(spec.kind, preset), hasNestedScales(preset));
    return bytes;
}

}  // namespace dsm
