// How a stored message and a model's name are worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include <vector>

#include "app/services/chat/chat_service.h"
#include "ui/widgets/message/message_content.h"

namespace dsm {

// Models are named after their folders; the one that ships with the program gets a name in words.
QString presentModelName(const QString& name);

// `modelName` labels a reply that does not know its own.
MessageContent presentMessage(const MessageInfo& message, const QString& modelName);

// The messages of a branch, with the marks of where the model no longer reads them.
std::vector<MessageContent> presentBranch(const QList<MessageInfo>& messages,
                                          const QString& modelName);

}  // namespace dsm
