#include "app/services/remote/remote_generator.h"

#include <QUrl>
#include <algorithm>
#include <utility>

#include "app/services/downloads/source/http_client.h"
#include "app/services/program/said.h"
#include "app/services/remote/engine_address.h"
#include "app/services/remote/engine_probe.h"
#include "app/services/remote/remote_errors.h"

namespace dsm {

RemoteGenerator::RemoteGenerator(Connections* connections, const RemoteTimes& times,
                                 QObject* parent)
    : TextGenerator(parent), times_(times), http_(std::make_unique<HttpClient>()) {
    http_->setConnections(connections);
}

RemoteGenerator::~RemoteGenerator() = default;

void RemoteGenerator::setProxy(const ProxyChoice& choice) {
    proxy_ = choice;
    http_->setProxy(proxyFor(engine_.address, proxy_));
}

void RemoteGenerator::use(const RemoteEngine& engine) {
    if (engine == engine_) return;
    stopAll();
    question_.reset();
    http_->setToken(engineHost(engine_.address), {});
    engine_ = engine;
    http_->setProxy(proxyFor(engine_.address, proxy_));
    isKeyKnown_ = false;
    refused_.clear();
    problem_.clear();
    latencyMs_ = 0;
    tokensPerSecond_ = 0;
    contextUsed_ = 0;
    Q_EMIT statusChanged();
    Q_EMIT modelChanged();
}

void RemoteGenerator::setKey(const QString& key) {
    http_->setToken(engineHost(engine_.address), key);
    isKeyKnown_ = true;
    probe();
    begin();
}

void RemoteGenerator::probe() {
    question_ = std::make_unique<QObject>();
    probeEngine(*http_, engine_.address, question_.get(),
                [this](const EngineProbe& probe) { take(probe); });
}

void RemoteGenerator::take(const EngineProbe& probe) {
    latencyMs_ = probe.isAnswered() ? probe.latencyMs : 0;
    problem_ = probe.problem;
    const auto found = std::find_if(
        probe.models.begin(), probe.models.end(),
        [this](const EngineProbe::Model& model) { return model.name == engine_.model; });
    if (found != probe.models.end()) {
        engine_.contextLimit = found->contextLimit;
        engine_.kind = found->kind;
        Q_EMIT engineLearnt(engine_);
    } else if (probe.isAnswered()) {
        problem_ = said([] { return RemoteText::tr("%1 has no model %2 any more."); },
                        {engineHost(engine_.address), engine_.model});
    }
    Q_EMIT statusChanged();
}

void RemoteGenerator::generateTogether(const QList<GenerationRequest>& requests) {
    waiting_.push_back(requests);
    QMetaObject::invokeMethod(this, &RemoteGenerator::begin, Qt::QueuedConnection);
}

void RemoteGenerator::begin() {
    if (!replies_.empty() || waiting_.empty() || !isKeyKnown_) return;
    const QList<GenerationRequest> requests = std::move(waiting_.front());
    waiting_.pop_front();
    pieces_ = 0;
    tokensPerSecond_ = 0;
    for (const GenerationRequest& request : requests) {
        auto reply = std::make_unique<RemoteReply>(*http_, engine_, request, refused_, times_);
        connect(reply.get(), &RemoteReply::began, this, [this](quint64 id) {
            problem_.clear();
            Q_EMIT generationStarted(id);
            Q_EMIT statusChanged();
        });
        connect(reply.get(), &RemoteReply::wrote, this, [this](quint64 id, const QString& text) {
            count(text);
            Q_EMIT piecesArrived(id, text, {});
        });
        connect(reply.get(), &RemoteReply::fieldRefused, this, [this](const QString& field) {
            if (!refused_.contains(field)) refused_.append(field);
        });
        connect(reply.get(), &RemoteReply::ended, this, &RemoteGenerator::finish);
        replies_.push_back(std::move(reply));
    }
    Q_EMIT statusChanged();
    for (const auto& reply : replies_)
        reply->start();
}

// As good as tokens while none are counted: nearly all send one in a piece.
void RemoteGenerator::count(const QString& text) {
    if (text.isEmpty()) return;
    if (pieces_++ == 0) return sinceFirst_.start();
    const double seconds = static_cast<double>(sinceFirst_.elapsed()) / 1000;
    if (seconds <= 0) return;
    qint64 tokens = 0;
    for (const auto& reply : replies_)
        tokens += reply->pieces();
    tokensPerSecond_ = static_cast<double>(tokens - 1) / seconds;
    Q_EMIT statusChanged();
}

void RemoteGenerator::finish(quint64 id, const GenerationOutcome& outcome) {
    const auto found = std::find_if(replies_.begin(), replies_.end(),
                                    [id](const auto& reply) { return reply->id() == id; });
    if (found == replies_.end()) return;
    found->release()->deleteLater();  // it is its signal that we are in
    replies_.erase(found);
    problem_ = outcome.error;
    const GenerationStatistics& statistics = outcome.statistics;
    if (statistics.tokensPerSecond > 0) tokensPerSecond_ = statistics.tokensPerSecond;
    if (statistics.promptTokens > 0)
        contextUsed_ = statistics.promptTokens + statistics.generatedTokens;
    Q_EMIT generationFinished(id, outcome);
    Q_EMIT statusChanged();
    QMetaObject::invokeMethod(this, &RemoteGenerator::begin, Qt::QueuedConnection);
}

void RemoteGenerator::cancelLater(quint64 id) {
    QMetaObject::invokeMethod(
        this,
        [this, id] {
            GenerationOutcome outcome;
            outcome.end = StopReason::Cancelled;
            Q_EMIT generationFinished(id, outcome);
        },
        Qt::QueuedConnection);
}

void RemoteGenerator::stop(quint64 id) {
    for (QList<GenerationRequest>& requests : waiting_) {
        if (requests.removeIf([id](const GenerationRequest& one) { return one.id == id; }) > 0)
            cancelLater(id);
    }
    std::erase_if(waiting_, [](const auto& requests) { return requests.isEmpty(); });
    for (const auto& reply : replies_) {
        if (reply->id() == id)
            QMetaObject::invokeMethod(reply.get(), &RemoteReply::stop, Qt::QueuedConnection);
    }
}

void RemoteGenerator::stopAll() {
    QList<quint64> ids;
    for (const auto& requests : waiting_) {
        for (const GenerationRequest& request : requests)
            ids.append(request.id);
    }
    for (const auto& reply : replies_)
        ids.append(reply->id());
    for (const quint64 id : ids)
        stop(id);
}

void RemoteGenerator::study(const TextStudyRequest& request) {
    TextStudyResult result;
    result.error = said([] {
        return RemoteText::tr("A model at an address tells no tokens and no probabilities.");
    });
    QMetaObject::invokeMethod(
        this, [this, id = request.id, result] { Q_EMIT studied(id, result); },
        Qt::QueuedConnection);
}

ModelStatus RemoteGenerator::status() const {
    ModelStatus status;
    if (engine_.id == 0) return status;
    status.state = replies_.empty() ? ModelState::Ready : ModelState::Generating;
    status.name = engine_.name;
    status.isChat = true;
    status.remoteHost = engineHost(engine_.address);
    status.remoteProblem = problem_;
    status.remoteRefused = refused_;
    status.latencyMs = latencyMs_;
    status.tokensPerSecond = tokensPerSecond_;
    status.contextLimit = engine_.contextLimit;
    status.contextUsed = contextUsed_;
    return status;
}

}  // namespace dsm
