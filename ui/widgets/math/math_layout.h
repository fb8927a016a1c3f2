// Lays a formula out by the rules of TeX, with the measures of the mathematical font.
//
// Source     The TeXbook, appendix G; the rules are named where they are followed.
// Ownership  Borrows the font.
// Threads    Main thread.
#pragma once

#include <QFont>
#include <functional>
#include <vector>

#include "ui/widgets/math/math_box.h"
#include "ui/widgets/math/math_font.h"
#include "ui/widgets/math/math_node.h"

namespace dsm::math {

// The style, and whether exponents stand lower (TeX's C').
struct Context {
    Style style = Style::Text;
    bool isCramped = false;

    bool isDisplay() const { return style == Style::Display; }
    bool isSmall() const { return style >= Style::Script; }
    Context cramped() const { return {style, true}; }
    Context super() const;
    Context sub() const { return {super().style, true}; }
    Context numerator() const;
    Context denominator() const { return {numerator().style, true}; }
};

class Layout {
  public:
    // `words` is the font of what is between formulas, of any size.
    Layout(const MathFont& font, const QFont& words);

    // Where an atom goes before it, a relation at its beginning stands apart.
    Box list(const List& nodes, Context context, bool followsAtom = false) const;
    // The same, in pieces between which a line may end: before a relation or a sign that joins two
    // things in a display, behind it elsewhere.
    std::vector<Box> pieces(const List& nodes, Context context) const;

  private:
    // Gives each node's box, with the space before it.
    using Take = std::function<void(AtomClass atom, double space, Box box)>;
    void walk(const List& nodes, Context context, bool followsAtom, const Take& take) const;

    double scaleOf(Context context) const;
    double constant(Constant which, Context context) const;
    double axis(Context context) const { return constant(Constant::AxisHeight, context); }

    Box node(const Node& node, Context context) const;
    Box nucleus(const Node& node, Context context) const;
    Box symbol(const Node& node, Context context) const;
    Box glyph(quint32 index, double scale) const;
    Box character(char32_t code, double scale) const;
    Box largeSymbol(const Node& node, Context context) const;
    Box words(const Node& node, Context context) const;
    Box wordsOfText(const QString& text, const Node& node, double scale) const;
    Box negated(Box box, double scale) const;

    // math_layout_scripts.cpp
    Box withScripts(const Node& node, Box base, Context context) const;
    Box withLimits(const Node& node, Box base, Context context) const;
    Box fraction(const Node& node, Context context) const;
    double placeFraction(Box& above, Box& below, bool hasRule, Context context, double& down) const;
    Box stack(const Node& node, Context context) const;
    Box arrow(const Node& node, Context context) const;

    // math_layout_stretch.cpp
    Box stretched(char32_t code, double target, bool isVertical, double scale) const;
    Box assembled(const OpenTypeMath::Growth& growth, double target, bool isVertical,
                  double scale) const;
    Box inTheMiddle(Box box, Context context) const;
    Box delimiter(char32_t code, double height, Context context) const;
    Box fence(const Node& node, Context context) const;
    Box radical(const Node& node, Context context) const;
    Box withDegree(const Node& node, Box root, Context context) const;
    Box accent(const Node& node, Context context) const;
    Box wideAccent(const Node& node, double width, double scale) const;
    Box under(const Node& node, Context context) const;

    // math_layout_tables.cpp
    Box table(const Node& node, Context context) const;
    Box framed(const Node& node, Context context) const;
    Box overline(const Node& node, Context context) const;
    Box underline(const Node& node, Context context) const;
    Box phantom(const Node& node, Context context) const;

    const MathFont& font_;
    QFont words_;
};

}  // namespace dsm::math
