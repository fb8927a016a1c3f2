// ChatReader: the chats in a file, whichever program wrote it.
//
// Threads  Any.
// Errors   `problem`: one sentence for people, without the file's name.
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include "app/services/chat/chat_record.h"

namespace dsm {

struct ReadChats {
    QList<ChatRecord> chats;  // each with a message at least
    qint64 empty = 0;         // chats without one
    QString program;          // that wrote it, as people call it
    QString problem;          // not empty: nothing was read
};

// Nothing was read, for this reason.
inline ReadChats unreadChats(const QString& problem) {
    ReadChats read;
    read.problem = problem;
    return read;
}

ReadChats readChats(const QByteArray& bytes);

}  // namespace dsm
