#include "engine/text/oniguruma_syntax.h"

#include <algorithm>
#include <utility>

#include "engine/text/utf8.h"

namespace dsm {
namespace {

// The property White_Space.
constexpr std::string_view kSpaces =
    R"(\t-\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view kWordCharacters = R"(\p{L}\p{M}\p{Nd}\p{Pc})";

tl::unexpected<Error> unsupported(std::string_view construct) {
    return failure(ErrorCode::Unsupported,
                   "The pattern uses " + std::string(construct) + ", which is not supported.");
}

class Translator {
  public:
    explicit Translator(std::string_view pattern) : rest_(pattern) {}

    Result<std::string> run() {
        while (!rest_.empty()) {
            const Result<void> step = insideClass_ ? classStep() : outsideStep();
            if (!step) return tl::unexpected(step.error());
        }
        return std::move(out_);
    }

  private:
    void copy(std::size_t count) {
        out_ += rest_.substr(0, count);
        rest_.remove_prefix(std::min(count, rest_.size()));
    }

    Result<void> outsideStep() {
        if (rest_[0] == '\\') return escape();
        if (rest_.starts_with("(*")) return unsupported("(*...)");
        if (rest_.starts_with("(?")) {
            // In Ruby (?m) lets the dot match newlines; in PCRE2 it makes ^ and $ match at lines.
            const std::size_t end = rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", 2);
            if (rest_.substr(0, end).find('m') != std::string_view::npos) {
                return unsupported("(?m)");
            }
        }
        if (rest_[0] != '[') return copy(1), Result<void>();
        copy(rest_.starts_with("[^") ? 2 : 1);
        if (rest_.starts_with("]")) return unsupported("a class that begins with ]");
        insideClass_ = true;
        return {};
    }

    Result<void> classStep() {
        if (rest_[0] == '\\') return escape();
        if (rest_[0] == '[') return unsupported("a class inside a class");
        if (rest_.starts_with("&&")) return unsupported("&& inside a class");
        if (rest_[0] == ']') insideClass_ = false;
        copy(1);
        return {};
    }

    Result<void> escape() {
        if (rest_.size() < 2) return failure(ErrorCode::Malformed, "The pattern ends in \\.");
        const char letter = rest_[1];
        switch (letter) {
            case 's':
                return replace(kSpaces, "[");
            case 'S':
                // Inside a class PCRE2's \S lacks only U+180E.
                if (insideClass_) return replace(R"(\S\x{180e})", "[");
                return replace(kSpaces, "[^");
            case 'w':
                return replace(kWordCharacters, "[");
            case 'W':
                if (insideClass_) break;
                return replace(kWordCharacters, "[^");
            case 'h':
            case 'H':
            case 'b':
            case 'B':
            case 'G':
            case 'Z':
            case 'K':
            case 'y':
            case 'Y':
            case 'O':
                break;
            default:
                return copy(2), Result<void>();
        }
        return unsupported(rest_.substr(0, 2));
    }

    Result<void> replace(std::string_view members, std::string_view open) {
        if (!insideClass_) out_ += open;
        out_ += members;
        if (!insideClass_) out_ += "]";
        rest_.remove_prefix(2);
        return {};
    }

    std::string_view rest_;
    std::string out_;
    bool insideClass_ = false;
};

// How many bytes at the start of `rest` make up one class; 0 when it is something else.
std::size_t classSize(std::string_view rest) {
    if (rest.starts_with("\\s") || rest.starts_with("\\S")) return 2;
    if (rest.starts_with("\\p{") || rest.starts_with("\\P{")) return rest.find('}') + 1;
    if (!rest.starts_with("[")) return 0;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '\\')
            ++i;
        else if (rest[i] == ']')
            return i + 1;
    }
    return 0;
}

std::string takeClass(std::string_view& rest) {
    const std::size_t size = classSize(rest);
    std::string taken(rest.substr(0, size));
    // A space is the one plain character that pre-tokenizers put before a class.
    if (size == 0 && rest.starts_with(" ")) taken = "[ ]";
    rest.remove_prefix(size == 0 && !taken.empty() ? 1 : size);
    return taken;
}

}  // namespace

Result<std::string> toPcre2Syntax(std::string_view pattern) {
    return Translator(pattern).run();
}

std::optional<SimplePattern> parseSimplePattern(std::string_view pattern) {
    if (validUtf8Prefix(pattern) != pattern.size()) return std::nullopt;
    SimplePattern simple;
    simple.characters = takeClass(pattern);
    if (simple.characters.empty()) return std::nullopt;
    if (pattern.starts_with("?")) {
        pattern.remove_prefix(1);
        simple.optionalPrefix = std::move(simple.characters);
        simple.characters = takeClass(pattern);
        if (simple.characters.empty() || !pattern.starts_with("+")) return std::nullopt;
    }
    if (pattern.starts_with("+")) {
        pattern.remove_prefix(1);
        simple.repeated = true;
    }
    if (pattern == "$" && simple.repeated && simple.optionalPrefix.empty()) {
        pattern.remove_prefix(1);
        simple.atLineEnd = true;
    }
    if (!pattern.empty()) return std::nullopt;
    return simple;
}

}  // namespace dsm
