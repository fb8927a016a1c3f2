#include "app/services/program/private_file.h"

#include <fcntl.h>

#include <QJsonDocument>
#include <QJsonParseError>
#include <algorithm>
#include <span>

#include "app/services/program/reason_words.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/file.h"
#include "kernels/base/folder.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

constexpr std::size_t kMostBytes = 64U << 20;

QJsonDocument readKept(const QString& path, bool (QJsonDocument::*isWanted)() const) {
    const auto file = MappedFile::open(toPath(path));
    if (!file) {
        if (file.error().code != ErrorCode::NotFound)
            setAside(path, QString::fromStdString(file.error().message));
        return {};
    }
    const auto bytes = file->bytes();
    if (bytes.size() > kMostBytes) {
        setAside(path, QStringLiteral("it is too large"));
        return {};
    }
    QJsonParseError error{};
    const QJsonDocument document =
        QJsonDocument::fromJson(QByteArray::fromRawData(reinterpret_cast<const char*>(bytes.data()),
                                                        static_cast<qsizetype>(bytes.size())),
                                &error);
    if ((document.*isWanted)()) return document;
    setAside(path, error.error == QJsonParseError::NoError
                       ? QStringLiteral("it holds something else")
                       : error.errorString());
    return {};
}

QString sentenceOf(const Error& error) {
    return error.systemReason != 0 ? presentSystemReason(error.systemReason) : presentError(error);
}

// Whether the last line has its end.
Result<bool> endsWhole(const File& file, std::uint64_t sizeBytes) {
    if (sizeBytes == 0) return true;
    char last = 0;
    return file.readAt(sizeBytes - 1, std::as_writable_bytes(std::span(&last, 1)))
        .map([&](std::size_t) { return last == '\n'; });
}

Result<void> addLine(const std::filesystem::path& path, const QByteArray& line) {
    auto file = File::open(path, O_RDWR | O_CREAT);
    if (!file) return tl::unexpected(file.error());
    const auto size = file->sizeBytes();
    if (!size) return tl::unexpected(size.error());
    const auto isWhole = endsWhole(*file, *size);
    if (!isWhole) return tl::unexpected(isWhole.error());
    const QByteArray bytes = (*isWhole ? QByteArray() : QByteArray(1, '\n')) + line + '\n';
    auto done = file->writeAt(*size, std::as_bytes(std::span(bytes)));
    if (done) done = file->syncData();
    if (!done) static_cast<void>(file->truncate(*size));
    return done;
}

}  // namespace

QByteArray readSmallFile(const QString& path, qint64 mostBytes) {
    const auto file = MappedFile::open(toPath(path));
    if (!file || file->bytes().size() > static_cast<std::size_t>(mostBytes)) return {};
    const auto bytes = file->bytes();
    const QByteArray copy(reinterpret_cast<const char*>(bytes.data()),
                          static_cast<qsizetype>(bytes.size()));
    return file->isChanged() ? QByteArray() : copy;
}

std::optional<QByteArray> beginningOf(const QString& path, qint64 mostBytes) {
    const auto file = File::openRegular(toPath(path));
    if (!file) return std::nullopt;
    const auto size = std::min(static_cast<std::uint64_t>(mostBytes), file->sizeWhenOpened());
    QByteArray bytes(static_cast<qsizetype>(size), Qt::Uninitialized);
    const auto got = file->readAt(0, std::as_writable_bytes(std::span(bytes)));
    if (!got) return std::nullopt;
    bytes.truncate(static_cast<qsizetype>(*got));
    return bytes;
}

QString writePrivateFile(const QString& path, const QByteArray& bytes) {
    const auto written = writeFile(toPath(path), std::as_bytes(std::span(bytes)), kPrivateFile);
    return written ? QString() : sentenceOf(written.error());
}

QString appendLine(const QString& path, const QByteArray& line) {
    const auto added = addLine(toPath(path), line);
    return added ? QString() : sentenceOf(added.error());
}

QString setAside(const QString& path, const QString& reason) {
    const QString aside = path + QStringLiteral(".damaged");
    auto moved = renamePath(toPath(path), toPath(aside));
    if (!moved && removeTree(toPath(aside))) moved = renamePath(toPath(path), toPath(aside));
    qWarning("%s cannot be read (%s); it is kept as %s", qUtf8Printable(path),
             qUtf8Printable(reason), qUtf8Printable(moved ? aside : path));
    return moved ? aside : QString();
}

QJsonObject readKeptObject(const QString& path) {
    return readKept(path, &QJsonDocument::isObject).object();
}

QJsonArray readKeptArray(const QString& path) {
    return readKept(path, &QJsonDocument::isArray).array();
}

}  // namespace dsm
