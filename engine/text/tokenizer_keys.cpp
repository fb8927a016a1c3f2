#include "engine/text/tokenizer_keys.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/format/json_file.h"
#include "kernels/base/log.h"

namespace dsm {
namespace {

struct ObjectKeys {
    std::string_view kind;
    std::string_view keys;  // each between spaces
};

// Read by bpe_tokenizer_reader.cpp, pre_tokenizer_reader.cpp and tokenizer_pipeline.cpp, or harmless:
// truncation and padding are how some program called the tokenizer last, and transformers sets
// both anew at each call; trim_offsets moves places in a text, which nothing here asks for;
// fuse_unk joins unknown tokens, which no accepted vocabulary makes; pair and type_id are of two
// texts encoded as one.
constexpr std::array kObjects{
    ObjectKeys{"",
               " version truncation padding added_tokens normalizer pre_tokenizer post_processor "
               "decoder model "},
    ObjectKeys{"model",
               " type vocab merges dropout unk_token continuing_subword_prefix end_of_word_suffix "
               "fuse_unk byte_fallback ignore_merges "},
    ObjectKeys{"added_tokens", " id content single_word lstrip rstrip normalized special __type "},
    ObjectKeys{"Sequence", " type normalizers pretokenizers processors decoders "},
    ObjectKeys{"Split", " type pattern behavior invert "},
    ObjectKeys{"Digits", " type individual_digits "},
    ObjectKeys{"ByteLevel", " type add_prefix_space trim_offsets use_regex "},
    ObjectKeys{"TemplateProcessing", " type single pair special_tokens "},
};

struct OnlyValue {
    std::string_view key;
    const char* value;  // as JSON
    const char* why;    // what another value asks for
};

// Of tokenizer_config.json.
constexpr std::array kOnlyValues{
    OnlyValue{"add_eos_token", "false", "an end-of-text token after each text"},
    OnlyValue{"clean_up_tokenization_spaces", "false", "replies without some of their spaces"},
    OnlyValue{"split_special_tokens", "false", "special tokens cut into plain ones"},
    OnlyValue{"do_lower_case", "false", "texts in lower case"},
    OnlyValue{"strip_accents", "false", "texts without accents"},
    OnlyValue{"remove_space", "false", "texts without some of their spaces"},
    OnlyValue{"normalization", "false", "texts that are normalised"},
    OnlyValue{"sp_model_kwargs", "{}", "another way of cutting texts into tokens"},
    OnlyValue{"fix_mistral_regex", "false", "another pattern that cuts texts"},
    OnlyValue{"dropout", "0", "texts cut by chance"},
    OnlyValue{"errors", "\"replace\"", "another way to show bytes that are no text"},
    OnlyValue{"use_default_system_prompt", "false", "a system prompt that stands in no file"},
};

// Of tokenizer_config.json: read here or by template_source.cpp.
constexpr std::string_view kRead[] = {
    "bos_token",
    "eos_token",
    "add_bos_token",
    "add_prefix_space",
    "added_tokens_decoder",
    "additional_special_tokens",
    "extra_special_tokens",
    "chat_template",
};

constexpr std::string_view kHarmless[] = {
    // Tokens that no text of this program holds.
    "pad_token",
    "unk_token",
    "sep_token",
    "cls_token",
    "mask_token",
    // Of batches, which are made otherwise here.
    "padding_side",
    "truncation_side",
    "padding",
    "truncation",
    "truncation_strategy",
    "pad_to_multiple_of",
    "pad_token_type_id",
    "max_length",
    "max_seq_length",
    "stride",
    "model_max_length",
    "model_input_names",
    "return_token_type_ids",
    "trim_offsets",
    // Names, and how another program reads the same files. legacy is about the conversion to
    // tokenizer.json; the spaces are between special tokens, which no reply shows.
    "tokenizer_class",
    "processor_class",
    "tokenizer_type",
    "auto_map",
    "name_or_path",
    "tokenizer_file",
    "vocab_file",
    "merges_file",
    "special_tokens_map_file",
    "use_fast",
    "from_slow",
    "legacy",
    "spaces_between_special_tokens",
    "is_local",
    "backend",
    "device_map",
    "transformers_version",
};

template <class Keys>
bool contains(const Keys& keys, std::string_view key) {
    return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

Result<void> checkConfigKey(const JsonField& field, std::string_view key) {
    if (field.isNull() || contains(kRead, key) || contains(kHarmless, key) || key.starts_with('_'))
        return {};
    const auto only = std::find_if(kOnlyValues.begin(), kOnlyValues.end(),
                                   [&](const OnlyValue& one) { return one.key == key; });
    if (only == kOnlyValues.end()) {
        logMessage(LogLevel::Warning,
                   field.unsupported(ReasonCode::TokenizerKeyUnused).value().message);
        return {};
    }
    if (field.value() == nlohmann::json::parse(only->value)) return {};
    return field.unsupported(
        {ReasonCode::TokenizerAsks, {shown(field.value()), only->why, only->value}});
}

}  // namespace

Result<void> checkTokenizerKeys(const JsonField& object, std::string_view kind) {
    const auto known = std::find_if(kObjects.begin(), kObjects.end(),
                                    [&](const ObjectKeys& one) { return one.kind == kind; });
    if (known == kObjects.end() || !object.value().is_object()) return {};  // refused elsewhere
    for (const auto& [key, value] : object.value().items()) {
        const bool isKnown = known->keys.find(" " + key + " ") != std::string_view::npos;
        if (isKnown || value.is_null()) continue;
        const Result<JsonField> field = object.maybe(key);
        if (!field) return tl::unexpected(field.error());
        return field->unsupported({ReasonCode::TokenizerKeyUnknown,
                                   {std::string(known->keys.substr(0, known->keys.size() - 1))}});
    }
    return {};
}

Result<void> checkTokenizerConfigKeys(const JsonField& root) {
    for (const auto& [key, value] : root.value().items()) {
        const Result<JsonField> field = root.maybe(key);
        if (!field) return tl::unexpected(field.error());
        if (auto checked = checkConfigKey(*field, key); !checked) return checked;
    }
    return {};
}

}  // namespace dsm
