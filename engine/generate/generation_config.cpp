#include "engine/generate/generation_config.h"

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "engine/generate/setting_range.h"

namespace dsm {
namespace {

constexpr std::size_t kMaximumFileBytes = 1U << 20;

// Overwrites `value` where the key is there and not null.
Result<void> readNumber(const JsonField& root, std::string_view key, const SettingRange& range,
                        float& value) {
    const Result<JsonField> field = root.maybe(key);
    if (!field) return tl::unexpected(field.error());
    if (field->isNull()) return {};
    const Result<double> number = field->number();
    if (!number) return tl::unexpected(number.error());
    if (!range.holds(*number)) {
        return field->malformed(shown(field->value()) + " is out of range (" + inWords(range) +
                                ")");
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
        return field->malformed(std::to_string(*number) + " is not between " +
                                std::to_string(static_cast<std::int64_t>(range.least)) + " and " +
                                std::to_string(static_cast<std::int64_t>(range.most)));
    }
    value = static_cast<T>(*number);
    return {};
}

Result<bool> readDoSample(const JsonField& root) {
    const Result<JsonField> field = root.maybe("do_sample");
    if (!field) return tl::unexpected(field.error());
    return field->boolean(true);
}

Result<GenerationSettings> read(const JsonField& root) {
    GenerationSettings settings;
    SampleSettings& sampling = settings.sampling;
    const Result<bool> samples = readDoSample(root);
    if (!samples) return tl::unexpected(samples.error());
    for (const Result<void>& done :
         {readNumber(root, "temperature", kTemperatureRange, sampling.temperature),
          readCount(root, "top_k", kTopKRange, sampling.topK),
          readNumber(root, "top_p", kTopPRange, sampling.topP),
          readNumber(root, "repetition_penalty", kRepetitionPenaltyRange,
                     sampling.repetitionPenalty),
          readCount(root, "max_new_tokens", kMaximumTokensRange, settings.maximumTokens)}) {
        if (!done) return tl::unexpected(done.error());
    }
    if (!*samples) sampling.temperature = 0;
    return settings;
}

}  // namespace

Result<GenerationSettings> parseGenerationConfig(std::string_view json, const std::string& file) {
    const Result<nlohmann::json> document = parseJson(json, file);
    if (!document) return tl::unexpected(document.error());
    return read(JsonField(*document, file));
}

Result<GenerationSettings> readGenerationConfig(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "generation_config.json";
    const Result<nlohmann::json> document = readJson(path, kMaximumFileBytes);
    if (document) return read(JsonField(*document, path.string()));
    if (document.error().code == ErrorCode::NotFound) return GenerationSettings();
    return tl::unexpected(document.error());
}

}  // namespace dsm
