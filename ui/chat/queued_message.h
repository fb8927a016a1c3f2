// QueuedMessage: the message that was written while a reply runs and is sent once that is done.
//
// It is on the disk until it is sent (drafts.h), in a temporary chat in memory alone. After a reply that
// was stopped or failed, and after a new start of the program, it waits for the user's word.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <QWidget>

class QLabel;
class QPushButton;

namespace dsm {

class ChatService;
class Drafts;
class Theme;

class QueuedMessage : public QWidget {
    Q_OBJECT

  public:
    QueuedMessage(ChatService& chat, Drafts& drafts, const Theme& theme, QWidget* parent = nullptr);

    void setConversation(qint64 id);
    // Below what waits already in this chat.
    void add(const QString& text);

    QPushButton* editButton() const { return edit_; }

  Q_SIGNALS:
    // It is to be written on; it waits no longer.
    void takenBack(const QString& text);

  private:
    QString waiting(qint64 conversation) const;
    void setWaiting(qint64 conversation, const QString& text);
    void takeFinished(qint64 conversation, qint64 message);
    void send(qint64 conversation);
    void refresh();
    void applyTheme();
    void retranslate();

    ChatService& chat_;
    Drafts& drafts_;
    const Theme& theme_;
    QLabel* text_;
    QPushButton* send_;
    QPushButton* edit_;
    QPushButton* discard_;
    QHash<qint64, QString> temporary_;
    qint64 conversation_ = 0;
};

}  // namespace dsm
