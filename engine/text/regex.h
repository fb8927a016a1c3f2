// Regex: a regular expression of tokenizer.json, which means what the Oniguruma library (Ruby
// syntax, UTF-8) makes of it, run by PCRE2 with its just-in-time compiler.
//
// The two agree on what pre-tokenizers use, after these translations: `$` and `^` match at lines;
// `\s` is the Unicode property White_Space (PCRE2's own also matches U+180E); `\w` is letters,
// marks, decimal digits and connectors. What means something else to PCRE2 is refused by name:
// nested classes and `&&`, `\h`, `\b`, `\G`, `\Z`, `(?m`.
//
// Source    https://github.com/kkos/oniguruma/blob/master/doc/RE; man pcre2pattern.
// Ownership Copies share the compiled code.
// Threads   Immutable; each thread brings its own Scratch.
// Errors    compile(): Malformed for a broken pattern, Unsupported for a construct as above.
//           find(): nothing is found from where PCRE2 reaches its limits of steps or memory on,
//           and the scratch remembers it: what was cut with it is not what the pattern says.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "kernels/base/result.h"

namespace dsm {

class Regex {
  public:
    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    // Memory for matching; made at first use.
    class Scratch {
      public:
        Scratch();
        Scratch(Scratch&&) noexcept;
        Scratch& operator=(Scratch&&) noexcept;
        ~Scratch();

        bool reachedLimit() const { return reachedLimit_; }

      private:
        friend class Regex;
        struct Data;
        std::unique_ptr<Data> data_;
        bool reachedLimit_ = false;
    };

    // A pattern in Oniguruma's syntax.
    static Result<Regex> compile(std::string_view pattern);
    // A pattern that matches exactly `text`.
    static Result<Regex> compileLiteral(std::string_view text);

    // Searches `subject`, valid UTF-8, from `from`, a character boundary.
    bool find(std::string_view subject, std::size_t from, Scratch& scratch, Match& match) const;

  private:
    struct Code;
    explicit Regex(std::shared_ptr<const Code> code);
    static Result<Regex> compileTranslated(std::string_view pattern, unsigned options);

    std::shared_ptr<const Code> code_;
};

}  // namespace dsm
