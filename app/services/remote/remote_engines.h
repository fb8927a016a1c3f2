// RemoteEngines: the addresses among the models, which of them is in use, and their keys.
//
// Ownership Borrows the keyring and the connections (nullptr: nobody is told), which outlive it.
// Threads   Main thread.
// Errors    failed() says why the list cannot be kept. A file that is damaged is set aside.
#pragma once

#include <QList>
#include <QObject>
#include <functional>
#include <memory>

#include "app/services/downloads/source/proxy_choice.h"
#include "app/services/program/kept_json.h"
#include "app/services/remote/engine_keys.h"
#include "app/services/remote/remote_types.h"

namespace dsm {

class Connections;
class HttpClient;
class TokenStore;

class RemoteEngines : public QObject {
    Q_OBJECT

  public:
    static constexpr qsizetype kMost = 200;

    RemoteEngines(const QString& file, const QString& keyFile, TokenStore& keyring,
                  Connections* connections, QObject* parent = nullptr);
    ~RemoteEngines() override;

    const QList<RemoteEngine>& all() const { return engines_; }
    RemoteEngine engine(qint64 id) const;  // id 0: none
    // The one that was used last, 0: a model on this computer was.
    qint64 inUse() const { return inUse_; }
    void setInUse(qint64 id);

    // Its new id; 0 where there are kMost.
    qint64 add(const RemoteEngine& engine);
    void change(const RemoteEngine& engine);
    // Its place, to put it back there; -1: it was not there. Its key stays until forgetKey().
    int remove(qint64 id);
    void putBack(const RemoteEngine& engine, int place);
    // Where no other engine is at its host.
    void forgetKey(const RemoteEngine& engine);

    // With a key that need not be kept.
    void probe(const QString& address, const QString& key, QObject* context,
               std::function<void(const EngineProbe&)> done);
    EngineKeys& keys() { return keys_; }
    void setProxy(const ProxyChoice& choice);

  Q_SIGNALS:
    void changed();
    void failed(const QString& reason);

  private:
    void take(const QJsonObject& kept);
    QJsonObject contents() const;
    void noteChange();

    EngineKeys keys_;
    std::unique_ptr<HttpClient> http_;
    ProxyChoice proxy_;
    QList<RemoteEngine> engines_;
    qint64 lastId_ = 0;
    qint64 inUse_ = 0;
    KeptJson kept_;  // last: it asks for the contents
};

}  // namespace dsm
