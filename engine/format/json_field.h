// JsonField: a value inside a JSON file that knows where it stands, so that a refusal can say so.
//
// Ownership Borrows the document.
// Errors    Malformed, naming the file, the key and what was expected there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/reason.h"
#include "kernels/base/result.h"

namespace dsm {

class JsonField {
  public:
    JsonField(const nlohmann::json& document, std::string file)
        : value_(&document), file_(std::move(file)) {}

    const nlohmann::json& value() const { return *value_; }

    // The member `key` of this object, which must be there.
    Result<JsonField> at(std::string_view key) const;
    // The member `key`, or null where it is missing.
    Result<JsonField> maybe(std::string_view key) const;
    // The elements of this array.
    Result<std::vector<JsonField>> elements() const;
    // The same where each is a string.
    Result<std::vector<std::string>> strings() const;

    bool isNull() const;
    Result<std::string> string() const;
    Result<bool> boolean(bool whenMissing) const;
    Result<std::int64_t> integer() const;
    // A number that is not infinite; whole ones too.
    Result<double> number() const;

    tl::unexpected<Error> malformed(const Reason& problem) const;
    tl::unexpected<Error> unsupported(const Reason& problem) const;
    // Malformed; `what` is one of knownWords().
    tl::unexpected<Error> expected(const char* what) const;

  private:
    JsonField(const nlohmann::json& value, std::string file, std::string key)
        : value_(&value), file_(std::move(file)), key_(std::move(key)) {}

    Reason placed(const Reason& problem) const;

    const nlohmann::json* value_;
    std::string file_;
    std::string key_;  // "model.vocab"; "" for the document
};

}  // namespace dsm
