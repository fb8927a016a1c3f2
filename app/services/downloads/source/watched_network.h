// WatchedNetwork: the network access of the program: tells of every request, and makes none where none is
// allowed.
//
// Ownership  Borrows the connections, which outlive it; nullptr: nothing is told, everything allowed.
// Threads    One thread, the one it was made on.
#pragma once

#include <QNetworkAccessManager>
#include <QNetworkReply>

namespace dsm {

class Connections;

class WatchedNetwork : public QNetworkAccessManager {
    Q_OBJECT

  public:
    using QNetworkAccessManager::QNetworkAccessManager;

    void setConnections(Connections* connections) { connections_ = connections; }

    // Of a request for a part of a file: true.
    static constexpr QNetworkRequest::Attribute kIsFile = QNetworkRequest::User;
    // Of a reply to a request that was not made.
    static constexpr QNetworkReply::NetworkError kRefused =
        QNetworkReply::ContentOperationNotPermittedError;

  protected:
    QNetworkReply* createRequest(Operation operation, const QNetworkRequest& request,
                                 QIODevice* outgoing) override;

  private:
    Connections* connections_ = nullptr;
};

}  // namespace dsm
