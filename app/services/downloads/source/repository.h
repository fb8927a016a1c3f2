// What a source knows about a repository: its name, its files, the commit they belong to.
//
// Threads  Plain values.
// Errors   Unsafe: what must not be written to the disk; NotFound: a repository without a model. For
//          people.
#pragma once

#include <QList>
#include <QString>
#include <QUrl>
#include <optional>

#include "app/services/downloads/file/content_hash.h"
#include "app/services/downloads/file/download_error.h"

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
// that describe it; no code (see below). Fails where there are no safetensors at all, and for names
// and sizes that cannot be right: the sum of the sizes is safe afterwards (repository_files.cpp).
DownloadResult<QList<RepoFile>> chooseFiles(const QList<RepoFile>& files);

// The same choice of files that are on a disk already: nothing is checked.
QList<RepoFile> wantedFiles(const QList<RepoFile>& files);

// Whether a file with this path may name code that belongs to the model: config.json and
// tokenizer_config.json by their auto_map, and such code by what it imports beside itself.
bool mayNameCode(const QString& path);
// The code that these contents of `path` name, of what is listed: small files, for other programs
// that load the model; here nothing executes them. What is no JSON or too large names none.
QList<RepoFile> codeNamedIn(const QString& path, const QByteArray& contents,
                            const QList<RepoFile>& listed);
inline constexpr qint64 kMostCodeBytes = 1 << 20;  // of one file, as of those that name it

// A commit for a source that has none: 40 hex digits that change when any file does.
QString commitOfFiles(const QList<RepoFile>& files);

}  // namespace dsm
