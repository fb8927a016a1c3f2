#include "engine/generate/generation_config.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "engine/generate/setting_range.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/token_ids.h"

namespace dsm {
namespace {

constexpr std::size_t kMaximumFileBytes = 1U << 20;

constexpr std::size_t kMostStopStringBytes = 1024;

constexpr std::string_view kHonoured[] = {
    "do_sample",          "temperature",    "top_k",      "top_p",        "min_p",
    "repetition_penalty", "max_new_tokens", "max_length", "stop_strings", "eos_token_id",
};

struct OnlyValues {
    std::string_view key;
    const char* values;  // as a JSON array
};

// What would choose other tokens, at the values that change nothing.
constexpr OnlyValues kOnlyValues[] = {
    {"num_beams", "[1]"},
    {"num_beam_groups", "[1]"},
    {"num_return_sequences", "[1]"},
    {"penalty_alpha", "[0]"},
    {"dola_layers", "[]"},
    {"diversity_penalty", "[0]"},
    {"encoder_repetition_penalty", "[1]"},
    {"no_repeat_ngram_size", "[0]"},
    {"encoder_no_repeat_ngram_size", "[0]"},
    {"typical_p", "[1]"},
    {"epsilon_cutoff", "[0]"},
    {"eta_cutoff", "[0]"},
    {"top_h", "[]"},
    {"min_length", "[0]"},
    {"min_new_tokens", "[0]"},
    {"guidance_scale", "[1]"},
    {"bad_words_ids", "[[]]"},
    {"force_words_ids", "[[]]"},
    {"constraints", "[[]]"},
    {"sequence_bias", "[[], {}]"},
    {"suppress_tokens", "[[]]"},
    {"begin_suppress_tokens", "[[]]"},
    {"forced_bos_token_id", "[]"},
    {"forced_eos_token_id", "[]"},
    {"forced_decoder_ids", "[[]]"},
    {"exponential_decay_length_penalty", "[]"},
    {"watermarking_config", "[]"},
    {"token_healing", "[false]"},
    {"generation_kwargs", "[{}]"},
    {"remove_invalid_values", "[false]"},
    {"presence_penalty", "[0]"},
    {"frequency_penalty", "[0]"},
};

constexpr std::string_view kHarmless[] = {
    "bos_token_id",
    "pad_token_id",
    "decoder_start_token_id",
    "transformers_version",
    // Of beams alone, which are refused.
    "early_stopping",
    "length_penalty",
    "low_memory",
    // Rescales all logits alike before the draw.
    "renormalize_logits",
    // A person ends what takes too long.
    "max_time",
    // How another program computes or returns the same tokens.
    "use_cache",
    "cache_implementation",
    "cache_config",
    "return_legacy_cache",
    "prefill_chunk_size",
    "compile_config",
    "disable_compile",
    "use_model_defaults",
    "return_dict_in_generate",
    "output_scores",
    "output_logits",
    "output_attentions",
    "output_hidden_states",
    "trust_remote_code",
    "prompt_lookup_num_tokens",
    "max_matching_ngram_size",
    "is_assistant",
    "num_assistant_tokens",
    "num_assistant_tokens_schedule",
    "assistant_confidence_threshold",
    "assistant_early_exit",
    "assistant_lookbehind",
    "target_lookbehind",
};

template <class Keys>
bool contains(const Keys& keys, std::string_view key) {
    return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

Result<void> checkKey(const JsonField& field, std::string_view key) {
    const bool isKnown = contains(kHonoured, key) || contains(kHarmless, key) ||
                         key.starts_with('_');  // a program's note to itself
    if (isKnown || field.isNull()) return {};
    const auto only = std::find_if(std::begin(kOnlyValues), std::end(kOnlyValues),
                                   [&](const OnlyValues& one) { return one.key == key; });
    if (only == std::end(kOnlyValues)) {
        return field.unsupported(ReasonCode::ReplyKeyUnknown);
    }
    const auto values = nlohmann::json::parse(only->values);
    if (std::find(values.begin(), values.end(), field.value()) != values.end()) return {};
    return field.unsupported({ReasonCode::ReplyWayUnknown, {shown(field.value())}});
}

Result<void> checkKeys(const JsonField& root) {
    if (!root.value().is_object()) return root.expected("an object");
    for (const auto& [key, value] : root.value().items()) {
        if (auto checked = checkKey(*root.maybe(key), key); !checked) return checked;
    }
    return {};
}

// Overwrites `value` where the key is there and not null.
Result<void> readNumber(const JsonField& root, std::string_view key, const SettingRange& range,
                        float& value) {
    const Result<JsonField> field = root.maybe(key);
    if (!field) return tl::unexpected(field.error());
    if (field->isNull()) return {};
    const Result<double> number = field->number();
    if (!number) return tl::unexpected(number.error());
    if (!range.holds(*number)) {
        return field->malformed({ReasonCode::ValueOutOfRangeOf,
                                 {shown(field->value()), inText(range.least), inText(range.most)}});
    }
    value = static_cast<float>(*number);
    return {};
}

template <class T>
Result<void> readCount(const JsonField& root, std::string_view key, const SettingRange& range,
                       T& value) {
    const Result<JsonField> field = root.maybe(key);
    if (!field) return tl::unexpected(field.error());
    if (field->isNull()) return {};
    const Result<std::int64_t> number = field->integer();
    if (!number) return tl::unexpected(number.error());
    if (!range.holds(static_cast<double>(*number))) {
        return field->malformed(
            {ReasonCode::ValueNotBetween,
             {std::to_string(*number), std::to_string(static_cast<std::int64_t>(range.least)),
              std::to_string(static_cast<std::int64_t>(range.most))}});
    }
    value = static_cast<T>(*number);
    return {};
}

// What transformers has where nobody says a length.
constexpr std::int64_t kUnsaidLength = 20;

// max_new_tokens, or max_length, which counts the prompt too.
Result<void> readLengths(const JsonField& root, GenerationSettings& settings) {
    std::int64_t length = 0;
    constexpr SettingRange kAny{1, 9e15};  // whatever says that there is none
    if (auto read = readCount(root, "max_length", kAny, length); !read) return read;
    length = std::min(length, static_cast<std::int64_t>(kMaximumTokensRange.most));
    if (length > 0 && length != kUnsaidLength && root.maybe("max_new_tokens")->isNull()) {
        settings.maximumLength = length;
        settings.maximumTokens = length;
    }
    return readCount(root, "max_new_tokens", kMaximumTokensRange, settings.maximumTokens);
}

Result<bool> readDoSample(const JsonField& root) {
    const Result<JsonField> field = root.maybe("do_sample");
    if (!field) return tl::unexpected(field.error());
    return field->boolean(true);
}

// A string, or a list of them.
Result<void> readStopStrings(const JsonField& root, std::vector<std::string>& strings) {
    const JsonField field = *root.maybe("stop_strings");
    if (field.isNull()) return {};
    std::vector<JsonField> fields{field};
    if (field.value().is_array()) fields = *field.elements();
    for (const JsonField& one : fields) {
        Result<std::string> text = one.string();
        if (!text) return tl::unexpected(text.error());
        if (text->empty() || text->size() > kMostStopStringBytes) {
            return one.malformed(
                {ReasonCode::StopStringSize, {std::to_string(kMostStopStringBytes)}});
        }
        strings.push_back(std::move(*text));
    }
    return {};
}

Result<void> readEndIds(const JsonField& root, std::int64_t vocabSize, std::vector<TokenId>& ids) {
    const JsonField field = *root.maybe("eos_token_id");
    if (field.isNull()) return {};
    Result<std::vector<std::int32_t>> read = readTokenIds(field, vocabSize);
    if (!read) return tl::unexpected(read.error());
    ids = std::move(*read);
    return {};
}

Result<GenerationConfig> read(const JsonField& root, std::int64_t vocabSize) {
    if (auto checked = checkKeys(root); !checked) return tl::unexpected(checked.error());
    GenerationConfig config;
    GenerationSettings& settings = config.settings;
    SampleSettings& sampling = settings.sampling;
    const Result<bool> samples = readDoSample(root);
    if (!samples) return tl::unexpected(samples.error());
    for (const Result<void>& done :
         {readNumber(root, "temperature", kTemperatureRange, sampling.temperature),
          readCount(root, "top_k", kTopKRange, sampling.topK),
          readNumber(root, "top_p", kTopPRange, sampling.topP),
          readNumber(root, "min_p", kMinPRange, sampling.minP),
          readNumber(root, "repetition_penalty", kRepetitionPenaltyRange,
                     sampling.repetitionPenalty),
          readLengths(root, settings), readStopStrings(root, settings.stopStrings),
          readEndIds(root, vocabSize, config.endIds)}) {
        if (!done) return tl::unexpected(done.error());
    }
    if (!*samples) sampling.temperature = 0;
    return config;
}

}  // namespace

Result<GenerationConfig> parseGenerationConfig(std::string_view json, const std::string& file,
                                               std::int64_t vocabSize) {
    const Result<nlohmann::json> document = parseJson(json, file);
    if (!document) return tl::unexpected(document.error());
    return read(JsonField(*document, file), vocabSize);
}

namespace {

// Its end ids are read with the model.
Result<GenerationConfig> readFromModelConfig(const std::filesystem::path& folder,
                                             std::int64_t vocabSize) {
    const std::filesystem::path path = folder / kConfigFileName;
    const Result<nlohmann::json> document = readJson(path, kMaximumFileBytes);
    if (!document && document.error().code == ErrorCode::NotFound) return GenerationConfig();
    if (!document) return tl::unexpected(document.error());
    nlohmann::json own = nlohmann::json::object();
    for (const auto& member : document->items()) {
        const std::string& key = member.key();
        const bool isOurs = contains(kHonoured, key) ||
                            std::any_of(std::begin(kOnlyValues), std::end(kOnlyValues),
                                        [&](const OnlyValues& one) { return one.key == key; });
        if (isOurs && key != "eos_token_id") own[key] = member.value();
    }
    return read(JsonField(own, path.string()), vocabSize);
}

}  // namespace

Result<GenerationConfig> readGenerationConfig(const std::filesystem::path& folder,
                                              std::int64_t vocabSize) {
    const std::filesystem::path path = folder / "generation_config.json";
    const Result<nlohmann::json> document = readJson(path, kMaximumFileBytes);
    if (document) return read(JsonField(*document, path.string()), vocabSize);
    if (document.error().code == ErrorCode::NotFound) return readFromModelConfig(folder, vocabSize);
    return tl::unexpected(document.error());
}

}  // namespace dsm
