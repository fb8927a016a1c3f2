// ChatBranch: a piece of a chat from where it forks, or begins, to where it forks again, or ends.
//
// Threads  Plain values.
#pragma once

#include <QDateTime>
#include <QString>

#include "engine/text/chat_values.h"

namespace dsm {

struct ChatBranch {
    static constexpr qsizetype kMostText = 200;

    qint64 messageId = 0;  // its first
    int parent = -1;       // the place of the branch that it goes on from; -1: it begins the chat
    ChatRole role = ChatRole::User;
    QString text;  // the first words of its first message, on one line
    QDateTime created;
    int messages = 0;      // in it, without those of the branches that go on from it
    bool isShown = false;  // it is part of what the chat shows
};

}  // namespace dsm
