// TextEditor: a raw text as it is, to write in; while a model writes in it nobody else does.
//
// Threads  Main thread.
#pragma once

#include <QPlainTextEdit>
#include <functional>
#include <utility>

namespace dsm {

// The characters of a document, to the letter: line feeds between its lines, nothing replaced.
QString textOf(const QTextDocument& document);

class TextEditor : public QPlainTextEdit {
    Q_OBJECT

  public:
    explicit TextEditor(QWidget* parent = nullptr);

    // Characters. More fit into no context, and would take seconds to count.
    static constexpr qsizetype kLongest = 256 * 1024;

    QString text() const { return textOf(*document()); }
    // In characters of text().
    int place() const { return textCursor().position(); }
    // Takes away what is after the cursor, which can be undone.
    void cutAfterCursor();
    // At the cursor, in place of all that is after it; undone in one step.
    void goOnWith(const QString& text);
    // What is said of the character under the pointer; "": nothing.
    void setTip(std::function<QString(int place)> tip) { tip_ = std::move(tip); }
    // Paints behind the lines of a block whose first one stands at `place`.
    using Backdrop =
        std::function<void(QPainter& painter, const QTextBlock& block, const QPointF& place)>;
    void setBackdrop(Backdrop backdrop) { backdrop_ = std::move(backdrop); }
    void moveToEnd();
    // The view goes along with what is added at the end, unless it was scrolled away from there.
    void follow();

  Q_SIGNALS:
    // What was pasted was not taken: the text would have so many characters.
    void pasteRefused(qsizetype characters);

  protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;
    void insertFromMimeData(const QMimeData* source) override;

  private:
    std::function<QString(int place)> tip_;
    Backdrop backdrop_;
    bool isAtEnd_ = true;  // where the view was last scrolled to
};

}  // namespace dsm
