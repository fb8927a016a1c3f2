// QuickWindow: a small window with a field for a question and the answer to it, for which the whole
// window need not be opened.
//
// Each question begins a chat of its own, which is in the list like any other; the next one goes on
// with it until the window is emptied. Escape stops the answer, then hides the window.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace dsm {

class ChatService;
class MessageView;
class TextGenerator;
class PromptEdit;
class Theme;

class QuickWindow : public QWidget {
    Q_OBJECT

  public:
    QuickWindow(ChatService& chat, TextGenerator& writer, const Theme& theme,
                QWidget* parent = nullptr);

    // Shows itself with the keyboard in the field.
    void bringUp();
    qint64 conversation() const { return conversation_; }

    PromptEdit* field() const { return field_; }
    MessageView* messages() const { return messages_; }
    QLabel* note() const { return note_; }
    QPushButton* openButton() const { return open_; }
    QPushButton* newButton() const { return new_; }

  Q_SIGNALS:
    void openRequested(qint64 conversationId);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void makeLayout();
    void connectChat();
    void connectMessages();
    void ask();
    void stopOrHide();
    void begin(qint64 conversationId);
    void refresh();
    void applyTheme();
    void retranslate();

    ChatService& chat_;
    TextGenerator& writer_;
    const Theme& theme_;
    PromptEdit* field_;
    MessageView* messages_;
    QLabel* note_;
    QPushButton* open_;
    QPushButton* new_;
    qint64 conversation_ = 0;
};

}  // namespace dsm
