#include "engine/serve/batch_queue.h"

namespace dsm {

BatchQueue::BatchQueue(LanguageModel& model, const BatchLimits& limits,
                       std::function<void()> arrived)
    : limits_(limits), arrived_(std::move(arrived)), batch_(model, limits.streams) {}

bool BatchQueue::submit(std::vector<std::pair<Order, std::shared_ptr<OrderSink>>> orders) {
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
    lock.unlock();
    arrived_();
    return true;
}

BatchFigures BatchQueue::figures() const {
    const std::lock_guard lock(mutex_);
    BatchFigures figures = figures_;
    figures.waiting += arrivals_.size();
    return figures;
}

bool BatchQueue::hasWork() const {
    const std::lock_guard lock(mutex_);
    return !arrivals_.empty() || figures_.writing + figures_.reading + figures_.waiting > 0;
}

void BatchQueue::step() {
    const std::lock_guard computing(computing_);
    std::stop_token stop;
    {
        const std::lock_guard lock(mutex_);
        if (hasEnded_) return;
        stop = ending_.get_token();
        for (auto& [order, sink] : arrivals_)
            batch_.add(std::move(order), std::move(sink));
        arrivals_.clear();
        figures_ = batch_.figures();
    }
    batch_.step(stop);
    const std::lock_guard lock(mutex_);
    figures_ = batch_.figures();
}

void BatchQueue::endAll(const Error& error, bool forGood) {
    {
        const std::lock_guard lock(mutex_);
        hasEnded_ = hasEnded_ || forGood;
        ending_.request_stop();
    }
    const std::lock_guard computing(computing_);
    batch_.endAll(error);
    const std::lock_guard lock(mutex_);
    for (auto& [order, sink] : arrivals_)
        sink->ended(tl::unexpected(error));
    arrivals_.clear();
    figures_ = batch_.figures();
    ending_ = std::stop_source();
}

void BatchQueue::stop() {
    endAll(cancelled().value(), false);
}

void BatchQueue::refuse(const Error& error) {
    endAll(error, false);
}

void BatchQueue::end() {
    endAll(cancelled().value(), true);
}

}  // namespace dsm
