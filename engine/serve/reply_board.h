// ReplyBoard: what a batch has written of the orders of one request so far, for the thread that
// answers it.
//
// Ownership Shared by its sinks, and by whoever answers.
// Threads   Sinks write on the batch's thread; all else from any. Whoever reads sees whole tokens.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/serve/order.h"

namespace dsm {

struct ReplyToken {
    TokenId id = 0;  // -1: text that was held back, of no token
    std::string text;
    std::optional<TokenScore> score;
};

struct ReplyState {
    std::vector<TokenScore> prompt;  // where its scores were asked for
    std::vector<ReplyToken> tokens;
    std::optional<Result<Generation>> end;
};

class ReplyBoard : public std::enable_shared_from_this<ReplyBoard> {
  public:
    explicit ReplyBoard(std::size_t orders) : states_(orders) {}

    std::shared_ptr<OrderSink> sink(std::size_t order);
    // Nobody waits any more: what is not written yet need not be.
    void abandon();

    // Waits until something has happened that `seen` does not count, at most so long; the new count.
    std::size_t waitForMore(std::size_t seen, std::chrono::milliseconds atMost);
    // The states do not change while `reader` runs.
    void read(const std::function<void(std::span<const ReplyState>)>& reader) const;
    bool hasEnded() const;  // all of them
    // Why an order ended as none should, or nullopt.
    std::optional<Error> failure() const;

  private:
    class Sink;
    void change(const std::function<void()>& changed);

    mutable std::mutex mutex_;
    std::condition_variable happened_;
    std::vector<ReplyState> states_;  // by mutex_, as what follows
    std::size_t events_ = 0;
    bool isWanted_ = true;
};

}  // namespace dsm
