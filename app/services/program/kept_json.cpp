#include "app/services/program/kept_json.h"

#include <QJsonDocument>
#include <future>
#include <utility>

#include "app/services/program/private_file.h"

namespace dsm {

KeptJson::KeptJson(const QString& file, std::function<QJsonObject()> contents, QObject* parent)
    : QObject(parent), file_(file), contents_(std::move(contents)) {
    timer_.setSingleShot(true);
    timer_.setInterval(kWriteAfterMs);
    connect(&timer_, &QTimer::timeout, this, [this] { write(); });
}

KeptJson::~KeptJson() {
    if (timer_.isActive()) write();
}

QJsonObject KeptJson::read() {
    return readKeptObject(file_);
}

void KeptJson::writeSoon() {
    isWritten_ = false;
    // Not put off by further changes: who types on and on loses no more than that.
    if (!timer_.isActive()) timer_.start();
}

QString KeptJson::writeNow() {
    if (isWritten_) return {};
    std::promise<QString> written;
    write([&](const QString& error) { written.set_value(error); });
    const QString error = written.get_future().get();
    isWritten_ = error.isEmpty();
    return error;
}

void KeptJson::write(std::function<void(const QString& error)> done) {
    timer_.stop();
    worker_.post(
        this,
        [path = file_, bytes = QJsonDocument(contents_()).toJson(QJsonDocument::Compact),
         done = std::move(done)] {
            const QString error = writePrivateFile(path, bytes);
            if (done) done(error);
            return error;
        },
        [this](const QString& error) { take(error); });
}

void KeptJson::take(const QString& error) {
    if (error.isEmpty()) hasFailed_ = false;
    if (error.isEmpty() || std::exchange(hasFailed_, true)) return;
    Q_EMIT failed(error);
}

}  // namespace dsm
