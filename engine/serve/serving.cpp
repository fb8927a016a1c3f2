#include "engine/serve/serving.h"

#include <algorithm>
#include <utility>

namespace dsm {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

}  // namespace

Serving::Serving(LanguageModel& model, std::vector<ServedModel> served, const BatchLimits& limits,
                 std::function<void()> arrived)
    : queue_(model, limits, std::move(arrived)), api_(model, queue_, std::move(served)) {}

Result<std::shared_ptr<Serving>> Serving::makeQueue(std::shared_ptr<LanguageModel> model,
                                                    const ServingOptions& options,
                                                    std::function<void()> arrived) {
    auto served = servedModels(*model, options.name, options.adapters);
    if (!served) return tl::unexpected(served.error());
    std::shared_ptr<Serving> serving(
        new Serving(*model, std::move(*served), options.limits, std::move(arrived)));
    serving->shared_ = std::move(model);
    return serving;
}

Result<std::shared_ptr<Serving>> Serving::make(LanguageModel& model,
                                               const ServingOptions& options) {
    return make(std::shared_ptr<LanguageModel>(std::shared_ptr<void>(), &model), options);
}

Result<std::shared_ptr<Serving>> Serving::make(std::shared_ptr<LanguageModel> model,
                                               const ServingOptions& options) {
    auto thread = std::make_shared<BatchThread>();
    auto serving = makeQueue(std::move(model), options, [thread] { thread->arrived(); });
    if (!serving) return serving;
    (*serving)->thread_ = thread;
    thread->start((*serving)->queue_);
    return serving;
}

void Serving::end() {
    thread_ != nullptr ? thread_->end() : queue_.end();
}

ServingKeeper::ServingKeeper(Loader load, ServingOptions options,
                             std::optional<std::chrono::seconds> idleTime)
    : load_(std::move(load)), options_(std::move(options)) {
    if (!idleTime) return;
    idleTime_ = *idleTime;
    thread_ = std::jthread([this](const std::stop_token& stop) { dropWhenIdle(stop); });
}

ServingKeeper::ServingKeeper(std::shared_ptr<Serving> serving, ServingOptions options)
    : options_(std::move(options)), serving_(std::move(serving)) {}

std::vector<std::string> ServingKeeper::names() const {
    return servedNames(options_.name, options_.adapters);
}

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
    auto serving = Serving::make(std::shared_ptr<LanguageModel>(std::move(*model)), options_);
    if (!serving) return serving;
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
