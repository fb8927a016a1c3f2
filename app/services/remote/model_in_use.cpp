#include "app/services/remote/model_in_use.h"

#include <QSignalBlocker>

#include "app/services/model/model_host.h"
#include "app/services/remote/engine_address.h"
#include "app/services/remote/remote_engines.h"
#include "app/services/remote/remote_generator.h"

namespace dsm {

ModelInUse::ModelInUse(ModelHost& host, RemoteGenerator& remote, RemoteEngines& engines,
                       QObject* parent)
    : TextGenerator(parent), host_(host), remote_(remote), engines_(engines) {
    listen(host);
    listen(remote);
    connect(&remote, &RemoteGenerator::engineLearnt, &engines, &RemoteEngines::change);
    connect(&engines, &RemoteEngines::changed, this, &ModelInUse::takeChange);
}

void ModelInUse::listen(const TextGenerator& generator) {
    connect(&generator, &TextGenerator::generationStarted, this, &ModelInUse::generationStarted);
    connect(&generator, &TextGenerator::piecesArrived, this, &ModelInUse::piecesArrived);
    connect(&generator, &TextGenerator::generationFinished, this, &ModelInUse::generationFinished);
    connect(&generator, &TextGenerator::studied, this, &ModelInUse::studied);
    connect(&generator, &TextGenerator::statusChanged, this, [this, of = &generator] {
        if (of == &current()) Q_EMIT statusChanged();
    });
    connect(&generator, &TextGenerator::modelChanged, this, [this, of = &generator] {
        if (of == &current()) Q_EMIT modelChanged();
    });
}

TextGenerator& ModelInUse::current() const {
    return isRemote_ ? static_cast<TextGenerator&>(remote_) : host_;
}

void ModelInUse::use(qint64 engineId) {
    const RemoteEngine engine = engines_.engine(engineId);
    const bool wasRemote = isRemote_;
    isRemote_ = engine.id != 0;
    engines_.setInUse(engine.id);
    if (!isRemote_ && !wasRemote) return;
    {
        const QSignalBlocker once(remote_);  // what it would tell of that is told here
        remote_.use(engine);
    }
    if (isRemote_) takeKey(engine.id);
    Q_EMIT statusChanged();
    Q_EMIT modelChanged();
}

void ModelInUse::takeKey(qint64 engineId) {
    engines_.keys().read(engineHost(engines_.engine(engineId).address), this,
                         [this, engineId](const QString& key, const QString&) {
                             if (remote_.engine().id == engineId) remote_.setKey(key);
                         });
}

// It was changed, or removed.
void ModelInUse::takeChange() {
    if (!isRemote_) return;
    const RemoteEngine now = engines_.engine(remote_.engine().id);
    const bool isSame = now == remote_.engine();
    if (!isSame) use(now.id);
}

quint64 ModelInUse::newRequestId() {
    return host_.newRequestId();
}

void ModelInUse::generate(const GenerationRequest& request) {
    current().generate(request);
}

void ModelInUse::generateTogether(const QList<GenerationRequest>& requests) {
    current().generateTogether(requests);
}

void ModelInUse::stop(quint64 id) {
    host_.stop(id);
    remote_.stop(id);
}

void ModelInUse::openConversation(qint64 conversationId) {
    host_.openConversation(conversationId);
}

void ModelInUse::forgetConversation(qint64 conversationId) {
    host_.forgetConversation(conversationId);
}

PromptFit ModelInUse::promptFit(const GenerationRequest& request) const {
    return current().promptFit(request);
}

QList<TextToken> ModelInUse::tokensOf(const QString& text) const {
    return current().tokensOf(text);
}

void ModelInUse::study(const TextStudyRequest& request) {
    current().study(request);
}

QString ModelInUse::modelName() const {
    return current().modelName();
}

ModelStatus ModelInUse::status() const {
    return current().status();
}

}  // namespace dsm
