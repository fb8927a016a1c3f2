// BatchThread: computes what comes into a queue, on a thread of its own.
//
// Ownership Borrows the queue.
// Threads   arrived() from any. end(), and so the destructor, ends all orders and waits.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/serve/batch_queue.h"

namespace dsm {

class BatchThread {
  public:
    ~BatchThread() { end(); }

    void start(BatchQueue& queue);
    void arrived();  // something is in the queue
    void end();

  private:
    void run(const std::stop_token& stop);

    BatchQueue* queue_ = nullptr;
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::jthread thread_;
};

}  // namespace dsm
