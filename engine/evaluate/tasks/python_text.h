// What lm-eval does to texts by Python's means: strip, capitalize, lower, and patterns of its re.
//
// Case is that of single characters (PCRE2's): the few whose other case is longer stay as they are.
//
// Threads  Any.
// Errors   replaced() and found(): Unsupported where the pattern takes more steps for a text than the
//          library allows.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

std::string stripped(std::string_view text);            // str.strip()
std::string leftStripped(std::string_view text);        // str.lstrip()
std::size_t trailingSpaceBytes(std::string_view text);  // that str.rstrip() takes off
std::string capitalized(std::string_view text);         // str.capitalize()
std::string lowered(std::string_view text);             // str.lower()
std::string withoutPunctuation(std::string_view text);  // of ASCII: string.punctuation
std::string replacedAll(std::string text, std::string_view what, std::string_view with);
std::size_t characterCount(std::string_view text);  // len()

// A pattern that is known to be right (CHECK).
class PythonPattern {
  public:
    explicit PythonPattern(std::string_view pattern);
    ~PythonPattern();
    PythonPattern(const PythonPattern&) = delete;
    PythonPattern& operator=(const PythonPattern&) = delete;

    // re.sub(); `with` as PCRE2 has it: $1 is a group.
    Result<std::string> replaced(std::string_view text, std::string_view with) const;
    // re.findall(): of each match its first group that took part and is not empty, else "".
    Result<std::vector<std::string>> found(std::string_view text) const;
    // How many pieces re.split() makes.
    Result<std::size_t> pieces(std::string_view text) const;

  private:
    struct Code;
    std::unique_ptr<Code> code_;
};

}  // namespace dsm
