// MathFont: Latin Modern Math, its glyphs and the measures by which formulas are laid out.
//
// Lengths are thousandths of the size of the type: layouts do not depend on a size.
//
// Source     fonts-lmodern (GUST Font License); its MATH table.
// Ownership  One for the program, made where it is first asked for.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <QRawFont>

#include "ui/widgets/math/open_type_math.h"

namespace dsm::math {

inline constexpr double kEm = 1000;

class MathFont {
  public:
    struct Glyph {
        quint32 index = 0;
        double advance = 0;
        double left = 0;  // of the ink
        double right = 0;
        double ascent = 0;
        double descent = 0;
    };

    static const MathFont& instance();

    // Whether the font is there: without it formulas stay as they are written.
    bool isThere() const { return table_.isValid(); }
    const OpenTypeMath& table() const { return table_; }
    double constant(Constant which) const { return table_.constant(which) * unit_; }
    // From units of the table.
    double length(int units) const { return units * unit_; }
    // 0: the font does not have the character.
    quint32 glyphOf(char32_t character) const;
    Glyph glyph(quint32 index) const;
    // For painting.
    QRawFont atSize(double pixels) const;

  private:
    MathFont();

    QRawFont font_;  // of kEm pixels
    OpenTypeMath table_;
    double unit_ = 1;
    mutable QHash<char32_t, quint32> indices_;
    mutable QHash<quint32, Glyph> glyphs_;
    mutable QHash<int, QRawFont> sizes_;
};

}  // namespace dsm::math
