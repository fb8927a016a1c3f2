// ChatImport: brings the chats of files into the history: the program's own and those of others.
//
// Files are read one after the other on a thread of their own; their chats are added a few at a time
// between other events. A chat that is there already is passed over and counted. Nothing that is there
// is changed.
//
// Ownership Borrows the chats, which outlive it. The destructor waits for the file that is read.
// Threads   Main thread.
// Errors    ChatsBrought::problems: a sentence for each file that was not read, naming it.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include "app/services/program/background_task.h"
#include "app/services/transfer/chat_reader.h"

namespace dsm {

class ChatService;

struct ChatsBrought {
    qint64 added = 0;
    qint64 already = 0;    // passed over: they are there
    qint64 empty = 0;      // without a message
    QStringList programs;  // whose chats these were
    QStringList problems;
};

class ChatImport : public QObject {
    Q_OBJECT

  public:
    static constexpr qint64 kMostBytes = qint64{1} << 30;  // of a file

    explicit ChatImport(ChatService& chats, QObject* parent = nullptr);
    ~ChatImport() override;

    // finished() follows. While one is under way another is not begun.
    void read(const QStringList& files);
    bool isRunning() const { return isRunning_; }
    // Chats of the file that is read which wait to be added.
    qint64 left() const { return waiting_.size(); }
    // What was added stays.
    void cancel();

  Q_SIGNALS:
    void progressed();
    void finished(const dsm::ChatsBrought& result);

  private:
    void readNext();
    void take(const QString& file, ReadChats read);
    void addSome();
    void finish();

    ChatService& chats_;
    QStringList files_;
    QList<ChatRecord> waiting_;
    ChatsBrought result_;
    bool isRunning_ = false;
    BackgroundTask reading_;
};

}  // namespace dsm
