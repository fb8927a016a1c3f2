#include "engine/format/json_field.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace dsm {
namespace {

const nlohmann::json kNull;

}  // namespace

bool JsonField::isNull() const {
    return value_->is_null();
}

Result<JsonField> JsonField::maybe(std::string_view key) const {
    if (!value_->is_object()) return malformed("expected an object");
    const auto found = value_->find(key);
    const std::string path = key_.empty() ? std::string(key) : key_ + "." + std::string(key);
    return JsonField(found == value_->end() ? kNull : *found, place_, path);
}

Result<JsonField> JsonField::at(std::string_view key) const {
    Result<JsonField> field = maybe(key);
    if (field && !value_->contains(key)) return field->malformed("the key is missing");
    return field;
}

Result<std::vector<JsonField>> JsonField::elements() const {
    if (!value_->is_array()) return malformed("expected an array");
    std::vector<JsonField> fields;
    fields.reserve(value_->size());
    for (const auto& element : *value_) {
        fields.push_back(
            JsonField(element, place_, key_ + "[" + std::to_string(fields.size()) + "]"));
    }
    return fields;
}

Result<std::vector<std::string>> JsonField::strings() const {
    const auto fields = elements();
    if (!fields) return tl::unexpected(fields.error());
    std::vector<std::string> all;
    for (const JsonField& field : *fields) {
        auto one = field.string();
        if (!one) return tl::unexpected(one.error());
        all.push_back(std::move(*one));
    }
    return all;
}

Result<std::string> JsonField::string() const {
    if (!value_->is_string()) return malformed("expected a string");
    return value_->get<std::string>();
}

Result<bool> JsonField::boolean(bool whenMissing) const {
    if (value_->is_null()) return whenMissing;
    if (!value_->is_boolean()) return malformed("expected true or false");
    return value_->get<bool>();
}

Result<std::int64_t> JsonField::integer() const {
    const bool fits = value_->is_number_integer() &&
                      (!value_->is_number_unsigned() ||
                       value_->get<std::uint64_t>() <=
                           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (!fits) return malformed("expected a whole number");
    return value_->get<std::int64_t>();
}

Result<double> JsonField::number() const {
    if (!value_->is_number()) return malformed("expected a number");
    return value_->get<double>();
}

std::string JsonField::describe(std::string_view problem) const {
    std::string message = place_ + (key_.empty() ? "" : key_ + ": ") + std::string(problem);
    if (!message.ends_with('.')) message += '.';
    return message;
}

tl::unexpected<Error> JsonField::malformed(std::string_view problem) const {
    return failure(ErrorCode::Malformed, describe(problem));
}

tl::unexpected<Error> JsonField::unsupported(std::string_view problem) const {
    return failure(ErrorCode::Unsupported, describe(problem));
}

}  // namespace dsm
