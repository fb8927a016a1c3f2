#include "app/store/search/search_text.h"

#include <algorithm>
#include <array>

#include "engine/text/utf8.h"

namespace dsm {
namespace {

constexpr char kSeparator = '\x1F';

struct Range {
    char32_t first;
    char32_t last;
};

// Scripts written without spaces between words, by block of Unicode.
constexpr std::array kUnspaced = {
    Range{0x0E00, 0x0EFF},    // Thai, Lao
    Range{0x1000, 0x109F},    // Myanmar
    Range{0x1780, 0x17FF},    // Khmer
    Range{0x2E80, 0x2FDF},    // CJK and Kangxi radicals
    Range{0x3005, 0x3007},    // iteration mark, closing mark, zero
    Range{0x3040, 0x312F},    // Hiragana, Katakana, Bopomofo
    Range{0x31A0, 0x31BF},    // Bopomofo extended
    Range{0x31F0, 0x31FF},    // Katakana extensions
    Range{0x3400, 0x4DBF},    // CJK extension A
    Range{0x4E00, 0x9FFF},    // CJK unified ideographs
    Range{0xAC00, 0xD7AF},    // Hangul: spaced, but endings join words
    Range{0xF900, 0xFAFF},    // CJK compatibility ideographs
    Range{0xFF66, 0xFF9F},    // halfwidth Katakana
    Range{0x20000, 0x3FFFF},  // CJK extensions B and later
};

bool isUnspaced(char32_t character) {
    return std::any_of(kUnspaced.begin(), kUnspaced.end(), [character](Range range) {
        return range.first <= character && character <= range.last;
    });
}

bool isSpace(char32_t character) {
    return character <= U' ' || character == 0xA0 || character == 0x3000 ||
           (character >= 0x2000 && character <= 0x200A);
}

// Enough to tell a word from marks: what the index takes for no word finds nothing anyway.
bool isWordByte(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value >= 0x80 || (value >= '0' && value <= '9') || (value >= 'A' && value <= 'Z') ||
           (value >= 'a' && value <= 'z');
}

struct Word {
    std::string_view text;
    bool endsUnspaced = false;
};

// Takes the next word off `rest`; empty when none is left.
Word takeWord(std::string_view& rest) {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool endsUnspaced = false;
    bool inWord = false;
    while (end < rest.size()) {
        const Utf8Character character = readUtf8(rest.substr(end));
        const bool space =
            character.state == Utf8Character::State::Valid && isSpace(character.codePoint);
        if (space && inWord) break;
        end += character.sizeBytes;
        if (space) {
            begin = end;
        } else {
            inWord = true;
            endsUnspaced = isUnspaced(character.codePoint);
        }
    }
    const Word word{rest.substr(begin, end - begin), endsUnspaced};
    rest.remove_prefix(end);
    return word;
}

std::string quotedWord(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"') result += '"';
        if (c != '\0') result += c;  // a query ends at the first NUL
    }
    return result + "\"";
}

}  // namespace

std::string textForIndex(std::string_view text) {
    std::string result;
    result.reserve(text.size() * 3 / 2);
    while (!text.empty()) {
        const Utf8Character character = readUtf8(text);
        const bool unspaced =
            character.state == Utf8Character::State::Valid && isUnspaced(character.codePoint);
        if (unspaced && !result.empty() && result.back() != kSeparator) result += kSeparator;
        result += text.substr(0, character.sizeBytes);
        if (unspaced) result += kSeparator;
        text.remove_prefix(character.sizeBytes);
    }
    return result;
}

std::string textFromIndex(std::string_view indexed) {
    std::string result(indexed);
    std::erase(result, kSeparator);
    return result;
}

std::string searchQuery(std::string_view text) {
    std::string query;
    while (!text.empty()) {
        const Word word = takeWord(text);
        if (!std::any_of(word.text.begin(), word.text.end(), isWordByte)) continue;
        if (!query.empty()) query += ' ';
        query += quotedWord(textForIndex(word.text));
        const bool last = text.empty();
        if (last && !word.endsUnspaced && isWordByte(word.text.back())) query += '*';
    }
    return query;
}

}  // namespace dsm
