#include "engine/serve/serving.h"

#include <algorithm>
#include <utility>

namespace dsm {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

}  // namespace

Serving::Serving(LanguageModel& model, std::vector<ServedModel> served, const BatchLimits& limits)
    : batch_(model, limits), api_(model, batch_, std::move(served)) {}

Result<std::shared_ptr<Serving>> Serving::make(LanguageModel& model,
                                               const ServingOptions& options) {
    auto served = servedModels(model, options.name, options.adapters);
    if (!served) return tl::unexpected(served.error());
    return std::shared_ptr<Serving>(new Serving(model, std::move(*served), options.limits));
}

ServingKeeper::ServingKeeper(Loader load, ServingOptions options,
                             std::optional<std::chrono::seconds> idleTime)
    : load_(std::move(load)), options_(std::move(options)) {
    if (!idleTime) return;
    idleTime_ = *idleTime;
    thread_ = std::jthread([this](const std::stop_token& stop) { dropWhenIdle(stop); });
}

ServingKeeper::ServingKeeper(std::shared_ptr<Serving> serving) : serving_(std::move(serving)) {}

std::shared_ptr<Serving> ServingKeeper::current() const {
    const std::lock_guard lock(mutex_);
    return serving_;
}

Result<std::shared_ptr<Serving>> ServingKeeper::use() {
    const std::lock_guard one(loading_);
    {
        const std::lock_guard lock(mutex_);
        lastUse_ = Clock::now();
        if (serving_ != nullptr) return serving_;
    }
    if (!load_ || ending_.stop_requested()) return tl::unexpected(cancelled().value());
    auto model = load_(ending_.get_token());
    if (!model) return tl::unexpected(model.error());
    auto serving = Serving::make(**model, options_);
    if (!serving) return serving;
    (*serving)->owned_ = std::move(*model);
    const std::lock_guard lock(mutex_);
    lastUse_ = Clock::now();
    serving_ = *serving;
    return serving;
}

void ServingKeeper::end() {
    ending_.request_stop();
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    const std::lock_guard one(loading_);
    const std::lock_guard lock(mutex_);
    if (serving_ != nullptr) serving_->end();
}

// Who still answers shares it: then it is in use, whenever that began.
void ServingKeeper::dropWhenIdle(const std::stop_token& stop) {
    const auto interval = std::min<Clock::duration>(1s, idleTime_);
    std::unique_lock lock(mutex_);
    while (!never_.wait_for(lock, stop, interval, [&] { return stop.stop_requested(); })) {
        if (serving_ == nullptr) continue;
        if (serving_.use_count() > 1) lastUse_ = Clock::now();
        if (Clock::now() - lastUse_ < idleTime_) continue;
        auto dropped = std::exchange(serving_, nullptr);
        lock.unlock();
        dropped.reset();
        lock.lock();
    }
}

}  // namespace dsm
