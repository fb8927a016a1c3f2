#include <QHash>
#include <QStringList>
#include <utility>

#include "ui/widgets/math/latex_reader.h"
#include "ui/widgets/math/math_node_makers.h"
#include "ui/widgets/math/math_symbols.h"

namespace dsm::math {

using Kind = Node::Kind;

void LatexReader::readCommand(List& list) {
    const QString name = peekCommand().toString();
    if (name.isEmpty()) return fail();
    readCommandName();
    if (!readNamed(list, name)) fail();
}

bool LatexReader::readNamed(List& list, const QString& name) {
    if (const auto symbol = symbolNamed(name)) {
        Node node = symbolNode(inAlphabet(symbol->code, alphabet_), symbol->atom);
        node.isLarge = symbol->isLarge;
        node.limits = symbol->limits;
        list.push_back(std::move(node));
        return true;
    }
    if (const auto limits = functionNamed(name)) {
        QString shown = name;
        for (const QString& two : {QStringLiteral("liminf"), QStringLiteral("limsup"),
                                   QStringLiteral("argmax"), QStringLiteral("argmin")})
            if (name == two) shown.insert(3, QChar(0x2009));
        list.push_back(functionOf(shown, *limits));
        return true;
    }
    if (const auto accent = accentNamed(name)) {
        Node node = nodeOf(accent->isBelow ? Kind::Under : Kind::Accent);
        node.symbol = accent->code;
        node.isWide = accent->isWide;
        if (name.endsWith(u"brace") || name.endsWith(u"bracket")) {
            node.atom = AtomClass::Operator;
            node.limits = Node::Limits::Always;
        }
        node.parts.push_back(readArgument());
        list.push_back(std::move(node));
        return true;
    }
    if (const auto alphabet = alphabetNamed(name)) {
        static const QString switches = QStringLiteral(" rm it bf cal ");
        const Alphabet outside = std::exchange(alphabet_, *alphabet);
        // A switch holds to the end of the group: readList puts back what was before.
        if (switches.contains(u' ' + name + u' ')) return true;
        list.push_back(groupOf(readArgument()));
        alphabet_ = outside;
        return true;
    }
    return readSpace(list, name) || readFraction(list, name) || readTextCommand(list, name) ||
           readStyle(list, name) || readClass(list, name) || readBig(list, name) ||
           readAround(list, name) || readStacked(list, name) || readRest(list, name);
}

bool LatexReader::readSpace(List& list, QStringView name) {
    static const QHash<QString, double> spaces = {{QStringLiteral(","), 1.0 / 6},
                                                  {QStringLiteral("thinspace"), 1.0 / 6},
                                                  {QStringLiteral(":"), 4.0 / 18},
                                                  {QStringLiteral(">"), 4.0 / 18},
                                                  {QStringLiteral("medspace"), 4.0 / 18},
                                                  {QStringLiteral(";"), 5.0 / 18},
                                                  {QStringLiteral("thickspace"), 5.0 / 18},
                                                  {QStringLiteral("!"), -1.0 / 6},
                                                  {QStringLiteral("negthinspace"), -1.0 / 6},
                                                  {QStringLiteral(" "), 1.0 / 3},
                                                  {QStringLiteral("\n"), 1.0 / 3},
                                                  {QStringLiteral("space"), 1.0 / 3},
                                                  {QStringLiteral("nobreakspace"), 1.0 / 3},
                                                  {QStringLiteral("enspace"), 0.5},
                                                  {QStringLiteral("quad"), 1},
                                                  {QStringLiteral("qquad"), 2}};
    const auto found = spaces.find(name.toString());
    if (found != spaces.end()) {
        list.push_back(spaceOf(*found));
    } else if (name == u"hspace" || name == u"mspace") {
        skip(u"*");
        list.push_back(spaceOf(lengthOf(readRaw())));
    } else if (name == u"kern" || name == u"mkern" || name == u"hskip" || name == u"mskip") {
        list.push_back(spaceOf(readLength()));
    } else {
        return false;
    }
    return true;
}

bool LatexReader::readFraction(List& list, QStringView name) {
    static const QString fractions = QStringLiteral(" frac dfrac tfrac cfrac binom dbinom tbinom ");
    if (!fractions.contains(u' ' + name.toString() + u' ')) return false;
    Node node = nodeOf(Kind::Fraction);
    node.hasStyle = name != u"frac" && name != u"binom";
    node.style = name.startsWith(u't') ? Style::Text : Style::Display;
    if (name.endsWith(u"binom")) {
        node.hasRule = false;
        node.open = '(';
        node.close = ')';
    } else if (name == u"cfrac") {
        readOptional();  // where the numerator stands
    }
    node.parts.push_back(readArgument());
    node.parts.push_back(readArgument());
    list.push_back(std::move(node));
    return true;
}

bool LatexReader::readStyle(List& list, QStringView name) {
    static const QHash<QString, Style> styles = {
        {QStringLiteral("displaystyle"), Style::Display},
        {QStringLiteral("textstyle"), Style::Text},
        {QStringLiteral("scriptstyle"), Style::Script},
        {QStringLiteral("scriptscriptstyle"), Style::ScriptScript}};
    const auto found = styles.find(name.toString());
    if (found == styles.end()) return false;
    Node node = nodeOf(Kind::StyleMark);
    node.style = *found;
    list.push_back(node);
    return true;
}

bool LatexReader::readAround(List& list, QStringView name) {
    static const QHash<QString, Kind> kinds = {{QStringLiteral("overline"), Kind::Overline},
                                               {QStringLiteral("underline"), Kind::Underline},
                                               {QStringLiteral("boxed"), Kind::Boxed},
                                               {QStringLiteral("fbox"), Kind::Boxed},
                                               {QStringLiteral("cancel"), Kind::Struck},
                                               {QStringLiteral("bcancel"), Kind::Struck},
                                               {QStringLiteral("phantom"), Kind::Phantom},
                                               {QStringLiteral("hphantom"), Kind::Phantom},
                                               {QStringLiteral("vphantom"), Kind::Phantom},
                                               {QStringLiteral("smash"), Kind::Phantom},
                                               {QStringLiteral("mathstrut"), Kind::Phantom}};
    const auto found = kinds.find(name.toString());
    if (found == kinds.end()) return false;
    Node node = nodeOf(*found);
    node.hasWidth = name != u"vphantom" && name != u"mathstrut";
    node.hasHeight = name != u"hphantom" && name != u"smash";
    node.isVisible = name == u"smash";
    if (name == u"mathstrut") {
        node.parts.push_back({symbolNode('(')});
    } else if (name == u"fbox") {
        node.parts.push_back(readText(readRaw(), false, false));
    } else {
        node.parts.push_back(readArgument());
    }
    list.push_back(std::move(node));
    return true;
}

bool LatexReader::readStacked(List& list, QStringView name) {
    static const QHash<QString, char32_t> arrows = {
        {QStringLiteral("xrightarrow"), 0x2192},     {QStringLiteral("xleftarrow"), 0x2190},
        {QStringLiteral("xRightarrow"), 0x21D2},     {QStringLiteral("xLeftarrow"), 0x21D0},
        {QStringLiteral("xleftrightarrow"), 0x2194}, {QStringLiteral("xLeftrightarrow"), 0x21D4},
        {QStringLiteral("xmapsto"), 0x21A6},         {QStringLiteral("xrightleftharpoons"), 0x21CC},
        {QStringLiteral("xlongequal"), 0x3D},        {QStringLiteral("xhookrightarrow"), 0x21AA}};
    const auto arrow = arrows.find(name.toString());
    const bool isArrow = arrow != arrows.end();
    if (!isArrow && name != u"overset" && name != u"stackrel" && name != u"underset") return false;
    Node node = nodeOf(isArrow ? Kind::Arrow : Kind::Stack, AtomClass::Relation);
    List small = isArrow ? readOptional().value_or(List()) : readArgument();
    List base = readArgument();
    if (isArrow) {
        node.symbol = *arrow;
        node.parts = {{}, std::move(base), std::move(small)};
    } else {
        // As what stands in the middle.
        node.atom = name == u"stackrel" ? AtomClass::Relation
                    : base.size() == 1  ? base.front().atom
                                        : AtomClass::Ordinary;
        const bool isBelow = name == u"underset";
        node.parts = {std::move(base), isBelow ? List() : small, isBelow ? small : List()};
    }
    list.push_back(std::move(node));
    return true;
}

void LatexReader::readRoot(List& list) {
    Node node = nodeOf(Kind::Radical);
    List degree = readOptional().value_or(List());
    node.parts.push_back(readArgument());
    node.parts.push_back(std::move(degree));
    list.push_back(std::move(node));
}

void LatexReader::readFence(List& list) {
    Node node = nodeOf(Kind::Fence, AtomClass::Inner);
    node.marks.push_back(readDelimiter().value_or(0));
    while (!hasFailed_) {
        node.parts.push_back(readList(End::Fence));
        const QStringView name = peekCommand();
        const bool isLast = name == u"right";
        if (!isLast && name != u"middle") return fail();
        readCommandName();
        node.marks.push_back(readDelimiter().value_or(0));
        if (isLast) break;
    }
    list.push_back(std::move(node));
}

bool LatexReader::readRest(List& list, QStringView name) {
    if (name == u"sqrt") {
        readRoot(list);
    } else if (name == u"left") {
        readFence(list);
    } else if (name == u"begin") {
        readEnvironment(list);
    } else if (name == u"substack") {
        readSubstack(list);
    } else if (name == u"operatorname" || name == u"operatornamewithlimits") {
        readOperatorName(list);
    } else if (name == u"not") {
        readNot(list);
    } else if (name == u"pmod" || name == u"bmod" || name == u"mod" || name == u"pod") {
        readModulus(list, name);
    } else if (name == u"\\" || name == u"cr" || name == u"newline") {
        list.push_back(nodeOf(Kind::Line));
    } else if (name == u"label") {
        readRaw();
    } else if (name == u"color") {
        readRaw();
    } else if (name == u"textcolor" || name == u"colorbox") {
        readRaw();
        list.push_back(groupOf(readArgument()));
    } else {
        static const QString silent = QStringLiteral(
            " nonumber notag limits nolimits hfill hline allowbreak displaylimits / "
            "normalsize large small ");
        return silent.contains(u' ' + name.toString() + u' ');
    }
    return true;
}

}  // namespace dsm::math
