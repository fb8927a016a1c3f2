// Name pattern: a regular expression over the names of a model's modules, as the PEFT library uses
// Python's: target_modules and exclude_modules mean whole names, the keys of rank_pattern and
// alpha_pattern the end of a name, from a dot on.
//
// PCRE2 and Python agree on what such patterns use, but for "{,3}" and "\Z", which are written as
// PCRE2 does. What only one of them knows is refused by name: verbs "(*..)", classes "[[:..:]]" and
// escapes that Python does not have.
//
// Threads   Immutable.
// Errors    Malformed: a broken pattern; Unsupported: a construct as above, or a pattern that takes
//           too many steps on a name. Each names the pattern, not the file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "kernels/base/result.h"

namespace dsm {

class NamePattern {
  public:
    // Of the whole name: re.fullmatch(pattern, name).
    static Result<NamePattern> ofWhole(std::string_view pattern);
    // Of its end: re.match(r"(.*\.)?({pattern})$", name). Patterns of letters, digits, "_", "-" and
    // dots, which files have by the thousand, are compared and never compiled.
    static Result<NamePattern> ofEnd(std::string_view pattern);

    Result<bool> matches(std::string_view name) const;

  private:
    struct Code;
    explicit NamePattern(std::string text) : text_(std::move(text)) {}
    static Result<NamePattern> compile(std::string_view pattern, const std::string& expression,
                                       unsigned options);

    std::string text_;                  // as the file has it
    std::shared_ptr<const Code> code_;  // nullptr: text_ is the end of a name, a dot any character
};

}  // namespace dsm
