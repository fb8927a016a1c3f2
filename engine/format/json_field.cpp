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
    if (!value_->is_object()) return expected("an object");
    const auto found = value_->find(key);
    const std::string path = key_.empty() ? std::string(key) : key_ + "." + std::string(key);
    return JsonField(found == value_->end() ? kNull : *found, file_, path);
}

Result<JsonField> JsonField::at(std::string_view key) const {
    Result<JsonField> field = maybe(key);
    if (field && !value_->contains(key)) return field->malformed(ReasonCode::KeyMissing);
    return field;
}

Result<std::vector<JsonField>> JsonField::elements() const {
    if (!value_->is_array()) return expected("an array");
    std::vector<JsonField> fields;
    fields.reserve(value_->size());
    for (const auto& element : *value_) {
        fields.push_back(
            JsonField(element, file_, key_ + "[" + std::to_string(fields.size()) + "]"));
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
    if (!value_->is_string()) return expected("a string");
    return value_->get<std::string>();
}

Result<bool> JsonField::boolean(bool whenMissing) const {
    if (value_->is_null()) return whenMissing;
    if (!value_->is_boolean()) return expected("true or false");
    return value_->get<bool>();
}

Result<std::int64_t> JsonField::integer() const {
    const bool fits = value_->is_number_integer() &&
                      (!value_->is_number_unsigned() ||
                       value_->get<std::uint64_t>() <=
                           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (!fits) return expected("a whole number");
    return value_->get<std::int64_t>();
}

Result<double> JsonField::number() const {
    if (!value_->is_number()) return expected("a number");
    return value_->get<double>();
}

Reason JsonField::placed(const Reason& problem) const {
    Reason reason = key_.empty() ? Reason(ReasonCode::AtFile, {file_})
                                 : Reason(ReasonCode::JobAtKey, {file_, key_});
    reason.add(problem);
    return reason;
}

tl::unexpected<Error> JsonField::malformed(const Reason& problem) const {
    return failure(ErrorCode::Malformed, placed(problem));
}

tl::unexpected<Error> JsonField::unsupported(const Reason& problem) const {
    return failure(ErrorCode::Unsupported, placed(problem));
}

tl::unexpected<Error> JsonField::expected(const char* what) const {
    return malformed({ReasonCode::ValueExpected, {what}});
}

}  // namespace dsm
