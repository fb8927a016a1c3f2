#include "app/services/program/kept_json.h"

#include <QJsonDocument>
#include <utility>

#include "app/services/program/private_file.h"

namespace dsm {

KeptJson::KeptJson(const QString& file, std::function<QJsonObject()> contents, QObject* parent)
    : QObject(parent), file_(file), contents_(std::move(contents)) {
    timer_.setSingleShot(true);
    timer_.setInterval(kWriteAfterMs);
    connect(&timer_, &QTimer::timeout, this, &KeptJson::write);
}

KeptJson::~KeptJson() {
    if (timer_.isActive()) write();
}

QJsonObject KeptJson::read() {
    return readKeptObject(file_);
}

void KeptJson::writeSoon() {
    // Not put off by further changes: who types on and on loses no more than that.
    if (!timer_.isActive()) timer_.start();
}

void KeptJson::write() {
    timer_.stop();
    worker_.post(
        this,
        [path = file_, bytes = QJsonDocument(contents_()).toJson(QJsonDocument::Compact)] {
            return writePrivateFile(path, bytes);
        },
        [this](const QString& error) {
            if (error.isEmpty()) hasFailed_ = false;
            if (error.isEmpty() || std::exchange(hasFailed_, true)) return;
            Q_EMIT failed(error);
        });
}

}  // namespace dsm
