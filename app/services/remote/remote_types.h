// What is known of a model at an address.
//
// Threads  Plain values.
#pragma once

#include <QString>
#include <QStringList>

namespace dsm {

struct RemoteEngine {
    qint64 id = 0;         // 0: none
    QString name = {};     // as the person calls it
    QString address = {};  // of its API, "http://localhost:8000/v1"
    QString model = {};    // as its server calls it
    // What its server said when it was asked; 0 and "": nothing.
    qint64 contextLimit = 0;
    QString kind = {};  // who made the server, as it says ("vllm")

    bool operator==(const RemoteEngine&) const = default;
};

// What asking for the list of models has shown.
struct EngineProbe {
    struct Model {
        QString name;
        qint64 contextLimit = 0;  // 0: it does not say
        QString kind;
    };

    QList<Model> models;
    int latencyMs = 0;
    QString problem;  // "": it answered

    bool isAnswered() const { return problem.isEmpty(); }
};

}  // namespace dsm
