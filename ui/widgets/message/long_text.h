// LongText: a text of any length in a box that scrolls by itself.
//
// Only the lines in view are laid out, so that a mebibyte in one line costs no more than a page.
// The wheel belongs to the conversation until somebody clicks into the box or tabs there.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QPlainTextEdit>

namespace dsm {

class Theme;

class LongText : public QPlainTextEdit {
    Q_OBJECT

  public:
    explicit LongText(const Theme& theme, QWidget* parent = nullptr);

    // Text that continues the present one is added to it; the reader stays where they are.
    void setText(const QString& text);

    // Shows where the words are; an empty list shows none.
    void mark(const QStringList& words);
    // Scrolls to the first of them and returns where it is in this widget; empty without one.
    QRect showFirstMark();

  protected:
    void wheelEvent(QWheelEvent* event) override;

  private:
    void applyTheme();
    void retranslate();

    const Theme& theme_;
    QString text_;
    QStringList marks_;
};

}  // namespace dsm
