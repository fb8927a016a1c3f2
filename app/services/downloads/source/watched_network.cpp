#include "app/services/downloads/source/watched_network.h"

#include <QTimer>
#include <algorithm>
#include <memory>
#include <utility>

#include "app/services/program/connections.h"

namespace dsm {
namespace {

// Ends at once, and has asked nobody.
class RefusedReply : public QNetworkReply {
  public:
    RefusedReply(QNetworkAccessManager::Operation operation, const QNetworkRequest& request,
                 QObject* parent)
        : QNetworkReply(parent) {
        setOperation(operation);
        setRequest(request);
        setUrl(request.url());
        setError(WatchedNetwork::kRefused, QString());
        QTimer::singleShot(0, this, [this] {
            setFinished(true);
            Q_EMIT errorOccurred(error());
            Q_EMIT finished();
        });
    }

    void abort() override {}

  protected:
    qint64 readData(char*, qint64) override { return -1; }
};

}  // namespace

QNetworkReply* WatchedNetwork::createRequest(Operation operation, const QNetworkRequest& request,
                                             QIODevice* outgoing) {
    if (connections_ == nullptr)
        return QNetworkAccessManager::createRequest(operation, request, outgoing);
    const QUrl url = request.url();
    const bool isFile = request.attribute(kIsFile).toBool();
    const qint64 id = connections_->begin(url.host(), url.path(), isFile);
    if (!connections_->isAllowed()) {
        connections_->end(id, 0, Connection::Outcome::Refused);
        return new RefusedReply(operation, request, this);
    }
    QNetworkReply* reply = QNetworkAccessManager::createRequest(operation, request, outgoing);
    const auto received = std::make_shared<qint64>(0);
    connect(reply, &QNetworkReply::downloadProgress, this,
            [received](qint64 bytes, qint64) { *received = bytes; });
    // Whoever deletes a reply that is not finished ends it, too.
    const auto isTold = std::make_shared<bool>(false);
    Connections* const connections = connections_;
    const auto end = [connections, id, received, isTold](Connection::Outcome outcome) {
        if (!std::exchange(*isTold, true)) connections->end(id, *received, outcome);
    };
    connect(reply, &QNetworkReply::finished, this, [reply, end, received] {
        // The last progress may not be told.
        const bool isWhole = reply->error() == QNetworkReply::NoError &&
                             reply->operation() != QNetworkAccessManager::HeadOperation;
        if (isWhole) {
            const qint64 length = reply->header(QNetworkRequest::ContentLengthHeader).toLongLong();
            *received = std::max(*received, length);
        }
        const bool isAnswered =
            reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() != 0;
        end(isAnswered ? Connection::Outcome::Answered : Connection::Outcome::Failed);
    });
    connect(reply, &QObject::destroyed, this, [end] { end(Connection::Outcome::Failed); });
    return reply;
}

}  // namespace dsm
