// ContextMark: what stands in a conversation where the model no longer reads the messages above: a line that
// says so, or the card of the summary that it reads in their place, which can be changed and taken away.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "ui/widgets/message/message_content.h"

class QLabel;
class QPushButton;

namespace dsm {

class MessageEditor;
class TextBlock;
class Theme;

class ContextMark : public QWidget {
    Q_OBJECT

  public:
    explicit ContextMark(const Theme& theme, QWidget* parent = nullptr);

    void setContent(const MessageMark& content);
    // While a reply of the conversation grows the summary stays as it is.
    void setBusy(bool isBusy);
    // Lays itself out.
    int heightFor(int width);
    bool isEditing() const { return editor_ != nullptr; }

    QLabel* title() const { return title_; }
    TextBlock* text() const { return text_; }
    QPushButton* editButton() const { return edit_; }
    QPushButton* removeButton() const { return remove_; }

  Q_SIGNALS:
    // "": the summary is not wanted.
    void textAccepted(const QString& text);
    void heightChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void beginEdit();
    void endEdit();
    void applyTheme();
    void retranslate();
    int layoutLine(int width);
    int layoutCard(int width);

    const Theme& theme_;
    MessageMark content_;
    QLabel* title_;
    TextBlock* text_;
    QPushButton* edit_;
    QPushButton* remove_;
    MessageEditor* editor_ = nullptr;
    bool isBusy_ = false;
};

}  // namespace dsm
