// What a source knows about a repository: its name, its files, the commit they belong to.
//
// Threads  Plain values.
#pragma once

#include <QList>
#include <QString>
#include <QUrl>
#include <optional>

#include "app/services/downloads/content_hash.h"
#include "app/services/downloads/download_error.h"

namespace dsm {

struct RepoFile {
    QString path = {};  // relative, "/" between folders
    qint64 sizeBytes = 0;
    // What the bytes must hash to; a source that does not say leaves only the size to check.
    std::optional<ContentHash> hash = {};
};

struct RepoListing {
    QString commit = {};  // 40 hex digits
    QList<RepoFile> files = {};
};

// "org/name", of the characters the Hub allows; nothing that could leave a folder.
bool isRepositoryName(const QString& name);

// Why this path must not be written below a folder, or nothing: it would leave the folder, is
// no name on some system, or holds a character that hides what it is.
std::optional<QString> whyUnsafePath(const QString& path);

// Every path is safe, and no two are one file, or a file and a folder, where case is ignored.
DownloadResult<void> checkPaths(const QList<RepoFile>& files);

// What a model needs: configurations, tokenizer, templates, one form of the weights, and the texts
// that describe it; never code. Fails where there are no safetensors at all, and for names and
// sizes that cannot be right: the sum of the sizes is safe afterwards (file_choice.cpp).
DownloadResult<QList<RepoFile>> chooseFiles(const QList<RepoFile>& files);

// A commit for a source that has none: 40 hex digits that change when any file does.
QString commitOfFiles(const QList<RepoFile>& files);

}  // namespace dsm
