// RunGate: where a run stands still between two of its steps while another has the computer.
//
// Threads  pass() on the run's own; the others on any.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>

namespace dsm {

class RunGate {
  public:
    void close() {
        const std::lock_guard lock(mutex_);
        isClosed_ = true;
    }
    void open() {
        {
            const std::lock_guard lock(mutex_);
            isClosed_ = false;
        }
        opened_.notify_all();
    }
    // Returns at once where it is open; else calls arrived() and waits until it is opened, or the
    // run is asked to stop.
    void pass(const std::function<void()>& arrived, const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        if (!isClosed_) return;
        lock.unlock();
        arrived();
        lock.lock();
        opened_.wait(lock, stop, [this] { return !isClosed_; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable_any opened_;
    bool isClosed_ = false;
};

}  // namespace dsm
