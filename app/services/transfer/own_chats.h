// The program's own file of chats: JSON, as app/services/transfer/README.md describes it.
//
// Threads  Any.
#pragma once

#include <QByteArray>
#include <QJsonObject>

#include "app/services/chat/chat_record.h"

namespace dsm {

// A file is the beginning, chats with commas between them, and the end: no more than one of them has
// to be in memory while it is written.
QByteArray beginningOfOwnChats(const QDateTime& now);
QByteArray toOwnChat(const ChatRecord& chat);
QByteArray endOfOwnChats();

// Whether it says that it is one, of any version; what version it says, 0: none.
bool isOwnChats(const QJsonObject& file);
int versionOfOwnChats(const QJsonObject& file);
inline constexpr int kOwnChatsVersion = 1;

// Missing, unknown and misshapen keys are passed over.
QList<ChatRecord> readOwnChats(const QJsonObject& file);

}  // namespace dsm
