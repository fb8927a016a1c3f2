// ModelTrash: takes files off the disk so that it can be undone.
//
//   <plan's disk>/.deepseekmoe-trash-<n>/<i>   what was the plan's i-th path, renamed
//   trash.json                                 every trash there is, before its first rename
//
// What is in the trash keeps its bytes and can be put back, until the trash is emptied: when its
// owner says so, with this object, or at the next start. A deletion that was cut short by the end
// of the program is taken back at the next start: a model is either whole or gone.
//
// Threads  Main thread; the disk is waited for on a thread of its own. The destructor waits until
//          the trash is empty.
// Errors   failed() carries a sentence for people; nothing has changed then.
#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "app/services/library/deletion_plan.h"

namespace dsm {

class ModelTrash : public QObject {
    Q_OBJECT

  public:
    // Empties, or puts back, what the last run of the program has left in `listFile`.
    explicit ModelTrash(const QString& listFile, QObject* parent = nullptr);
    ~ModelTrash() override;

    // Returns the id that putBack() and empty() take. Ends in moved(), or in failed().
    qint64 move(const DeletionPlan& plan);
    // Ends in returned(), or in failed() where a file has taken the place since.
    void putBack(qint64 id);
    // For good.
    void empty(qint64 id);

  Q_SIGNALS:
    void moved(qint64 id, const QString& folder);
    void returned(qint64 id, const QString& folder);
    void emptied(qint64 id);
    void failed(qint64 id, const QString& message);

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
