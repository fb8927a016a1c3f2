// The value of quantization_config in config.json: who converted the weights, and how.
//
// Errors  Malformed, and Unsupported for methods and versions whose tensors cannot be read; they
//         name the file and the key.
#pragma once

#include <string>

#include "kernels/base/result.h"

namespace dsm {

class JsonField;

// What quantization_config says of weights that were converted.
struct Quantization {
    enum class Method { DeepSeekMoe, BitsAndBytes };  // who wrote them; the second: NF4

    Method method = Method::DeepSeekMoe;
    std::string preset;        // a name of preset.h, as far as the file says
    std::string sourceSha256;  // of the weights before, in hexadecimal; likewise

    bool operator==(const Quantization&) const = default;
};

Result<Quantization> readQuantization(const JsonField& field);
// The value of quantization_config, as JSON.
std::string writeQuantization(const Quantization& quantization);

}  // namespace dsm
