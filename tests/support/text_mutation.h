// Faults in the structure of a text: a part of mutation.h.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "tests/support/dice.h"
#include "tests/support/text_parts.h"

namespace dsm {

class TextMutation {
  public:
    explicit TextMutation(Dice& dice) : dice_(dice) {}

    void spoil(std::string& text, std::string_view other) {
        const TextParts parts = TextPartFinder(text).find();
        switch (dice_.below(12)) {
            case 0:
                exchange(text, parts.elements);
                break;
            case 1:
                exchange(text, parts.keys);
                break;
            case 2:
                repeat(text, parts.elements);
                break;
            case 3:
                remove(text, parts.elements);
                break;
            case 4:
                nest(text, dice_.below(2) == 0 ? parts.groups : parts.elements);
                break;
            case 5:
                lengthen(text, parts.strings);
                break;
            case 6:
                halveCharacter(text);
                break;
            case 7:
                escape(text, parts.strings);
                break;
            case 8:
                splice(text, parts, other);
                break;
            case 9:
                replace(text, dice_.below(2) == 0 ? parts.elements : parts.groups);
                break;
            default:
                replaceNumber(text, parts.numbers);
                break;
        }
    }

  private:
    using Parts = std::vector<TextPart>;

    static std::string copyOf(std::string_view text, const TextPart& part) {
        return std::string(text.substr(part.begin, part.size()));
    }
    static void put(std::string& text, const TextPart& part, std::string_view with) {
        text.replace(part.begin, part.size(), with);
    }

    void exchange(std::string& text, const Parts& parts) {
        if (parts.empty()) return;
        TextPart first = dice_.of(parts), second = dice_.of(parts);
        if (first.begin > second.begin) std::swap(first, second);
        if (first.end > second.begin) return;  // one holds the other
        const std::string before = copyOf(text, first), after = copyOf(text, second);
        put(text, second, before);
        put(text, first, after);
    }

    // Once more, or many times: keys twice, lists longer than their lengths.
    void repeat(std::string& text, const Parts& parts) {
        if (parts.empty()) return;
        const TextPart part = dice_.of(parts);
        std::string copies;
        const std::size_t times = dice_.below(8) == 0 ? 1 + dice_.below(300) : 1;
        for (std::size_t i = 0; i < times && copies.size() < kMostBytes; ++i)
            copies += part.separator + copyOf(text, part);
        text.insert(part.end, copies);
    }

    void remove(std::string& text, const Parts& parts) {
        if (parts.empty()) return;
        TextPart part = dice_.of(parts);
        if (part.end < text.size() && text[part.end] == part.separator) ++part.end;
        text.erase(part.begin, part.size());
    }

    void nest(std::string& text, const Parts& parts) {
        if (parts.empty()) return;
        const TextPart part = dice_.of(parts);
        static constexpr std::array<std::size_t, 7> kDepths = {1, 2, 3, 60, 64, 65, 3000};
        const std::size_t depth = dice_.of(kDepths);
        std::string opening, closing;
        static constexpr std::array<std::array<std::string_view, 2>, 4> kBrackets = {
            {{"[", "]"}, {"{\"a\":", "}"}, {"(", ")"}, {"{% if x %}", "{% endif %}"}}};
        const auto& bracket = dice_.of(kBrackets);
        for (std::size_t i = 0; i < depth; ++i) {
            opening += bracket[0];
            closing += bracket[1];
        }
        put(text, part, opening + copyOf(text, part) + closing);
    }

    void lengthen(std::string& text, const Parts& parts) {
        if (parts.empty()) return;
        const TextPart part = dice_.of(parts);
        std::string inner = copyOf(text, {part.begin + 1, part.end - 1});
        if (inner.empty()) inner = "x";
        const std::size_t size = std::size_t{1} << dice_.below(17);
        std::string longer;
        while (longer.size() < size)
            longer += inner;
        put(text, {part.begin + 1, part.end - 1}, longer);
    }

    // Takes the last byte off a character of several, if there is one.
    void halveCharacter(std::string& text) const {
        const auto isPart = [](char c) { return (c & 0xC0) == 0x80; };
        const std::size_t from = dice_.below(text.size() + 1);
        const auto found =
            std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), isPart);
        if (found != text.end()) text.erase(found);
    }

    void escape(std::string& text, const Parts& strings) {
        static constexpr std::array<std::string_view, 12> kEscapes = {
            "\\ud800", "\\udc00\\ud800", "\\u0000",      "\\",      "\\x", "\\u12", "\n",
            "\t",      "\x1b[2J",        "\xE2\x80\xAE", "\\u202e", "%s%n"};
        if (strings.empty()) return;
        const TextPart part = dice_.of(strings);
        text.insert(part.begin + 1 + dice_.below(part.size() - 1), dice_.of(kEscapes));
    }

    void splice(std::string& text, const TextParts& parts, std::string_view other) {
        const std::string from(other.empty() ? std::string_view(text) : other);
        const TextParts donors = TextPartFinder(from).find();
        const Parts* const kinds[][2] = {{&parts.elements, &donors.elements},
                                         {&parts.groups, &donors.groups},
                                         {&parts.keys, &donors.keys},
                                         {&parts.strings, &donors.strings}};
        const auto& kind = kinds[dice_.below(std::size(kinds))];
        if (kind[0]->empty() || kind[1]->empty()) return;
        put(text, dice_.of(*kind[0]), copyOf(from, dice_.of(*kind[1])));
    }

    void replace(std::string& text, const Parts& parts) {
        static constexpr std::array<std::string_view, 11> kValues = {
            "null", "true",  "false", "0",   "[]",          "{}",
            "\"\"", "\"a\"", "[0]",   "1.5", "{\"a\":null}"};
        if (parts.empty()) return;
        TextPart part = dice_.of(parts);
        // Of a member its value alone.
        const std::size_t colon = text.find(':', part.begin);
        if (colon < part.end && dice_.below(4) != 0) part.begin = colon + 1;
        put(text, part, dice_.of(kValues));
    }

    void replaceNumber(std::string& text, const Parts& numbers) {
        static constexpr std::array<std::string_view, 22> kNumbers = {
            "-1",
            "0",
            "-0",
            "1",
            "2",
            "1e400",
            "-1e308",
            "1e-400",
            "0.5",
            "1.0",
            "1E3",
            "2147483647",
            "4294967296",
            "9007199254740993",
            "9223372036854775807",
            "-9223372036854775809",
            "18446744073709551615",
            "18446744073709551616",
            "340282366920938463463374607431768211456",
            "01",
            "0x10",
            "1."};
        if (numbers.empty()) return;
        const bool isKnown = dice_.below(2) == 0;
        put(text, dice_.of(numbers),
            isKnown ? std::string(dice_.of(kNumbers))
                    : std::to_string(dice_.next() >> dice_.below(64)));
    }

    static constexpr std::size_t kMostBytes = 1 << 16;

    Dice& dice_;
};

}  // namespace dsm
