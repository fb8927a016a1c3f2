// UTF-8, one character at a time, from bytes that nobody has checked.
//
// Source  The Unicode Standard, table 3-7 (well-formed sequences) and "substitution of maximal
//         subparts": an ill-formed sequence is as long as the beginning that could have been one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dsm {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";  // U+FFFD

struct Utf8Character {
    enum class State { Valid, Invalid, Incomplete };

    State state = State::Invalid;
    char32_t codePoint = 0;     // meaningful when valid
    std::size_t sizeBytes = 1;  // bytes it takes from the text, at least 1
};

// The character at the start of `text`, which is not empty. Incomplete: the text ends inside it.
Utf8Character readUtf8(std::string_view text);

// How many bytes at the start of `text` are valid; text.size() when all are.
std::size_t validUtf8Prefix(std::string_view text);

// Of the letters of ASCII; all others stay.
std::string inLowerCase(std::string text);

void appendUtf8(char32_t codePoint, std::string& out);

}  // namespace dsm
