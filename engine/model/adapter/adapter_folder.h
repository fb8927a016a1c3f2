// Adapter folders: LoRA adapters on the disk, as the PEFT library reads and writes them.
//
//   adapter_config.json         rank, alpha, which modules (indent 2, sorted keys)
//   adapter_model.safetensors   base_model.model.<module>.lora_A.weight [r, in], lora_B [out, r];
//                               base_model.model.<module>.weight for modules saved whole
//
// A module's rank is r, or what rank_pattern says of it, and that of its tensors. Its scaling is
// alpha / r, or alpha / sqrt(r) where use_rslora is true; alpha is lora_alpha, or what
// alpha_pattern says of the module. Any tensor of the model may be saved whole, and takes the
// model's place.
//
// Reading believes nothing: every key must be one that is known (adapter_keys.h), every tensor's
// name too (adapter_names.h), and each tensor must fit a weight of the model and be one that the
// settings ask for (adapter_targets.h). What would change the numbers and is not done here is
// refused. Modules that are targeted and have no factors compute as in the base, with a warning in
// the log; those to be saved must be there.
//
// Source   PEFT 0.21 (LoraConfig, get_peft_model_state_dict), and what older versions wrote.
// Errors   NotFound: a file, a module to save, or one of the two factors is missing. Malformed: a
//          wrong type or value, a shape that does not fit, a contradiction between settings and
//          tensors, numbers that are not finite. Unsupported. All name the file and the key or the
//          tensor. Io, OutOfMemory.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/adapter/adapter.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::string_view kAdapterConfigName = "adapter_config.json";
inline constexpr std::string_view kAdapterWeightsName = "adapter_model.safetensors";

// Whether the folder is meant as one: it has the config. Without reading it.
bool isAdapterFolder(const std::filesystem::path& folder);

// Makes the folder where it is missing. The config is written last: a folder without it is no
// adapter. `config` is that of the model the adapter belongs to.
Result<void> writeAdapter(const std::filesystem::path& folder, const LoraAdapter& adapter,
                          const ModelConfig& config);

// The same of an adapter whose numbers lie elsewhere: each tensor's are asked for when they are
// written, by its name without prefix ("lm_head.weight", "..q_proj.lora_A.weight").
using AdapterNumbers = std::function<std::span<const float>(const std::string& tensor)>;
Result<void> writeAdapter(const std::filesystem::path& folder, const LoraAdapter& shape,
                          const ModelConfig& config, const AdapterNumbers& numbers);

// The shortest list of names that means these modules and, of the model's matrices, no other.
std::vector<std::string> targetModules(const LoraAdapter& adapter, const ModelConfig& config);

// The same for the modules that it saved whole. PEFT takes any name that ends with an entry, in the
// middle of a word too.
std::vector<std::string> modulesToSave(const LoraAdapter& adapter, const ModelConfig& config);

// A hash of every number and name, in hexadecimal: equal adapters compute the same.
std::string fingerprintOf(const LoraAdapter& adapter);

}  // namespace dsm
