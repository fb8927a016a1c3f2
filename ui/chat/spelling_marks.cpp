#include "ui/chat/spelling_marks.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPointer>
#include <QScopedValueRollback>
#include <QTextBlock>
#include <QTextDocument>

#include "app/services/spelling/checked_words.h"
#include "app/services/spelling/spell_checker.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

// The state of a paragraph.
constexpr int kInCode = 1;   // it ends between fences
constexpr int kUnknown = 2;  // some of its words are being looked up

int stateOr0(int state) {
    return state < 0 ? 0 : state;
}

}  // namespace

SpellingMarks::SpellingMarks(SpellChecker& checker, PromptEdit& field, const Theme& theme)
    : QSyntaxHighlighter(field.document()), checker_(checker), field_(field), theme_(theme) {
    connect(&checker, &SpellChecker::checked, this, &SpellingMarks::markAnswers);
    connect(&checker, &SpellChecker::changed, this, &QSyntaxHighlighter::rehighlight);
    connect(&theme, &Theme::changed, this, &QSyntaxHighlighter::rehighlight);
    connect(&field, &QTextEdit::cursorPositionChanged, this, &SpellingMarks::followCursor);
    field.installEventFilter(this);
    field.viewport()->installEventFilter(this);
}

void SpellingMarks::highlightBlock(const QString& text) {
    const bool wasInCode = stateOr0(previousBlockState()) & kInCode;
    const bool isFence = text.trimmed().startsWith(QStringLiteral("```"));
    const bool isInCode = wasInCode != isFence;
    int state = isInCode ? kInCode : 0;
    const QTextCursor cursor = field_.textCursor();
    const int at = cursor.block() == currentBlock() ? cursor.positionInBlock() : -1;
    if (at < 0 && typedBlock_ == currentBlock().blockNumber()) typedBlock_ = -1;
    if (!checker_.isOn() || wasInCode || isFence) return setCurrentBlockState(state);
    QTextCharFormat wrong;
    wrong.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    wrong.setUnderlineColor(theme_.color(ColorRole::Danger));
    int marks = 0;
    for (const CheckedWord& word : checkedWords(text, checker_.scripts())) {
        const auto spelling = checker_.check(text.mid(word.start, word.length));
        if (spelling == SpellChecker::Spelling::Unknown) state |= kUnknown;
        if (spelling != SpellChecker::Spelling::Wrong) continue;
        if (at == word.start + word.length && field_.hasFocus() && !cursor.hasSelection()) {
            typedBlock_ = currentBlock().blockNumber();
            continue;
        }
        setFormat(word.start, word.length, wrong);
        if (++marks == kMostMarks) break;
    }
    setCurrentBlockState(state);
}

void SpellingMarks::markAnswers() {
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        if (stateOr0(block.userState()) & kUnknown) rehighlightBlock(block);
    }
}

// A word that is left is done.
void SpellingMarks::followCursor() {
    if (typedBlock_ < 0 || isMarking_) return;
    const QScopedValueRollback marking(isMarking_, true);
    const QTextBlock block = document()->findBlockByNumber(std::exchange(typedBlock_, -1));
    if (block.isValid()) rehighlightBlock(block);
}

// Selected; without a selection where there is none.
QTextCursor SpellingMarks::wrongWordAt(const QTextCursor& place) const {
    QTextCursor found(place);
    found.clearSelection();
    const QTextBlock block = place.block();
    const QString text = block.text();
    const bool isCode =
        (stateOr0(block.userState()) | stateOr0(block.previous().userState())) & kInCode;
    if (!checker_.isOn() || isCode) return found;
    for (const CheckedWord& word : checkedWords(text, checker_.scripts())) {
        const int in = place.positionInBlock() - word.start;
        if (in < 0 || in > word.length) continue;
        if (checker_.check(text.mid(word.start, word.length)) != SpellChecker::Spelling::Wrong)
            continue;
        found.setPosition(block.position() + word.start);
        found.setPosition(block.position() + word.start + word.length, QTextCursor::KeepAnchor);
        break;
    }
    return found;
}

bool SpellingMarks::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::ContextMenu)
        return QSyntaxHighlighter::eventFilter(watched, event);
    const auto* wish = static_cast<QContextMenuEvent*>(event);
    const bool isByKey = wish->reason() == QContextMenuEvent::Keyboard;
    const QPoint at = watched == field_.viewport()
                          ? wish->pos()
                          : field_.viewport()->mapFrom(&field_, wish->pos());
    const QTextCursor place = isByKey ? field_.textCursor() : field_.cursorForPosition(at);
    const QTextCursor word = wrongWordAt(place);
    if (!word.hasSelection()) return false;
    const QPoint below = field_.cursorRect(word).bottomLeft();
    openMenu(word, at, isByKey ? field_.viewport()->mapToGlobal(below) : wish->globalPos());
    return true;
}

void SpellingMarks::openMenu(const QTextCursor& word, const QPoint& at, const QPoint& globally) {
    QMenu* menu = field_.createStandardContextMenu(at);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* first = menu->actions().value(0);
    auto* looking = new QAction(tr("Looking for words that were meant…"), menu);
    looking->setEnabled(false);
    auto* learn = new QAction(tr("Add “%1” to my words").arg(word.selectedText()), menu);
    connect(learn, &QAction::triggered, this,
            [this, text = word.selectedText()] { checker_.learn(text); });
    menu->insertActions(first, {looking, learn});
    menu->insertSeparator(first);
    checker_.suggest(word.selectedText(), menu,
                     [this, menu, word, looking](const QStringList& all) {
                         looking->setText(tr("No word like it is known"));
                         if (all.isEmpty()) return;
                         offer(menu, word, all);
                         menu->removeAction(looking);
                         menu->setActiveAction(menu->actions().value(0));
                     });
    menu->popup(globally);
}

// In the place of the word, as one step that can be undone.
void SpellingMarks::offer(QMenu* menu, const QTextCursor& word, const QStringList& suggestions) {
    QAction* before = menu->actions().value(0);
    for (const QString& suggestion : suggestions) {
        auto* action = new QAction(QString(suggestion).replace(u'&', QStringLiteral("&&")), menu);
        connect(action, &QAction::triggered, this, [this, word, suggestion] {
            QTextCursor replaced(word);
            replaced.insertText(suggestion);
            field_.setTextCursor(replaced);
        });
        menu->insertAction(before, action);
    }
}

}  // namespace dsm
