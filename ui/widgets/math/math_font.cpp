#include "ui/widgets/math/math_font.h"

#include <QFont>
#include <QPainterPath>
#include <cmath>

namespace dsm::math {
namespace {

constexpr int kMostSizes = 64;
constexpr double kSizeSteps = 8;  // in a pixel

}  // namespace

const MathFont& MathFont::instance() {
    // Never destroyed: at the end of the program there is no font database any more.
    static const MathFont* const font = new MathFont;
    return *font;
}

MathFont::MathFont() {
    QFont font(QStringLiteral("Latin Modern Math"));
    font.setPixelSize(static_cast<int>(kEm));
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setStyleStrategy(QFont::NoFontMerging);
    font_ = QRawFont::fromFont(font);
    // Another font may stand in for one that is not there.
    if (!font_.isValid() || font_.familyName() != font.family()) return;
    unit_ = kEm / font_.unitsPerEm();
    table_ = OpenTypeMath(font_.fontTable("MATH"));
}

quint32 MathFont::glyphOf(char32_t character) const {
    const auto known = indices_.constFind(character);
    if (known != indices_.constEnd()) return *known;
    const QList<quint32> found = font_.glyphIndexesForString(QString::fromUcs4(&character, 1));
    const quint32 index = found.isEmpty() ? 0 : found.front();
    indices_.insert(character, index);
    return index;
}

MathFont::Glyph MathFont::glyph(quint32 index) const {
    const auto known = glyphs_.constFind(index);
    if (known != glyphs_.constEnd()) return *known;
    Glyph glyph;
    glyph.index = index;
    const QList<QPointF> advances = font_.advancesForGlyphIndexes({index});
    if (!advances.isEmpty()) glyph.advance = advances.front().x();
    const QRectF ink = font_.pathForGlyph(index).boundingRect();
    glyph.left = ink.left();
    glyph.right = ink.right();
    glyph.ascent = -ink.top();
    glyph.descent = ink.bottom();
    glyphs_.insert(index, glyph);
    return glyph;
}

QRawFont MathFont::atSize(double pixels) const {
    const int key = static_cast<int>(std::lround(pixels * kSizeSteps));
    const auto known = sizes_.constFind(key);
    if (known != sizes_.constEnd()) return *known;
    if (sizes_.size() >= kMostSizes) sizes_.clear();
    QRawFont font = font_;
    font.setPixelSize(key / kSizeSteps);
    sizes_.insert(key, font);
    return font;
}

}  // namespace dsm::math
