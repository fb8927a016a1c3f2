// WorkerMail: what the worker's thread tells its owner: the status, and what has happened since the
// owner looked last.
//
// `wake` is called when an empty mailbox gets something. The texts of one generation that nobody has
// taken yet are joined, so that a slow reader gets few, larger ones.
//
// Threads   Any; `wake` is called on the thread that tells, without a lock. The lock is held to copy
//           a few fields.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "app/services/model/worker_types.h"

namespace dsm {

class WorkerMail {
  public:
    explicit WorkerMail(std::function<void()> wake) : wake_(std::move(wake)) {}

    WorkerStatus status() const;
    std::vector<WorkerEvent> takeEvents();

    // A load or unload is a wish; only the latest one speaks in the status.
    std::uint64_t newWish() { return ++latestWish_; }

    void publish(const std::function<void(WorkerStatus&)>& change);
    void publishWish(std::uint64_t wish, const std::function<void(WorkerStatus&)>& change);
    void announce(WorkerEvent event);
    // `token` -1: text that was held back.
    void announceText(std::uint64_t id, std::string_view text, TokenId token);

  private:
    void deliver(std::unique_lock<std::mutex>& lock, bool wasEmpty);

    const std::function<void()> wake_;
    std::atomic<std::uint64_t> latestWish_ = 0;

    mutable std::mutex mutex_;  // guards what follows
    WorkerStatus status_;
    std::vector<WorkerEvent> events_;
};

}  // namespace dsm
