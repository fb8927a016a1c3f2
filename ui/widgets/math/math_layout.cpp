#include "ui/widgets/math/math_layout.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>
#include <optional>

#include "ui/widgets/math/math_alphabets.h"

namespace dsm::math {
namespace {

// The words in a formula are of the size of those around it; see formula.h.
constexpr double kWordScale = 0.84;
constexpr double kWordAscent = 0.84;
constexpr double kWordDescent = 0.2;
constexpr double kMu = kEm / 18;
// The font has its prime at the height of an exponent, to which it is raised once more.
constexpr char32_t kPrime = 0x2032;
constexpr double kPrimeDrop = 0.14 * kEm;

// Space between two atoms, in mu; below 0: not in small styles. TeX's chapter 18.
constexpr int kSpaces[8][8] = {{0, 3, -4, -5, 0, 0, 0, -3},     {3, 3, 0, -5, 0, 0, 0, -3},
                               {-4, -4, 0, 0, -4, 0, 0, -4},    {-5, -5, 0, 0, -5, 0, 0, -5},
                               {0, 0, 0, 0, 0, 0, 0, 0},        {0, 3, -4, -5, 0, 0, 0, -3},
                               {-3, -3, 0, -3, -3, -3, -3, -3}, {-3, 3, -4, -5, -3, 0, -3, -3}};

bool isAtom(const Node& node) {
    return node.kind != Node::Kind::Space && node.kind != Node::Kind::StyleMark &&
           node.kind != Node::Kind::Line;
}

// Rules 5 and 6: a sign between nothing is none that joins two things.
std::vector<AtomClass> classesOf(const List& nodes, bool followsAtom) {
    std::vector<AtomClass> classes;
    std::optional<size_t> before;
    for (size_t i = 0; i < nodes.size(); ++i) {
        AtomClass atom = nodes[i].atom;
        if (isAtom(nodes[i])) {
            const AtomClass last = before        ? classes[*before]
                                   : followsAtom ? AtomClass::Ordinary
                                                 : AtomClass::Open;
            const bool joinsNothing = last == AtomClass::Binary || last == AtomClass::Operator ||
                                      last == AtomClass::Relation || last == AtomClass::Open ||
                                      last == AtomClass::Punctuation;
            if (atom == AtomClass::Binary && joinsNothing) atom = AtomClass::Ordinary;
            const bool endsHere = atom == AtomClass::Relation || atom == AtomClass::Close ||
                                  atom == AtomClass::Punctuation;
            if (endsHere && last == AtomClass::Binary) classes[*before] = AtomClass::Ordinary;
            before = i;
        }
        classes.push_back(atom);
    }
    if (before && classes[*before] == AtomClass::Binary) classes[*before] = AtomClass::Ordinary;
    return classes;
}

double spaceBetween(AtomClass left, AtomClass right, bool isSmall) {
    const int space = kSpaces[static_cast<size_t>(left)][static_cast<size_t>(right)];
    return space < 0 && isSmall ? 0 : std::abs(space) * kMu;
}

}  // namespace

Context Context::super() const {
    return {style <= Style::Text ? Style::Script : Style::ScriptScript, isCramped};
}

Context Context::numerator() const {
    switch (style) {
        case Style::Display:
            return {Style::Text, isCramped};
        case Style::Text:
            return {Style::Script, isCramped};
        default:
            return {Style::ScriptScript, isCramped};
    }
}

Layout::Layout(const MathFont& font, const QFont& words) : font_(font), words_(words) {
    words_.setPixelSize(static_cast<int>(kEm));
    words_.setHintingPreference(QFont::PreferNoHinting);
}

double Layout::scaleOf(Context context) const {
    switch (context.style) {
        case Style::Script:
            return font_.table().scriptPercent() / 100.0;
        case Style::ScriptScript:
            return font_.table().scriptScriptPercent() / 100.0;
        default:
            return 1;
    }
}

double Layout::constant(Constant which, Context context) const {
    return font_.constant(which) * scaleOf(context);
}

void Layout::walk(const List& nodes, Context context, bool followsAtom, const Take& take) const {
    const std::vector<AtomClass> classes = classesOf(nodes, followsAtom);
    std::optional<AtomClass> before;
    if (followsAtom) before = AtomClass::Ordinary;
    for (size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].kind == Node::Kind::StyleMark) {
            context.style = nodes[i].style;
            continue;
        }
        double space = 0;
        if (isAtom(nodes[i])) {
            if (before)
                space = spaceBetween(*before, classes[i], context.isSmall()) * scaleOf(context);
            before = classes[i];
        }
        take(classes[i], space, node(nodes[i], context));
    }
}

Box Layout::list(const List& nodes, Context context, bool followsAtom) const {
    Box whole;
    walk(nodes, context, followsAtom, [&](AtomClass, double space, Box box) {
        if (nodes.size() == 1) {
            whole.isCharacter = box.isCharacter;
            whole.accentPlace = box.accentPlace;
            whole.italic = box.italic;
        }
        whole.width += space;
        whole.append(std::move(box));
    });
    return whole;
}

std::vector<Box> Layout::pieces(const List& nodes, Context context) const {
    std::vector<Box> pieces(1);
    bool endsHere = false;
    walk(nodes, context, false, [&](AtomClass atom, double space, Box box) {
        const bool isJoint = atom == AtomClass::Relation || atom == AtomClass::Binary;
        const bool isBefore = context.isDisplay() ? isJoint : endsHere;
        endsHere = isJoint;
        if (isBefore && pieces.back().width > 0) pieces.emplace_back();
        pieces.back().width += space;
        pieces.back().append(std::move(box));
    });
    return pieces;
}

Box Layout::node(const Node& node, Context context) const {
    Box base = nucleus(node, context);
    if (!node.hasSub && !node.hasSuper) {
        // Rule 17: what leans out takes its room.
        base.width += base.italic;
        return base;
    }
    const bool isAbove = node.limits == Node::Limits::Always ||
                         (node.limits == Node::Limits::ByStyle && context.isDisplay());
    return isAbove ? withLimits(node, std::move(base), context)
                   : withScripts(node, std::move(base), context);
}

Box Layout::nucleus(const Node& node, Context context) const {
    using Kind = Node::Kind;
    switch (node.kind) {
        case Kind::Symbol:
            return symbol(node, context);
        case Kind::Text:
            return words(node, context);
        case Kind::Group: {
            Box group = list(node.parts[0], context);
            // The correction is added again where nothing is below.
            group.width -= group.italic;
            return group;
        }
        case Kind::Fraction:
            return fraction(node, context);
        case Kind::Radical:
            return radical(node, context);
        case Kind::Accent:
            return accent(node, context);
        case Kind::Under:
            return under(node, context);
        case Kind::Overline:
            return overline(node, context);
        case Kind::Underline:
            return underline(node, context);
        case Kind::Boxed:
        case Kind::Struck:
            return framed(node, context);
        case Kind::Stack:
            return stack(node, context);
        case Kind::Arrow:
            return arrow(node, context);
        case Kind::Fence:
            return fence(node, context);
        case Kind::Delimiter:
            return delimiter(node.symbol, node.size * kEm * scaleOf(context), context);
        case Kind::Table:
            return table(node, context);
        case Kind::Phantom:
            return phantom(node, context);
        case Kind::Space: {
            Box space;
            space.width = node.size * kEm * scaleOf(context);
            return space;
        }
        case Kind::Line:
        case Kind::StyleMark:
            break;
    }
    return {};
}

Box Layout::glyph(quint32 index, double scale) const {
    const MathFont::Glyph metrics = font_.glyph(index);
    Box box;
    box.width = metrics.advance * scale;
    box.ascent = metrics.ascent * scale;
    box.descent = metrics.descent * scale;
    box.italic = font_.length(font_.table().italicCorrection(index)) * scale;
    const int place = font_.table().accentPlace(index);
    box.accentPlace = place < 0 ? -1 : font_.length(place) * scale;
    box.isCharacter = true;
    Mark mark;
    mark.glyph = index;
    mark.scale = scale;
    box.marks.push_back(std::move(mark));
    return box;
}

// A character that the font does not have comes from those of the text.
Box Layout::character(char32_t code, double scale) const {
    const quint32 index = font_.glyphOf(code);
    if (index != 0) return glyph(index, scale);
    return wordsOfText(QString::fromUcs4(&code, 1), {}, scale);
}

Box Layout::symbol(const Node& node, Context context) const {
    if (node.symbol == 0) return {};
    if (node.isLarge) return largeSymbol(node, context);
    Box box = character(node.symbol, scaleOf(context));
    if (node.symbol == kPrime && context.isSmall()) {
        const double width = box.width;
        Box lower;
        lower.add(std::move(box), 0, kPrimeDrop * scaleOf(context));
        lower.width = width;
        return lower;
    }
    return node.isNegated ? negated(std::move(box), scaleOf(context)) : box;
}

// Rule 13: larger in displays, around the axis.
Box Layout::largeSymbol(const Node& node, Context context) const {
    const double scale = scaleOf(context);
    quint32 index = font_.glyphOf(node.symbol);
    if (index == 0) return character(node.symbol, scale);
    if (context.isDisplay()) {
        for (const auto& variant : font_.table().growth(index, true).variants) {
            index = variant.glyph;
            if (variant.size >= font_.table().displayOperatorHeight()) break;
        }
    }
    Box box = glyph(index, scale);
    const double italic = box.italic;
    box = inTheMiddle(std::move(box), context);
    // The width of a large sign has it in it already.
    box.width -= italic;
    box.italic = italic;
    return box;
}

Box Layout::negated(Box box, double scale) const {
    const quint32 stroke = font_.glyphOf(0x338);
    const MathFont::Glyph metrics = font_.glyph(stroke);
    const double middle = (metrics.left + metrics.right) / 2 * scale;
    const double height = (metrics.ascent - metrics.descent) / 2 * scale;
    const double wanted = (box.ascent - box.descent) / 2;
    box.add(glyph(stroke, scale), box.width / 2 - middle, height - wanted);
    return box;
}

Box Layout::wordsOfText(const QString& text, const Node& node, double scale) const {
    QFont font = words_;
    if (node.isBold) font.setWeight(QFont::DemiBold);
    font.setItalic(node.isItalic);
    Box box;
    Mark mark;
    mark.kind = Mark::Kind::Words;
    mark.words = text;
    mark.scale = scale * kWordScale;
    mark.isBold = node.isBold;
    mark.isItalic = node.isItalic;
    box.width = QFontMetricsF(font).horizontalAdvance(text) * mark.scale;
    box.ascent = kWordAscent * kEm * mark.scale;
    box.descent = kWordDescent * kEm * mark.scale;
    box.marks.push_back(std::move(mark));
    return box;
}

// Latin words stand in the face of the formula, others in that of the text.
Box Layout::words(const Node& node, Context context) const {
    constexpr ushort kLatinEnd = 0x250;
    const double scale = scaleOf(context);
    const Alphabet alphabet = node.isBold     ? Alphabet::Bold
                              : node.isItalic ? Alphabet::Italic
                                              : Alphabet::Upright;
    Box box;
    for (qsizetype at = 0; at < node.text.size();) {
        const QChar c = node.text[at];
        const quint32 index =
            c.unicode() < kLatinEnd ? font_.glyphOf(inAlphabet(c.unicode(), alphabet)) : 0;
        if (index != 0) {
            box.append(glyph(index, scale));
            ++at;
            continue;
        }
        qsizetype end = at + 1;
        while (end < node.text.size() && node.text[end].unicode() >= kLatinEnd)
            ++end;
        box.append(wordsOfText(node.text.mid(at, end - at), node, scale));
        at = end;
    }
    return box;
}

}  // namespace dsm::math
