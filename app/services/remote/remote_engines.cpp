#include "app/services/remote/remote_engines.h"

#include <QJsonArray>
#include <algorithm>
#include <utility>

#include "app/services/downloads/source/http_client.h"
#include "app/services/remote/engine_address.h"
#include "app/services/remote/engine_probe.h"

namespace dsm {
namespace {

const QString kEngines = QStringLiteral("engines");
const QString kInUse = QStringLiteral("inUse");
constexpr qsizetype kLongestText = 500;

QString textIn(const QJsonObject& object, const char* key) {
    return object[QLatin1String(key)].toString().left(kLongestText);
}

}  // namespace

RemoteEngines::RemoteEngines(const QString& file, const QString& keyFile, TokenStore& keyring,
                             Connections* connections, QObject* parent)
    : QObject(parent),
      keys_(keyFile, keyring),
      http_(std::make_unique<HttpClient>()),
      kept_(file, [this] { return contents(); }) {
    http_->setConnections(connections);
    connect(&kept_, &KeptJson::failed, this, &RemoteEngines::failed);
    take(kept_.read());
}

RemoteEngines::~RemoteEngines() = default;

void RemoteEngines::take(const QJsonObject& kept) {
    for (const QJsonValue& value : kept[kEngines].toArray()) {
        const QJsonObject one = value.toObject();
        RemoteEngine engine;
        engine.id = one[QStringLiteral("id")].toInteger();
        engine.address = engineAddress(textIn(one, "address")).toString();
        engine.model = textIn(one, "model");
        engine.name = textIn(one, "name");
        engine.kind = textIn(one, "kind");
        engine.contextLimit = std::max<qint64>(0, one[QStringLiteral("context")].toInteger());
        const bool isNew = engine.id > 0 && this->engine(engine.id).id == 0;
        if (!isNew || engine.address.isEmpty() || engine.model.isEmpty()) continue;
        if (engines_.size() < kMost) engines_.append(engine);
        lastId_ = std::max(lastId_, engine.id);
    }
    inUse_ = engine(kept[kInUse].toInteger()).id;
}

QJsonObject RemoteEngines::contents() const {
    QJsonArray all;
    for (const RemoteEngine& engine : engines_) {
        all.append(QJsonObject{{QStringLiteral("id"), engine.id},
                               {QStringLiteral("name"), engine.name},
                               {QStringLiteral("address"), engine.address},
                               {QStringLiteral("model"), engine.model},
                               {QStringLiteral("kind"), engine.kind},
                               {QStringLiteral("context"), engine.contextLimit}});
    }
    return {{kEngines, all}, {kInUse, inUse_}};
}

RemoteEngine RemoteEngines::engine(qint64 id) const {
    const auto found = std::find_if(engines_.begin(), engines_.end(),
                                    [id](const RemoteEngine& engine) { return engine.id == id; });
    return found == engines_.end() ? RemoteEngine() : *found;
}

void RemoteEngines::noteChange() {
    kept_.writeSoon();
    Q_EMIT changed();
}

void RemoteEngines::setInUse(qint64 id) {
    if (std::exchange(inUse_, id) != id) noteChange();
}

qint64 RemoteEngines::add(const RemoteEngine& engine) {
    if (engines_.size() >= kMost) return 0;
    engines_.append(engine);
    engines_.back().id = ++lastId_;
    noteChange();
    return lastId_;
}

void RemoteEngines::change(const RemoteEngine& engine) {
    for (RemoteEngine& one : engines_) {
        if (one.id != engine.id || one == engine) continue;
        one = engine;
        noteChange();
    }
}

int RemoteEngines::remove(qint64 id) {
    for (qsizetype i = 0; i < engines_.size(); ++i) {
        if (engines_[i].id != id) continue;
        engines_.removeAt(i);
        if (inUse_ == id) inUse_ = 0;
        noteChange();
        return static_cast<int>(i);
    }
    return -1;
}

void RemoteEngines::putBack(const RemoteEngine& engine, int place) {
    if (this->engine(engine.id).id != 0) return;
    engines_.insert(std::clamp<qsizetype>(place, 0, engines_.size()), engine);
    noteChange();
}

void RemoteEngines::forgetKey(const RemoteEngine& engine) {
    const QString host = engineHost(engine.address);
    const bool isUsed =
        std::any_of(engines_.begin(), engines_.end(),
                    [&](const RemoteEngine& other) { return engineHost(other.address) == host; });
    if (!isUsed)
        keys_.write(host, {}, EngineKeys::Place::Keyring, this, [](const QString&, bool) {});
}

void RemoteEngines::probe(const QString& address, const QString& key, QObject* context,
                          std::function<void(const EngineProbe&)> done) {
    http_->setProxy(proxyFor(address, proxy_));
    http_->setToken(engineHost(address), key);
    probeEngine(*http_, address, context, std::move(done));
}

void RemoteEngines::setProxy(const ProxyChoice& choice) {
    proxy_ = choice;
}

}  // namespace dsm
