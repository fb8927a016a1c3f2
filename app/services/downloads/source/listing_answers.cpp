#include "app/services/downloads/source/listing_answers.h"
#include "app/services/program/said.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace dsm {
namespace {

DownloadError notAList(const QUrl& url) {
    return {DownloadFault::WrongAnswer,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 answers with something that is not a list of files. Sign in to "
                        "the network if it asks for that (open any page in a browser), or "
                        "check the address of the source.");
                },
                {url.host()})};
}

std::optional<RepoFile> fileOf(const QJsonObject& entry) {
    if (entry.value(QLatin1String("type")).toString() != QLatin1String("file")) return std::nullopt;
    RepoFile file;
    file.path = entry.value(QLatin1String("path")).toString();
    file.sizeBytes = entry.value(QLatin1String("size")).toInteger(-1);
    QString hash = entry.value(QLatin1String("oid")).toString();
    const QJsonObject large = entry.value(QLatin1String("lfs")).toObject();
    if (!large.isEmpty()) {
        hash = large.value(QLatin1String("oid")).toString();
        file.sizeBytes = large.value(QLatin1String("size")).toInteger(file.sizeBytes);
    }
    file.hash = ContentHash::fromHex(hash);
    return file;
}

}  // namespace

DownloadResult<QList<RepoFile>> filesOfHubPage(const HttpAnswer& answer) {
    const QJsonDocument page = QJsonDocument::fromJson(answer.body);
    if (!page.isArray()) return tl::unexpected(notAList(answer.url));
    QList<RepoFile> files;
    for (const QJsonValue& entry : page.array()) {
        if (const auto file = fileOf(entry.toObject())) files.append(*file);
    }
    return files;
}

// RFC 8288, as far as the Hub uses it.
DownloadResult<QUrl> nextHubPage(const HttpAnswer& answer, const QUrl& endpoint) {
    static const QRegularExpression next(QStringLiteral("<([^>]*)>\\s*;\\s*rel=\"?next\"?"));
    const auto found = next.match(QString::fromUtf8(answer.header("link")));
    if (!found.hasMatch()) return QUrl();
    const QUrl page = answer.url.resolved(QUrl(found.captured(1)));
    // Without that page the list would be shorter than the source has it.
    if (!page.isValid() || !isSameOrigin(page, endpoint))
        return tl::unexpected(notAList(answer.url));
    return page;
}

DownloadResult<FileLocation> hubLocation(const HttpAnswer& answer) {
    if (!answer.isRedirect() && answer.status / 100 != 2)
        return tl::unexpected(statusError(answer));
    FileLocation location;
    location.url = answer.url;
    if (answer.isRedirect()) {
        const auto target = redirectTarget(answer);
        if (!target) return tl::unexpected(target.error());
        location.url = *target;
    }
    const QByteArray linked = answer.header("x-linked-etag");
    location.hash = ContentHash::fromEtag(linked.isEmpty() ? answer.header("etag") : linked);
    QByteArray size = answer.header("x-linked-size");
    if (size.isEmpty() && !answer.isRedirect()) size = answer.header("content-length");
    bool isNumber = false;
    const qint64 number = size.toLongLong(&isNumber);
    location.sizeBytes = isNumber ? number : -1;
    return location;
}

DownloadResult<RepoListing> modelScopeListing(const HttpAnswer& answer) {
    const QJsonObject whole = QJsonDocument::fromJson(answer.body).object();
    const QJsonValue files =
        whole.value(QLatin1String("Data")).toObject().value(QLatin1String("Files"));
    if (!files.isArray()) return tl::unexpected(notAList(answer.url));
    RepoListing listing;
    for (const QJsonValue& value : files.toArray()) {
        const QJsonObject entry = value.toObject();
        if (entry.value(QLatin1String("Type")).toString() != QLatin1String("blob")) continue;
        RepoFile file;
        file.path = entry.value(QLatin1String("Path")).toString();
        file.sizeBytes = entry.value(QLatin1String("Size")).toInteger(-1);
        file.hash = ContentHash::fromHex(entry.value(QLatin1String("Sha256")).toString());
        listing.files.append(file);
    }
    listing.commit = commitOfFiles(listing.files);
    return listing;
}

}  // namespace dsm
