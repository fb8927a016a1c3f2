#include "ui/widgets/math/latex_reader.h"

#include <QHash>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/widgets/math/math_symbols.h"

namespace dsm::math {
namespace {

constexpr double kLongestSpace = 40;  // em

bool isAsciiLetter(QChar c) {
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

// Characters of words, which are no signs of formulas.
bool isOfWords(char32_t code) {
    const bool isGreek = code >= 0x370 && code < 0x400;
    const bool isLetterlike = code >= 0x2100 && code < 0x2150;
    return code >= 0xC0 && !isGreek && !isLetterlike && code < 0x1D400 &&
           (QChar::isLetter(code) || (code >= 0x3000 && code < 0x3040) ||
            (code >= 0xFF00 && code < 0xFFF0));
}

}  // namespace

std::optional<List> LatexReader::read() {
    List list = readList(End::Text);
    if (at_ < text_.size()) fail();
    if (hasFailed_ || list.empty()) return std::nullopt;
    return stacked(std::move(list));
}

bool LatexReader::skip(QStringView what) {
    if (!isNext(what)) return false;
    at_ += what.size();
    return true;
}

void LatexReader::skipSpaces() {
    while (at_ < text_.size()) {
        if (text_[at_] == u'%') {
            const qsizetype end = text_.indexOf(u'\n', at_);
            at_ = end < 0 ? text_.size() : end;
        } else if (text_[at_].isSpace()) {
            ++at_;
        } else {
            return;
        }
    }
}

QStringView LatexReader::peekCommand() const {
    if (peek() != u'\\' || at_ + 1 >= text_.size()) return {};
    qsizetype end = at_ + 1;
    while (end < text_.size() && isAsciiLetter(text_[end]))
        ++end;
    return text_.mid(at_ + 1, std::max<qsizetype>(1, end - at_ - 1));
}

bool LatexReader::isEndOf(End end) {
    const QChar c = peek();
    if (c == u'}') return end == End::Brace || (fail(), true);
    if (c == u'&') return end == End::Cell || (fail(), true);
    if (c == u']') return end == End::Bracket;
    if (c == u'$') return end == End::Dollar || (fail(), true);
    if (c != u'\\') return false;
    const QStringView name = peekCommand();
    if (name == u"end") return end == End::Cell || (fail(), true);
    if (name == u"right" || name == u"middle") return end == End::Fence || (fail(), true);
    return end == End::Cell && (name == u"\\" || name == u"cr" || name == u"tabularnewline");
}

List LatexReader::readList(End end) {
    const Alphabet outside = alphabet_;
    List list;
    if (++depth_ > kDeepestFormula) fail();
    for (skipSpaces(); !isAtEnd() && !isEndOf(end); skipSpaces()) {
        if (!readInfix(list, end)) readOne(list);
    }
    --depth_;
    alphabet_ = outside;
    return list;
}

// a \over b: all before it in the list above all behind it.
bool LatexReader::readInfix(List& list, End end) {
    const QStringView name = peekCommand();
    const bool isChoice = name == u"choose";
    if (name != u"over" && name != u"atop" && !isChoice) return false;
    readCommandName();
    Node node;
    node.kind = Node::Kind::Fraction;
    node.hasRule = name == u"over";
    if (isChoice) {
        node.open = '(';
        node.close = ')';
    }
    node.parts.push_back(std::exchange(list, {}));
    node.parts.push_back(readList(end));
    list.push_back(std::move(node));
    return true;
}

void LatexReader::readOne(List& list) {
    if (++depth_ > kDeepestFormula) return fail();
    const size_t before = list.size();
    const QChar c = peek();
    const bool isScript = c == u'^' || c == u'_' || c == u'\'';
    if (isScript) {  // of nothing
        list.emplace_back();
        list.back().kind = Node::Kind::Group;
        list.back().parts.emplace_back();
    } else {
        readNucleus(list);
    }
    const bool isMark = list.size() == before || list.back().kind == Node::Kind::StyleMark ||
                        list.back().kind == Node::Kind::Line ||
                        list.back().kind == Node::Kind::Space;
    if (!isMark) readScripts(list.back());
    --depth_;
}

void LatexReader::readNucleus(List& list) {
    const QChar c = peek();
    if (c == u'{') {
        ++at_;
        Node group;
        group.kind = Node::Kind::Group;
        group.parts.push_back(readList(End::Brace));
        if (!skip(u"}")) fail();
        list.push_back(std::move(group));
    } else if (c == u'\\') {
        readCommand(list);
    } else if (c == u'~') {
        ++at_;
        Node space;
        space.kind = Node::Kind::Space;
        space.size = 1.0 / 3;
        list.push_back(space);
    } else if (c == u'#' || c.category() == QChar::Other_Control) {
        fail();
    } else {
        readCharacter(list);
    }
}

void LatexReader::readCharacter(List& list) {
    const bool isPair =
        text_[at_].isHighSurrogate() && at_ + 1 < text_.size() && text_[at_ + 1].isLowSurrogate();
    const char32_t code =
        isPair ? QChar::surrogateToUcs4(text_[at_], text_[at_ + 1]) : text_[at_].unicode();
    if (!isPair && text_[at_].isSurrogate()) return fail();
    if (isOfWords(code)) return readWords(list);
    at_ += isPair ? 2 : 1;
    const Symbol symbol = symbolOf(code);
    Node node;
    node.symbol = inAlphabet(symbol.code, alphabet_);
    node.atom = symbol.atom;
    node.isLarge = symbol.isLarge;
    node.limits = symbol.limits;
    list.push_back(std::move(node));
}

void LatexReader::readWords(List& list) {
    const qsizetype begin = at_;
    while (at_ < text_.size() && (isOfWords(text_[at_].unicode()) || text_[at_].isSurrogate()))
        ++at_;
    Node node;
    node.kind = Node::Kind::Text;
    node.text = text_.mid(begin, at_ - begin).toString();
    list.push_back(std::move(node));
}

void LatexReader::readPrimes(Node& node) {
    if (node.hasSuper) return fail();
    node.hasSuper = true;
    while (skip(u"'")) {
        Node prime;
        prime.symbol = 0x2032;
        node.super.push_back(prime);
    }
}

void LatexReader::readScripts(Node& node) {
    bool hasPrimes = false;
    for (;;) {
        skipSpaces();
        if (hasFailed_) return;
        if (isCommand(u"limits")) {
            readCommandName();
            node.limits = Node::Limits::Always;
        } else if (isCommand(u"nolimits")) {
            readCommandName();
            node.limits = Node::Limits::Never;
        } else if (peek() == u'\'') {
            readPrimes(node);
            hasPrimes = true;
        } else if (skip(u"^")) {
            if (node.hasSuper && !std::exchange(hasPrimes, false)) return fail();
            node.hasSuper = true;
            List more = readArgument();
            node.super.insert(node.super.end(), std::make_move_iterator(more.begin()),
                              std::make_move_iterator(more.end()));
        } else if (skip(u"_")) {
            if (std::exchange(node.hasSub, true)) return fail();
            node.sub = readArgument();
        } else {
            return;
        }
    }
}

List LatexReader::readArgument() {
    skipSpaces();
    List list;
    if (isAtEnd()) {
        fail();
    } else if (skip(u"{")) {
        list = readList(End::Brace);
        if (!skip(u"}")) fail();
    } else if (peek() == u'}' || peek() == u'&' || peek() == u'^' || peek() == u'_') {
        fail();
    } else {
        if (++depth_ > kDeepestFormula) fail();
        if (!hasFailed_) readNucleus(list);
        --depth_;
    }
    return list;
}

std::optional<List> LatexReader::readOptional() {
    skipSpaces();
    if (!skip(u"[")) return std::nullopt;
    List list = readList(End::Bracket);
    if (!skip(u"]")) fail();
    return list;
}

QString LatexReader::readRaw() {
    skipSpaces();
    if (!skip(u"{")) {
        fail();
        return {};
    }
    const qsizetype begin = at_;
    for (int open = 1; at_ < text_.size(); ++at_) {
        if (text_[at_] == u'\\') {
            ++at_;
        } else if (text_[at_] == u'{') {
            ++open;
        } else if (text_[at_] == u'}' && --open == 0) {
            return text_.mid(begin, at_++ - begin).toString();
        }
    }
    fail();
    return {};
}

double LatexReader::lengthOf(QStringView text) {
    static const QHash<QString, double> units = {
        {QStringLiteral("em"), 1},      {QStringLiteral("ex"), 0.431},
        {QStringLiteral("pt"), 0.1},    {QStringLiteral("mu"), 1.0 / 18},
        {QStringLiteral("px"), 0.075},  {QStringLiteral("cm"), 2.845},
        {QStringLiteral("mm"), 0.2845}, {QStringLiteral("in"), 7.227},
        {QStringLiteral("quad"), 1},    {QStringLiteral("textwidth"), 10}};
    const QStringView trimmed = text.trimmed();
    const auto isNumber = [](QChar c) {
        return c.isDigit() || c == u'.' || c == u'-' || c == u'+';
    };
    const auto end = std::find_if_not(trimmed.begin(), trimmed.end(), isNumber);
    const auto digits = end - trimmed.begin();
    bool isFine = false;
    const double number = trimmed.left(digits).toDouble(&isFine);
    const auto unit = units.find(trimmed.mid(digits).trimmed().toString().remove(u'\\'));
    if (!isFine || unit == units.end() || !std::isfinite(number)) {
        fail();
        return 0;
    }
    return std::clamp(number * *unit, -kLongestSpace, kLongestSpace);
}

// Behind \kern: a number and two letters.
double LatexReader::readLength() {
    skipSpaces();
    const qsizetype begin = at_;
    while (at_ < text_.size() && !isAsciiLetter(text_[at_]))
        ++at_;
    at_ = std::min(at_ + 2, text_.size());
    return lengthOf(text_.mid(begin, at_ - begin));
}

std::optional<char32_t> LatexReader::readDelimiter() {
    skipSpaces();
    const QStringView command = peekCommand();
    const QStringView name = command.isEmpty() ? text_.mid(at_, 1) : command;
    const std::optional<char32_t> sign =
        command == u"|" ? std::optional(U'\u2016') : delimiterNamed(name);
    at_ += command.isEmpty() ? 1 : 1 + command.size();
    if (!sign) fail();
    return sign;
}

}  // namespace dsm::math
