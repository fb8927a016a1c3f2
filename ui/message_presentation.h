// How a stored message is worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include "app/services/chat_service.h"
#include "ui/widgets/message_content.h"

namespace dsm {

// `modelName` labels a reply that does not know its own.
MessageContent presentMessage(const MessageInfo& message, const QString& modelName);

}  // namespace dsm
