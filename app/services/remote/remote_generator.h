// RemoteGenerator: has replies and texts written by a model at an address.
//
// It has no tokens of that model: nothing is counted before, no ids come, and study() says that it cannot.
// The computer is nobody's for that (app/services/program/engine_lease.h).
//
// Ownership Borrows the connections, which outlive it; may be nullptr: then nobody is told of any.
// Threads   Main thread.
// Errors    An outcome's error, in words for people; what came before it stays.
#pragma once

#include <QStringList>
#include <deque>
#include <memory>
#include <vector>

#include "app/services/downloads/source/proxy_choice.h"
#include "app/services/model/text_generator.h"
#include "app/services/remote/remote_reply.h"
#include "app/services/remote/remote_types.h"

namespace dsm {

class Connections;
class HttpClient;

class RemoteGenerator : public TextGenerator {
    Q_OBJECT

  public:
    explicit RemoteGenerator(Connections* connections, const RemoteTimes& times = {},
                             QObject* parent = nullptr);
    ~RemoteGenerator() override;

    // What is under way at another ends. Requests wait until the key is known.
    void use(const RemoteEngine& engine);  // id 0: none
    void setKey(const QString& key);       // "": it needs none
    void setProxy(const ProxyChoice& choice);
    const RemoteEngine& engine() const { return engine_; }
    // Settings that its server refused by name since it is in use, and is asked without.
    const QStringList& refusedFields() const { return refused_; }
    void stopAll();

    void generate(const GenerationRequest& request) override { generateTogether({request}); }
    void generateTogether(const QList<GenerationRequest>& requests) override;
    void stop(quint64 id) override;
    void study(const TextStudyRequest& request) override;
    QString modelName() const override { return engine_.name; }
    ModelStatus status() const override;

  Q_SIGNALS:
    // Its server told something new of the model that is used.
    void engineLearnt(const dsm::RemoteEngine& engine);

  private:
    void begin();
    void probe();
    void take(const EngineProbe& probe);
    void count(const QString& text);
    void finish(quint64 id, const GenerationOutcome& outcome);
    void cancelLater(quint64 id);

    const RemoteTimes times_;
    std::unique_ptr<HttpClient> http_;
    ProxyChoice proxy_;
    RemoteEngine engine_;
    bool isKeyKnown_ = false;
    QStringList refused_;
    std::deque<QList<GenerationRequest>> waiting_;  // each is written at once
    std::vector<std::unique_ptr<RemoteReply>> replies_;
    QString problem_;
    int latencyMs_ = 0;
    double tokensPerSecond_ = 0;
    qint64 contextUsed_ = 0;
    qint64 pieces_ = 0;
    QElapsedTimer sinceFirst_;
    std::unique_ptr<QObject> question_;  // its end is the end of a question
};

}  // namespace dsm
