// ChatArchive: the chats in a ZIP file, as ChatGPT and Claude deliver them.
//
// Of its files those are read that are called conversations*.json; where there is none, every
// .json and .chat in which there are chats. Nothing is written to the disk, and the folders that
// the names tell of count for nothing. A ZIP in a ZIP is not opened.
//
// Threads  Any.
// Errors   ReadChats::problem, as of chat_reader.h; also where what is inside is more than
//          ArchiveLimits allow, however small the file is, is protected by a password, or damaged.
#pragma once

#include <QByteArray>

#include "app/services/transfer/chat_reader.h"

namespace dsm {

struct ArchiveLimits {
    qint64 bytesInside = qint64{1} << 30;  // of the files that are read, together
    int entries = 200'000;  // files and folders; an export with pictures has thousands
};

bool isArchive(const QByteArray& bytes);
ReadChats readArchive(const QByteArray& bytes, const ArchiveLimits& limits = {});

}  // namespace dsm
