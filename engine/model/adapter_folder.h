// Adapter folders: LoRA adapters on the disk, as the PEFT library reads and writes them.
//
//   adapter_config.json         rank, alpha, which modules (indent 2, sorted keys)
//   adapter_model.safetensors   base_model.model.<module>.lora_A.weight [r, in], lora_B [out, r];
//                               base_model.model.<module>.weight for modules saved whole
//
// A module's rank is that of its tensors. Its scaling is alpha / r, or alpha / sqrt(r) where
// use_rslora is true; alpha is lora_alpha, or what alpha_pattern says of the module. A key of a
// pattern is a module's name or its last components; "^" before it asks for the whole name.
//
// Reading believes nothing: every tensor must fit a weight of the model. Tensors that are no part
// of an adapter are ignored, with a warning in the log. What would change the numbers and is not
// done here is refused: DoRA, biases, adapters of the embedding, other methods than LoRA.
//
// Source   PEFT 0.21 (LoraConfig, get_peft_model_state_dict), and what older versions wrote.
// Errors   NotFound: a file, a key, or one of the two factors is missing. Malformed: a wrong type,
//          or a shape that does not fit, naming the tensor. Unsupported, naming the key. Io,
//          OutOfMemory.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/adapter.h"
#include "engine/model/config.h"
#include "engine/model/tensor_table.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::string_view kAdapterConfigName = "adapter_config.json";
inline constexpr std::string_view kAdapterWeightsName = "adapter_model.safetensors";

// Whether the folder looks like one, without reading it.
bool isAdapterFolder(const std::filesystem::path& folder);

Result<LoraAdapter> readAdapter(const std::filesystem::path& folder, const ModelConfig& config);

// The same, one module at a time, for adapters that need not be in memory at once.
//
// Ownership Owns the mapped file.
class AdapterFile {
  public:
    // Checks the config, and the names and shapes of all tensors.
    static Result<AdapterFile> open(const std::filesystem::path& folder, const ModelConfig& config);
    AdapterFile(AdapterFile&&) noexcept;
    AdapterFile& operator=(AdapterFile&&) noexcept;
    ~AdapterFile();

    const LoraSettings& settings() const;
    const std::string& baseModel() const;
    // What there is for a tensor of the model's table; nothing where there is none.
    Result<std::optional<LoraModule>> factorsOf(const TensorSpec& spec) const;
    Result<std::optional<SavedModule>> savedOf(const TensorSpec& spec) const;

  private:
    class Content;
    explicit AdapterFile(std::unique_ptr<Content> content);
    std::unique_ptr<Content> content_;
};

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

// A hash of every number and name, in hexadecimal: equal adapters compute the same.
std::string fingerprintOf(const LoraAdapter& adapter);

}  // namespace dsm
