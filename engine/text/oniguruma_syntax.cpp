#include "engine/text/oniguruma_syntax.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/format/pcre2.h"
#include "engine/text/utf8.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// The property White_Space.
constexpr std::string_view kSpaces =
    R"(\t-\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view kWordCharacters = R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc})";
// Which \w has besides where it stands alone: superscripts and fractions of Latin 1.
constexpr std::string_view kWordNumbers = R"(\x{b2}\x{b3}\x{b9}\x{bc}-\x{be})";

tl::unexpected<Error> unsupported(std::string_view construct) {
    return failure(ErrorCode::Unsupported, ReasonCode::PatternUses, {std::string(construct)});
}

bool isScript(std::string_view name) {
    const std::string property = R"(\p{sc:)" + std::string(name) + "}";
    int error = 0;
    PCRE2_SIZE offset = 0;
    const pcre2::Owned<pcre2_code> code(pcre2_compile(pcre2::units(property), property.size(),
                                                      PCRE2_UTF, &error, &offset, nullptr));
    return code != nullptr;
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
    struct Group {
        std::size_t begin = 0;  // in out_
        bool isCaseless = false;
    };

    void copy(std::size_t count) {
        out_ += rest_.substr(0, count);
        rest_.remove_prefix(std::min(count, rest_.size()));
    }
    void beginAtom() {
        atom_ = out_.size();
        letter_ = '\0';
    }

    Result<void> outsideStep() {
        switch (rest_[0]) {
            case '\\':
                beginAtom();
                return escape();
            case '(':
                return openGroup();
            case ')':
                letter_ = '\0';
                if (!groups_.empty()) {
                    atom_ = groups_.back().begin;
                    isCaseless_ = groups_.back().isCaseless;
                    groups_.pop_back();
                }
                return copy(1), Result<void>();
            case '{':
                return interval();
            case '[':
                break;
            default:
                return character();
        }
        beginAtom();
        copy(rest_.starts_with("[^") ? 2 : 1);
        if (rest_.starts_with("]")) return unsupported("a class that begins with ]");
        insideClass_ = true;
        return {};
    }

    Result<void> openGroup() {
        if (rest_.starts_with("(*")) return unsupported("(*...)");
        const Group group{out_.size(), isCaseless_};
        letter_ = '\0';
        if (!rest_.starts_with("(?")) {
            groups_.push_back(group);
            return copy(1), Result<void>();
        }
        if (rest_.starts_with("(?#"))
            return copy(std::min(rest_.find(')'), rest_.size() - 1) + 1), Result<void>();
        const std::size_t end =
            std::min(rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", 2), rest_.size());
        const std::string_view options = rest_.substr(2, end - 2);
        // In Ruby (?m) lets the dot match newlines; in PCRE2 it makes ^ and $ match at lines.
        if (options.find('m') != std::string_view::npos) return unsupported("(?m)");
        if (const std::size_t at = options.find('i'); at != std::string_view::npos)
            isCaseless_ = at < options.find('-');
        if (!rest_.substr(end).starts_with(")")) groups_.push_back(group);
        std::size_t size = std::min(end + 1, rest_.size());
        const bool isNamed =
            rest_.starts_with("(?<") && !rest_.starts_with("(?<=") && !rest_.starts_with("(?<!");
        if (isNamed) size = std::min(rest_.find('>'), rest_.size() - 1) + 1;
        return copy(size), Result<void>();
    }

    // A character that stands for itself, or a quantifier. Without regard to case Oniguruma takes
    // some pairs of letters and one character for the same, as "ss" and the sharp s; PCRE2 none.
    Result<void> character() {
        const char c = rest_[0];
        const bool isQuantifier = c == '?' || c == '*' || c == '+';
        const char before = std::exchange(letter_, '\0');
        if (!isQuantifier && (c & 0xC0) != 0x80) atom_ = out_.size();
        if (isCaseless_) {
            if (static_cast<unsigned char>(c) >= 0x80) return foldsOtherwise();
            const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            for (const std::string_view pair : {"ss", "st", "ff", "fi", "fl"}) {
                if (before == pair[0] && lower == pair[1]) return foldsOtherwise();
            }
            letter_ = lower;
        }
        return copy(1), Result<void>();
    }
    static tl::unexpected<Error> foldsOtherwise() {
        return unsupported("(?i) with letters that are one in another case");
    }

    // {n}, {n,}, {,m} or {n,m}. Behind one Ruby repeats the whole by a plus, and {n} may be missing
    // with a question mark; in PCRE2 the two only say how to match it.
    Result<void> interval() {
        constexpr std::string_view kDigits = "0123456789";
        std::size_t at = std::min(rest_.find_first_not_of(kDigits, 1), rest_.size());
        const bool hasLeast = at > 1;
        const bool isRange = rest_.substr(at).starts_with(",");
        const std::size_t most = isRange ? at + 1 : at;
        at = std::min(rest_.find_first_not_of(kDigits, most), rest_.size());
        const bool isInterval = rest_.substr(at).starts_with("}") && (hasLeast || at > most);
        if (!isInterval) return character();
        const std::string_view behind = rest_.substr(at + 1);
        const bool isRepeated = behind.starts_with("+") || (behind.starts_with("?") && !isRange);
        letter_ = '\0';
        if (isRepeated) out_.insert(atom_, "(?:");
        out_ += hasLeast ? "{" : "{0";
        rest_.remove_prefix(1);
        copy(at);
        if (isRepeated) {
            out_ += ")";
            copy(1);
        }
        return {};
    }

    Result<void> classStep() {
        if (rest_[0] == '\\') return escape();
        if (rest_[0] == '[') return unsupported("a class inside a class");
        if (rest_.starts_with("&&")) return unsupported("&& inside a class");
        if (isCaseless_ && static_cast<unsigned char>(rest_[0]) >= 0x80) return foldsOtherwise();
        if (rest_[0] == ']') insideClass_ = false;
        copy(1);
        return {};
    }

    Result<void> escape() {
        if (rest_.size() < 2) return failure(ErrorCode::Malformed, ReasonCode::PatternEnds);
        const char letter = rest_[1];
        switch (letter) {
            case 'p':
            case 'P':
                return property();
            case 's':
                return replace(kSpaces, "[");
            case 'S':
                // Inside a class PCRE2's \S lacks only U+180E.
                if (insideClass_) return replace(R"(\S\x{180e})", "[");
                return replace(kSpaces, "[^");
            case 'w':
                if (insideClass_) return replace(kWordCharacters, "[");
                return replace(std::string(kWordCharacters).append(kWordNumbers), "[");
            case 'W':
                if (insideClass_) break;
                return replace(std::string(kWordCharacters).append(kWordNumbers), "[^");
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
            default: {
                const bool isNumber = rest_.starts_with("\\x{") || rest_.starts_with("\\o{");
                const std::size_t end = isNumber ? rest_.find('}') : 1;
                return copy(std::min(end, rest_.size() - 1) + 1), Result<void>();
            }
        }
        return unsupported(rest_.substr(0, 2));
    }

    // \p{Han} is a script to Oniguruma; to PCRE2 it has the characters too that scripts share.
    Result<void> property() {
        const std::size_t end = rest_.find('}');
        if (!rest_.substr(2).starts_with("{") || end == std::string_view::npos)
            return copy(2), Result<void>();
        std::string_view name = rest_.substr(3, end - 3);
        const bool isNegated = name.starts_with("^");
        if (isNegated) name.remove_prefix(1);
        if (!isScript(name)) return copy(end + 1), Result<void>();
        out_ += (rest_[1] == 'P') != isNegated ? R"(\P{sc:)" : R"(\p{sc:)";
        out_ += std::string(name) + "}";
        rest_.remove_prefix(end + 1);
        return {};
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
    bool isCaseless_ = false;
    std::vector<Group> groups_;  // open ones, with what held before them
    std::size_t atom_ = 0;       // where in out_ begins what a quantifier would repeat
    char letter_ = '\0';         // the one before, where it may be the first of a pair
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
