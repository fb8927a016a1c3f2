#include <algorithm>
#include <cmath>

#include "ui/widgets/math/math_layout.h"

namespace dsm::math {
namespace {

// \delimiterfactor and \delimitershortfall.
constexpr double kFenceShare = 0.901;
constexpr double kFenceShortfall = 0.5 * kEm;
constexpr int kMostRepeats = 400;
constexpr double kSignGap = 0.14 * kEm;

bool isCombining(char32_t code) {
    return (code >= 0x300 && code < 0x370) || (code >= 0x20D0 && code < 0x2100);
}

// How long the parts are together, each extender `repeats` times, where they overlap least.
double longest(const OpenTypeMath::Growth& growth, int repeats, int overlap) {
    double length = overlap;
    for (const auto& part : growth.parts)
        length += (part.isExtender ? repeats : 1) * double(part.advance - overlap);
    return length;
}

}  // namespace

Box Layout::inTheMiddle(Box box, Context context) const {
    const double down = (box.ascent - box.descent) / 2 - axis(context);
    Box moved;
    moved.width = box.width;
    const double ascent = box.ascent - down;
    const double descent = box.descent + down;
    moved.add(std::move(box), 0, down);
    moved.ascent = ascent;
    moved.descent = descent;
    return moved;
}

Box Layout::assembled(const OpenTypeMath::Growth& growth, double target, bool isVertical,
                      double scale) const {
    const int least = font_.table().smallestOverlap();
    const double units = target / scale / font_.length(1);
    int repeats = 0;
    while (repeats < kMostRepeats && longest(growth, repeats, least) < units)
        ++repeats;
    std::vector<OpenTypeMath::Part> parts;
    for (const auto& part : growth.parts)
        parts.insert(parts.end(), part.isExtender ? static_cast<size_t>(repeats) : 1, part);
    if (parts.empty()) return {};
    // What is too much is taken up by longer overlaps, as far as the parts allow.
    const double excess = longest(growth, repeats, least) - units;
    const double each =
        parts.size() < 2 ? 0 : std::max(0.0, excess / static_cast<double>(parts.size() - 1));
    Box whole;
    double at = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) {
            const double most = std::min(parts[i - 1].endConnector, parts[i].startConnector);
            at -= font_.length(1) * scale * std::max<double>(least, std::min(least + each, most));
        }
        const MathFont::Glyph metrics = font_.glyph(parts[i].glyph);
        const Box piece = glyph(parts[i].glyph, scale);
        if (isVertical) {
            whole.add(piece, 0, -(at + metrics.descent * scale));
            whole.width = std::max(whole.width, piece.width);
        } else {
            whole.add(piece, at - metrics.left * scale, 0);
            // All of it may stand above the baseline.
            whole.descent = i == 0 ? piece.descent : std::max(whole.descent, piece.descent);
        }
        at += font_.length(parts[i].advance) * scale;
    }
    if (!isVertical) whole.width = at;
    return whole;
}

// The smallest form that is as large as wanted, or the largest there is.
Box Layout::stretched(char32_t code, double target, bool isVertical, double scale) const {
    const quint32 index = font_.glyphOf(code);
    if (index == 0) return character(code, scale);
    const OpenTypeMath::Growth growth = font_.table().growth(index, isVertical);
    for (const auto& variant : growth.variants) {
        if (font_.length(variant.size) * scale >= target) return glyph(variant.glyph, scale);
    }
    if (!growth.parts.empty()) return assembled(growth, target, isVertical, scale);
    return glyph(growth.variants.empty() ? index : growth.variants.back().glyph, scale);
}

Box Layout::delimiter(char32_t code, double height, Context context) const {
    if (code == 0) {
        Box nothing;
        nothing.width = 0.12 * kEm * scaleOf(context);
        return nothing;
    }
    return inTheMiddle(stretched(code, height, true, scaleOf(context)), context);
}

Box Layout::fence(const Node& node, Context context) const {
    std::vector<Box> parts;
    double reach = 0;
    for (const List& part : node.parts) {
        parts.push_back(list(part, context));
        reach = std::max(
            {reach, parts.back().ascent - axis(context), parts.back().descent + axis(context)});
    }
    const double height =
        std::max(2 * reach * kFenceShare, 2 * reach - kFenceShortfall * scaleOf(context));
    Box whole = delimiter(node.marks[0], height, context);
    for (size_t i = 0; i < parts.size(); ++i) {
        whole.append(std::move(parts[i]));
        whole.append(delimiter(node.marks[i + 1], height, context));
    }
    whole.isCharacter = false;
    return whole;
}

// Rule 11.
Box Layout::radical(const Node& node, Context context) const {
    constexpr char32_t kRoot = 0x221A;
    Box inner = list(node.parts[0], context.cramped());
    const double thickness = constant(Constant::RadicalRuleThickness, context);
    double gap = constant(context.isDisplay() ? Constant::RadicalDisplayStyleVerticalGap
                                              : Constant::RadicalVerticalGap,
                          context);
    const double needed = inner.height() + gap + thickness;
    Box sign = stretched(kRoot, needed, true, scaleOf(context));
    gap += std::max(0.0, sign.height() - needed) / 2;
    const double top = inner.ascent + gap + thickness;
    Box whole;
    const double left = sign.width;
    const double down = sign.ascent - top;
    whole.add(std::move(sign), 0, down);
    whole.addRule(left, -top, inner.width, thickness);
    whole.width = left + inner.width;
    whole.add(std::move(inner), left, 0);
    whole.ascent += constant(Constant::RadicalExtraAscender, context);
    return node.parts[1].empty() ? whole : withDegree(node, std::move(whole), context);
}

Box Layout::withDegree(const Node& node, Box root, Context context) const {
    Box degree = list(node.parts[1], {Style::ScriptScript, false});
    const double raised = font_.table().degreeRaisePercent() / 100.0 * root.height();
    const double up = raised - root.descent + degree.descent;
    const double before = constant(Constant::RadicalKernBeforeDegree, context);
    const double left =
        std::max(0.0, before + degree.width + constant(Constant::RadicalKernAfterDegree, context));
    Box whole;
    whole.width = left + root.width;
    const double degreeLeft =
        left - constant(Constant::RadicalKernAfterDegree, context) - degree.width;
    whole.add(std::move(root), left, 0);
    whole.add(std::move(degree), degreeLeft, -up);
    return whole;
}

// The widest form that is no wider than what it stands over; brackets and arrows as wide as that.
Box Layout::wideAccent(const Node& node, double width, double scale) const {
    if (!node.isWide) return character(node.symbol, scale);
    if (!isCombining(node.symbol)) return stretched(node.symbol, width, false, scale);
    quint32 index = font_.glyphOf(node.symbol);
    for (const auto& variant : font_.table().growth(index, false).variants) {
        if (font_.length(variant.size) * scale > width) break;
        index = variant.glyph;
    }
    return glyph(index, scale);
}

// Rule 12.
Box Layout::accent(const Node& node, Context context) const {
    const double scale = scaleOf(context);
    Box base = list(node.parts[0], context.cramped());
    Box sign = wideAccent(node, base.width, scale);
    const bool isSingle = sign.isCharacter && !sign.marks.empty();
    const MathFont::Glyph ink =
        isSingle ? font_.glyph(sign.marks.front().glyph) : MathFont::Glyph();
    const double signMiddle = sign.accentPlace != -1 && isCombining(node.symbol) ? sign.accentPlace
                              : isSingle ? (ink.left + ink.right) / 2 * scale
                                         : sign.width / 2;
    const double baseMiddle = base.isCharacter && base.accentPlace >= 0 && !node.isWide
                                  ? base.accentPlace
                                  : base.width / 2;
    const double up =
        isCombining(node.symbol)
            ? base.ascent - std::min(base.ascent, constant(Constant::AccentBaseHeight, context))
            : base.ascent + kSignGap * scale + sign.descent;
    Box whole;
    whole.width = base.width;
    whole.isCharacter = base.isCharacter;
    whole.add(std::move(base), 0, 0);
    sign.descent = 0;  // of the place it has in the font, which is empty
    whole.add(std::move(sign), baseMiddle - signMiddle, -up);
    return whole;
}

Box Layout::under(const Node& node, Context context) const {
    const double scale = scaleOf(context);
    Box base = list(node.parts[0], context);
    Box sign = stretched(node.symbol, base.width, false, scale);
    const double width = std::max(base.width, sign.width);
    const double down = base.descent + kSignGap * scale + sign.ascent;
    Box whole;
    whole.width = width;
    const double baseLeft = (width - base.width) / 2;
    const double signLeft = (width - sign.width) / 2;
    whole.add(std::move(base), baseLeft, 0);
    whole.add(std::move(sign), signLeft, down);
    return whole;
}

}  // namespace dsm::math
