#include <algorithm>

#include "ui/widgets/math/math_layout.h"

namespace dsm::math {
namespace {

// Beside a fraction, and before the next atom.
constexpr double kNullSpace = 0.12 * kEm;
constexpr double kArrowRoom = 0.4 * kEm;
constexpr double kShortestArrow = 1.2 * kEm;

}  // namespace

// Rule 18.
Box Layout::withScripts(const Node& node, Box base, Context context) const {
    const Context high = context.super();
    const Context low = context.sub();
    const Box super = node.hasSuper ? list(node.super, high) : Box();
    const Box sub = node.hasSub ? list(node.sub, low) : Box();
    const bool isCharacter = base.isCharacter && !node.isLarge;
    double up =
        isCharacter ? 0 : base.ascent - constant(Constant::SuperscriptBaselineDropMax, high);
    double down =
        isCharacter ? 0 : base.descent + constant(Constant::SubscriptBaselineDropMin, low);
    const Constant shift =
        context.isCramped ? Constant::SuperscriptShiftUpCramped : Constant::SuperscriptShiftUp;
    up = std::max({up, constant(shift, context),
                   super.descent + constant(Constant::SuperscriptBottomMin, context)});
    down = std::max(down, constant(Constant::SubscriptShiftDown, context));
    if (!node.hasSuper)
        down = std::max(down, sub.ascent - constant(Constant::SubscriptTopMax, context));
    if (node.hasSuper && node.hasSub) {
        const double gap = (up - super.descent) - (sub.ascent - down);
        down += std::max(0.0, constant(Constant::SubSuperscriptGapMin, context) - gap);
        const double rise =
            constant(Constant::SuperscriptBottomMaxWithSubscript, context) - (up - super.descent);
        if (rise > 0 && gap < constant(Constant::SubSuperscriptGapMin, context)) {
            up += rise;
            down -= rise;
        }
    }
    Box whole;
    const double width = base.width;
    const double italic = base.italic;
    whole.add(std::move(base), 0, 0);
    const double superEnd = node.hasSuper ? width + italic + super.width : 0;
    const double subEnd = node.hasSub ? width + sub.width : 0;
    whole.width = std::max(superEnd, subEnd) + constant(Constant::SpaceAfterScript, context);
    if (node.hasSuper) whole.add(super, width + italic, -up);
    if (node.hasSub) whole.add(sub, width, down);
    return whole;
}

// Rule 13a.
Box Layout::withLimits(const Node& node, Box base, Context context) const {
    const Box above = node.hasSuper ? list(node.super, context.super()) : Box();
    const Box below = node.hasSub ? list(node.sub, context.sub()) : Box();
    const double lean = base.italic / 2;
    const double baseWidth = base.width + base.italic;
    const double ascent = base.ascent;
    const double descent = base.descent;
    Box whole;
    whole.width = std::max({baseWidth, above.width, below.width});
    const auto left = [&](double width) { return (whole.width - width) / 2; };
    whole.add(std::move(base), left(baseWidth), 0);
    if (node.hasSuper) {
        const double gap =
            std::max(constant(Constant::UpperLimitGapMin, context),
                     constant(Constant::UpperLimitBaselineRiseMin, context) - above.descent);
        whole.add(above, left(above.width) + lean, -(ascent + gap + above.descent));
    }
    if (node.hasSub) {
        const double gap =
            std::max(constant(Constant::LowerLimitGapMin, context),
                     constant(Constant::LowerLimitBaselineDropMin, context) - below.ascent);
        whole.add(below, left(below.width) - lean, descent + gap + below.ascent);
    }
    return whole;
}

// Rules 15b to 15d: how far up the upper part stands; `down`: how far down the lower.
double Layout::placeFraction(Box& above, Box& below, bool hasRule, Context context,
                             double& down) const {
    const bool isDisplay = context.isDisplay();
    const auto of = [&](Constant display, Constant text) {
        return constant(isDisplay ? display : text, context);
    };
    if (!hasRule) {
        double up = of(Constant::StackTopDisplayStyleShiftUp, Constant::StackTopShiftUp);
        down = of(Constant::StackBottomDisplayStyleShiftDown, Constant::StackBottomShiftDown);
        const double gap = (up - above.descent) - (below.ascent - down);
        const double lacking = of(Constant::StackDisplayStyleGapMin, Constant::StackGapMin) - gap;
        if (lacking > 0) {
            up += lacking / 2;
            down += lacking / 2;
        }
        return up;
    }
    const double half = constant(Constant::FractionRuleThickness, context) / 2;
    const double middle = axis(context);
    const double upper =
        of(Constant::FractionNumDisplayStyleGapMin, Constant::FractionNumeratorGapMin);
    const double lower =
        of(Constant::FractionDenomDisplayStyleGapMin, Constant::FractionDenominatorGapMin);
    down = std::max(of(Constant::FractionDenominatorDisplayStyleShiftDown,
                       Constant::FractionDenominatorShiftDown),
                    below.ascent + lower + half - middle);
    return std::max(
        of(Constant::FractionNumeratorDisplayStyleShiftUp, Constant::FractionNumeratorShiftUp),
        above.descent + upper + half + middle);
}

// Rule 15.
Box Layout::fraction(const Node& node, Context context) const {
    if (node.hasStyle) context.style = node.style;
    Box above = list(node.parts[0], context.numerator());
    Box below = list(node.parts[1], context.denominator());
    double down = 0;
    const double up = placeFraction(above, below, node.hasRule, context, down);
    const double width = std::max(above.width, below.width);
    const double left = node.open == 0 ? kNullSpace * scaleOf(context) : 0;
    Box inner;
    inner.width = width + 2 * left;
    const double aboveLeft = left + (width - above.width) / 2;
    const double belowLeft = left + (width - below.width) / 2;
    inner.add(std::move(above), aboveLeft, -up);
    inner.add(std::move(below), belowLeft, down);
    if (node.hasRule) {
        const double thickness = constant(Constant::FractionRuleThickness, context);
        inner.addRule(left, -axis(context) - thickness / 2, width, thickness);
    }
    if (node.open == 0) return inner;
    const double height = context.isDisplay() ? 2.39 * kEm : 1.01 * kEm * scaleOf(context);
    const double needed = std::max(height, 0.9 * inner.height());
    Box whole = delimiter(node.open, needed, context);
    whole.append(std::move(inner));
    whole.append(delimiter(node.close, needed, context));
    whole.isCharacter = false;
    return whole;
}

// As limits, whatever the style.
Box Layout::stack(const Node& node, Context context) const {
    Node limits;
    limits.hasSuper = !node.parts[1].empty();
    limits.hasSub = !node.parts[2].empty();
    limits.super = node.parts[1];
    limits.sub = node.parts[2];
    return withLimits(limits, list(node.parts[0], context), context);
}

Box Layout::arrow(const Node& node, Context context) const {
    const double scale = scaleOf(context);
    const double labels = std::max(list(node.parts[1], context.super()).width,
                                   list(node.parts[2], context.sub()).width);
    const double width = std::max(kShortestArrow * scale, labels + 2 * kArrowRoom * scale);
    Box sign = stretched(node.symbol, width, false, scale);
    // Above the shaft there is room that belongs to the head alone.
    Node limits;
    limits.hasSuper = !node.parts[1].empty();
    limits.hasSub = !node.parts[2].empty();
    limits.super = node.parts[1];
    limits.sub = node.parts[2];
    return withLimits(limits, std::move(sign), context);
}

}  // namespace dsm::math
