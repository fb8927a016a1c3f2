// CloseQuestion: whether the window may close, asked of the user where something that was written
// is not on the disk and would end with the program.
//
// Ownership Borrows the services; the window owns it.
// Threads   Main thread; waits for the disk.
#pragma once

#include <QObject>
#include <QPointer>
#include <QStringList>

class QMessageBox;
class QWidget;

namespace dsm {

class ChatService;
class Drafts;
class TextService;
struct UnsavedReply;

class CloseQuestion : public QObject {
    Q_OBJECT

  public:
    CloseQuestion(QWidget* window, ChatService& chat, TextService& texts, Drafts& drafts);

    // Saves what can be saved. Where something is left, the question stands over the window, which
    // is closed once the user says so. Whoever asks again meanwhile means it: a second signal.
    bool mayClose();

  private:
    struct Unsaved {
        QStringList texts;  // a line each
        QString reason;
    };

    Unsaved unsaved();
    void addTexts(Unsaved& rest);
    QString lineOf(const UnsavedReply& reply) const;
    void ask(const Unsaved& unsaved);

    QWidget* window_;
    ChatService& chat_;
    TextService& texts_;
    Drafts& drafts_;
    QPointer<QMessageBox> question_;
    bool mayLose_ = false;
};

}  // namespace dsm
