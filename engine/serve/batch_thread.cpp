#include "engine/serve/batch_thread.h"

namespace dsm {

void BatchThread::start(BatchQueue& queue) {
    queue_ = &queue;
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

// Between the look at the queue and the wait the lock is held: nothing comes unheard.
void BatchThread::arrived() {
    const std::lock_guard lock(mutex_);
    arrived_.notify_one();
}

void BatchThread::end() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    queue_->end();
    thread_.join();
}

void BatchThread::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            if (!arrived_.wait(lock, stop, [&] { return queue_->hasWork(); })) break;
        }
        queue_->step();
    }
}

}  // namespace dsm
