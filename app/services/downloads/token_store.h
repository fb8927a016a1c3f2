// TokenStore: access tokens, one for each host, where the system keeps passwords.
//
// Threads  Main thread; answers come later, never before the call returns, and only while
//          `context` lives.
// Errors   A problem is a whole sentence for people; the token then works until the program ends.
#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <functional>

namespace dsm {

class TokenStore : public QObject {
    Q_OBJECT

  public:
    struct Answer {
        QString token = {};    // "": there is none
        QString problem = {};  // "": none
    };

    virtual void read(const QString& host, QObject* context,
                      std::function<void(const Answer&)> done) = 0;
    // An empty token takes it away.
    virtual void write(const QString& host, const QString& token, QObject* context,
                       std::function<void(const QString& problem)> done) = 0;
};

// The keyring of the desktop (QtKeychain), and memory where there is none.
class KeyringTokenStore : public TokenStore {
    Q_OBJECT

  public:
    explicit KeyringTokenStore(const QString& service = QStringLiteral("deepseekmoe-desktop"));

    void read(const QString& host, QObject* context,
              std::function<void(const Answer&)> done) override;
    void write(const QString& host, const QString& token, QObject* context,
               std::function<void(const QString& problem)> done) override;

  private:
    QString service_;
    QHash<QString, QString> memory_;
};

// Memory alone.
class MemoryTokenStore : public TokenStore {
    Q_OBJECT

  public:
    void read(const QString& host, QObject* context,
              std::function<void(const Answer&)> done) override;
    void write(const QString& host, const QString& token, QObject* context,
               std::function<void(const QString& problem)> done) override;

  private:
    QHash<QString, QString> tokens_;
};

}  // namespace dsm
