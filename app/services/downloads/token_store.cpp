#include "app/services/downloads/token_store.h"

#include <qt6keychain/keychain.h>

#include <utility>

namespace dsm {
namespace {

void later(QObject* context, std::function<void()> call) {
    QMetaObject::invokeMethod(context, std::move(call), Qt::QueuedConnection);
}

}  // namespace

KeyringTokenStore::KeyringTokenStore(const QString& service) : service_(service) {}

void KeyringTokenStore::read(const QString& host, QObject* context,
                             std::function<void(const Answer&)> done) {
    if (memory_.contains(host)) {
        later(context, [done = std::move(done), token = memory_.value(host)] {
            done({token, {}});
        });
        return;
    }
    auto* job = new QKeychain::ReadPasswordJob(service_);  // deletes itself
    job->setKey(host);
    connect(job, &QKeychain::Job::finished, context, [job, done = std::move(done)] {
        Answer answer;
        if (job->error() == QKeychain::NoError) {
            answer.token = job->textData();
        } else if (job->error() != QKeychain::EntryNotFound) {
            answer.problem =
                tr("The system's keyring does not answer (%1).").arg(job->errorString());
        }
        done(answer);
    });
    job->start();
}

void KeyringTokenStore::write(const QString& host, const QString& token, QObject* context,
                              std::function<void(const QString&)> done) {
    memory_.insert(host, token);
    QKeychain::Job* job = nullptr;
    if (token.isEmpty()) {
        job = new QKeychain::DeletePasswordJob(service_);
    } else {
        auto* writing = new QKeychain::WritePasswordJob(service_);
        writing->setTextData(token);
        job = writing;
    }
    job->setKey(host);
    connect(job, &QKeychain::Job::finished, context, [job, done = std::move(done)] {
        const bool isDone =
            job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound;
        done(isDone ? QString()
                    : tr("The system's keyring cannot be used (%1). The token is kept until the "
                         "program ends; start a keyring such as GNOME Keyring or KWallet to keep "
                         "it longer.")
                          .arg(job->errorString()));
    });
    job->start();
}

void MemoryTokenStore::read(const QString& host, QObject* context,
                            std::function<void(const Answer&)> done) {
    later(context, [done = std::move(done), token = tokens_.value(host)] { done({token, {}}); });
}

void MemoryTokenStore::write(const QString& host, const QString& token, QObject* context,
                             std::function<void(const QString&)> done) {
    tokens_.insert(host, token);
    later(context, [done = std::move(done)] { done({}); });
}

}  // namespace dsm
