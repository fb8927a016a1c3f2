#include "app/services/library/import_copy.h"

#include <fcntl.h>

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QHash>
#include <algorithm>
#include <span>
#include <vector>

#include "app/services/downloads/file/content_hash.h"
#include "app/services/downloads/file/disk.h"
#include "app/services/downloads/known_hashes.h"
#include "app/services/library/library_reading.h"
#include "app/services/program/private_file.h"
#include "app/services/program/readable_bytes.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_load.h"
#include "kernels/base/file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

class ImportText {
    Q_DECLARE_TR_FUNCTIONS(dsm::ModelImport)
};

constexpr qint64 kPieceBytes = 4 << 20;

QString shown(const QString& path) {
    return QDir::toNativeSeparators(path);
}

// One level below, where people often put it.
QString modelInside(const QString& folder) {
    const QDir dir(folder);
    QStringList found;
    for (const QString& name : dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (holdsModel(dir.filePath(name))) found.append(dir.filePath(name));
    }
    return found.size() == 1 ? found.first() : QString();
}

QString whyNoConfig(const QString& folder) {
    if (const QString inside = modelInside(folder); !inside.isEmpty())
        return said(
            [] {
                return ImportText::tr(
                    "There is no model in %1, but one in %2: choose that folder.");
            },
            {shown(folder), shown(inside)});
    if (!QDir(folder).entryList({QStringLiteral("*.gguf")}, QDir::Files).isEmpty())
        return said(
            [] {
                return ImportText::tr(
                    "%1 holds a GGUF file, which this program does not read. Choose the "
                    "folder of the same model with config.json, tokenizer.json and "
                    "*.safetensors files, or download it.");
            },
            {shown(folder)});
    return said(
        [] {
            return ImportText::tr(
                "There is no model in %1. Choose the folder that holds config.json, "
                "tokenizer.json and *.safetensors files.");
        },
        {shown(folder)});
}

// Called for every piece that was read; false ends the reading.
using PieceSink = std::function<QString(QByteArrayView piece)>;

QString damaged(const CachedFile& file) {
    return said(
        [] {
            return ImportText::tr(
                "%1 is damaged: its checksum is not the published one. Get this file "
                "again, then try once more.");
        },
        {shown(file.realPath)});
}

// Reads a file to its end, and compares its hash where it is known.
QString readThrough(const CachedFile& file, const PieceSink& sink, const std::stop_token& stop) {
    const auto in = File::openRegular(toPath(file.realPath));
    if (!in)
        return said(
            [] {
                return ImportText::tr(
                    "%1 cannot be read (%2). Check its permissions, then try again.");
            },
            {shown(file.realPath), presentSystemReason(in.error().systemReason)});
    std::optional<ContentHasher> hasher;
    if (file.hash) hasher.emplace(file.hash->kind, file.sizeBytes);
    qint64 bytes = 0;
    int reason = 0;
    QByteArray buffer(kPieceBytes, Qt::Uninitialized);
    const std::span room(reinterpret_cast<std::byte*>(buffer.data()),
                         static_cast<std::size_t>(buffer.size()));
    while (!stop.stop_requested()) {
        const auto got = in->readAt(static_cast<std::uint64_t>(bytes), room);
        if (!got) reason = got.error().systemReason;
        if (!got || *got == 0) break;
        const QByteArrayView piece(buffer.constData(), static_cast<qsizetype>(*got));
        bytes += piece.size();
        if (hasher) hasher->add(piece);
        if (const QString problem = sink(piece); !problem.isEmpty()) return problem;
    }
    if (stop.stop_requested()) return {};
    if (bytes != file.sizeBytes || reason != 0)
        return said(
            [] {
                return ImportText::tr(
                    "%1 could not be read to its end (%2). Check the disk it is on, then "
                    "try again.");
            },
            {shown(file.realPath), reason != 0 ? presentSystemReason(reason) : said([] {
                 return ImportText::tr("it ends early");
             })});
    return !hasher || hasher->finish() == *file.hash ? QString() : damaged(file);
}

QString cannotWrite(const QString& path, const QString& reason) {
    return said(
        [] {
            return ImportText::tr(
                "%1 cannot be written (%2). Free some space or check the permissions, "
                "then try again. Nothing was kept of the copy.");
        },
        {shown(path), reason});
}

QString copyFile(const CachedFile& file, const QString& target,
                 const std::function<void(qsizetype)>& tell, const std::stop_token& stop) {
    auto out = File::open(toPath(target), O_WRONLY | O_CREAT | O_TRUNC);
    if (!out) return cannotWrite(target, presentSystemReason(out.error().systemReason));
    const QString problem = readThrough(
        file,
        [&](QByteArrayView piece) {
            const auto written = out->write(std::as_bytes(std::span(piece)));
            if (!written)
                return cannotWrite(target, presentSystemReason(written.error().systemReason));
            tell(piece.size());
            return QString();
        },
        stop);
    if (!problem.isEmpty() || stop.stop_requested()) return problem;
    auto kept = out->sync();
    if (kept) kept = out->close();
    return kept ? QString() : cannotWrite(target, presentSystemReason(kept.error().systemReason));
}

QString makeRoom(const ImportCopy& order, quint64 bytes) {
    const quint64 needed = bytes + kImportReserveBytes;
    if (order.freeBytes < 0 || static_cast<quint64>(order.freeBytes) >= needed) return {};
    return said(
        [] {
            return ImportText::tr(
                "There is not enough space for a copy in %1: %2 are needed, %3 are free. "
                "Free %4, or use the model where it is.");
        },
        {shown(QFileInfo(order.target).path()), readableBytes(static_cast<qint64>(needed)),
         readableBytes(order.freeBytes),
         readableBytes(static_cast<qint64>(needed) - order.freeBytes)});
}

QString copyAll(const ImportCopy& order, const QList<CachedFile>& files,
                const ImportProgress& progress, const std::stop_token& stop) {
    const quint64 total = bytesOf(files);
    quint64 done = 0;
    const auto tell = [&](qsizetype bytes) {
        done += static_cast<quint64>(bytes);
        progress(done, total);
    };
    for (const CachedFile& file : files) {
        const QString problem = copyFile(file, order.temporary + u'/' + file.path, tell, stop);
        if (!problem.isEmpty() || stop.stop_requested()) return problem;
    }
    if (const auto marked =
            replaceFile(order.temporary + u'/' + kImportMark, order.source.toUtf8() + '\n');
        !marked) {
        return marked.error().message;
    }
    if (stop.stop_requested()) return {};
    const auto named = renamePath(toPath(order.temporary), toPath(order.target));
    if (!named) return cannotWrite(order.target, presentSystemReason(named.error().systemReason));
    flushFolderOf(order.target);
    return {};
}

}  // namespace

QString whyNoModel(const QString& folder) {
    if (!holdsModel(folder)) return whyNoConfig(folder);
    if (QDir(folder).entryList({QStringLiteral("*.safetensors")}, QDir::Files).isEmpty())
        return said(
            [] {
                return ImportText::tr(
                    "%1 has no weights in the safetensors format. Get the model in this "
                    "format, or download it.");
            },
            {shown(folder)});
    QString problem = scanModel(folder, ModelOrigin::Added, {}).problem;
    if (problem.isEmpty()) {
        const auto tokenizer = loadTokenizer(toPath(folder));
        if (!tokenizer) problem = presentError(tokenizer.error());
    }
    if (problem.isEmpty()) return {};
    return said(
        [] {
            return ImportText::tr(
                "%1 cannot be used: %2 Choose the folder of a whole DeepSeekMoE model, "
                "or get the missing files.");
        },
        {shown(folder), problem.endsWith(u'.') ? problem : problem + u'.'});
}

// With the code that the configuration names, for other programs.
QList<CachedFile> filesOfModel(const QString& folder) {
    QList<RepoFile> listed;
    QHash<QString, CachedFile> byPath;
    for (const CachedFile& file : describeFolder(folder).files) {
        if (file.path.contains(u'/')) continue;
        listed.append({file.path, file.sizeBytes, file.hash});
        byPath.insert(file.path, file);
    }
    QList<CachedFile> chosen;
    QList<RepoFile> wanted = wantedFiles(listed);
    for (qsizetype i = 0; i < wanted.size(); ++i) {  // grows
        const CachedFile file = byPath.take(wanted[i].path);
        if (file.path.isEmpty()) continue;  // named before
        chosen.append(file);
        if (!mayNameCode(file.path)) continue;
        if (const auto contents = beginningOf(file.realPath, kMostCodeBytes + 1))
            wanted += codeNamedIn(file.path, *contents, listed);
    }
    return chosen;
}

quint64 bytesOf(const QList<CachedFile>& files) {
    quint64 bytes = 0;
    for (const CachedFile& file : files)
        bytes += static_cast<quint64>(file.sizeBytes);
    return bytes;
}

QString verifyFiles(const QList<CachedFile>& files, const ImportProgress& progress,
                    const std::stop_token& stop) {
    QList<CachedFile> known;
    for (const CachedFile& file : files)
        if (file.hash) known.append(file);
    const quint64 total = bytesOf(known);
    quint64 done = 0;
    for (const CachedFile& file : std::as_const(known)) {
        const QString problem = readThrough(
            file,
            [&](QByteArrayView piece) {
                done += static_cast<quint64>(piece.size());
                progress(done, total);
                return QString();
            },
            stop);
        if (!problem.isEmpty() || stop.stop_requested()) return problem;
    }
    return {};
}

QString copyModel(const ImportCopy& order, const ImportProgress& progress,
                  const std::stop_token& stop) {
    const QList<CachedFile> files = filesOfModel(order.source);
    QString problem = makeRoom(order, bytesOf(files));
    if (!problem.isEmpty()) return problem;
    if (const auto made = makeFolder(order.temporary); !made) return made.error().message;
    problem = copyAll(order, files, progress, stop);
    if (problem.isEmpty() && !stop.stop_requested()) return {};
    static_cast<void>(removeTree(toPath(order.temporary)));
    return problem;
}

}  // namespace dsm
