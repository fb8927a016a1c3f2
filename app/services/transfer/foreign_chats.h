// Chats of other programs: the JSON that ChatGPT, Claude, Open WebUI and LM Studio write.
//
// Each is known by its keys, since no one of them names itself. Missing, unknown and misshapen keys
// are passed over; a chat of which nothing is left is none.
//
// Source   ChatGPT: conversations.json of the data export (mapping, current_node). Claude:
//          conversations.json of the data export (chat_messages). Open WebUI: "Export chats"
//          (chat.history.messages, currentId). LM Studio: NAME.conversation.json in its folder of
//          conversations (messages of versions, currentlySelected).
// Threads  Any.
#pragma once

#include <QJsonObject>
#include <optional>

#include "app/services/chat/chat_record.h"

namespace dsm {

// Whose it is; nullopt for an object that none of them writes.
enum class ChatSource { ChatGpt, Claude, OpenWebUi, LmStudio };
std::optional<ChatSource> sourceOf(const QJsonObject& chat);

ChatRecord readForeign(ChatSource source, const QJsonObject& chat);

// Of seconds or milliseconds since 1970, or of a text of ISO 8601; not valid for all else and for
// times outside of 1970 to 9999.
QDateTime timeIn(const QJsonValue& value);

}  // namespace dsm
