// ChatRecord: a whole chat with all its branches, as it goes out of the program and comes in.
//
// Threads  Plain values.
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include "app/services/chat/attachment.h"
#include "engine/text/chat_values.h"

namespace dsm {

struct MessageRecord {
    int parent = -1;  // the place of an earlier message; -1: it begins a branch
    ChatRole role = ChatRole::User;
    QString text;
    QDateTime created;  // not valid: not known
    QString modelName;  // of a reply
    bool isWhole = true;
    ReplyRating rating = ReplyRating::None;
    // What a model reads in place of this message and all before it; "": the messages.
    QString summary;
    // Of a message with files: what a model reads in place of `text`, the files and their texts.
    QString prompt;
    QList<Attachment> attachments;
    QStringList attachedTexts;
};

struct ChatRecord {
    QString title;
    QDateTime created;  // not valid: not known
    QDateTime updated;
    bool isPinned = false;
    bool isArchived = false;
    QString folder;
    QStringList tags;
    QString systemPrompt;
    QByteArray sampling;  // a JSON object; empty where the chat has no settings of its own
    QList<MessageRecord> messages;
    int current = -1;  // the last message of the branch that is shown; -1: the last of all
};

// From the first message of the shown branch to its last.
inline QList<MessageRecord> shownBranch(const ChatRecord& chat) {
    QList<MessageRecord> branch;
    const auto count = static_cast<int>(chat.messages.size());
    int at = chat.current >= 0 && chat.current < count ? chat.current : count - 1;
    while (at >= 0) {
        branch.prepend(chat.messages[at]);
        const int parent = chat.messages[at].parent;
        at = parent < at ? parent : -1;
    }
    return branch;
}

}  // namespace dsm
