#include "engine/serve/batch_thread.h"

namespace dsm {

BatchThread::BatchThread(LanguageModel& model, const BatchLimits& limits)
    : limits_(limits),
      batch_(model, limits.streams),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

bool BatchThread::submit(std::vector<std::pair<Order, std::shared_ptr<OrderSink>>> orders) {
    std::unique_lock lock(mutex_);
    if (hasEnded_) {
        lock.unlock();
        for (auto& [order, sink] : orders)
            sink->ended(tl::unexpected(cancelled().value()));
        return true;
    }
    const std::size_t under = figures_.writing + figures_.reading;
    const std::size_t free = limits_.streams > under ? limits_.streams - under : 0;
    if (arrivals_.size() + figures_.waiting + orders.size() > limits_.waiting + free) return false;
    for (auto& order : orders)
        arrivals_.push_back(std::move(order));
    arrived_.notify_one();
    return true;
}

BatchFigures BatchThread::figures() const {
    const std::lock_guard lock(mutex_);
    BatchFigures figures = figures_;
    figures.waiting += arrivals_.size();
    return figures;
}

void BatchThread::end() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

// Orders are taken in between two passes; the lock is never held while the model computes.
void BatchThread::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            if (!batch_.hasWork() &&
                !arrived_.wait(lock, stop, [this] { return !arrivals_.empty(); }))
                break;
            for (auto& [order, sink] : arrivals_)
                batch_.add(std::move(order), std::move(sink));
            arrivals_.clear();
            figures_ = batch_.figures();
        }
        batch_.step(stop);
        const std::lock_guard lock(mutex_);
        figures_ = batch_.figures();
    }
    batch_.stop();
    const std::lock_guard lock(mutex_);
    hasEnded_ = true;
    for (auto& [order, sink] : arrivals_)
        sink->ended(tl::unexpected(cancelled().value()));
    arrivals_.clear();
}

}  // namespace dsm
