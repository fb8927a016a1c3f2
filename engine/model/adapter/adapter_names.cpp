#include "engine/model/adapter/adapter_names.h"

#include <algorithm>
#include <iterator>

namespace dsm {
namespace {

using NamePart = AdapterTensor::Part;

enum class Use { Honoured, Harmless, Refused };

struct Marker {
    std::string_view word;  // the component of the name
    Use use;
    NamePart part;         // of Honoured
    std::string_view why;  // of the others
};

#define DSM_OR_MERGE " Merge the adapter with PEFT (merge_and_unload) and use the merged model."

// clang-format off
constexpr Marker kMarkers[] = {
    {"lora_A", Use::Honoured, NamePart::A, ""},
    {"lora_B", Use::Honoured, NamePart::B, ""},
    {"modules_to_save", Use::Honoured, NamePart::Whole, ""},
    {"base_layer", Use::Honoured, NamePart::Base, ""},
    {"original_module", Use::Harmless, {}, "the base's own weight beside the one that takes its place"},
    {"lora_velora_embed", Use::Harmless, {}, "of the way back alone"},
    {"lora_embedding_A", Use::Refused, {}, "adapters of the embedding are not supported." DSM_OR_MERGE},
    {"lora_embedding_B", Use::Refused, {}, "adapters of the embedding are not supported." DSM_OR_MERGE},
    {"lora_magnitude_vector", Use::Refused, {}, "DoRA is not supported." DSM_OR_MERGE},
    {"lora_diag", Use::Refused, {}, "KaSA is not supported." DSM_OR_MERGE},
    {"lora_monteclora_sampler", Use::Refused, {}, "MonteCLoRA is not supported." DSM_OR_MERGE},
    {"lora_arrow", Use::Refused, {}, "Arrow is not supported; use one of its adapters."},
    {"token_adapter", Use::Refused, {}, "trained rows of the embedding are not supported." DSM_OR_MERGE},
    {"trainable_tokens_delta", Use::Refused, {}, "trained rows of the embedding are not supported." DSM_OR_MERGE},
};
// clang-format on

#undef DSM_OR_MERGE

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

tl::unexpected<Error> refuse(std::string_view why) {
    return failure(ErrorCode::Unsupported, std::string(why));
}

}  // namespace

Result<std::optional<AdapterTensor>> adapterTensorNamed(std::string_view name) {
    const std::string_view path =
        name.starts_with(kAdapterPrefix) ? name.substr(kAdapterPrefix.size()) : name;
    const Split split = splitAtMarker(path);
    if (split.marker != nullptr && split.marker->use == Use::Refused)
        return refuse(split.marker->why);
    if (split.marker != nullptr && split.marker->use == Use::Harmless) return std::nullopt;
    if (path.ends_with(".bias"))
        return refuse("biases are not supported; train with bias \"none\".");
    if (path.size() == name.size() || !path.ends_with(kWeightEnding)) {
        return refuse(
            "this is no name of an adapter's tensor; they are like "
            "base_model.model.<module>.lora_A.weight. Save the adapter again with PEFT.");
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
        return refuse("what stands behind " + std::string(split.marker->word) +
                      " is not understood. Save the adapter again with PEFT.");
    }
    return tensor;
}

}  // namespace dsm
