#include "ui/widgets/message/table_document.h"

#include <QAbstractTextDocumentLayout>
#include <QFontMetricsF>
#include <QPainter>
#include <QTextBlock>
#include <QTextBoundaryFinder>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextTable>
#include <algorithm>
#include <cmath>

#include "ui/widgets/math/formula.h"
#include "ui/widgets/message/markdown_document.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr size_t kCellsOfPart = 120;  // some milliseconds
constexpr int kCellPadding = 7;
constexpr double kLongestWord = 240;
constexpr double kLeastWidth = 24;
constexpr double kStep = 1.2;

double steppedUp(double width) {
    if (width <= kLeastWidth) return kLeastWidth;
    const double steps = std::ceil(std::log(width / kLeastWidth) / std::log(kStep));
    return kLeastWidth * std::pow(kStep, steps);
}

QTextCharFormat headFormat(bool isHead) {
    QTextCharFormat format;
    if (isHead) format.setFontWeight(QFont::DemiBold);
    return format;
}

// One cell, run by run: fonts change in between.
class CellMeasure {
  public:
    CellMeasure(const QFont& font, const Theme& theme) : font_(font), theme_(theme) {}

    void add(const MarkdownRuns& runs, bool isHead) {
        double line = 0;
        for (const MarkdownRun& run : runs) {
            if ((run.style & MarkdownRun::Formula) != 0 && addFormula(run.text, line)) continue;
            const QFont font = formatOfRun(run, headFormat(isHead), theme_).font().resolve(font_);
            addRun(run.text, QFontMetricsF(font), line);
        }
        natural = std::max(natural, line);
    }

    double natural = 0;
    double word = 0;

  private:
    // False where it is shown as it is written.
    bool addFormula(const QString& source, double& line) {
        const auto formula = Formula::of(source, font_);
        if (formula == nullptr) return false;
        const double width = formula->width(font_.pixelSize());
        line += width;
        word = std::max(word, std::min(kLongestWord, width));
        return true;
    }
    void addRun(const QString& text, const QFontMetricsF& metrics, double& line) {
        const QStringList lines = text.split(QChar::LineSeparator);
        for (qsizetype i = 0; i < lines.size(); ++i) {
            if (i > 0) natural = std::max(natural, std::exchange(line, 0));
            line += metrics.horizontalAdvance(lines[i]);
            addWords(lines[i], metrics);
        }
    }
    void addWords(const QString& line, const QFontMetricsF& metrics) {
        QTextBoundaryFinder words(QTextBoundaryFinder::Line, line);
        for (qsizetype begin = 0, end = 0; (end = words.toNextBoundary()) > 0; begin = end) {
            const QString one = line.mid(begin, end - begin).trimmed();
            word = std::max(word, std::min(kLongestWord, metrics.horizontalAdvance(one)));
        }
    }

    const QFont font_;
    const Theme& theme_;
};

QTextTableFormat tableFormat(const std::vector<double>& widths, bool isFirst, const Theme& theme) {
    QTextTableFormat format;
    format.setCellPadding(kCellPadding);
    format.setCellSpacing(0);
    format.setBorder(0);
    if (isFirst) format.setHeaderRowCount(1);
    QList<QTextLength> constraints;
    for (const double width : widths)
        constraints.append(QTextLength(QTextLength::FixedLength, width));
    if (!widths.empty()) {
        format.setColumnWidthConstraints(constraints);
        return format;
    }
    format.setBorder(1);
    format.setBorderCollapse(true);
    format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    format.setBorderBrush(theme.color(ColorRole::Border));
    return format;
}

QList<QTextTable*> tablesOf(const QTextDocument& document) {
    QList<QTextTable*> tables;
    for (QTextFrame* frame : document.rootFrame()->childFrames()) {
        if (auto* table = qobject_cast<QTextTable*>(frame)) tables.append(table);
    }
    return tables;
}

}  // namespace

int TableDocument::write(const MarkdownPart& table, size_t firstChanged) {
    const size_t rows = table.rows.size();
    const size_t each = rowsOfPart(table);
    const bool isReckoned = rows > each;
    if (std::exchange(isReckoned_, isReckoned) != isReckoned) firstChanged = 0;
    const size_t kept = std::min(firstChanged / each, needs_.size());
    QTextCursor edit(&document_);
    edit.beginEditBlock();
    keep(kept);
    for (size_t begin = kept * each; begin < rows; begin += each)
        needs_.push_back(isReckoned_ ? needsOf(table, begin, std::min(rows, begin + each))
                                     : Needs());
    applyWidths();
    for (size_t begin = kept * each; begin < rows; begin += each)
        add(table, begin, std::min(rows, begin + each));
    edit.endEditBlock();
    return static_cast<int>((rows - kept * each) * table.columns.size());
}

void TableDocument::forget() {
    needs_.clear();
    widths_.clear();
    isReckoned_ = false;
}

void TableDocument::fitTo(int width) {
    if (std::exchange(width_, width) != width) applyWidths();
}

size_t TableDocument::rowsOfPart(const MarkdownPart& table) const {
    return std::max<size_t>(1, kCellsOfPart / std::max<size_t>(1, table.columns.size()));
}

TableDocument::Needs TableDocument::needsOf(const MarkdownPart& table, size_t begin,
                                            size_t end) const {
    Needs needs;
    for (size_t column = 0; column < table.columns.size(); ++column) {
        CellMeasure measure(document_.defaultFont(), theme_);
        for (size_t row = begin; row < end; ++row) {
            if (column < table.rows[row].size()) measure.add(table.rows[row][column], row == 0);
        }
        needs.push_back({measure.natural, measure.word});
    }
    return needs;
}

std::vector<double> TableDocument::reckonedWidths() const {
    if (!isReckoned_ || needs_.empty()) return {};
    Needs all = needs_.front();
    for (const Needs& part : needs_) {
        for (size_t i = 0; i < all.size(); ++i)
            all[i] = {std::max(all[i].natural, part[i].natural),
                      std::max(all[i].word, part[i].word)};
    }
    double natural = 0, word = 0;
    for (Need& need : all) {
        need = {steppedUp(need.natural), steppedUp(need.word)};
        natural += need.natural;
        word += need.word;
    }
    const double around = static_cast<double>(all.size()) * 2 * kCellPadding;
    const double room = std::max(0.0, width_ - around - word);
    const double share = natural > word ? std::min(1.0, room / (natural - word)) : 0.0;
    std::vector<double> widths;
    for (const Need& need : all)
        widths.push_back(std::ceil(need.word + share * (need.natural - need.word)) +
                         2 * kCellPadding);
    return widths;
}

// Only the first `parts`.
void TableDocument::keep(size_t parts) {
    QTextCursor cursor(&document_);
    if (parts == 0) {
        document_.clear();
    } else if (const QList<QTextTable*> tables = tablesOf(document_);
               static_cast<qsizetype>(parts) < tables.size()) {
        // The empty block behind a table goes before the next one, and takes no room.
        cursor.setPosition(tables[static_cast<qsizetype>(parts) - 1]->lastPosition() + 1);
        cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
        cursor.removeSelectedText();
    }
    needs_.resize(parts);
}

void TableDocument::add(const MarkdownPart& table, size_t begin, size_t end) {
    QTextCursor cursor(&document_);
    cursor.movePosition(QTextCursor::End);
    const auto columns = static_cast<int>(table.columns.size());
    QTextTable* made = cursor.insertTable(static_cast<int>(end - begin), columns,
                                          tableFormat(widths_, begin == 0, theme_));
    for (size_t row = begin; row < end; ++row) {
        for (int column = 0; column < columns; ++column) {
            QTextTableCell cell = made->cellAt(static_cast<int>(row - begin), column);
            QTextCursor inside = cell.firstCursorPosition();
            const auto index = static_cast<size_t>(column);
            QTextBlockFormat block;
            const MarkdownRuns runs =
                index < table.rows[row].size() ? table.rows[row][index] : MarkdownRuns();
            setLineHeight(block, theme_.lineHeight(TextStyle::Body), runs,
                          theme_.font(TextStyle::Body).pixelSize(), theme_);
            block.setAlignment(table.columns[index]);
            inside.setBlockFormat(block);
            if (row == 0) {
                QTextCharFormat head = cell.format();
                head.setBackground(theme_.color(ColorRole::SurfaceHover));
                cell.setFormat(head);
            }
            writeRuns(inside, runs, headFormat(row == 0), theme_);
        }
    }
}

void TableDocument::paintLines(QPainter& painter, const QRectF& clip) const {
    if (!isReckoned_) return;
    const QAbstractTextDocumentLayout* layout = document_.documentLayout();
    const QColor color = theme_.color(ColorRole::Border);
    const QList<QTextTable*> tables = tablesOf(document_);
    for (QTextTable* table : tables) {
        // Qt tells the place of what is in the first cell.
        const QRectF place =
            layout->frameBoundingRect(table).translated(-kCellPadding, -kCellPadding);
        if (!place.adjusted(0, -1, 1, 1).intersects(clip)) continue;
        double x = place.left();
        for (size_t column = 0; column <= widths_.size(); ++column) {
            painter.fillRect(QRectF(x, place.top(), 1, place.height()), color);
            if (column < widths_.size()) x += widths_[column];
        }
        for (int row = 0; row < table->rows(); ++row) {
            const QTextBlock first = table->cellAt(row, 0).firstCursorPosition().block();
            const double y = layout->blockBoundingRect(first).top() - kCellPadding;
            painter.fillRect(QRectF(place.left(), y, x + 1 - place.left(), 1), color);
        }
        if (table == tables.back())  // the next one begins with a line
            painter.fillRect(QRectF(place.left(), place.bottom() - 1, x + 1 - place.left(), 1),
                             color);
    }
}

void TableDocument::applyWidths() {
    std::vector<double> widths = reckonedWidths();
    if (widths == widths_) return;
    widths_ = std::move(widths);
    bool isFirst = true;
    for (QTextTable* table : tablesOf(document_))
        table->setFormat(tableFormat(widths_, std::exchange(isFirst, false), theme_));
}

}  // namespace dsm
