#include "app/services/model/api_service.h"

#include "app/services/model/model_host.h"
#include "app/services/model/serving_place.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/settings.h"
#include "engine/serve/server.h"

namespace dsm {

ApiService::ApiService(ModelHost& host, Settings& settings, QObject* parent)
    : QObject(parent), host_(host), settings_(settings) {
    connect(&settings, &Settings::serverChanged, this, &ApiService::follow);
    follow();
}

ApiService::~ApiService() = default;

void ApiService::follow() {
    const bool isWanted = settings_.servesPrograms();
    server_.reset();
    problem_.clear();
    writtenTokens_ = 0;
    host_.offerToPrograms(isWanted);
    if (isWanted) {
        ServeOptions options;
        options.port = settings_.serverPort();
        auto started = ApiServer::start(host_.servingPlace(), options);
        if (started)
            server_ = std::move(*started);
        else
            problem_ = presentError(started.error());
    }
    Q_EMIT changed();
}

QString ApiService::address() const {
    if (server_ == nullptr) return {};
    return QStringLiteral("http://127.0.0.1:%1/v1").arg(server_->port());
}

ApiActivity ApiService::activity() {
    ApiActivity activity;
    if (server_ == nullptr) return activity;
    for (const ServerClient& client : server_->clients())
        activity.clients.append({QString::fromStdString(client.name), client.requests});
    const auto serving = host_.servingPlace()->current();
    if (serving == nullptr) return activity;
    const BatchFigures figures = serving->queue().figures();
    activity.underWay = static_cast<int>(figures.writing + figures.reading);
    activity.waiting = static_cast<int>(figures.waiting);
    // Another model counts from 0.
    const quint64 before = figures.writtenTokens < writtenTokens_ ? 0 : writtenTokens_;
    const double seconds =
        static_cast<double>(sinceLook_.isValid() ? sinceLook_.elapsed() : 0) / 1000;
    if (seconds > 0)
        activity.tokensPerSecond = static_cast<double>(figures.writtenTokens - before) / seconds;
    writtenTokens_ = figures.writtenTokens;
    sinceLook_.start();
    return activity;
}

void ApiService::stopAnswers() {
    host_.servingPlace()->end();
}

}  // namespace dsm
