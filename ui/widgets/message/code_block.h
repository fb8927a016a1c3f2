// CodeBlock: a piece of code with its language, colours, and buttons to wrap, save and copy it.
//
// It is as high as its lines, and scrolls sideways where they are too long, or wraps them. Very
// long code, and any other text that is too long to be laid out as a whole, is in a box of fixed
// height.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QTextEdit>

class QLabel;
class QPushButton;
class QTimer;

namespace dsm {

class LongText;
class SyntaxHighlighter;
class Theme;

class CodeBlock : public QWidget {
    Q_OBJECT

  public:
    explicit CodeBlock(const Theme& theme, QWidget* parent = nullptr);

    // Appends where the new code only grew, which is what streaming does.
    void setCode(const QString& language, const QString& code);
    // A text whose lines are wrapped, in the box.
    void setLongText(const QString& text);
    QString code() const { return code_; }

    // Whether it offers to be saved, for which somebody has to listen.
    void setSavable(bool isSavable);
    void setWrapped(bool isWrapped);

    int heightFor(int width);
    QPushButton* copyButton() const { return copyButton_; }
    QPushButton* saveButton() const { return saveButton_; }
    QPushButton* wrapButton() const { return wrapButton_; }
    QTextEdit* text() const { return text_; }
    LongText* box() const { return box_; }  // in place of text() where that is not null
    QAbstractScrollArea* textWidget() const;
    // Its lines whole, where they were cut to be laid out.
    QString selectedCode() const;

    // As of a TextBlock; the first mark is brought into view from the side.
    bool mark(const QStringList& words);
    QRect firstMark();

  Q_SIGNALS:
    void saveRequested(const QString& language, const QString& code);
    void heightChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void applyTheme();
    void retranslate();
    void placeButtons();
    void copyCode();
    void write(qsizetype from);
    void showBox(const QString& text, bool wraps);
    void hideBox();

    const Theme& theme_;
    QLabel* languageLabel_;
    QPushButton* wrapButton_;
    QPushButton* saveButton_;
    QPushButton* copyButton_;
    QTextEdit* text_;
    LongText* box_ = nullptr;
    SyntaxHighlighter* highlighter_ = nullptr;
    QTimer* copiedTimer_;
    bool isSavable_ = false;
    bool isWrapped_ = false;
    bool isWords_ = false;  // of the box: a text, no code
    QString language_;
    QString code_;
    QStringList marks_;
};

}  // namespace dsm
