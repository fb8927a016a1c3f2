// The table of every form of tensor name that adapter_model.safetensors may hold.
//
//   base_model.model.<module>[.<marker>[.<adapter>]][.weight]
//
// The module is one of the model's; the marker says what the tensor is of it; <adapter> is the name
// that PEFT had for the adapter, which old versions wrote.
//
// Source  PEFT 0.21, get_peft_model_state_dict(), and what older versions wrote.
// Errors  Unsupported, with the reason as the message; the caller names file and tensor.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::string_view kAdapterPrefix = "base_model.model.";
inline constexpr std::string_view kWeightEnding = ".weight";

struct AdapterTensor {
    enum class Part {
        A,      // lora_A
        B,      // lora_B
        Whole,  // a weight in place of the model's own
        Base,   // the same, of a module that has factors too
    };
    Part part = Part::Whole;
    std::string module;       // "model.layers.0.self_attn.q_proj"
    std::string adapterName;  // "" where the name has none
};

// Nothing for a tensor that changes no number.
Result<std::optional<AdapterTensor>> adapterTensorNamed(std::string_view name);

}  // namespace dsm
