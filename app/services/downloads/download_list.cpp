#include "app/services/downloads/download_list.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

#include "app/services/program/private_file.h"

namespace dsm {
namespace {

constexpr int kVersion = 1;
// Far from where counting on would overflow.
constexpr qint64 kMostId = qint64(1) << 53;

const QString kModelScope = QStringLiteral("modelscope");

QString text(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toString();
}

qint64 number(const QJsonObject& object, const char* key, qint64 fallback = 0) {
    return object.value(QLatin1String(key)).toInteger(fallback);
}

QStringList texts(const QJsonValue& value) {
    QStringList list;
    for (const QJsonValue& item : value.toArray())
        list.append(item.toString());
    return list;
}

// A program that ended in the middle was waiting for its next start.
QString stateName(const DownloadInfo& info) {
    switch (info.state) {
        case DownloadState::Paused:
            return QStringLiteral("paused");
        case DownloadState::Finished:
            return QStringLiteral("finished");
        case DownloadState::Failed:
            return info.triesAgain ? QStringLiteral("waiting") : QStringLiteral("failed");
        default:
            return QStringLiteral("waiting");
    }
}

DownloadState stateNamed(const QString& name) {
    if (name == QLatin1String("waiting")) return DownloadState::Waiting;
    if (name == QLatin1String("finished")) return DownloadState::Finished;
    if (name == QLatin1String("failed")) return DownloadState::Failed;
    return DownloadState::Paused;
}

QJsonObject toJson(const DownloadEntry& entry) {
    const DownloadInfo& info = entry.info;
    const bool isModelScope = info.request.source.kind == Source::Kind::ModelScope;
    return {{QStringLiteral("id"), info.id},
            {QStringLiteral("source"), isModelScope ? kModelScope : QStringLiteral("hub")},
            {QStringLiteral("endpoint"), info.request.source.endpoint},
            {QStringLiteral("repository"), info.request.repository},
            {QStringLiteral("revision"), info.request.revision},
            {QStringLiteral("cache"), info.request.cache},
            {QStringLiteral("state"), stateName(info)},
            {QStringLiteral("bytesDone"), info.bytesDone},
            {QStringLiteral("bytesTotal"), info.bytesTotal},
            {QStringLiteral("filesDone"), info.filesDone},
            {QStringLiteral("filesTotal"), info.filesTotal},
            {QStringLiteral("filesUnverified"), info.filesUnverified},
            {QStringLiteral("folder"), info.folder},
            {QStringLiteral("error"), info.error},
            {QStringLiteral("written"), QJsonArray::fromStringList(entry.written)}};
}

DownloadEntry entryOf(const QJsonObject& object) {
    DownloadEntry entry;
    DownloadInfo& info = entry.info;
    info.id = number(object, "id");
    info.request.source.kind = text(object, "source") == kModelScope ? Source::Kind::ModelScope
                                                                     : Source::Kind::HuggingFace;
    info.request.source.endpoint = text(object, "endpoint");
    info.request.repository = text(object, "repository");
    info.request.revision = text(object, "revision");
    info.request.cache = text(object, "cache");
    info.state = stateNamed(text(object, "state"));
    info.bytesDone = number(object, "bytesDone");
    info.bytesTotal = number(object, "bytesTotal");
    info.filesDone = number(object, "filesDone");
    info.filesTotal = number(object, "filesTotal");
    info.filesUnverified = number(object, "filesUnverified");
    info.folder = text(object, "folder");
    info.error = text(object, "error");
    entry.written = texts(object.value(QLatin1String("written")));
    return entry;
}

QJsonObject toJson(const DownloadOptions& options) {
    return {{QStringLiteral("folder"), options.folder},
            {QStringLiteral("connections"), options.connections},
            {QStringLiteral("bytesPerSecond"), options.bytesPerSecond},
            {QStringLiteral("proxy"), static_cast<int>(options.proxy.kind)},
            {QStringLiteral("proxyAddress"), options.proxy.address},
            {QStringLiteral("resumesAtStart"), options.resumesAtStart}};
}

DownloadOptions optionsOf(const QJsonObject& object) {
    DownloadOptions options;
    options.folder = text(object, "folder");
    options.connections = static_cast<int>(number(object, "connections", options.connections));
    options.bytesPerSecond = number(object, "bytesPerSecond");
    const qint64 kind = number(object, "proxy");
    if (kind == 1) options.proxy.kind = ProxyChoice::Kind::None;
    if (kind == 2) options.proxy.kind = ProxyChoice::Kind::Manual;
    options.proxy.address = text(object, "proxyAddress");
    options.resumesAtStart = object.value(QLatin1String("resumesAtStart")).toBool(true);
    return clamped(options);
}

}  // namespace

DownloadOptions clamped(DownloadOptions options) {
    options.connections = std::clamp(options.connections, 1, ModelDownload::kMostConnections);
    options.bytesPerSecond = std::max<qint64>(options.bytesPerSecond, 0);
    if (!isUsable(options.proxy)) options.proxy = {};
    return options;
}

DownloadList DownloadList::load(const QString& path) {
    DownloadList list;
    const QJsonObject whole = readKeptObject(path);
    list.options = optionsOf(whole.value(QLatin1String("options")).toObject());
    list.licences = texts(whole.value(QLatin1String("licences")));
    list.tokenHosts = texts(whole.value(QLatin1String("tokenHosts")));
    const QStringList own = texts(whole.value(QLatin1String("own")));
    list.own = {own.begin(), own.end()};
    list.nextId = std::clamp<qint64>(number(whole, "nextId"), 1, kMostId);
    for (const QJsonValue& value : whole.value(QLatin1String("downloads")).toArray()) {
        DownloadEntry entry = entryOf(value.toObject());
        if (entry.info.id <= 0 || entry.info.id >= kMostId ||
            !isRepositoryName(entry.info.request.repository))
            continue;
        list.nextId = std::max(list.nextId, entry.info.id + 1);
        list.entries.append(std::move(entry));
    }
    const QJsonObject verified = whole.value(QLatin1String("verified")).toObject();
    for (auto item = verified.begin(); item != verified.end(); ++item) {
        const QJsonArray pair = item.value().toArray();
        list.verified.insert(item.key(), {pair.at(0).toInteger(), pair.at(1).toInteger()});
    }
    return list;
}

DownloadResult<void> DownloadList::save(const QString& path) const {
    QJsonArray downloads;
    for (const DownloadEntry& entry : entries)
        downloads.append(toJson(entry));
    // In their order: each goes to the end of the object, which is kept sorted.
    QStringList paths = verified.keys();
    paths.sort();
    QJsonObject stamps;
    for (const QString& file : paths) {
        const VerifiedStamp stamp = verified.value(file);
        stamps.insert(file, QJsonArray{stamp.sizeBytes, stamp.modifiedMs});
    }
    const QJsonObject whole{{QStringLiteral("version"), kVersion},
                            {QStringLiteral("nextId"), nextId},
                            {QStringLiteral("options"), toJson(options)},
                            {QStringLiteral("downloads"), downloads},
                            {QStringLiteral("verified"), stamps},
                            {QStringLiteral("own"), QJsonArray::fromStringList(own.values())},
                            {QStringLiteral("tokenHosts"), QJsonArray::fromStringList(tokenHosts)},
                            {QStringLiteral("licences"), QJsonArray::fromStringList(licences)}};
    if (const auto folder = makeFolder(QFileInfo(path).path()); !folder) return folder;
    return replaceFile(path, QJsonDocument(whole).toJson());
}

DownloadEntry* DownloadList::find(qint64 id) {
    const auto found =
        std::find_if(entries.begin(), entries.end(),
                     [&](const DownloadEntry& entry) { return entry.info.id == id; });
    return found == entries.end() ? nullptr : &*found;
}

}  // namespace dsm
