// MessageEditor: the card in which a sent message is changed, with Send and Cancel.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

class QPushButton;

namespace dsm {

class PromptEdit;
class Theme;

class MessageEditor : public QWidget {
    Q_OBJECT

  public:
    MessageEditor(const Theme& theme, const QString& text, QWidget* parent = nullptr);

    int heightFor(int width);
    PromptEdit* editor() const { return editor_; }

  Q_SIGNALS:
    void accepted(const QString& text);
    void rejected();
    void heightChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void accept();
    void retranslate();

    const Theme& theme_;
    PromptEdit* editor_;
    QPushButton* send_;
    QPushButton* cancel_;
};

}  // namespace dsm
