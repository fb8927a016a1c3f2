// Reads patterns in Oniguruma's Ruby syntax: to hand them to PCRE2, and to recognise the few simple
// shapes that pre-tokenizers mostly consist of and that need no regular expression engine.
//
// Source   https://github.com/kkos/oniguruma/blob/master/doc/RE; man pcre2pattern.
// Errors   Unsupported, naming the construct that PCRE2 would understand differently.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernels/base/result.h"

namespace dsm {

// The same pattern for PCRE2 compiled with UTF, UCP and MULTILINE.
Result<std::string> toPcre2Syntax(std::string_view pattern);

// `[..]`, `[..]+`, `P?[..]+` or `[..]+$`, where a class may also be an escape such as \s.
struct SimplePattern {
    std::string optionalPrefix;  // the class P; "" when there is none
    std::string characters;
    bool repeated = false;
    bool atLineEnd = false;
};

std::optional<SimplePattern> parseSimplePattern(std::string_view pattern);

}  // namespace dsm
