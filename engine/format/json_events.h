// What the JSON library tells of a text while it reads it, for those who follow its keys and
// brackets and keep none of its values.
//
// Errors  A fault in the text ends the reading: sax_parse() returns false.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace dsm {

class JsonEvents : public nlohmann::json_sax<nlohmann::json> {
  public:
    // A value that is neither object nor array; false ends the reading.
    virtual bool value() { return true; }

    bool null() final { return value(); }
    bool boolean(bool) final { return value(); }
    bool number_integer(number_integer_t) final { return value(); }
    bool number_unsigned(number_unsigned_t) final { return value(); }
    bool number_float(number_float_t, const string_t&) final { return value(); }
    bool string(string_t&) final { return value(); }
    bool binary(binary_t&) final { return false; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) final {
        return false;
    }
};

}  // namespace dsm
