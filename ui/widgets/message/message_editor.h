// MessageEditor: the card in which a sent message is changed, with Send and Cancel; or a summary, with Save.
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
    enum class Purpose { Message, Summary };

    MessageEditor(const Theme& theme, const QString& text, QWidget* parent = nullptr,
                  Purpose purpose = Purpose::Message);

    int heightFor(int width);
    PromptEdit* editor() const { return editor_; }
    QPushButton* acceptButton() const { return send_; }

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
    const Purpose purpose_;
    PromptEdit* editor_;
    QPushButton* send_;
    QPushButton* cancel_;
};

}  // namespace dsm
