// The .chat file of GPT4All: a stream of Qt's, versions 8 to 12 of its format.
//
// What a saved context takes in it is passed over. Sources of documents are left out; a chat that
// called tools cannot be read.
//
// Source   gpt4all-chat/src of nomic-ai/gpt4all: chatlistmodel.cpp, chat.cpp, chatllm.cpp and
//          chatmodel.h, where these are written.
// Threads  Any.
// Errors   nullopt: no such file, another version, or one that breaks off.
#pragma once

#include <QByteArray>
#include <optional>

#include "app/services/chat/chat_record.h"

namespace dsm {

bool isGpt4All(const QByteArray& bytes);
std::optional<ChatRecord> readGpt4All(const QByteArray& bytes);

}  // namespace dsm
