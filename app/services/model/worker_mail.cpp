#include "app/services/model/worker_mail.h"

#include <algorithm>

namespace dsm {

using namespace worker_event;

WorkerStatus WorkerMail::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

std::vector<WorkerEvent> WorkerMail::takeEvents() {
    const std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
}

void WorkerMail::publish(const std::function<void(WorkerStatus&)>& change) {
    std::unique_lock lock(mutex_);
    change(status_);
    const bool wasEmpty = events_.empty();
    const bool announced = !wasEmpty && std::holds_alternative<StatusChanged>(events_.back());
    if (!announced) events_.emplace_back(StatusChanged{});
    deliver(lock, wasEmpty);
}

void WorkerMail::publishWish(std::uint64_t wish, const std::function<void(WorkerStatus&)>& change) {
    publish([&](WorkerStatus& status) {
        if (wish == latestWish_) change(status);
    });
}

void WorkerMail::announce(WorkerEvent event) {
    std::unique_lock lock(mutex_);
    const bool wasEmpty = events_.empty();
    events_.push_back(std::move(event));
    deliver(lock, wasEmpty);
}

void WorkerMail::announceText(std::uint64_t id, std::string_view text, TokenId token) {
    std::unique_lock lock(mutex_);
    const bool wasEmpty = events_.empty();
    // Changes of the status do not order against text: look past one for text to join.
    auto last = std::find_if(events_.rbegin(), events_.rend(), [](const WorkerEvent& event) {
        return !std::holds_alternative<StatusChanged>(event);
    });
    auto* open = last == events_.rend() ? nullptr : std::get_if<Wrote>(&*last);
    if (open == nullptr || open->id != id) {
        events_.emplace_back(Wrote{id, {}, {}});
        open = &std::get<Wrote>(events_.back());
    }
    open->text += text;
    if (token >= 0) open->ids.push_back(token);
    deliver(lock, wasEmpty);
}

void WorkerMail::deliver(std::unique_lock<std::mutex>& lock, bool wasEmpty) {
    lock.unlock();
    if (wasEmpty) wake_();
}

}  // namespace dsm
