// DocumentReader: reads files that a person attaches, one after the other, beside everything else.
//
// Ownership  What is still read when it goes is stopped.
// Threads    Main thread; reads on one of its own.
// Errors     failed() says in a sentence which file was not taken, and why.
#pragma once

#include <QObject>
#include <QStringList>

#include "app/services/chat/document.h"
#include "app/services/program/background_task.h"

namespace dsm {

class DocumentReader : public QObject {
    Q_OBJECT

  public:
    explicit DocumentReader(QObject* parent = nullptr);
    ~DocumentReader() override;

    void read(const QStringList& files);
    bool isReading() const { return task_.isRunning(); }
    // Also those that wait.
    void stop();

  Q_SIGNALS:
    void taken(const dsm::DocumentPointer& document);
    void failed(const QString& problem);
    void stateChanged();  // isReading()

  private:
    void readNext();

    QStringList waiting_;
    BackgroundTask task_;
};

}  // namespace dsm
