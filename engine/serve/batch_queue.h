// BatchQueue: a batch, and the orders that have come for it from other threads.
//
// Ownership Borrows the model, which nobody else uses during a step.
// Threads   step() on one; all else from any. Sinks are called in a step, or by whoever stops or ends
//           it or submits afterwards. stop() and end() wait for the pass under way, which they end
//           within a layer. `arrived` is called on the thread that submits, without a lock.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

#include "engine/serve/batch.h"

namespace dsm {

struct BatchLimits {
    std::size_t streams = 4;   // under way at once, 1 .. kMostStreams
    std::size_t waiting = 64;  // orders that wait besides
};

class BatchQueue {
  public:
    BatchQueue(LanguageModel& model, const BatchLimits& limits, std::function<void()> arrived);

    // All of them, or none: false where they would be more than may wait.
    bool submit(std::vector<std::pair<Order, std::shared_ptr<OrderSink>>> orders);
    BatchFigures figures() const;

    bool hasWork() const;
    // One pass.
    void step();
    // Ends all orders that there are, as cancelled or as failed.
    void stop();
    void refuse(const Error& error);
    // And those that come later.
    void end();

  private:
    void endAll(const Error& error, bool forGood);

    const BatchLimits limits_;
    const std::function<void()> arrived_;
    std::mutex computing_;  // held during a step; before mutex_, where both are
    mutable std::mutex mutex_;
    std::vector<std::pair<Order, std::shared_ptr<OrderSink>>> arrivals_;  // by mutex_, as figures_
    BatchFigures figures_;
    bool hasEnded_ = false;
    std::stop_source ending_;  // of the pass under way; by mutex_
    Batch batch_;              // by computing_
};

}  // namespace dsm
