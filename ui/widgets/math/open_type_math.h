// The MATH table of a font: the measures and the larger forms of signs that formulas need.
//
// A font is a file from outside: what lies beyond the table is taken for 0 and for nothing.
//
// Source     OpenType 1.9, "MATH - The mathematical typesetting table".
// Units      Those of the font's design.
// Ownership  Keeps the bytes.
// Threads    Main thread.
#pragma once

#include <QByteArray>
#include <QHash>
#include <vector>

namespace dsm::math {

// In the order of the table.
enum class Constant : quint8 {
    MathLeading,
    AxisHeight,
    AccentBaseHeight,
    FlattenedAccentBaseHeight,
    SubscriptShiftDown,
    SubscriptTopMax,
    SubscriptBaselineDropMin,
    SuperscriptShiftUp,
    SuperscriptShiftUpCramped,
    SuperscriptBottomMin,
    SuperscriptBaselineDropMax,
    SubSuperscriptGapMin,
    SuperscriptBottomMaxWithSubscript,
    SpaceAfterScript,
    UpperLimitGapMin,
    UpperLimitBaselineRiseMin,
    LowerLimitGapMin,
    LowerLimitBaselineDropMin,
    StackTopShiftUp,
    StackTopDisplayStyleShiftUp,
    StackBottomShiftDown,
    StackBottomDisplayStyleShiftDown,
    StackGapMin,
    StackDisplayStyleGapMin,
    StretchStackTopShiftUp,
    StretchStackBottomShiftDown,
    StretchStackGapAboveMin,
    StretchStackGapBelowMin,
    FractionNumeratorShiftUp,
    FractionNumeratorDisplayStyleShiftUp,
    FractionDenominatorShiftDown,
    FractionDenominatorDisplayStyleShiftDown,
    FractionNumeratorGapMin,
    FractionNumDisplayStyleGapMin,
    FractionRuleThickness,
    FractionDenominatorGapMin,
    FractionDenomDisplayStyleGapMin,
    SkewedFractionHorizontalGap,
    SkewedFractionVerticalGap,
    OverbarVerticalGap,
    OverbarRuleThickness,
    OverbarExtraAscender,
    UnderbarVerticalGap,
    UnderbarRuleThickness,
    UnderbarExtraDescender,
    RadicalVerticalGap,
    RadicalDisplayStyleVerticalGap,
    RadicalRuleThickness,
    RadicalExtraAscender,
    RadicalKernBeforeDegree,
    RadicalKernAfterDegree,
    Count
};

class OpenTypeMath {
  public:
    struct Variant {
        quint32 glyph = 0;
        int size = 0;  // along the way it grows
    };
    struct Part {
        quint32 glyph = 0;
        int startConnector = 0;
        int endConnector = 0;
        int advance = 0;
        bool isExtender = false;  // may be left out or repeated
    };
    // How a sign grows in one direction.
    struct Growth {
        std::vector<Variant> variants;  // from the smallest on
        std::vector<Part> parts;        // from below, or from the left; none: it ends with these
    };

    OpenTypeMath() = default;
    explicit OpenTypeMath(QByteArray table);

    bool isValid() const { return isValid_; }
    int constant(Constant which) const { return constants_[static_cast<size_t>(which)]; }
    int scriptPercent() const { return scriptPercent_; }
    int scriptScriptPercent() const { return scriptScriptPercent_; }
    int displayOperatorHeight() const { return displayOperatorHeight_; }
    int degreeRaisePercent() const { return degreeRaisePercent_; }
    int smallestOverlap() const { return smallestOverlap_; }

    int italicCorrection(quint32 glyph) const { return italics_.value(glyph, 0); }
    // Where an accent above or below a glyph is fastened, from its left; -1: nowhere in particular.
    int accentPlace(quint32 glyph) const { return accentPlaces_.value(glyph, -1); }
    Growth growth(quint32 glyph, bool isVertical) const;

  private:
    int u16(qsizetype at) const;
    int s16(qsizetype at) const;
    void readConstants(qsizetype at);
    void readGlyphs(qsizetype at);
    QHash<quint32, int> readValues(qsizetype at) const;
    std::vector<quint32> readCoverage(qsizetype at) const;
    void readVariants(qsizetype at);

    QByteArray table_;
    bool isValid_ = false;
    int constants_[static_cast<size_t>(Constant::Count)] = {};
    int scriptPercent_ = 70;
    int scriptScriptPercent_ = 50;
    int displayOperatorHeight_ = 0;
    int degreeRaisePercent_ = 60;
    int smallestOverlap_ = 0;
    QHash<quint32, int> italics_;
    QHash<quint32, int> accentPlaces_;
    QHash<quint32, qsizetype> vertical_;  // where in the table it says how the glyph grows
    QHash<quint32, qsizetype> horizontal_;
};

}  // namespace dsm::math
