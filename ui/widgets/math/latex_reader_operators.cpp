// What stands between others, and what is made to: classes, large signs, modulus, negation, names.
#include <QHash>
#include <utility>

#include "ui/widgets/math/latex_reader.h"
#include "ui/widgets/math/math_node_makers.h"

namespace dsm::math {

using Kind = Node::Kind;

bool LatexReader::readClass(List& list, QStringView name) {
    static const QHash<QString, AtomClass> classes = {
        {QStringLiteral("mathord"), AtomClass::Ordinary},
        {QStringLiteral("mathop"), AtomClass::Operator},
        {QStringLiteral("mathbin"), AtomClass::Binary},
        {QStringLiteral("mathrel"), AtomClass::Relation},
        {QStringLiteral("mathopen"), AtomClass::Open},
        {QStringLiteral("mathclose"), AtomClass::Close},
        {QStringLiteral("mathpunct"), AtomClass::Punctuation},
        {QStringLiteral("mathinner"), AtomClass::Inner}};
    const auto found = classes.find(name.toString());
    if (found == classes.end()) return false;
    list.push_back(groupOf(readArgument(), *found));
    if (*found == AtomClass::Operator) list.back().limits = Node::Limits::ByStyle;
    return true;
}

// \big and its like; with l, r or m behind it the sign opens, closes or relates.
bool LatexReader::readBig(List& list, QStringView name) {
    static const QHash<QString, double> sizes = {{QStringLiteral("big"), 1.2},
                                                 {QStringLiteral("Big"), 1.8},
                                                 {QStringLiteral("bigg"), 2.4},
                                                 {QStringLiteral("Bigg"), 3.0}};
    auto found = sizes.find(name.toString());
    AtomClass atom = AtomClass::Ordinary;
    if (found == sizes.end() && name.size() > 3) {
        const QChar side = name.back();
        found = sizes.find(name.chopped(1).toString());
        atom = side == u'l'   ? AtomClass::Open
               : side == u'r' ? AtomClass::Close
                              : AtomClass::Relation;
        if (side != u'l' && side != u'r' && side != u'm') return false;
    }
    if (found == sizes.end()) return false;
    Node node = nodeOf(Kind::Delimiter, atom);
    node.size = *found;
    node.symbol = readDelimiter().value_or(0);
    list.push_back(std::move(node));
    return true;
}

void LatexReader::readModulus(List& list, QStringView name) {
    if (name == u"bmod") {
        list.push_back(functionOf(QStringLiteral("mod"), Node::Limits::Never));
        list.back().atom = AtomClass::Binary;
        return;
    }
    list.push_back(spaceOf(1));
    const bool isEnclosed = name != u"mod";
    if (isEnclosed) list.push_back(symbolNode('(', AtomClass::Open));
    if (name != u"pod") {
        list.push_back(functionOf(QStringLiteral("mod"), Node::Limits::Never));
        list.back().atom = AtomClass::Ordinary;
        list.push_back(spaceOf(1.0 / 3));
    }
    list.push_back(groupOf(readArgument()));
    if (isEnclosed) list.push_back(symbolNode(')', AtomClass::Close));
}

void LatexReader::readNot(List& list) {
    skipSpaces();
    const size_t before = list.size();
    if (isAtEnd() || peek() == u'}' || peek() == u'{' || ++depth_ > kDeepestFormula) return fail();
    readNucleus(list);
    --depth_;
    if (hasFailed_ || list.size() != before + 1 || list.back().kind != Kind::Symbol) return fail();
    list.back().isNegated = true;
}

void LatexReader::readOperatorName(List& list) {
    const bool hasLimits = skip(u"*");
    const Alphabet outside = alphabet_;
    alphabet_ = Alphabet::Upright;
    List letters = readArgument();
    alphabet_ = outside;
    for (Node& letter : letters) {
        if (letter.symbol == 0x2212) letter.symbol = 0x2010;
        if (letter.kind == Kind::Symbol) letter.atom = AtomClass::Ordinary;
    }
    list.push_back(groupOf(std::move(letters), AtomClass::Operator));
    list.back().limits = hasLimits ? Node::Limits::ByStyle : Node::Limits::Never;
}

}  // namespace dsm::math
