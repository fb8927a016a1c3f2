#include "engine/text/jinja_source.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

namespace dsm {
namespace {

constexpr std::string_view kSpace = " \t\n\r\f\v";

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// As Jinja reads a source: lines end in \n, and the last one in nothing.
std::string withUnixLines(std::string_view source) {
    std::string text;
    for (std::size_t i = 0; i < source.size(); ++i) {
        const bool isPair = source[i] == '\r' && source.substr(i + 1).starts_with('\n');
        if (!isPair) text += source[i] == '\r' ? '\n' : source[i];
    }
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

struct Token {
    enum class Kind { Name, String, Sign };
    Kind kind = Kind::Sign;
    std::string text;

    bool isSign(std::string_view sign) const { return kind == Kind::Sign && text == sign; }
};

// Every string with its length, so that none can pass for something else.
std::string spelled(const Token& token) {
    if (token.kind != Token::Kind::String) return token.text + ' ';
    return "S" + std::to_string(token.text.size()) + ":" + token.text + ' ';
}

// Takes a string from the front; escapes that Jinja does not know keep their backslash.
Token takeString(std::string_view& rest) {
    Token token{Token::Kind::String, ""};
    const char quote = rest[0];
    std::size_t at = 1;
    for (; at < rest.size() && rest[at] != quote; ++at) {
        if (rest[at] != '\\' || at + 1 == rest.size()) {
            token.text += rest[at];
            continue;
        }
        switch (const char escaped = rest[++at]) {
            case 'n':
                token.text += '\n';
                break;
            case 't':
                token.text += '\t';
                break;
            case 'r':
                token.text += '\r';
                break;
            case '\\':
            case '\'':
            case '"':
                token.text += escaped;
                break;
            default:
                token.text += {'\\', escaped};
        }
    }
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return token;
}

std::string takeName(std::string_view& rest) {
    std::size_t end = 0;
    while (end < rest.size() && isNameCharacter(rest[end]))
        ++end;
    std::string name(rest.substr(0, end));
    rest.remove_prefix(end);
    if (name == "True" || name == "False" || name == "None") {
        name[0] = static_cast<char>(name[0] + ('a' - 'A'));
    }
    return name;
}

// What stands between the marks of one tag.
std::vector<Token> tokensOf(std::string_view rest) {
    std::vector<Token> tokens;
    while (!rest.empty()) {
        const bool followsValue = !tokens.empty() && (tokens.back().kind == Token::Kind::Name ||
                                                      tokens.back().isSign("]"));
        if (kSpace.find(rest[0]) != std::string_view::npos) {
            rest.remove_prefix(1);
        } else if (rest[0] == '\'' || rest[0] == '"') {
            tokens.push_back(takeString(rest));
        } else if (rest[0] == '.' && followsValue && rest.size() > 1 && isNameCharacter(rest[1])) {
            rest.remove_prefix(1);
            tokens.push_back({Token::Kind::Sign, "["});
            tokens.push_back({Token::Kind::String, takeName(rest)});
            tokens.push_back({Token::Kind::Sign, "]"});
        } else if (isNameCharacter(rest[0])) {
            tokens.push_back({Token::Kind::Name, takeName(rest)});
        } else {
            tokens.push_back({Token::Kind::Sign, std::string(1, rest[0])});
            rest.remove_prefix(1);
        }
    }
    return tokens;
}

using Term = std::vector<Token>;

// Of transformers: around what an assistant says, for those who train. They put nothing out.
bool isTrainingMark(const Token& token) {
    return token.kind == Token::Kind::Name &&
           (token.text == "generation" || token.text == "endgeneration");
}

// A string, or a variable with its subscripts: what is put out alone as it is beside others.
bool isSimple(const Term& term) {
    if (term.empty()) return false;
    if (term[0].kind == Token::Kind::String) return term.size() == 1;
    if (term[0].kind != Token::Kind::Name) return false;
    for (std::size_t i = 1; i < term.size(); i += 3) {
        const bool isSubscript = i + 2 < term.size() && term[i].isSign("[") &&
                                 term[i + 1].kind == Token::Kind::String && term[i + 2].isSign("]");
        if (!isSubscript) return false;
    }
    return true;
}

class Canonicalizer {
  public:
    Canonicalizer(std::string_view source, std::span<const JinjaVariable> known)
        : source_(withUnixLines(source)), rest_(source_), known_(known) {}

    std::string run() {
        std::string between;
        while (!rest_.empty()) {
            if (rest_.starts_with("{%") || rest_.starts_with("{{") || rest_.starts_with("{#")) {
                takeTag(between);
                between.clear();
            } else {
                between += rest_[0];
                rest_.remove_prefix(1);
            }
        }
        text_ += between;
        flush();
        return out_;
    }

  private:
    // `between` is what stands before it, back to the last tag.
    void takeTag(std::string& between) {
        const char kind = rest_[1];
        const char end[] = {kind == '{' ? '}' : kind, '}', '\0'};
        rest_.remove_prefix(2);
        if (rest_.starts_with('-')) {
            between.resize(between.find_last_not_of(kSpace) + 1);
            rest_.remove_prefix(1);
        } else if (kind != '{' && !rest_.starts_with('+')) {
            trimIndentation(between);
        }
        text_ += between;
        const std::size_t close = endOfTag(kind, end);
        std::string_view content = rest_.substr(0, close);
        // Jinja refuses a tag that does not end.
        if (close == std::string_view::npos) putTag('U', {});
        rest_.remove_prefix(std::min(content.size() + 2, rest_.size()));
        const bool trimsAfter = content.ends_with('-');
        if (trimsAfter) content.remove_suffix(1);
        if (kind == '{') putOut(tokensOf(content));
        if (kind == '%') putBlock(tokensOf(content));
        skipAfter(trimsAfter, kind != '{' && !content.ends_with('+'));
    }

    // lstrip_blocks: the indentation of a block goes, where nothing else is on its line before it.
    void trimIndentation(std::string& between) const {
        const std::size_t newline = between.rfind('\n');
        if (newline == std::string::npos && !atLineStart_) return;
        const std::size_t line = newline == std::string::npos ? 0 : newline + 1;
        if (between.find_first_not_of(kSpace, line) == std::string::npos) between.resize(line);
    }

    // Where the tag's closing mark begins, or npos; marks in strings are none.
    std::size_t endOfTag(char kind, std::string_view end) const {
        if (kind == '#') return rest_.find(end);
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            if (rest_.substr(at).starts_with(end)) return at;
            if (rest_[at] != '\'' && rest_[at] != '"') continue;
            std::string_view after = rest_.substr(at);
            takeString(after);
            at = rest_.size() - after.size() - 1;
        }
        return std::string_view::npos;
    }

    void skipAfter(bool trims, bool isBlock) {
        std::size_t skipped = 0;
        if (trims) {
            skipped = std::min(rest_.find_first_not_of(kSpace), rest_.size());
        } else if (isBlock && rest_.starts_with('\n')) {
            skipped = 1;  // trim_blocks
        }
        atLineStart_ = skipped > 0 && rest_[skipped - 1] == '\n';
        rest_.remove_prefix(skipped);
    }

    void putOut(const std::vector<Token>& tokens) {
        std::vector<Term> terms(1);
        for (const Token& token : tokens) {
            if (token.isSign("+") || token.isSign("~")) {
                terms.emplace_back();
            } else {
                terms.back().push_back(token);
            }
        }
        if (!std::all_of(terms.begin(), terms.end(), isSimple)) {
            terms = {tokens};  // something else than strings in a row
        }
        for (const Term& term : terms) {
            if (term.size() == 1 && term[0].kind == Token::Kind::String) {
                text_ += term[0].text;
            } else {
                flush();
                putTag('O', term);
            }
        }
    }

    void putBlock(const std::vector<Token>& tokens) {
        if (tokens.size() == 1 && isTrainingMark(tokens[0])) return;
        flush();
        putTag('B', tokens);
    }

    void putTag(char kind, const Term& tokens) {
        out_ += kind;
        out_ += '{';
        for (const Token& token : tokens)
            out_ += spelled(token);
        out_ += '}';
    }

    // The text that is put out before the next tag, with variables in place of their known values.
    void flush() {
        std::string_view rest = text_;
        // How much is left where each variable's text comes next; looked for again once it is past.
        std::vector<std::size_t> leftAt(known_.size(), std::string_view::npos);
        while (!rest.empty()) {
            std::size_t at = rest.size();
            const JinjaVariable* found = nullptr;
            for (std::size_t i = 0; i < known_.size(); ++i) {
                if (leftAt[i] > rest.size()) {
                    const std::size_t place = rest.find(known_[i].text);
                    leftAt[i] = place == std::string_view::npos ? 0 : rest.size() - place;
                }
                const std::size_t place = rest.size() - leftAt[i];
                if (place >= at) continue;
                at = place;
                found = &known_[i];
            }
            if (at > 0) out_ += "T" + std::to_string(at) + ":" + std::string(rest.substr(0, at));
            if (found == nullptr) break;
            putTag('O', {{Token::Kind::Name, found->name}});
            rest.remove_prefix(at + found->text.size());
        }
        text_.clear();
    }

    const std::string source_;
    std::string_view rest_;
    std::span<const JinjaVariable> known_;
    std::string text_;         // put out since the last tag that is no text
    bool atLineStart_ = true;  // of what follows the last tag
    std::string out_;
};

}  // namespace

std::string canonicalJinja(std::string_view source, std::span<const JinjaVariable> known) {
    return Canonicalizer(source, known).run();
}

}  // namespace dsm
