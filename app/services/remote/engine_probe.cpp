#include "app/services/remote/engine_probe.h"

#include <QElapsedTimer>
#include <algorithm>
#include <utility>

#include "app/services/downloads/source/http_client.h"
#include "app/services/remote/completion_event.h"
#include "app/services/remote/engine_address.h"
#include "app/services/remote/remote_errors.h"

namespace dsm {
namespace {

constexpr qsizetype kMostListBytes = 4 << 20;

EngineProbe probed(const HttpAnswer& answer, const QString& host) {
    EngineProbe probe;
    if (answer.status == 0) {
        probe.problem = connectionProblem(answer.networkError, answer.networkWords, host);
        return probe;
    }
    if (answer.status != 200) {
        const QUrl target =
            answer.url.resolved(QUrl::fromEncoded(answer.header("location"), QUrl::StrictMode));
        probe.problem = statusProblem(
            answer.status, readServerWords(answer.body.left(kMostListBytes)), host,
            std::chrono::ceil<std::chrono::seconds>(askedPatience(answer)), target.host());
        return probe;
    }
    const auto models =
        answer.body.size() <= kMostListBytes ? readModelList(answer.body) : std::nullopt;
    if (models) {
        probe.models = *models;
    } else {
        probe.problem = notUnderstood(host);
    }
    return probe;
}

}  // namespace

void probeEngine(HttpClient& http, const QString& address, QObject* context,
                 std::function<void(const EngineProbe&)> done) {
    QElapsedTimer since;
    since.start();
    http.ask(HttpClient::Method::Get, engineUrl(address, QStringLiteral("models")), context,
             [since, host = engineHost(address), done = std::move(done)](const HttpAnswer& answer) {
                 EngineProbe probe = probed(answer, host);
                 probe.latencyMs = static_cast<int>(std::max<qint64>(1, since.elapsed()));
                 done(probe);
             });
}

}  // namespace dsm
