// What an import does on the disk: finding out whether a folder holds a model, hashing its files,
// and copying them.
//
// For model_import.cpp only.
//
// Threads  Any; it takes long.
// Errors   Sentences for people, "" where there is none.
#pragma once

#include <QString>
#include <functional>
#include <stop_token>

#include "app/services/downloads/hub_cache.h"

namespace dsm {

using ImportProgress = std::function<void(quint64 doneBytes, quint64 totalBytes)>;

// Why the folder holds no model that the program can run: config, tensors, tokenizer.
QString whyNoModel(const QString& folder);

// The files of a model in the folder, with the hashes that are known.
QList<CachedFile> filesOfModel(const QString& folder);
quint64 bytesOf(const QList<CachedFile>& files);

// Reads the files whose hashes are known.
QString verifyFiles(const QList<CachedFile>& files, const ImportProgress& progress,
                    const std::stop_token& stop);

struct ImportCopy {
    QString source = {};
    QString target = {};     // the folder that the copy becomes
    QString temporary = {};  // beside it, while it is not whole
    qint64 freeBytes = -1;
};
QString copyModel(const ImportCopy& order, const ImportProgress& progress,
                  const std::stop_token& stop);

// What the copy needs beyond the bytes: a disk filled to its last byte is nobody's wish.
inline constexpr quint64 kImportReserveBytes = 64 << 20;

}  // namespace dsm
