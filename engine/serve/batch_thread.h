// BatchThread: a batch on a thread of its own.
//
// Ownership Borrows the model, which nobody else uses meanwhile.
// Threads   submit() and figures() from any; sinks are called on the batch's. end(), and so the
//           destructor, ends all orders and waits; what comes afterwards ends at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "engine/serve/batch.h"

namespace dsm {

struct BatchLimits {
    std::size_t streams = 4;   // under way at once, 1 .. kMostStreams
    std::size_t waiting = 64;  // orders that wait besides
};

class BatchThread {
  public:
    BatchThread(LanguageModel& model, const BatchLimits& limits);
    ~BatchThread() { end(); }

    // All of them, or none: false where they would be more than may wait.
    bool submit(std::vector<std::pair<Order, std::shared_ptr<OrderSink>>> orders);
    BatchFigures figures() const;
    void end();

  private:
    void run(const std::stop_token& stop);

    BatchLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::vector<std::pair<Order, std::shared_ptr<OrderSink>>> arrivals_;  // by mutex_, as figures_
    BatchFigures figures_;
    bool hasEnded_ = false;
    Batch batch_;  // the thread's
    std::jthread thread_;
};

}  // namespace dsm
