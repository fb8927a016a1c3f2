// ApiService: lets other programs of this computer ask the loaded model over HTTP (engine/serve/server.h),
// while the settings say so.
//
// Ownership Borrows host and settings, which outlive it.
// Threads   Main thread. Changes take at most one pass of the model, which is ended within a layer.
// Errors    problem(): where the port cannot be had.
#pragma once

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QString>
#include <memory>

namespace dsm {

class ApiServer;
class ModelHost;
class Settings;

struct ApiClient {
    QString name;  // as the program calls itself, a stranger's words; "" where it does not
    quint64 requests = 0;
};

struct ApiActivity {
    QList<ApiClient> clients;  // the latest first
    int underWay = 0;          // answers
    int waiting = 0;
    double tokensPerSecond = 0;  // written since the last look
};

class ApiService : public QObject {
    Q_OBJECT

  public:
    ApiService(ModelHost& host, Settings& settings, QObject* parent = nullptr);
    ~ApiService() override;

    bool isListening() const { return server_ != nullptr; }
    QString address() const;  // what programs are told; "" while nothing listens
    QString problem() const { return problem_; }  // of the engine, in English; "": none

    ApiActivity activity();
    void stopAnswers();

  Q_SIGNALS:
    void changed();

  private:
    void follow();

    ModelHost& host_;
    Settings& settings_;
    std::unique_ptr<ApiServer> server_;
    QString problem_;
    QElapsedTimer sinceLook_;
    quint64 writtenTokens_ = 0;  // at the last look
};

}  // namespace dsm
