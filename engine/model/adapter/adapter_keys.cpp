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

#define DSM_OR_MERGE " Merge the adapter with PEFT (merge_and_unload) and use the merged model."

// clang-format off
constexpr AdapterKey kKeys[] = {
    // What the tensors mean.
    {"peft_type", Honoured, lora, "only LORA is supported."},
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
    {"init_lora_weights", Refused, baseUnchanged,
     "this initialisation changes the base model, or is not known, so the adapter is right for the changed base "
     "alone. Convert it in PEFT with save_pretrained(.., path_initial_model_for_weight_conversion = the adapter as it "
     "was before training), or merge it there into the base it was trained on and use the merged model."},
    {"eva_config", Harmless, any, "EVA chooses the first numbers of A, and ranks, which rank_pattern has"},
    {"corda_config", Harmless, any, "init_lora_weights says whether it was used; it stays in converted adapters"},
    {"lora_ga_config", Harmless, any, "as corda_config"},
    {"loftq_config", Refused, off,
     "LoftQ trains beside a quantised base, which this adapter needs." DSM_OR_MERGE},

    // Other arithmetic.
    {"use_dora", Refused, off, "DoRA scales the rows of each weight by trained magnitudes." DSM_OR_MERGE},
    {"lora_bias", Refused, off, "biases of factors are not computed; train with lora_bias false."},
    {"bias", Refused, biasOfNone, "none, all and lora_only are known."},
    {"fan_in_fan_out", Refused, off, "the model's weights are not stored transposed; train with false."},
    {"use_qalora", Refused, off, "QA-LoRA pools the inputs of A." DSM_OR_MERGE},
    {"qalora_group_size", Harmless, any, "of use_qalora"},
    {"alora_invocation_tokens", Refused, off,
     "aLoRA changes the weights from some tokens on only, which no plain LoRA does. Train without it."},
    {"arrow_config", Refused, off, "Arrow chooses among several adapters for each token. Use one of them."},
    {"use_bdlora", Refused, off, "BD-LoRA's factors are in blocks." DSM_OR_MERGE},
    {"kasa_config", Refused, off, "KaSA cuts the base's smallest singular values off." DSM_OR_MERGE},
    {"monteclora_config", Refused, off, "MonteCLoRA draws perturbations of the factors." DSM_OR_MERGE},
    {"velora_config", Harmless, any, "VeLoRA changes the way back alone"},
    {"trainable_token_indices", Refused, off, "trained rows of the embedding are not computed." DSM_OR_MERGE},
    {"layer_replication", Refused, off, "the layers of the model are not repeated." DSM_OR_MERGE},
    {"target_parameters", Refused, off,
     "factors of parameters that are no linear map are not computed." DSM_OR_MERGE},
    {"megatron_config", Refused, off, "layers that Megatron splits are not computed." DSM_OR_MERGE},
    {"megatron_core", Harmless, any, "of megatron_config"},
    {"enable_lora", Refused, off, "factors of parts of a weight are not computed." DSM_OR_MERGE},
    {"task_type", Refused, causal, "only adapters of language models (CAUSAL_LM) are computed."},

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

#undef DSM_OR_MERGE

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
            return root.unsupported(
                shown(json(name)) +
                " is no key that this program knows, so the adapter may need other arithmetic. If "
                "it is turned off, remove the key from the file; else use a newer version.");
        }
        if (!key->accepts(item.value())) {
            return root.at(name)->unsupported(shown(item.value()) +
                                              " is not supported: " + std::string(key->why));
        }
    }
    return {};
}

}  // namespace dsm
