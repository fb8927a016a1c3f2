#include "app/services/remote/engine_keys.h"

#include <QJsonDocument>
#include <utility>

#include "app/services/downloads/token_store.h"
#include "app/services/program/private_file.h"

namespace dsm {
namespace {

// Beside the tokens of downloads, which may be for the same host.
QString inKeyring(const QString& host) {
    return QStringLiteral("engine ") + host;
}

}  // namespace

EngineKeys::EngineKeys(const QString& file, TokenStore& keyring)
    : file_(file), kept_(readKeptObject(file)), keyring_(keyring) {}

bool EngineKeys::isInFile(const QString& host) const {
    return kept_.value(host).isString();
}

void EngineKeys::read(const QString& host, QObject* context,
                      std::function<void(const QString&, const QString&)> done) {
    const QString kept = kept_.value(host).toString();
    if (!kept.isEmpty()) {
        QMetaObject::invokeMethod(
            context, [done = std::move(done), kept] { done(kept, {}); }, Qt::QueuedConnection);
        return;
    }
    keyring_.read(inKeyring(host), context, [done = std::move(done)](const TokenStore::Answer& of) {
        done(of.token, of.problem);
    });
}

QString EngineKeys::writeToFile(const QString& host, const QString& key) {
    if (key.isEmpty() && !kept_.contains(host)) return {};
    if (key.isEmpty()) {
        kept_.remove(host);
    } else {
        kept_[host] = key;
    }
    return writePrivateFile(file_, QJsonDocument(kept_).toJson());
}

void EngineKeys::write(const QString& host, const QString& key, Place place, QObject* context,
                       std::function<void(const QString&, bool)> done) {
    const QString failed = writeToFile(host, {});
    keyring_.write(
        inKeyring(host), key, context,
        [this, host, key, place, failed, done = std::move(done)](const QString& problem) {
            if (problem.isEmpty() || key.isEmpty()) return done(failed, false);
            if (place == Place::Keyring) return done(problem, false);
            const QString unwritten = writeToFile(host, key);
            done(unwritten, unwritten.isEmpty());
        });
}

}  // namespace dsm
