// CodeBlock: a piece of code with its language, a copy button and colours.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QPlainTextEdit>

#include "ui/widgets/markdown_blocks.h"

class QLabel;
class QPushButton;
class QTimer;

namespace dsm {

class SyntaxHighlighter;
class Theme;

class CodeBlock : public QWidget {
    Q_OBJECT

  public:
    explicit CodeBlock(const Theme& theme, QWidget* parent = nullptr);

    // Appends where the new code only grew, which is what streaming does.
    void setCode(const QString& language, const QString& code);
    QString code() const;

    int heightFor(int width) const;
    QPushButton* copyButton() const { return copyButton_; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void applyTheme();
    void retranslate();
    void copyCode();

    const Theme& theme_;
    QLabel* languageLabel_;
    QPushButton* copyButton_;
    QPlainTextEdit* text_;
    SyntaxHighlighter* highlighter_ = nullptr;
    QTimer* copiedTimer_;
    QString language_;
};

}  // namespace dsm
