#include "engine/text/jinja_source.h"

#include <algorithm>
#include <cctype>

namespace dsm {
namespace {

bool isSpace(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

void trimEnd(std::string& text) {
    while (!text.empty() && isSpace(text.back()))
        text.pop_back();
}

void trimStart(std::string_view& text) {
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
}

// lstrip_blocks: the indentation of a block tag goes.
void trimIndentation(std::string& text) {
    const std::size_t end = text.find_last_not_of(" \t");
    if (end == std::string::npos)
        text.clear();
    else if (text[end] == '\n')
        text.resize(end + 1);
}

// Takes a string from the front of `rest` and appends it in single quotes, escapes resolved.
void takeString(std::string_view& rest, std::string& out) {
    const char quote = rest[0];
    std::size_t at = 1;
    out += '\'';
    for (; at < rest.size() && rest[at] != quote; ++at) {
        const bool isEscape = rest[at] == '\\' && at + 1 < rest.size();
        if (isEscape) ++at;
        out += isEscape && rest[at] == 'n' ? '\n' : rest[at];
    }
    out += '\'';
    rest.remove_prefix(std::min(at + 1, rest.size()));
}

// Takes ".name" and appends it as ['name'].
void takeAttribute(std::string_view& rest, std::string& out) {
    std::size_t end = 1;
    while (end < rest.size() && isNameCharacter(rest[end]))
        ++end;
    out += "['" + std::string(rest.substr(1, end - 1)) + "']";
    rest.remove_prefix(end);
}

class Canonicalizer {
  public:
    explicit Canonicalizer(std::string_view source) : rest_(source) {}

    std::string run() {
        while (!rest_.empty()) {
            if (rest_.starts_with("{%") || rest_.starts_with("{{")) {
                takeTag();
            } else {
                between_ += rest_[0];
                rest_.remove_prefix(1);
            }
        }
        return out_ + between_;
    }

  private:
    void takeTag() {
        const bool isBlock = rest_[1] == '%';
        const std::string_view close = isBlock ? "%}" : "}}";
        const std::string open(rest_.substr(0, 2));
        rest_.remove_prefix(2);
        if (rest_.starts_with('-')) {
            trimEnd(between_);
            rest_.remove_prefix(1);
        } else if (isBlock) {
            trimIndentation(between_);
        }
        out_ += between_ + open;
        between_.clear();
        bool trimsAfter = false;
        while (!rest_.empty() && !rest_.starts_with(close)) {
            trimsAfter = rest_[0] == '-' && rest_.substr(1).starts_with(close);
            takePartOfTag(trimsAfter);
        }
        out_ += close;
        rest_.remove_prefix(std::min(close.size(), rest_.size()));
        if (trimsAfter) {
            trimStart(rest_);
        } else if (isBlock && rest_.starts_with('\n')) {
            rest_.remove_prefix(1);  // trim_blocks
        }
    }

    void takePartOfTag(bool isMark) {
        if (rest_[0] == '\'' || rest_[0] == '"') return takeString(rest_, out_);
        if (rest_[0] == '.' && !out_.empty() && isNameCharacter(out_.back())) {
            return takeAttribute(rest_, out_);
        }
        if (!isMark && !isSpace(rest_[0])) out_ += rest_[0];
        rest_.remove_prefix(1);
    }

    std::string_view rest_;
    std::string between_;  // text outside tags since the last one
    std::string out_;
};

}  // namespace

std::string canonicalJinja(std::string_view source) {
    return Canonicalizer(source).run();
}

}  // namespace dsm
