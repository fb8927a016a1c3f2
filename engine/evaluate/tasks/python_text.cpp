#include "engine/evaluate/tasks/python_text.h"

#include <algorithm>

#include "engine/format/pcre2.h"
#include "engine/text/utf8.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

bool isPythonSpace(char32_t c) {
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

// The last character begins here.
std::size_t lastCharacter(std::string_view text) {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
        --at;
    return at;
}

bool isAscii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char inAscii(char c, char first, char last, char to) {
    return c >= first && c <= last ? static_cast<char>(c - first + to) : c;
}

tl::unexpected<Error> tooManySteps() {
    return failure(ErrorCode::Unsupported,
                   "a text that the benchmark's pattern does not get through");
}

}  // namespace

std::string leftStripped(std::string_view text) {
    while (!text.empty()) {
        const Utf8Character first = readUtf8(text);
        if (first.state != Utf8Character::State::Valid || !isPythonSpace(first.codePoint)) break;
        text.remove_prefix(first.sizeBytes);
    }
    return std::string(text);
}

std::size_t trailingSpaceBytes(std::string_view text) {
    const std::size_t all = text.size();
    while (!text.empty()) {
        const std::size_t at = lastCharacter(text);
        const Utf8Character last = readUtf8(text.substr(at));
        if (last.state != Utf8Character::State::Valid || !isPythonSpace(last.codePoint)) break;
        text = text.substr(0, at);
    }
    return all - text.size();
}

std::string stripped(std::string_view text) {
    return leftStripped(text.substr(0, text.size() - trailingSpaceBytes(text)));
}

std::string lowered(std::string_view text) {
    if (isAscii(text)) {
        std::string lower(text);
        for (char& c : lower)
            c = inAscii(c, 'A', 'Z', 'a');
        return lower;
    }
    static const PythonPattern all("(?s).+");
    return all.replaced(text, "\\L$0").value_or(std::string(text));
}

std::string capitalized(std::string_view text) {
    if (text.empty()) return {};
    const std::size_t first = readUtf8(text).sizeBytes;
    std::string begin(text.substr(0, first));
    if (first == 1) {
        begin[0] = inAscii(begin[0], 'a', 'z', 'A');
    } else {
        static const PythonPattern one("(?s).+");
        begin = one.replaced(begin, "\\U$0").value_or(begin);
    }
    return begin + lowered(text.substr(first));
}

std::string withoutPunctuation(std::string_view text) {
    constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    std::string kept;
    for (const char c : text) {
        if (kPunctuation.find(c) == std::string_view::npos) kept += c;
    }
    return kept;
}

std::string replacedAll(std::string text, std::string_view what, std::string_view with) {
    std::string done;
    std::size_t from = 0;
    for (std::size_t at; (at = text.find(what, from)) != std::string::npos; from = at + what.size())
        done.append(text, from, at - from).append(with);
    return done.append(text, from);
}

std::size_t characterCount(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

struct PythonPattern::Code {
    pcre2::Owned<pcre2_code> code;
};

PythonPattern::PythonPattern(std::string_view pattern) : code_(std::make_unique<Code>()) {
    int error = 0;
    PCRE2_SIZE at = 0;
    code_->code.reset(pcre2_compile(pcre2::units(pattern), pattern.size(), PCRE2_UTF | PCRE2_UCP,
                                    &error, &at, nullptr));
    DSM_CHECK(code_->code != nullptr);
}

PythonPattern::~PythonPattern() = default;

Result<std::string> PythonPattern::replaced(std::string_view text, std::string_view with) const {
    constexpr std::uint32_t kOptions =
        PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_EXTENDED | PCRE2_SUBSTITUTE_OVERFLOW_LENGTH;
    std::string out(text.size() + 64, '\0');
    for (;;) {
        PCRE2_SIZE size = out.size();
        const int done = pcre2_substitute(
            code_->code.get(), pcre2::units(text), text.size(), 0, kOptions, nullptr, nullptr,
            pcre2::units(with), with.size(), reinterpret_cast<PCRE2_UCHAR*>(out.data()), &size);
        if (done == PCRE2_ERROR_NOMEMORY && size > out.size()) {
            out.resize(size);
            continue;
        }
        if (done < 0) return tooManySteps();
        out.resize(size);
        return out;
    }
}

Result<std::vector<std::string>> PythonPattern::found(std::string_view text) const {
    const pcre2::Owned<pcre2_match_data> data(
        pcre2_match_data_create_from_pattern(code_->code.get(), nullptr));
    std::vector<std::string> all;
    std::size_t from = 0;
    while (from <= text.size()) {
        const int groups = pcre2_match(code_->code.get(), pcre2::units(text), text.size(), from, 0,
                                       data.get(), nullptr);
        if (groups == PCRE2_ERROR_NOMATCH) break;
        if (groups < 0) return tooManySteps();
        const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data.get());
        std::string& taken = all.emplace_back();
        for (int group = 1; group < groups && taken.empty(); ++group) {
            const PCRE2_SIZE* of = ends + 2 * group;
            if (of[0] != PCRE2_UNSET) taken = text.substr(of[0], of[1] - of[0]);
        }
        // None of the patterns here matches nothing.
        from = std::max<std::size_t>(ends[1], from + 1);
    }
    return all;
}

Result<std::size_t> PythonPattern::pieces(std::string_view text) const {
    const auto between = found(text);
    if (!between) return tl::unexpected(between.error());
    return between->size() + 1;
}

}  // namespace dsm
