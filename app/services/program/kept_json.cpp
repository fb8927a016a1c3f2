#include "app/services/program/kept_json.h"

#include <QFile>
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
    QFile file(file_);
    if (!file.open(QIODevice::ReadOnly)) return {};
    QJsonParseError error{};
    const QJsonDocument stored = QJsonDocument::fromJson(file.readAll(), &error);
    file.close();
    if (stored.isObject()) return stored.object();
    const QString aside = file_ + QStringLiteral(".damaged");
    QFile::remove(aside);
    QFile::rename(file_, aside);
    qWarning("%s cannot be read (%s); it is kept as %s", qPrintable(file_),
             qPrintable(error.errorString()), qPrintable(aside));
    return {};
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
