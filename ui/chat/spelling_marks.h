// SpellingMarks: a wavy line under the misspelt words of a field, and what was meant in its menu.
//
// A paragraph is looked at when it changes. What the checker does not know yet is marked once it
// does, so that nobody waits while typing. The word that is being typed is left alone, and so are
// lines between fences of code.
//
// Ownership  The field's document owns it; borrows the checker and the theme.
// Threads    Main thread.
#pragma once

#include <QSyntaxHighlighter>

class QContextMenuEvent;
class QMenu;

namespace dsm {

class PromptEdit;
class SpellChecker;
class Theme;

class SpellingMarks : public QSyntaxHighlighter {
    Q_OBJECT

  public:
    SpellingMarks(SpellChecker& checker, PromptEdit& field, const Theme& theme);

    // Of a paragraph; more are not marked.
    static constexpr int kMostMarks = 500;

  protected:
    void highlightBlock(const QString& text) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void markAnswers();
    void followCursor();
    QTextCursor wrongWordAt(const QTextCursor& place) const;
    void openMenu(const QTextCursor& word, const QPoint& at, const QPoint& globally);
    void offer(QMenu* menu, const QTextCursor& word, const QStringList& suggestions);

    SpellChecker& checker_;
    PromptEdit& field_;
    const Theme& theme_;
    int typedBlock_ = -1;  // whose word was left alone because it is being typed
    bool isMarking_ = false;
};

}  // namespace dsm
