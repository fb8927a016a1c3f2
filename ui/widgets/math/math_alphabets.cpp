#include "ui/widgets/math/math_alphabets.h"

#include <QHash>
#include <QString>

namespace dsm::math {
namespace {

// Where the capitals, the small letters, the digits and the Greek of an alphabet begin; 0: nowhere.
struct Ranges {
    char32_t capitals, smalls, digits, greekCapitals, greekSmalls;
};

Ranges rangesOf(Alphabet alphabet) {
    switch (alphabet) {
        case Alphabet::Usual:
            return {0x1D434, 0x1D44E, 0, 0, 0x1D6FC};
        case Alphabet::Upright:
            return {};
        case Alphabet::Italic:
            return {0x1D434, 0x1D44E, 0, 0x1D6E2, 0x1D6FC};
        case Alphabet::Bold:
            return {0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2};
        case Alphabet::BoldItalic:
            return {0x1D468, 0x1D482, 0x1D7CE, 0x1D6A8, 0x1D736};
        case Alphabet::DoubleStruck:
            return {0x1D538, 0x1D552, 0x1D7D8, 0, 0};
        case Alphabet::Script:
            return {0x1D49C, 0x1D4B6, 0, 0, 0};
        case Alphabet::Fraktur:
            return {0x1D504, 0x1D51E, 0, 0, 0};
        case Alphabet::Sans:
            return {0x1D5A0, 0x1D5BA, 0x1D7E2, 0, 0};
        case Alphabet::Typewriter:
            return {0x1D670, 0x1D68A, 0x1D7F6, 0, 0};
    }
    return {};
}

// Those that Unicode had before it had the alphabets.
char32_t elsewhere(char32_t code) {
    static const QHash<char32_t, char32_t> letters = {
        {0x1D455, 0x210E}, {0x1D49D, 0x212C}, {0x1D4A0, 0x2130}, {0x1D4A1, 0x2131},
        {0x1D4A3, 0x210B}, {0x1D4A4, 0x2110}, {0x1D4A7, 0x2112}, {0x1D4A8, 0x2133},
        {0x1D4AD, 0x211B}, {0x1D4BA, 0x212F}, {0x1D4BC, 0x210A}, {0x1D4C4, 0x2134},
        {0x1D506, 0x212D}, {0x1D50B, 0x210C}, {0x1D50C, 0x2111}, {0x1D515, 0x211C},
        {0x1D51D, 0x2128}, {0x1D53A, 0x2102}, {0x1D53F, 0x210D}, {0x1D545, 0x2115},
        {0x1D547, 0x2119}, {0x1D548, 0x211A}, {0x1D549, 0x211D}, {0x1D551, 0x2124}};
    return letters.value(code, code);
}

// The forms of Greek letters that stand behind the small ones in each alphabet.
int greekVariant(char32_t character) {
    constexpr char32_t kVariants[] = {0x2202, 0x03F5, 0x03D1, 0x03F0, 0x03D5, 0x03F1, 0x03D6};
    for (int i = 0; i < 7; ++i) {
        if (kVariants[i] == character) return i;
    }
    return -1;
}

}  // namespace

std::optional<Alphabet> alphabetNamed(QStringView name) {
    static const QHash<QString, Alphabet> names = {
        {QStringLiteral("mathrm"), Alphabet::Upright},
        {QStringLiteral("rm"), Alphabet::Upright},
        {QStringLiteral("mathup"), Alphabet::Upright},
        {QStringLiteral("mathnormal"), Alphabet::Usual},
        {QStringLiteral("mathit"), Alphabet::Italic},
        {QStringLiteral("it"), Alphabet::Italic},
        {QStringLiteral("mathbf"), Alphabet::Bold},
        {QStringLiteral("bf"), Alphabet::Bold},
        {QStringLiteral("boldsymbol"), Alphabet::BoldItalic},
        {QStringLiteral("bm"), Alphabet::BoldItalic},
        {QStringLiteral("pmb"), Alphabet::BoldItalic},
        {QStringLiteral("mathbb"), Alphabet::DoubleStruck},
        {QStringLiteral("Bbb"), Alphabet::DoubleStruck},
        {QStringLiteral("mathds"), Alphabet::DoubleStruck},
        {QStringLiteral("mathcal"), Alphabet::Script},
        {QStringLiteral("cal"), Alphabet::Script},
        {QStringLiteral("mathscr"), Alphabet::Script},
        {QStringLiteral("mathfrak"), Alphabet::Fraktur},
        {QStringLiteral("frak"), Alphabet::Fraktur},
        {QStringLiteral("mathsf"), Alphabet::Sans},
        {QStringLiteral("mathtt"), Alphabet::Typewriter}};
    const auto found = names.find(name.toString());
    return found == names.end() ? std::nullopt : std::optional(*found);
}

char32_t inAlphabet(char32_t character, Alphabet alphabet) {
    const Ranges ranges = rangesOf(alphabet);
    const auto at = [](char32_t begin, char32_t offset) { return elsewhere(begin + offset); };
    if (character >= 'A' && character <= 'Z' && ranges.capitals != 0)
        return at(ranges.capitals, character - 'A');
    if (character >= 'a' && character <= 'z' && ranges.smalls != 0)
        return at(ranges.smalls, character - 'a');
    if (character >= '0' && character <= '9' && ranges.digits != 0)
        return at(ranges.digits, character - '0');
    if (character >= 0x0391 && character <= 0x03A9 && ranges.greekCapitals != 0)
        return at(ranges.greekCapitals, character - 0x0391);
    if (character >= 0x03B1 && character <= 0x03C9 && ranges.greekSmalls != 0)
        return at(ranges.greekSmalls, character - 0x03B1);
    const int variant = ranges.greekSmalls != 0 ? greekVariant(character) : -1;
    if (variant >= 0) return at(ranges.greekSmalls, 25 + static_cast<char32_t>(variant));
    return character;
}

}  // namespace dsm::math
