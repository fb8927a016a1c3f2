#include "engine/model/checkpoint/quantization_config.h"

#include <nlohmann/json.hpp>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"

namespace dsm {
namespace {

constexpr int kVersion = 1;

bool says(const JsonField& field, const char* key, const nlohmann::json& value) {
    return field.maybe(key)->value() == value;
}

// "" where the key is missing or null.
Result<std::string> textIn(const JsonField& field, const char* key) {
    const JsonField member = *field.maybe(key);
    if (member.isNull()) return std::string();
    return member.string();
}

Result<void> checkOwn(const JsonField& field) {
    if (says(field, "version", kVersion)) return {};
    return field.unsupported({ReasonCode::PackedVersion,
                              {shown(field.maybe("version")->value()), std::to_string(kVersion)}});
}

Result<void> checkNf4(const JsonField& field) {
    if (!says(field, "load_in_4bit", true) || !says(field, "bnb_4bit_quant_type", "nf4")) {
        return field.unsupported(ReasonCode::PackedOtherBits);
    }
    if (!field.maybe("bnb_4bit_quant_storage")->isNull() &&
        !says(field, "bnb_4bit_quant_storage", "uint8")) {
        return field.unsupported(ReasonCode::PackedNoBytes);
    }
    return {};
}

}  // namespace

Result<Quantization> readQuantization(const JsonField& field) {
    if (!field.value().is_object()) return field.expected("an object");
    Quantization quantization;
    Result<std::string> preset = textIn(field, "preset");
    if (!preset) return tl::unexpected(preset.error());
    Result<std::string> source = textIn(field, "source_sha256");
    if (!source) return tl::unexpected(source.error());
    const Result<std::string> method = textIn(field, "quant_method");
    if (!method) return tl::unexpected(method.error());
    quantization.preset = std::move(*preset);
    quantization.sourceSha256 = std::move(*source);
    Result<void> checked;
    if (*method == "deepseekmoe") {
        checked = checkOwn(field);
    } else if (*method == "bitsandbytes") {
        quantization.method = Quantization::Method::BitsAndBytes;
        checked = checkNf4(field);
    } else {
        checked = field.unsupported(
            {ReasonCode::PackedOtherFormat, {shown(field.maybe("quant_method")->value())}});
    }
    if (!checked) return tl::unexpected(checked.error());
    return quantization;
}

std::string writeQuantization(const Quantization& quantization) {
    nlohmann::ordered_json document;
    if (quantization.method == Quantization::Method::DeepSeekMoe) {
        document["quant_method"] = "deepseekmoe";
        document["version"] = kVersion;
    } else {
        document["quant_method"] = "bitsandbytes";
        document["load_in_4bit"] = true;
        document["load_in_8bit"] = false;
        document["bnb_4bit_quant_type"] = "nf4";
        document["bnb_4bit_quant_storage"] = "uint8";
        document["bnb_4bit_compute_dtype"] = "bfloat16";
        document["bnb_4bit_use_double_quant"] = quantization.preset == "nf4-double";
    }
    if (!quantization.preset.empty()) document["preset"] = quantization.preset;
    if (!quantization.sourceSha256.empty()) document["source_sha256"] = quantization.sourceSha256;
    return document.dump();
}

}  // namespace dsm
