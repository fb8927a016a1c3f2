#include "engine/model/adapter/name_pattern.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "engine/format/json_file.h"
#include "engine/format/pcre2.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using pcre2::errorText;
using pcre2::Owned;
using pcre2::units;

constexpr std::size_t kMostPatternBytes = 1 << 14;
constexpr std::uint32_t kMostSteps = 50'000;  // thousands suffice for names of a hundred characters

bool isAlone(std::string_view pattern) {  // no operator but the dot
    return std::all_of(pattern.begin(), pattern.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
    });
}

// What PCRE2 reads otherwise than Python; "" where there is nothing of it.
std::string_view foreignPart(std::string_view pattern) {
    constexpr std::string_view kEscapes = "AbBdDsSwWZafnrtvx";
    for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
        const auto next = static_cast<unsigned char>(pattern[i + 1]);
        if (pattern[i] == '\\') {
            if (std::isalpha(next) != 0 && kEscapes.find(pattern[i + 1]) == kEscapes.npos)
                return pattern.substr(i, 2);
            ++i;
        } else if (pattern.substr(i).starts_with("(*") || pattern.substr(i).starts_with("[[:")) {
            return pattern.substr(i, 3);
        }
    }
    return {};
}

// The pattern as PCRE2 writes it: there "{,3}" is the text itself, and "\Z" stands before a last
// line feed too.
std::string forPcre2(std::string_view pattern) {
    std::string text;
    bool isInSet = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::string_view rest = pattern.substr(i);
        if (rest[0] == '\\' && rest.size() > 1) {
            text += rest.starts_with("\\Z") ? "\\z" : rest.substr(0, 2);
            ++i;
            continue;
        }
        if (isInSet) {
            isInSet = rest[0] != ']';
        } else if (rest[0] == '[') {
            isInSet = true;
            // The first "]" of a set is one of its characters.
            const std::size_t size = rest.starts_with("[^]") ? 3 : rest.starts_with("[]") ? 2 : 1;
            text += rest.substr(0, size);
            i += size - 1;
            continue;
        } else if (rest.starts_with("{,")) {
            text += "{0,";
            ++i;
            continue;
        }
        text += rest[0];
    }
    return text;
}

}  // namespace

struct NamePattern::Code {
    Owned<pcre2_code> compiled;
    Owned<pcre2_match_context> limits{pcre2_match_context_create(nullptr)};
};

Result<NamePattern> NamePattern::ofWhole(std::string_view pattern) {
    return compile(pattern, forPcre2(pattern), PCRE2_ENDANCHORED);
}

Result<NamePattern> NamePattern::ofEnd(std::string_view pattern) {
    if (!pattern.empty() && isAlone(pattern)) return NamePattern(std::string(pattern));
    // Python's own expression: groups that the pattern refers back to have the same numbers.
    return compile(pattern, "(.*\\.)?(" + forPcre2(pattern) + ")$", 0);
}

Result<NamePattern> NamePattern::compile(std::string_view pattern, const std::string& expression,
                                         unsigned options) {
    if (pattern.size() > kMostPatternBytes)
        return failure(ErrorCode::Unsupported, ReasonCode::PatternTooLongNames);

    if (const std::string_view part = foreignPart(pattern); !part.empty()) {
        return failure(ErrorCode::Unsupported, ReasonCode::PatternNotPython,
                       {shown(pattern), shown(part)});
    }
    const Owned<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto code = std::make_shared<Code>();
    code->compiled.reset(pcre2_compile(units(expression), expression.size(),
                                       PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | options, &error,
                                       &offset, context.get()));
    if (!code->compiled) {
        return failure(ErrorCode::Malformed, ReasonCode::PatternBrokenNames,
                       {shown(pattern), errorText(error)});
    }
    pcre2_set_match_limit(code->limits.get(), kMostSteps);
    NamePattern result{std::string(pattern)};
    result.code_ = std::move(code);
    return result;
}

Result<bool> NamePattern::matches(std::string_view name) const {
    if (!code_) {
        if (name.size() < text_.size()) return false;
        const std::size_t begin = name.size() - text_.size();
        if (begin > 0 && name[begin - 1] != '.') return false;
        return std::equal(text_.begin(), text_.end(),
                          name.begin() + static_cast<std::ptrdiff_t>(begin),
                          [](char wanted, char found) { return wanted == '.' || wanted == found; });
    }
    const Owned<pcre2_match_data> match(pcre2_match_data_create(1, nullptr));
    const int result = pcre2_match(code_->compiled.get(), units(name), name.size(), 0, 0,
                                   match.get(), code_->limits.get());
    if (result >= 0) return true;
    if (result == PCRE2_ERROR_NOMATCH) return false;
    return failure(ErrorCode::Unsupported, ReasonCode::PatternFails,
                   {shown(text_), std::string(name), errorText(result)});
}

}  // namespace dsm
