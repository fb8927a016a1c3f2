#include "ui/widgets/message/markdown_excerpt.h"

#include <QTextBlock>
#include <QTextDocument>
#include <QTextTable>
#include <algorithm>

#include "ui/widgets/message/formula_object.h"

namespace dsm {
namespace {

// The runs between two places in the text of a part; a formula is whole or not there.
MarkdownRuns runsBetween(const MarkdownRuns& runs, int begin, int end, const QFont& words) {
    MarkdownRuns cut;
    int at = 0;
    for (const MarkdownRun& run : runs) {
        const bool isFormula = (run.style & MarkdownRun::Formula) != 0;
        const int length = isFormula ? FormulaObject::lengthOf(run.text, words)
                                     : static_cast<int>(run.text.size());
        const int from = std::max(begin, at);
        const int to = std::min(end, at + length);
        if (from < to) {
            cut.push_back(run);
            if (!isFormula) cut.back().text = run.text.mid(from - at, to - from);
        }
        at += length;
    }
    return cut;
}

}  // namespace

MarkdownParts partsBetween(const MarkdownParts& parts, const QTextDocument& document,
                           const QTextCursor& selection) {
    MarkdownParts cut;
    const QFont words = document.defaultFont();
    QTextBlock block = document.findBlock(selection.selectionStart());
    for (; block.isValid() && block.position() <= selection.selectionEnd(); block = block.next()) {
        const auto index = static_cast<size_t>(block.blockNumber());
        if (index >= parts.size()) break;
        MarkdownPart part = parts[index];
        const int mark = part.mark.isEmpty() ? 0 : static_cast<int>(part.mark.size()) + 1;
        const int begin = selection.selectionStart() - block.position();
        const int end = selection.selectionEnd() - block.position();
        if (begin > 0) part.mark.clear();
        part.runs = runsBetween(part.runs, begin - mark, end - mark, words);
        const bool hasText = !part.runs.empty() || parts[index].runs.empty();
        if (hasText) cut.push_back(std::move(part));
    }
    return cut;
}

MarkdownPart rowsBetween(const MarkdownPart& table, const QTextDocument& document,
                         const QTextCursor& selection) {
    MarkdownPart cut = table;
    QTextCursor inside(const_cast<QTextDocument*>(&document));
    const auto rowAt = [&](int position) -> std::ptrdiff_t {
        inside.setPosition(position);
        const QTextTable* shown = inside.currentTable();
        if (shown == nullptr) return position == 0 ? 0 : std::ssize(table.rows) - 1;
        return shown->cellAt(inside).row();
    };
    const auto first = std::max<std::ptrdiff_t>(1, rowAt(selection.selectionStart()));
    const auto last = rowAt(selection.selectionEnd());
    if (last + 1 < std::ssize(cut.rows))
        cut.rows.erase(cut.rows.begin() + last + 1, cut.rows.end());
    if (first < std::ssize(cut.rows))
        cut.rows.erase(cut.rows.begin() + 1, cut.rows.begin() + first);
    return cut;
}

}  // namespace dsm
