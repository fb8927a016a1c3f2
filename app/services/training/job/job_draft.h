// JobDraft: the settings of a training run while a person chooses them, by the keys of a job
// (engine/train/job/job.h). What is not chosen has its default.
//
// Threads  Main thread.
#pragma once

#include <QJsonObject>
#include <QJsonValue>
#include <QObject>
#include <QString>

namespace dsm {

class JobDraft : public QObject {
    Q_OBJECT

  public:
    using QObject::QObject;

    QJsonValue value(const QString& key) const;  // Undefined where nothing is chosen
    bool isChosen(const QString& key) const { return values_.contains(key); }
    // An Undefined value goes back to the default.
    void choose(const QString& key, const QJsonValue& value);

    const QJsonObject& values() const { return values_; }  // the chosen ones
    void setValues(const QJsonObject& values);
    // What a run is started with: without what says how to evaluate where nothing is evaluated.
    QJsonObject valuesOfRun() const;

  Q_SIGNALS:
    void changed(const QString& key);  // "": many at once

  private:
    QJsonObject values_;
};

}  // namespace dsm
