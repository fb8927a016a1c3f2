#include "engine/serve/request_body.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/format/json_file.h"
#include "engine/generate/setting_range.h"

namespace dsm {

using nlohmann::json;

RequestBody::RequestBody(const json& body) : body_(body) {
    if (!body.is_object()) refuse("The body is not a JSON object.");
}

void RequestBody::refuse(const std::string& problem) {
    if (!problem_) problem_ = Error{ErrorCode::Malformed, problem};
}

void RequestBody::expected(const char* key, const std::string& what, const json& found) {
    refuse(std::string(key) + ": expected " + what + ", not " + shown(found) + ".");
}

const json* RequestBody::member(const char* key) {
    known_.insert(key);
    if (problem_) return nullptr;
    const auto found = body_.find(key);
    return found == body_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> RequestBody::text(const char* key) {
    const json* value = member(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_string()) return value->get<std::string>();
    expected(key, "a text", *value);
    return std::nullopt;
}

bool RequestBody::flag(const char* key, bool whenMissing) {
    const json* value = member(key);
    if (value == nullptr) return whenMissing;
    if (value->is_boolean()) return value->get<bool>();
    expected(key, "true or false", *value);
    return whenMissing;
}

std::optional<std::int64_t> RequestBody::whole(const char* key, std::int64_t least,
                                               std::int64_t most) {
    const json* value = member(key);
    if (value == nullptr) return std::nullopt;
    const bool isUnsigned = value->is_number_unsigned();
    const bool fits = !isUnsigned || value->get<std::uint64_t>() <= std::uint64_t{INT64_MAX};
    if (value->is_number_integer() && fits) {
        const auto number = value->get<std::int64_t>();
        if (number >= least && number <= most) return number;
    }
    expected(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most),
             *value);
    return std::nullopt;
}

std::optional<double> RequestBody::number(const char* key, const SettingRange& range) {
    const json* value = member(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_number() && range.holds(value->get<double>())) return value->get<double>();
    expected(key, "a number, " + inWords(range), *value);
    return std::nullopt;
}

std::vector<std::string> RequestBody::texts(const char* key, std::size_t most) {
    const json* value = member(key);
    if (value == nullptr) return {};
    if (value->is_string()) return {value->get<std::string>()};
    const bool isList = value->is_array() && value->size() <= most &&
                        std::ranges::all_of(*value, [](const json& e) { return e.is_string(); });
    if (isList) return value->get<std::vector<std::string>>();
    expected(key, "a text or a list of at most " + std::to_string(most) + " texts", *value);
    return {};
}

void RequestBody::pass(std::initializer_list<const char*> keys) {
    known_.insert(keys.begin(), keys.end());
}

void RequestBody::allowOnly(const char* key, const json& value) {
    const json* found = member(key);
    if (found == nullptr || *found == value) return;
    refuse(std::string(key) + " is not supported here: leave it out, or give " + value.dump() +
           ".");
}

Result<void> RequestBody::end() const {
    if (problem_) return tl::unexpected(*problem_);
    for (const auto& [key, value] : body_.items()) {
        if (value.is_null() || known_.contains(key)) continue;
        return failure(ErrorCode::Unsupported,
                       shown(json(key)) + " is not understood here. Leave it out.");
    }
    return {};
}

}  // namespace dsm
