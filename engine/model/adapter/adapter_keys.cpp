#include "engine/model/adapter/adapter_keys.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/format/json_file.h"

namespace dsm {
namespace {

using nlohmann::json;
using enum KeyUse;

bool any(const json&) {
    return true;
}
// As Python's bool() sees it: null, false, 0 and what is empty.
bool off(const json& value) {
    if (value.is_boolean()) return !value.get<bool>();
    if (value.is_number()) return value.get<double>() == 0;
    return value.is_null() ||
           (value.is_string() ? value.get_ref<const std::string&>().empty() : value.empty());
}
bool lora(const json& value) {
    return value == "LORA";
}
bool causal(const json& value) {
    return value.is_null() || value == "CAUSAL_LM";
}
// Which biases of the base were trained: it has none, and what a file holds of any is refused by the
// tensor's name (adapter_names.h).
bool biasOfNone(const json& value) {
    return value.is_null() || value == "none" || value == "all" || value == "lora_only";
}
// true, false, gaussian, eva, orthogonal and mica choose the factors' first numbers and leave the
// base as it is. pissa, pissa_niter_N, olora, corda and lora_ga take the first product of the
// factors out of the base, and loftq puts a quantised one in its place: what such an adapter adds
// is right for that changed base alone.
bool baseUnchanged(const json& value) {
    if (value.is_null() || value.is_boolean()) return true;
    if (!value.is_string()) return false;
    std::string name = value.get<std::string>();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array kKept{"true", "gaussian", "eva", "orthogonal", "mica"};
    return std::find(kKept.begin(), kKept.end(), name) != kKept.end();
}

constexpr bool kCanMerge = true;

// clang-format off
constexpr AdapterKey kKeys[] = {
    // What the tensors mean.
    {"peft_type", Honoured, lora, "", ReasonCode::AdapterOnlyLora},
    {"r", Honoured, any, ""},
    {"lora_alpha", Honoured, any, ""},
    {"use_rslora", Honoured, any, ""},
    {"rank_pattern", Honoured, any, ""},
    {"alpha_pattern", Honoured, any, ""},
    {"target_modules", Honoured, any, ""},
    {"exclude_modules", Honoured, any, ""},
    {"layers_to_transform", Honoured, any, ""},
    {"layers_pattern", Honoured, any, ""},
    {"modules_to_save", Honoured, any, ""},
    {"base_model_name_or_path", Honoured, any, ""},
    {"lora_dropout", Honoured, any, "of training alone"},

    // How the first numbers were chosen.
    {"init_lora_weights", Refused, baseUnchanged, "", ReasonCode::AdapterChangesBase},
    {"eva_config", Harmless, any, "EVA chooses the first numbers of A, and ranks, which rank_pattern has"},
    {"corda_config", Harmless, any, "init_lora_weights says whether it was used; it stays in converted adapters"},
    {"lora_ga_config", Harmless, any, "as corda_config"},
    {"loftq_config", Refused, off, "", ReasonCode::AdapterLoftq, kCanMerge},

    // Other arithmetic.
    {"use_dora", Refused, off, "", ReasonCode::AdapterDora, kCanMerge},
    {"lora_bias", Refused, off, "", ReasonCode::AdapterBiasOfFactors},
    {"bias", Refused, biasOfNone, "", ReasonCode::AdapterBiasKinds},
    {"fan_in_fan_out", Refused, off, "", ReasonCode::AdapterTransposed},
    {"use_qalora", Refused, off, "", ReasonCode::AdapterQalora, kCanMerge},
    {"qalora_group_size", Harmless, any, "of use_qalora"},
    {"alora_invocation_tokens", Refused, off, "", ReasonCode::AdapterAlora},
    {"arrow_config", Refused, off, "", ReasonCode::AdapterArrow},
    {"use_bdlora", Refused, off, "", ReasonCode::AdapterBdlora, kCanMerge},
    {"kasa_config", Refused, off, "", ReasonCode::AdapterKasa, kCanMerge},
    {"monteclora_config", Refused, off, "", ReasonCode::AdapterMonteclora, kCanMerge},
    {"velora_config", Harmless, any, "VeLoRA changes the way back alone"},
    {"trainable_token_indices", Refused, off, "", ReasonCode::AdapterEmbeddingRows, kCanMerge},
    {"layer_replication", Refused, off, "", ReasonCode::AdapterLayersRepeated, kCanMerge},
    {"target_parameters", Refused, off, "", ReasonCode::AdapterParameters, kCanMerge},
    {"megatron_config", Refused, off, "", ReasonCode::AdapterMegatron, kCanMerge},
    {"megatron_core", Harmless, any, "of megatron_config"},
    {"enable_lora", Refused, off, "", ReasonCode::AdapterPartsOfWeight, kCanMerge},
    {"task_type", Refused, causal, "", ReasonCode::AdapterTask},

    // Notes, and what is settled when an adapter is loaded.
    {"ensure_weight_tying", Harmless, any, "embedding and head of the model are not tied"},
    {"runtime_config", Harmless, any, "PEFT ignores it in files"},
    {"merge_weights", Harmless, any, "when to merge, in PEFT before 0.3"},
    {"inference_mode", Harmless, any, "whether PEFT would train on"},
    {"auto_mapping", Harmless, any, "the Python class of the base"},
    {"revision", Harmless, any, "of base_model_name_or_path"},
    {"peft_version", Harmless, any, "who wrote the file"},
};
// clang-format on

}  // namespace

std::span<const AdapterKey> adapterKeys() {
    return kKeys;
}

Result<void> checkAdapterKeys(const JsonField& root) {
    for (const auto& item : root.value().items()) {
        const std::string& name = item.key();
        const auto* const key =
            std::find_if(std::begin(kKeys), std::end(kKeys),
                         [&](const AdapterKey& one) { return one.name == name; });
        if (key == std::end(kKeys)) {
            return root.unsupported({ReasonCode::AdapterKeyUnknown, {shown(json(name))}});
        }
        if (!key->accepts(item.value())) {
            Reason reason(ReasonCode::AdapterNotSupported, {shown(item.value())});
            reason.add(key->problem);
            if (key->canMerge) reason.add(ReasonCode::AdapterMergeWithPeft);
            return root.at(name)->unsupported(reason);
        }
    }
    return {};
}

}  // namespace dsm
