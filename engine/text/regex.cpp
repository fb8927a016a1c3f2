#include "engine/text/regex.h"

#include <utility>

#include "engine/format/pcre2.h"
#include "engine/text/oniguruma_syntax.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using pcre2::errorText;
using pcre2::Owned;
using pcre2::units;

constexpr std::size_t kMaxPatternBytes = 1 << 16;
constexpr std::size_t kJitStackStartBytes = 32 << 10;
// Address space, used as far as a pattern needs it: repeated groups take some for each round.
constexpr std::size_t kJitStackMaxBytes = 64 << 20;

}  // namespace

struct Regex::Code {
    Owned<pcre2_code> compiled;
};

struct Regex::Scratch::Data {
    // Only the bounds of the whole match are wanted: one pair, whatever the pattern captures.
    Owned<pcre2_match_data> match{pcre2_match_data_create(1, nullptr)};
    Owned<pcre2_match_context> context{pcre2_match_context_create(nullptr)};
    Owned<pcre2_jit_stack> stack{
        pcre2_jit_stack_create(kJitStackStartBytes, kJitStackMaxBytes, nullptr)};

    Data() { pcre2_jit_stack_assign(context.get(), nullptr, stack.get()); }
};

Regex::Scratch::Scratch() = default;
Regex::Scratch::Scratch(Scratch&&) noexcept = default;
Regex::Scratch& Regex::Scratch::operator=(Scratch&&) noexcept = default;
Regex::Scratch::~Scratch() = default;

Regex::Regex(std::shared_ptr<const Code> code) : code_(std::move(code)) {}

Result<Regex> Regex::compile(std::string_view pattern) {
    Result<std::string> translated = toPcre2Syntax(pattern);
    if (!translated) return tl::unexpected(translated.error());
    return compileTranslated(*translated, PCRE2_UCP | PCRE2_MULTILINE);
}

Result<Regex> Regex::compileLiteral(std::string_view text) {
    return compileTranslated(text, PCRE2_LITERAL);
}

Result<Regex> Regex::compileTranslated(std::string_view pattern, unsigned options) {
    if (pattern.size() > kMaxPatternBytes) {
        return failure(ErrorCode::Unsupported, ReasonCode::PatternTooLong);
    }
    const Owned<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int error = 0;
    PCRE2_SIZE offset = 0;
    Owned<pcre2_code> compiled(pcre2_compile(units(pattern), pattern.size(), PCRE2_UTF | options,
                                             &error, &offset, context.get()));
    if (!compiled) {
        return failure(ErrorCode::Malformed, ReasonCode::PatternBroken,
                       {std::to_string(offset), errorText(error)});
    }
    // Where the machine has no just-in-time compiler the interpreter takes over.
    pcre2_jit_compile(compiled.get(), PCRE2_JIT_COMPLETE);
    return Regex(std::make_shared<const Code>(Code{std::move(compiled)}));
}

bool Regex::find(std::string_view subject, std::size_t from, Scratch& scratch, Match& match) const {
    if (!scratch.data_) scratch.data_ = std::make_unique<Scratch::Data>();
    Scratch::Data& data = *scratch.data_;
    // Zero is success too: the pattern has captures that do not fit into the one pair.
    const int result = pcre2_match(code_->compiled.get(), units(subject), subject.size(), from,
                                   PCRE2_NO_UTF_CHECK, data.match.get(), data.context.get());
    if (result < 0) {
        if (result != PCRE2_ERROR_NOMATCH) scratch.reachedLimit_ = true;
        return false;
    }
    const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(data.match.get());
    match = {bounds[0], bounds[1]};
    return true;
}

}  // namespace dsm
