// BackgroundTask: one function at a time on a thread of its own, and its answer on the owner's.
//
// Ownership Whoever is destroyed with it waits for the function, whose answer is then dropped.
// Threads   Its owner's, which has an event loop.
#pragma once

#include <QObject>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>

namespace dsm {

class BackgroundTask {
  public:
    BackgroundTask() = default;
    ~BackgroundTask() { stop(); }
    BackgroundTask(const BackgroundTask&) = delete;
    BackgroundTask& operator=(const BackgroundTask&) = delete;

    // Until its answer was delivered.
    bool isRunning() const { return receiver_ != nullptr; }

    // Asks the function to stop and waits for it. Its answer is not delivered any more.
    void stop() {
        thread_ = {};
        receiver_.reset();
    }

    // Asks it to stop; its answer still comes.
    void askToStop() { thread_.request_stop(); }

    // `job` takes a stop token and returns what `then` takes. One that runs is stopped first.
    template <class Job, class Then>
    void start(Job job, Then then) {
        stop();
        receiver_ = std::make_unique<QObject>();
        thread_ = std::jthread([this, receiver = receiver_.get(), job = std::move(job),
                                then = std::move(then)](const std::stop_token& stop) mutable {
            auto answer = std::make_shared<decltype(job(stop))>(job(stop));
            QMetaObject::invokeMethod(
                receiver,
                [this, answer, then = std::move(then)]() mutable {
                    receiver_.release()->deleteLater();  // it delivers this call
                    then(std::move(*answer));
                },
                Qt::QueuedConnection);
        });
    }

  private:
    std::unique_ptr<QObject> receiver_;  // what was posted to it goes with it
    std::jthread thread_;
};

}  // namespace dsm
