#include "ui/widgets/message/text_marks.h"

#include <algorithm>

#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kMostMarks = 500;

}  // namespace

QList<QTextEdit::ExtraSelection> marksOf(QTextDocument& document, const QStringList& words,
                                         const Theme& theme) {
    QList<QTextEdit::ExtraSelection> marks;
    QTextEdit::ExtraSelection mark;
    mark.format.setBackground(theme.color(ColorRole::WarningSurface));
    mark.format.setForeground(theme.color(ColorRole::Warning));
    mark.format.setFontUnderline(true);
    for (const QString& word : words) {
        if (word.isEmpty()) continue;
        QTextCursor found = document.find(word);
        while (!found.isNull() && marks.size() < kMostMarks) {
            mark.cursor = found;
            marks.append(mark);
            found = document.find(word, found);
        }
    }
    std::sort(marks.begin(), marks.end(), [](const auto& a, const auto& b) {
        return a.cursor.selectionStart() < b.cursor.selectionStart();
    });
    return marks;
}

}  // namespace dsm
