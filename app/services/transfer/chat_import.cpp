#include "app/services/transfer/chat_import.h"

#include <QDir>
#include <QFileInfo>
#include <QTimer>
#include <cstdint>
#include <span>
#include <utility>

#include "app/services/chat/chat_service.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "app/services/transfer/chat_archive.h"
#include "kernels/base/file.h"

namespace dsm {
namespace {

constexpr int kAtOnce = 8;

ReadChats problem(const QString& text) {
    ReadChats read;
    read.problem = text;
    return read;
}

ReadChats readFile(const QString& path) {
    const QFileInfo info(path);
    // A pipe would be waited for without an end.
    if (info.exists() && !info.isFile())
        return problem(said([] { return ChatImport::tr("It is no file."); }));
    const auto file = File::openRegular(toPath(path));
    if (!file) return problem(presentSystemReason(file.error().systemReason));
    if (file->sizeWhenOpened() > static_cast<std::uint64_t>(ChatImport::kMostBytes))
        return problem(said(
            [] { return ChatImport::tr("It is larger than 1 GB; export fewer chats at once."); }));
    QByteArray bytes(static_cast<qsizetype>(file->sizeWhenOpened()), Qt::Uninitialized);
    const auto got = file->readAt(0, std::as_writable_bytes(std::span(bytes)));
    if (!got) return problem(presentSystemReason(got.error().systemReason));
    bytes.truncate(static_cast<qsizetype>(*got));
    return isArchive(bytes) ? readArchive(bytes) : readChats(bytes);
}

}  // namespace

ChatImport::ChatImport(ChatService& chats, QObject* parent) : QObject(parent), chats_(chats) {}

ChatImport::~ChatImport() = default;

void ChatImport::read(const QStringList& files) {
    if (isRunning_) return;
    isRunning_ = true;
    files_ = files;
    result_ = {};
    readNext();
}

void ChatImport::readNext() {
    if (files_.isEmpty()) return finish();
    const QString file = files_.takeFirst();
    reading_.start([file](const std::stop_token&) { return readFile(file); },
                   [this, file](ReadChats read) { take(file, std::move(read)); });
}

void ChatImport::take(const QString& file, ReadChats read) {
    if (!read.problem.isEmpty()) {
        result_.problems.append(said([] { return ChatImport::tr("%1 was not read. %2"); },
                                     {QDir::toNativeSeparators(file), read.problem}));
    }
    result_.empty += read.empty;
    if (!read.program.isEmpty() && !result_.programs.contains(read.program))
        result_.programs.append(read.program);
    waiting_ = std::move(read.chats);
    QTimer::singleShot(0, this, &ChatImport::addSome);
}

void ChatImport::addSome() {
    if (!isRunning_) return;  // cancelled
    for (int i = 0; i < kAtOnce && !waiting_.isEmpty(); ++i) {
        switch (chats_.adopt(waiting_.takeFirst())) {
            case ChatService::Adopted::Yes:
                ++result_.added;
                break;
            case ChatService::Adopted::Already:
                ++result_.already;
                break;
            case ChatService::Adopted::Failed:
                result_.problems.append(said([] {
                    return ChatImport::tr(
                        "The chats could not be added, because they cannot be kept.");
                }));
                waiting_.clear();
                files_.clear();
                break;
        }
    }
    Q_EMIT progressed();
    if (waiting_.isEmpty()) return readNext();
    QTimer::singleShot(0, this, &ChatImport::addSome);
}

void ChatImport::cancel() {
    if (!isRunning_) return;
    reading_.stop();
    waiting_.clear();
    files_.clear();
    finish();
}

void ChatImport::finish() {
    isRunning_ = false;
    chats_.announceAdopted();
    Q_EMIT finished(result_);
}

}  // namespace dsm
