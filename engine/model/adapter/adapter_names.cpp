#include "engine/model/adapter/adapter_names.h"

#include <algorithm>
#include <iterator>

#include "kernels/base/reason.h"

namespace dsm {
namespace {

using NamePart = AdapterTensor::Part;

enum class Use { Honoured, Harmless, Refused };

struct Marker {
    std::string_view word;  // the component of the name
    Use use;
    NamePart part;         // of Honoured
    std::string_view why;  // of Harmless; of Refused the method's name
};

constexpr std::string_view kOfEmbedding = "embedding";
constexpr std::string_view kRowsOfEmbedding = "rows";
constexpr std::string_view kArrow = "Arrow";

// clang-format off
constexpr Marker kMarkers[] = {
    {"lora_A", Use::Honoured, NamePart::A, ""},
    {"lora_B", Use::Honoured, NamePart::B, ""},
    {"modules_to_save", Use::Honoured, NamePart::Whole, ""},
    {"base_layer", Use::Honoured, NamePart::Base, ""},
    {"original_module", Use::Harmless, {}, "the base's own weight beside the one that takes its place"},
    {"lora_velora_embed", Use::Harmless, {}, "of the way back alone"},
    {"lora_embedding_A", Use::Refused, {}, kOfEmbedding},
    {"lora_embedding_B", Use::Refused, {}, kOfEmbedding},
    {"lora_magnitude_vector", Use::Refused, {}, "DoRA"},
    {"lora_diag", Use::Refused, {}, "KaSA"},
    {"lora_monteclora_sampler", Use::Refused, {}, "MonteCLoRA"},
    {"lora_arrow", Use::Refused, {}, kArrow},
    {"token_adapter", Use::Refused, {}, kRowsOfEmbedding},
    {"trainable_tokens_delta", Use::Refused, {}, kRowsOfEmbedding},
};
// clang-format on

const Marker* markerOf(std::string_view word) {
    const auto* const found = std::find_if(std::begin(kMarkers), std::end(kMarkers),
                                           [&](const Marker& one) { return one.word == word; });
    return found == std::end(kMarkers) ? nullptr : found;
}

// The first component that is a marker; the name's parts before and behind it.
struct Split {
    const Marker* marker = nullptr;
    std::string_view before, behind;
};

Split splitAtMarker(std::string_view path) {
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        if (const Marker* marker = markerOf(path.substr(begin, end - begin))) {
            return {marker, path.substr(0, begin == 0 ? 0 : begin - 1),
                    path.substr(std::min(end + 1, path.size()))};
        }
        begin = end + 1;
    }
    return {nullptr, path, {}};
}

tl::unexpected<Error> refuse(const Reason& why) {
    return failure(ErrorCode::Unsupported, why);
}

Reason whyRefused(const Marker& marker) {
    Reason why(ReasonCode::AdapterMethod, {std::string(marker.why)});
    if (marker.why == kOfEmbedding) why = ReasonCode::AdapterOfEmbedding;
    if (marker.why == kRowsOfEmbedding) why = ReasonCode::AdapterRowsOfEmbedding;
    why.add(marker.why == kArrow ? ReasonCode::AdapterUseOne : ReasonCode::AdapterMergeWithPeft);
    return why;
}

}  // namespace

Result<std::optional<AdapterTensor>> adapterTensorNamed(std::string_view name) {
    const std::string_view path =
        name.starts_with(kAdapterPrefix) ? name.substr(kAdapterPrefix.size()) : name;
    const Split split = splitAtMarker(path);
    if (split.marker != nullptr && split.marker->use == Use::Refused)
        return refuse(whyRefused(*split.marker));
    if (split.marker != nullptr && split.marker->use == Use::Harmless) return std::nullopt;
    if (path.ends_with(".bias")) return refuse(ReasonCode::AdapterBias);
    if (path.size() == name.size() || !path.ends_with(kWeightEnding)) {
        return refuse(ReasonCode::AdapterNameUnknown);
    }
    AdapterTensor tensor;
    if (split.marker == nullptr) {
        tensor.module = path.substr(0, path.size() - kWeightEnding.size());
        return tensor;
    }
    tensor.part = split.marker->part;
    tensor.module = split.before;
    // "weight", or "default.weight".
    std::string_view rest = split.behind;
    rest.remove_suffix(
        std::min(rest.size(), rest == "weight" ? rest.size() : kWeightEnding.size()));
    tensor.adapterName = rest;
    if (rest.find('.') != rest.npos || (!rest.empty() && tensor.part == NamePart::Base)) {
        return refuse({ReasonCode::AdapterNameBehind, {std::string(split.marker->word)}});
    }
    return tensor;
}

}  // namespace dsm
