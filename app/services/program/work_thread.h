// WorkThread: one thread that does slow things in order, for objects of the thread that owns it.
//
// Ownership Jobs that were posted are done before the destructor returns; their answers are not
//           delivered any more.
// Threads   post() on the owner's thread. `job` runs on the worker, `then` on the owner's thread,
//           and only while `receiver` lives.
#pragma once

#include <QObject>
#include <QPointer>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace dsm {

class WorkThread : public QObject {
    Q_OBJECT

  public:
    explicit WorkThread(QObject* parent = nullptr);
    ~WorkThread() override;

    // `job` returns what `then` takes.
    template <class Job, class Then>
    void post(QObject* receiver, Job job, Then then) {
        enqueue([this, guard = QPointer<QObject>(receiver), job = std::move(job),
                 then = std::move(then)]() mutable {
            auto result = job();
            // The answer goes to this object, which outlives its thread, never straight to the
            // receiver, which may be going away at this moment.
            QMetaObject::invokeMethod(
                this,
                [guard, then = std::move(then), result = std::move(result)]() mutable {
                    if (guard) then(std::move(result));
                },
                Qt::QueuedConnection);
        });
    }

  private:
    void enqueue(std::function<void()> job);
    void work();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace dsm
