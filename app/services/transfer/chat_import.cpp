#include "app/services/transfer/chat_import.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTimer>
#include <utility>

#include "app/services/chat/chat_service.h"

namespace dsm {
namespace {

constexpr int kAtOnce = 8;

ReadChats problem(const QString& text) {
    ReadChats read;
    read.problem = text;
    return read;
}

ReadChats readFile(const QString& path) {
    QFile file(path);
    // A pipe would be waited for without an end.
    if (!QFileInfo(path).isFile()) return problem(ChatImport::tr("It is no file."));
    if (!file.open(QIODevice::ReadOnly)) return problem(file.errorString());
    if (file.size() > ChatImport::kMostBytes)
        return problem(ChatImport::tr("It is larger than 1 GB; export fewer chats at once."));
    const QByteArray bytes = file.read(ChatImport::kMostBytes);
    if (file.error() != QFileDevice::NoError) return problem(file.errorString());
    return readChats(bytes);
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
        result_.problems.append(
            tr("%1 was not read. %2").arg(QDir::toNativeSeparators(file), read.problem));
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
                result_.problems.append(
                    tr("The chats could not be added, because they cannot be kept."));
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
