#include "engine/text/template_source.h"

#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "engine/format/model_file.h"
#include "engine/text/tokenizer_config.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaximumTemplateBytes = 1 << 20;
constexpr std::string_view kKey = "chat_template";
constexpr std::string_view kDefault = "default";
constexpr std::string_view kOthers = "additional_chat_templates";

using Source = std::optional<TemplateSource>;

tl::unexpected<Error> noDefault(const std::string& place) {
    return failure(ErrorCode::Unsupported, ReasonCode::TemplateHasNoDefault, {place});
}

// Whoever needs no template goes on without one that cannot be read.
tl::unexpected<Error> unusable(Error error) {
    if (error.code != ErrorCode::OutOfMemory) error.code = ErrorCode::Unsupported;
    return tl::unexpected(std::move(error));
}

// A text that may be null.
Result<Source> sourceIn(const JsonField& field, const std::string& place) {
    if (field.isNull()) return Source();
    Result<std::string> text = field.string();
    if (!text) return tl::unexpected(text.error());
    return Source(TemplateSource{std::move(*text), place});
}

Result<Source> defaultOfList(const JsonField& list, const std::string& place) {
    const Result<std::vector<JsonField>> choices = list.elements();
    if (!choices) return tl::unexpected(choices.error());
    for (const JsonField& choice : *choices) {
        const Result<JsonField> name = choice.at("name");
        if (!name) return tl::unexpected(name.error());
        if (name->value() != kDefault) continue;
        const Result<JsonField> text = choice.at("template");
        if (!text) return tl::unexpected(text.error());
        return sourceIn(*text, place);
    }
    if (choices->empty()) return Source();
    return noDefault(place);
}

Result<Source> sourceOf(const JsonField& document, const fs::path& path) {
    const Result<JsonField> field = document.maybe(kKey);
    if (!field) return tl::unexpected(field.error());
    const std::string place = path.string() + ": " + std::string(kKey);
    if (field->value().is_array()) return defaultOfList(*field, place);
    if (!field->value().is_object() || field->value().empty()) return sourceIn(*field, place);
    if (!field->value().contains(kDefault)) return noDefault(place);
    return sourceIn(*field->maybe(kDefault), place);
}

Result<Source> fromJson(const fs::path& path, std::size_t maximumBytes) {
    const Result<nlohmann::json> document = readJson(path, maximumBytes);
    if (!document && document.error().code == ErrorCode::NotFound) return Source();
    if (!document) return tl::unexpected(document.error());
    Result<Source> source = sourceOf(JsonField(*document, path.string()), path);
    return source ? source : unusable(std::move(source.error()));
}

bool hasOtherTemplates(const fs::path& folder) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / kOthers, error)) {
        if (entry.path().extension() == ".jinja") return true;
    }
    return false;
}

}  // namespace

Result<Source> readTemplateSource(const fs::path& folder) {
    // In the order in which transformers has the last word.
    for (const fs::path& file :
         {folder / kOthers / "default.jinja", folder / "chat_template.jinja"}) {
        Result<std::string> text = readTextFile(file, kMaximumTemplateBytes);
        if (text) return Source(TemplateSource{std::move(*text), file.string()});
        if (text.error().code != ErrorCode::NotFound) return unusable(std::move(text.error()));
    }
    if (hasOtherTemplates(folder)) {
        return noDefault((folder / kOthers).string());
    }
    Result<Source> source = fromJson(folder / kTokenizerConfigName, kMaximumTokenizerConfigBytes);
    if (!source || *source) return source;
    source = fromJson(folder / "chat_template.json", kMaximumTemplateBytes);
    return source ? source : unusable(std::move(source.error()));
}

}  // namespace dsm
