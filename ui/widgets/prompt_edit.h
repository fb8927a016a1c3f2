// PromptEdit: a plain text field that grows with its text up to eight lines.
//
// Enter submits, Shift+Enter makes a new line. While an input method composes, its text is not
// yet part of the field and Enter belongs to the input method: nothing is submitted.
//
// Threads  Main thread.
#pragma once

#include <QTextEdit>

class QMimeData;

namespace dsm {

class PromptEdit : public QTextEdit {
    Q_OBJECT

  public:
    explicit PromptEdit(QWidget* parent = nullptr);

    bool isComposing() const { return isComposing_; }
    QString text() const { return toPlainText(); }
    void setText(const QString& text);

    static constexpr int kMaximumLines = 8;
    // Characters. More fit into no context, and would take seconds to lay out.
    static constexpr qsizetype kLongest = 48 * 1024;

  Q_SIGNALS:
    void submitted();
    void escaped();
    void composingChanged();
    // Files were pasted; dropped ones are for who holds the field.
    void filesPasted(const QMimeData* files);
    // What was pasted or dropped was not taken: the message would have so many characters.
    void pasteRefused(qsizetype characters);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;
    void insertFromMimeData(const QMimeData* source) override;
    void inputMethodEvent(QInputMethodEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void fitHeight();
    double heightOfLines(int most) const;
    void setComposing(bool composing);

    bool isComposing_ = false;
};

}  // namespace dsm
