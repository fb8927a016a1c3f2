#include "tests/app/services/downloads/hub_answers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>
#include <QUrlQuery>
#include <algorithm>

namespace dsm::test {
namespace {

HubAnswer missing(const QByteArray& code) {
    return {404, {{"X-Error-Code", code}, {"X-Error-Message", "not here"}}, "{}", {}, 0, 0};
}

QString listedHash(const ServedFile& file) {
    return file.listedHash.isEmpty() ? file.hash().hex : file.listedHash;
}

}  // namespace

HubAnswer HubAnswers::answer(const ServedRequest& request) const {
    const QByteArray name = state_.repository.toUtf8();
    if (request.isCdn) return cdnFile(request);
    if (request.path.startsWith("/api/models/" + name + "/tree/")) return tree(request);
    if (request.path.startsWith("/api/models/" + name)) return repository();
    if (request.path == "/api/v1/models/" + name + "/repo/files") return scopeList();
    if (request.path == "/api/v1/models/" + name + "/repo") return scopeFile(request);
    const QByteArray resolve = '/' + name + "/resolve/";
    if (request.path.startsWith(resolve)) return resolved(request, resolve.size());
    return missing("RepoNotFound");
}

HubAnswer HubAnswers::tree(const ServedRequest& request) const {
    const QUrlQuery query(QString::fromLatin1(request.query));
    const qsizetype begin = query.queryItemValue(QStringLiteral("cursor")).toInt();
    const qsizetype end = std::min<qsizetype>(begin + state_.pageSize, state_.files.size());
    QJsonArray entries;
    if (begin == 0) {
        entries.append(QJsonObject{{QStringLiteral("type"), QStringLiteral("directory")},
                                   {QStringLiteral("path"), QStringLiteral("sub")},
                                   {QStringLiteral("oid"), QString(40, u'2')},
                                   {QStringLiteral("size"), 0}});
    }
    for (qsizetype i = begin; i < end; ++i) {
        const ServedFile& file = state_.files[i];
        QJsonObject entry{{QStringLiteral("type"), QStringLiteral("file")},
                          {QStringLiteral("path"), file.path},
                          {QStringLiteral("size"), file.sizeBytes},
                          {QStringLiteral("oid"), QString(40, u'1')}};
        if (file.isLarge) {
            entry.insert(QStringLiteral("lfs"),
                         QJsonObject{{QStringLiteral("oid"), listedHash(file)},
                                     {QStringLiteral("size"), file.sizeBytes},
                                     {QStringLiteral("pointerSize"), 134}});
        } else {
            entry.insert(QStringLiteral("oid"), listedHash(file));
        }
        entries.append(entry);
    }
    HubAnswer answer;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.text = QJsonDocument(entries).toJson();
    if (end < state_.files.size()) {
        answer.headers.emplaceBack("Link", '<' + state_.hub.toUtf8() + request.path +
                                               "?recursive=true&cursor=" + QByteArray::number(end) +
                                               ">; rel=\"next\"");
    }
    return answer;
}

HubAnswer HubAnswers::repository() const {
    QJsonArray siblings;
    for (const ServedFile& file : state_.files)
        siblings.append(QJsonObject{{QStringLiteral("rfilename"), file.path}});
    const QJsonObject whole{
        {QStringLiteral("id"), state_.repository}, {QStringLiteral("modelId"), state_.repository},
        {QStringLiteral("sha"), state_.commit},    {QStringLiteral("private"), false},
        {QStringLiteral("tags"), QJsonArray()},    {QStringLiteral("siblings"), siblings}};
    HubAnswer answer;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.text = QJsonDocument(whole).toJson();
    return answer;
}

const ServedFile* HubAnswers::find(const QByteArray& path) const {
    for (const ServedFile& file : state_.files)
        if (file.path.toUtf8() == path) return &file;
    return nullptr;
}

QByteArray HubAnswers::signedAddress(const ServedFile& file) const {
    return state_.cdn.toUtf8() + "/blob/" + QUrl::toPercentEncoding(file.path, "/") +
           "?sig=" + QByteArray::number(state_.signature);
}

HubAnswer HubAnswers::resolved(const ServedRequest& request, qsizetype prefix) const {
    const QByteArray rest = request.path.mid(prefix);
    const ServedFile* found = find(rest.mid(rest.indexOf('/') + 1));
    const QByteArray commit = state_.commit.toLatin1();
    if (found == nullptr) {
        HubAnswer answer = missing("EntryNotFound");
        answer.headers.append({"X-Repo-Commit", commit});
        return answer;
    }
    const QByteArray etag = '"' + listedHash(*found).toLatin1() + '"';
    if (!found->isLarge) {
        HubAnswer answer = file(request, *found);
        answer.headers += {{"X-Repo-Commit", commit}, {"ETag", etag}};
        return answer;
    }
    HubAnswer answer;
    answer.status = 302;
    answer.headers = {{"Location", signedAddress(*found)},
                      {"X-Repo-Commit", commit},
                      {"X-Linked-Etag", etag},
                      {"X-Linked-Size", QByteArray::number(found->sizeBytes)}};
    return answer;
}

HubAnswer HubAnswers::scopeList() const {
    QJsonArray files;
    files.append(QJsonObject{{QStringLiteral("Path"), QStringLiteral("sub")},
                             {QStringLiteral("Type"), QStringLiteral("tree")}});
    for (const ServedFile& file : state_.files) {
        ServedFile large = file;
        large.isLarge = true;  // ModelScope gives the sha256 of every file
        files.append(QJsonObject{{QStringLiteral("Path"), file.path},
                                 {QStringLiteral("Size"), file.sizeBytes},
                                 {QStringLiteral("Sha256"), listedHash(large)},
                                 {QStringLiteral("Type"), QStringLiteral("blob")}});
    }
    const QJsonObject whole{
        {QStringLiteral("Code"), 200},
        {QStringLiteral("Success"), true},
        {QStringLiteral("Data"), QJsonObject{{QStringLiteral("Files"), files}}}};
    HubAnswer answer;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.text = QJsonDocument(whole).toJson();
    return answer;
}

HubAnswer HubAnswers::scopeFile(const ServedRequest& request) const {
    const QUrlQuery query(QString::fromLatin1(request.query));
    const QString path = query.queryItemValue(QStringLiteral("FilePath"), QUrl::FullyDecoded);
    const ServedFile* found = find(path.toUtf8());
    if (found == nullptr) return missing("EntryNotFound");
    if (!found->isLarge) return file(request, *found);
    HubAnswer answer;
    answer.status = 302;
    answer.headers = {{"Location", signedAddress(*found)}};
    return answer;
}

HubAnswer HubAnswers::cdnFile(const ServedRequest& request) const {
    const QUrlQuery query(QString::fromLatin1(request.query));
    const int signature = query.queryItemValue(QStringLiteral("sig")).toInt();
    if (signature < state_.oldestSignature) return {403, {}, "expired", {}, 0, 0};
    const ServedFile* found = find(request.path.mid(6));
    if (found == nullptr) return missing("EntryNotFound");
    HubAnswer answer = file(request, *found);
    answer.headers.emplaceBack("ETag", "\"cdn-" + found->path.toUtf8() + '"');
    return answer;
}

HubAnswer HubAnswers::file(const ServedRequest& request, const ServedFile& file) const {
    HubAnswer answer;
    answer.file = file;
    if (misdeed_.otherSeed) answer.file->seed = *misdeed_.otherSeed;
    answer.end = file.sizeBytes;
    answer.headers = {{"Content-Type", "application/octet-stream"}, {"Accept-Ranges", "bytes"}};
    QByteArray range = request.headers.value("range");
    if (range.isEmpty() || misdeed_.ignoresRange) return answer;
    range.remove(0, 6);  // bytes=
    answer.begin = range.left(range.indexOf('-')).toLongLong();
    const QByteArray last = range.mid(range.indexOf('-') + 1);
    if (!last.isEmpty()) answer.end = std::min(file.sizeBytes, last.toLongLong() + 1);
    if (answer.begin >= file.sizeBytes) {
        return {416, {{"Content-Range", "bytes */" + QByteArray::number(file.sizeBytes)}},
                {},  {},
                0,   0};
    }
    answer.status = 206;
    const qint64 shift = misdeed_.shiftsRange ? 1 : 0;
    answer.headers.emplaceBack("Content-Range", "bytes " +
                                                    QByteArray::number(answer.begin + shift) + '-' +
                                                    QByteArray::number(answer.end - 1 + shift) +
                                                    '/' + QByteArray::number(file.sizeBytes));
    return answer;
}

}  // namespace dsm::test
