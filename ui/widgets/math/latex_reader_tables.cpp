#include <QStringList>
#include <algorithm>

#include "ui/widgets/math/latex_reader.h"

namespace dsm::math {
namespace {

using Kind = Node::Kind;

Node tableOf(const QString& alignment, double gap) {
    Node node;
    node.kind = Kind::Table;
    node.columns.alignment = alignment;
    node.columns.gap = gap;
    return node;
}

Node alignedTable() {
    Node node = tableOf(QStringLiteral("r"), 0);
    node.columns.isAligned = true;
    node.columns.style = Style::Display;
    node.columns.rowGap = 0.3;
    return node;
}

Node linesInTheMiddle() {
    Node node = tableOf(QStringLiteral("c"), 1);
    node.columns.style = Style::Display;
    node.columns.rowGap = 0.3;
    return node;
}

struct Matrix {
    QStringView name;
    char32_t open, close;
};
constexpr Matrix kMatrices[] = {{u"matrix", 0, 0},      {u"pmatrix", '(', ')'},
                                {u"bmatrix", '[', ']'}, {u"Bmatrix", '{', '}'},
                                {u"vmatrix", '|', '|'}, {u"Vmatrix", 0x2016, 0x2016},
                                {u"smallmatrix", 0, 0}};

// A table between signs as high as it.
Node between(char32_t open, char32_t close, Node table) {
    Node fence;
    fence.kind = Kind::Fence;
    fence.atom = AtomClass::Inner;
    fence.marks = {open, close};
    fence.parts.emplace_back();
    fence.parts.back().push_back(std::move(table));
    return fence;
}

}  // namespace

std::optional<Node> LatexReader::tableNamed(const QString& name) {
    const QString plain = name.endsWith(u'*') ? name.chopped(1) : name;
    static const QStringList aligned = {QStringLiteral("align"),     QStringLiteral("aligned"),
                                        QStringLiteral("alignedat"), QStringLiteral("alignat"),
                                        QStringLiteral("split"),     QStringLiteral("eqnarray"),
                                        QStringLiteral("flalign")};
    static const QStringList lines = {QStringLiteral("gather"),      QStringLiteral("gathered"),
                                      QStringLiteral("equation"),    QStringLiteral("multline"),
                                      QStringLiteral("displaymath"), QStringLiteral("math")};
    if (aligned.contains(plain)) {
        if (plain.startsWith(u"alignat") || plain == u"alignedat") readRaw();
        if (plain.endsWith(u"ed")) readOptional();  // [t]
        Node table = alignedTable();
        if (plain == u"eqnarray") {
            table.columns.isAligned = false;
            table.columns.alignment = QStringLiteral("rcl");
            table.columns.gap = 0.28;
        }
        return table;
    }
    if (lines.contains(plain)) return linesInTheMiddle();
    if (plain.endsWith(u"cases")) {
        Node table = tableOf(QStringLiteral("l"), 1);
        table.columns.style = name == u"dcases" ? Style::Display : Style::Text;
        return table;
    }
    if (plain == u"array" || plain == u"tabular") {
        Node table = tableOf(QString(), 1);
        table.columns.outerGap = 0.5;
        readOptional();
        readArrayColumns(table.columns);
        return table;
    }
    for (const Matrix& matrix : kMatrices) {
        if (plain != matrix.name) continue;
        Node table = tableOf(QStringLiteral("c"), 1);
        if (const auto side = name.endsWith(u'*') ? readOptional() : std::nullopt) {
            if (!side->empty()) table.columns.alignment = QStringLiteral("r");
        }
        if (plain == u"smallmatrix") {
            table.columns.style = Style::Script;
            table.columns.gap = 0.5;
        }
        return table;
    }
    return std::nullopt;
}

void LatexReader::readArrayColumns(Columns& columns) {
    const QString raw = readRaw();
    for (qsizetype at = 0; at < raw.size(); ++at) {
        const QChar c = raw[at];
        if (c == u'l' || c == u'c' || c == u'r') {
            columns.alignment += c;
        } else if (c == u'|') {
            columns.lines.push_back(static_cast<int>(columns.alignment.size()));
        } else if (c == u'@' || c == u'!') {  // what stands between the columns
            at = raw.indexOf(u'}', at);
            if (at < 0) return fail();
        } else if (!c.isSpace()) {
            return fail();
        }
    }
    if (columns.alignment.isEmpty()) fail();
}

void LatexReader::readEnvironment(List& list) {
    const QString name = readRaw();
    std::optional<Node> table = tableNamed(name);
    if (!table) return fail();
    readRows(*table);
    if (!isCommand(u"end")) return fail();
    readCommandName();
    if (readRaw() != name) fail();
    if (hasFailed_) return;
    const QString plain = name.endsWith(u'*') ? name.chopped(1) : name;
    if (plain == u"rcases") {
        list.push_back(between(0, '}', std::move(*table)));
    } else if (plain.endsWith(u"cases")) {
        list.push_back(between('{', 0, std::move(*table)));
    } else {
        const auto* matrix = std::find_if(std::begin(kMatrices), std::end(kMatrices),
                                          [&](const Matrix& one) { return plain == one.name; });
        const bool isEnclosed = matrix != std::end(kMatrices) && matrix->open != 0;
        list.push_back(isEnclosed ? between(matrix->open, matrix->close, std::move(*table))
                                  : std::move(*table));
    }
}

void LatexReader::readRows(Node& table) {
    while (!hasFailed_) {
        skipSpaces();
        while (isCommand(u"hline") || isCommand(u"toprule") || isCommand(u"midrule") ||
               isCommand(u"bottomrule")) {
            readCommandName();
            table.columns.rules.push_back(static_cast<int>(table.rows.size()));
            skipSpaces();
        }
        if (isAtEnd() || isCommand(u"end")) return;
        readRow(table);
        table.columns.skips.push_back(0);
        if (!isCommand(u"\\") && !isCommand(u"cr") && !isCommand(u"tabularnewline")) continue;
        readCommandName();
        skip(u"*");
        // [2pt], but not a bracket of the next row: that is no length.
        const qsizetype close = peek() == u'[' ? text_.indexOf(u']', at_) : -1;
        if (close < 0 || close - at_ > 10) continue;
        table.columns.skips.back() = lengthOf(text_.mid(at_ + 1, close - at_ - 1));
        at_ = close + 1;
    }
}

void LatexReader::readRow(Node& table) {
    std::vector<List> row;
    do {
        row.push_back(readList(End::Cell));
    } while (!hasFailed_ && skip(u"&"));
    if (at_ >= text_.size()) fail();
    table.rows.push_back(std::move(row));
}

void LatexReader::readSubstack(List& list) {
    skipSpaces();
    if (!skip(u"{")) return fail();
    // Its lines end as those of a list between braces do.
    List lines = readList(End::Brace);
    if (!skip(u"}")) return fail();
    list.push_back({});
    list.back().kind = Kind::Group;
    list.back().parts.push_back(stacked(std::move(lines)));
    Node& inner = list.back().parts.back().front();
    if (inner.kind == Kind::Table) {
        inner.columns.style = Style::Script;
        inner.columns.rowGap = -0.2;
    }
}

// A list with ends of lines as lines one below the other; any other list as it is.
List LatexReader::stacked(List lines) {
    const auto isEnd = [](const Node& node) { return node.kind == Kind::Line; };
    while (!lines.empty() && isEnd(lines.back()))
        lines.pop_back();
    if (std::none_of(lines.begin(), lines.end(), isEnd)) {
        if (lines.empty()) lines.emplace_back().kind = Kind::Space;
        return lines;
    }
    Node table = linesInTheMiddle();
    table.rows.emplace_back(1);
    for (Node& node : lines) {
        if (isEnd(node)) {
            table.rows.emplace_back(1);
        } else {
            table.rows.back().front().push_back(std::move(node));
        }
    }
    table.columns.skips.assign(table.rows.size(), 0);
    List stack;
    stack.push_back(std::move(table));
    return stack;
}

}  // namespace dsm::math
