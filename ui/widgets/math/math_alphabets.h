// The alphabets of mathematics, which Unicode has as characters of their own.
//
// Source   Unicode 15, Mathematical Alphanumeric Symbols (U+1D400).
// Threads  Pure functions.
#pragma once

#include <QStringView>
#include <optional>

namespace dsm::math {

enum class Alphabet : quint8 {
    Usual,  // italic letters and small Greek, everything else upright
    Upright,
    Italic,
    Bold,
    BoldItalic,
    DoubleStruck,
    Script,
    Fraktur,
    Sans,
    Typewriter
};

// mathbb, mathbf and so on.
std::optional<Alphabet> alphabetNamed(QStringView name);
// The letter or digit in the alphabet; what it does not have stays as it is.
char32_t inAlphabet(char32_t character, Alphabet alphabet);

}  // namespace dsm::math
