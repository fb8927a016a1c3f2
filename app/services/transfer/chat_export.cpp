#include "app/services/transfer/chat_export.h"

#include <QDir>
#include <QFileInfo>
#include <QTimer>
#include <span>

#include "app/services/chat/chat_service.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "app/services/transfer/chat_text.h"
#include "app/services/transfer/own_chats.h"
#include "kernels/base/atomic_file.h"

namespace dsm {
namespace {

constexpr int kLongestName = 80;

Result<void> append(AtomicFile& file, const QByteArray& bytes) {
    return file.write(std::as_bytes(std::span(bytes)));
}

Result<void> writeWhole(const QString& path, const QByteArray& bytes) {
    auto file = AtomicFile::create(toPath(path), kPrivateFile);
    if (!file) return tl::unexpected(file.error());
    if (auto done = append(*file, bytes); !done) return done;
    return file->commit();
}

}  // namespace

QString suffixOf(ChatFormat format) {
    switch (format) {
        case ChatFormat::Json:
            return QStringLiteral("json");
        case ChatFormat::Markdown:
            return QStringLiteral("md");
        case ChatFormat::Html:
            return QStringLiteral("html");
        case ChatFormat::Pdf:
            return QStringLiteral("pdf");
    }
    return {};
}

ChatExport::ChatExport(const ChatService& chats, PdfMaker pdf, QObject* parent)
    : QObject(parent), chats_(chats), pdf_(std::move(pdf)) {}

ChatExport::~ChatExport() = default;

void ChatExport::writeFile(const QList<qint64>& chats, ChatFormat format, const QString& file) {
    if (isRunning_ || chats.isEmpty()) return;
    folder_.clear();
    begin(chats, format, file);
    if (format != ChatFormat::Json) return;
    auto out = AtomicFile::create(toPath(file), kPrivateFile);
    if (!out) {
        fail(file, out.error());
        return;
    }
    out_ = std::make_unique<AtomicFile>(std::move(*out));
    const auto done = append(*out_, beginningOfOwnChats(QDateTime::currentDateTime()));
    if (!done) fail(file, done.error());
}

void ChatExport::writeFolder(const QList<qint64>& chats, ChatFormat format, const QString& folder) {
    if (isRunning_ || chats.isEmpty()) return;
    folder_ = folder;
    begin(chats, format, folder);
}

void ChatExport::begin(const QList<qint64>& chats, ChatFormat format, const QString& place) {
    isRunning_ = true;
    format_ = format;
    waiting_ = chats;
    result_ = {place, 0};
    QTimer::singleShot(0, this, &ChatExport::writeSome);
}

void ChatExport::writeSome() {
    if (!isRunning_) return;  // it failed
    if (!waiting_.isEmpty() && !writeOne(waiting_.takeFirst())) return;
    Q_EMIT progressed();
    if (waiting_.isEmpty()) return finish();
    QTimer::singleShot(0, this, &ChatExport::writeSome);
}

bool ChatExport::writeOne(qint64 chat) {
    const ChatRecord record = chats_.record(chat);
    if (record.title.isEmpty() && record.messages.isEmpty()) return true;  // removed meanwhile
    const bool isWritten = out_ ? appendToFile(record) : writeAlone(record);
    if (isWritten) ++result_.chats;
    return isWritten;
}

bool ChatExport::appendToFile(const ChatRecord& record) {
    const QByteArray separator = result_.chats == 0 ? "" : ",\n";
    const auto done = append(*out_, separator + toOwnChat(record));
    return done || fail(result_.place, done.error());
}

bool ChatExport::writeAlone(const ChatRecord& record) {
    const QString file = folder_.isEmpty() ? result_.place : freeName(record.title);
    const auto done = writeWhole(file, contentsOf(record));
    return done || fail(file, done.error());
}

QByteArray ChatExport::contentsOf(const ChatRecord& record) const {
    switch (format_) {
        case ChatFormat::Json:
            return beginningOfOwnChats(QDateTime::currentDateTime()) + toOwnChat(record) +
                   endOfOwnChats();
        case ChatFormat::Markdown:
            return toMarkdown(record);
        case ChatFormat::Html:
            return toHtml(record);
        case ChatFormat::Pdf:
            return pdf_(toHtml(record, true));
    }
    return {};
}

// A file that is there is none of this export's to replace.
QString ChatExport::freeName(const QString& title) const {
    const QDir folder(folder_);
    const QString name = fileNameOf(title, format_);
    const QFileInfo info(name);
    QString path = folder.filePath(name);
    for (int number = 2; QFileInfo::exists(path); ++number) {
        path = folder.filePath(QStringLiteral("%1 (%2).%3")
                                   .arg(info.completeBaseName())
                                   .arg(number)
                                   .arg(info.suffix()));
    }
    return path;
}

QString ChatExport::fileNameOf(const QString& title, ChatFormat format) {
    QString name;
    for (const QChar c : title.simplified()) {
        const bool isKept = c.isPrint() && !QStringLiteral("/\\:*?\"<>|").contains(c);
        name += isKept ? c : QChar(u'-');
    }
    name.truncate(kLongestName);
    if (!name.isEmpty() && name.back().isHighSurrogate()) name.chop(1);
    while (name.startsWith(u'.') || name.startsWith(u' '))
        name.remove(0, 1);
    if (name.trimmed().isEmpty()) name = tr("Chat");
    return name.trimmed() + u'.' + suffixOf(format);
}

QByteArray ChatExport::printedHtml(qint64 chat) const {
    const ChatRecord record = chats_.record(chat);
    return record.messages.isEmpty() ? QByteArray() : toHtml(record, true);
}

void ChatExport::finish() {
    if (out_) {
        auto done = append(*out_, endOfOwnChats());
        if (done) done = out_->commit();
        if (!done) {
            fail(result_.place, done.error());
            return;
        }
        out_.reset();
    }
    isRunning_ = false;
    Q_EMIT written(result_);
}

bool ChatExport::fail(const QString& file, const Error& error) {
    out_.reset();
    waiting_.clear();
    isRunning_ = false;
    Q_EMIT failed(said([] { return tr("%1 cannot be written: %2."); },
                       {QDir::toNativeSeparators(file), presentSystemReason(error.systemReason)}));
    return false;
}

}  // namespace dsm
