#include "app/services/training/results/run_files.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QThreadPool>
#include <algorithm>

#include "app/services/program/private_file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

const QString kCheckpoint = QStringLiteral("checkpoint-");
// By which a folder is known as that of a run.
const QString kRecord = QStringLiteral("run.json");
// And of one that has no result yet.
const QString kLock = QStringLiteral("run.lock");

// Of the result; folders of checkpoints are the trainer's own altogether.
const QStringList& writtenFiles() {
    static const QStringList names{QStringLiteral("adapter_config.json"),
                                   QStringLiteral("adapter_model.safetensors"),
                                   QStringLiteral("model*.safetensors"),
                                   QStringLiteral("model.safetensors.index.json"),
                                   QStringLiteral("config.json"),
                                   QStringLiteral("generation_config.json"),
                                   QStringLiteral("tokenizer*"),
                                   QStringLiteral("special_tokens_map.json"),
                                   QStringLiteral("trainer_state.json"),
                                   QStringLiteral("samples.jsonl"),
                                   QStringLiteral("first_batch.json"),
                                   QStringLiteral("evaluation_rows.json"),
                                   QStringLiteral("evaluations.jsonl"),
                                   QStringLiteral("events.out.tfevents.*"),
                                   QStringLiteral("run.lock"),
                                   QStringLiteral("run.json")};
    return names;
}

QStringList checkpointsIn(const QDir& dir) {
    return dir.entryList({kCheckpoint + u'*'},
                         QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
}

bool has(const QString& folder, const char* name) {
    return QFileInfo::exists(folder + u'/' + QLatin1String(name));
}

// One that has an adapter is no model, whatever config.json lies beside it.
void addResult(const QString& folder, qint64 step, QList<RunResult>& results) {
    const bool hasWeights =
        has(folder, "model.safetensors") || has(folder, "model.safetensors.index.json");
    if (has(folder, "adapter_config.json")) {
        results.append({folder, step, false});
    } else if (has(folder, "config.json") && hasWeights) {
        results.append({folder, step, true});
    }
}

quint64 bytesIn(const QString& folder) {
    quint64 bytes = 0;
    QDirIterator files(folder, QDir::Files | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        files.next();
        bytes += static_cast<quint64>(files.fileInfo().size());
    }
    return bytes;
}

QJsonObject recordIn(const QDir& dir) {
    constexpr qint64 kMostBytes = 1 << 20;
    return QJsonDocument::fromJson(readSmallFile(dir.filePath(kRecord), kMostBytes)).object();
}

// After which the result was such; -1: nobody wrote it down.
qint64 stepOfResult(const QDir& dir) {
    return recordIn(dir).value(QLatin1String("step")).toInteger(-1);
}

// Names in the folder of what a run wrote there besides its checkpoints: those that every run may
// write, and those that went along with its result, licences and templates, as it wrote them down.
QStringList namesWritten(const QDir& dir) {
    QStringList names = dir.entryList(writtenFiles(), QDir::Files | QDir::NoSymLinks);
    const QStringList there =
        dir.entryList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
    for (const QJsonValue& value : recordIn(dir).value(QLatin1String("result")).toArray()) {
        const QString name = value.toString();
        if (there.contains(name) && !names.contains(name)) names.append(name);
    }
    return names;
}

bool isOwn(const QDir& dir) {
    return dir.exists(kRecord) || dir.exists(kLock);
}

void removeFiles(const QString& folder) {
    QDir dir(folder);
    if (!isOwn(dir)) return;
    bool isGone = true;
    const auto note = [&](const Result<void>& removed) {
        if (removed) return;
        isGone = false;
        qWarning("%s", removed.error().message.c_str());
    };
    for (const QString& checkpoint : checkpointsIn(dir))
        note(removeTree(toPath(dir.filePath(checkpoint))));
    for (const QString& name : namesWritten(dir)) {
        const std::filesystem::path path = toPath(dir.filePath(name));
        if (name != kRecord)
            note(QFileInfo(pathText(path)).isDir() ? removeTree(path) : removePath(path));
    }
    // The record goes last: what was interrupted, or refused, can be deleted again.
    if (isGone) note(removePath(toPath(dir.filePath(kRecord))));
    if (dir.isEmpty()) note(removeEmptyFolder(toPath(folder)));
}

}  // namespace

RunFiles filesOfRun(const QString& folder) {
    RunFiles files;
    const QDir dir(folder);
    if (folder.isEmpty() || !dir.exists()) return files;
    files.isOwn = isOwn(dir);
    for (const QString& name : checkpointsIn(dir)) {
        ++files.checkpoints;
        bool isNumber = false;
        const qint64 step = name.mid(kCheckpoint.size()).toLongLong(&isNumber);
        if (isNumber) files.lastStep = std::max(files.lastStep, step);
        if (isNumber) addResult(dir.filePath(name), step, files.results);
        files.bytes += bytesIn(dir.filePath(name));
    }
    std::sort(files.results.begin(), files.results.end(),
              [](const RunResult& a, const RunResult& b) { return a.step > b.step; });
    QList<RunResult> whole;
    addResult(folder, 0, whole);
    if (!whole.isEmpty()) {
        const qint64 same = stepOfResult(dir);
        files.results.removeIf([same](const RunResult& one) { return one.step == same; });
    }
    files.results = whole + files.results;
    for (const QString& name : namesWritten(dir)) {
        const QFileInfo written(dir.filePath(name));
        files.bytes +=
            written.isDir() ? bytesIn(dir.filePath(name)) : static_cast<quint64>(written.size());
    }
    return files;
}

void deleteFilesOfRun(const QString& folder) {
    QThreadPool::globalInstance()->start([folder] { removeFiles(folder); });
}

}  // namespace dsm
