// Words within formulas.
#include <utility>

#include "ui/widgets/math/latex_reader.h"
#include "ui/widgets/math/math_node_makers.h"

namespace dsm::math {

using Kind = Node::Kind;

// Words with formulas between dollar signs.
List LatexReader::readText(const QString& raw, bool isBold, bool isItalic) {
    List list;
    QString words;
    const auto flush = [&] {
        if (words.isEmpty()) return;
        Node node = nodeOf(Kind::Text);
        node.text = std::exchange(words, {});
        node.isBold = isBold;
        node.isItalic = isItalic;
        list.push_back(std::move(node));
    };
    for (qsizetype at = 0; at < raw.size() && !hasFailed_; ++at) {
        const QChar c = raw[at];
        if (c == u'$') {
            const qsizetype close = raw.indexOf(u'$', at + 1);
            if (close < 0) {
                fail();
                break;
            }
            flush();
            LatexReader inner(QStringView(raw).mid(at + 1, close - at - 1));
            inner.depth_ = depth_ + 1;
            List formula = inner.readList(End::Text);
            if (inner.hasFailed_ || inner.at_ < inner.text_.size()) fail();
            list.push_back(groupOf(std::move(formula)));
            at = close;
        } else if (c == u'\\') {
            static const QString meant = QStringLiteral("%$#&_{} ");
            const QChar next = at + 1 < raw.size() ? raw[at + 1] : QChar();
            if (meant.contains(next)) {
                words += next;
            } else if (next == u',' || next == u';' || next == u':') {
                words += u' ';
            } else {
                fail();
            }
            ++at;
        } else if (c == u'{' || c == u'}') {
            continue;
        } else {
            words += c == u'~' || c.isSpace() ? QChar(u' ') : c;
        }
    }
    flush();
    return list;
}

bool LatexReader::readTextCommand(List& list, QStringView name) {
    static const QString commands = QStringLiteral(
        " text textrm textup textnormal textsf texttt textbf textit emph mbox hbox textmd ");
    if (name == u"tag") {
        const bool isBare = skip(u"*");
        const QString raw = readRaw();
        list.push_back(spaceOf(2));
        list.push_back(groupOf(readText(isBare ? raw : u'(' + raw + u')', false, false)));
        return true;
    }
    if (!commands.contains(u' ' + name.toString() + u' ')) return false;
    list.push_back(
        groupOf(readText(readRaw(), name == u"textbf", name == u"textit" || name == u"emph")));
    return true;
}

}  // namespace dsm::math
