// The parts of a text that has brackets, quotes, commas, numbers and lines, as JSON, Jinja, CSV and
// Markdown have: found without knowing which of them it is, in broken texts too.
#pragma once

#include <cctype>
#include <cstddef>
#include <string_view>
#include <vector>

namespace dsm {

struct TextPart {
    std::size_t begin = 0, end = 0;
    char separator = ',';  // stands between it and others of its kind

    std::size_t size() const { return end - begin; }
};

struct TextParts {
    std::vector<TextPart> elements;  // between brackets and commas; lines
    std::vector<TextPart> groups;    // a bracket, what it holds, and its end
    std::vector<TextPart> strings;   // with their quotes
    std::vector<TextPart> keys;      // those of the strings before a colon
    std::vector<TextPart> numbers;
};

class TextPartFinder {
  public:
    explicit TextPartFinder(std::string_view text) : text_(text) {}

    TextParts find() {
        std::size_t lineBegin = 0;
        for (at_ = 0; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '\n') addElement({lineBegin, at_, '\n'});
            if (c == '\n') lineBegin = at_ + 1;
            if (c == '"' || c == '\'') takeString(c);
            if (isDigit(c)) takeNumber();
            if (c == '[' || c == '{' || c == '(') open_.push_back({at_, at_ + 1});
            if (c == ',' && !open_.empty()) endElement();
            if ((c == ']' || c == '}' || c == ')') && !open_.empty()) close();
        }
        addElement({lineBegin, text_.size(), '\n'});
        return std::move(parts_);
    }

  private:
    struct Open {
        std::size_t group, element;  // where they began
    };

    static bool isDigit(char c) { return c >= '0' && c <= '9'; }
    bool isSpace(std::size_t at) const {
        return std::isspace(static_cast<unsigned char>(text_[at])) != 0;
    }

    void addElement(TextPart part) {
        while (part.begin < part.end && isSpace(part.begin))
            ++part.begin;
        while (part.begin < part.end && isSpace(part.end - 1))
            --part.end;
        if (part.begin < part.end) parts_.elements.push_back(part);
    }
    void endElement() {
        addElement({open_.back().element, at_});
        open_.back().element = at_ + 1;
    }
    void close() {
        endElement();
        parts_.groups.push_back({open_.back().group, at_ + 1});
        open_.pop_back();
    }

    // To its end on the same line; a quote that has none is a character like any other.
    void takeString(char quote) {
        for (std::size_t end = at_ + 1; end < text_.size() && text_[end] != '\n'; ++end) {
            if (text_[end] == '\\') ++end;
            if (end >= text_.size() || text_[end] != quote) continue;
            const TextPart part{at_, end + 1};
            parts_.strings.push_back(part);
            std::size_t next = end + 1;
            while (next < text_.size() && isSpace(next))
                ++next;
            if (next < text_.size() && text_[next] == ':') parts_.keys.push_back(part);
            at_ = end;
            return;
        }
    }
    void takeNumber() {
        std::size_t end = at_;
        while (end < text_.size() && (isDigit(text_[end]) || text_[end] == '.'))
            ++end;
        const bool isNegative = at_ > 0 && text_[at_ - 1] == '-';
        parts_.numbers.push_back({isNegative ? at_ - 1 : at_, end});
        at_ = end - 1;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Open> open_;
    TextParts parts_;
};

}  // namespace dsm
