// Batch: orders of many, computed together. Orders join and leave between two tokens; the weights are
// read once for a token of each. Prompts are read in pieces beside what is written, one at a time,
// pieces so small that those who write hardly wait.
//
// On the CPU each order gets to the token what it would get alone (LanguageModel::readTogether()).
// Orders are begun in their order, but for those whose beginning another is reading: they wait for
// it, and the next goes first. One for another adapter is begun when all that are under way have
// ended, and none is begun before it meanwhile.
//
// Ownership Borrows the model, which computes for nobody else meanwhile.
// Threads   One; batch_thread.h makes it one of its own.
// Errors    Each order's go to its sink: those of LanguageModel::generate(), OutOfMemory where there
//           is no room for even one context, those of Model::useAdapter() and of a GPU that failed.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <stop_token>
#include <vector>

#include "engine/serve/context_pool.h"
#include "engine/serve/order.h"
#include "engine/serve/stream.h"

namespace dsm {

inline constexpr std::size_t kMostStreams = kMostRuns - 1;  // a row of logits is left for a prompt

struct BatchFigures {
    std::size_t writing = 0;  // now
    std::size_t reading = 0;
    std::size_t waiting = 0;
    // Since it began.
    std::uint64_t passes = 0;
    std::uint64_t promptTokens = 0;
    std::uint64_t reusedTokens = 0;
    std::uint64_t writtenTokens = 0;
};

class Batch {
  public:
    // At most so many orders under way at once, 1 .. kMostStreams (CHECK).
    Batch(LanguageModel& model, std::size_t mostStreams);

    void add(Order order, std::shared_ptr<OrderSink> sink);
    bool hasWork() const { return !waiting_.empty() || !streams_.empty(); }
    // One pass through the model. A stop ends all orders.
    void step(const std::stop_token& stop);
    // Ends all orders with this.
    void endAll(const Error& error);
    BatchFigures figures() const;

  private:
    struct Waiting {
        Order order;
        std::shared_ptr<OrderSink> sink;
    };

    void begin();
    // Whether another that is under way is about to read more of its beginning.
    bool isBeingRead(const Order& order) const;
    bool beginOne(Waiting& waiting);
    Result<void> use(const AdapterUse& adapter);
    Stream* nextReader();
    // How many ids of a prompt the next pass reads.
    std::int64_t pieceSize(bool othersWrite) const;
    void notePass(std::int64_t promptIds, double seconds);
    void removeEnded();

    LanguageModel& model_;
    AdapterUse adapter_;  // of the orders under way
    ContextPool contexts_;
    std::size_t mostStreams_;
    std::deque<Waiting> waiting_;
    std::vector<std::unique_ptr<Stream>> streams_;  // the longest under way first
    const Stream* lastReader_ = nullptr;
    double secondsPerId_ = 0;  // of prompts, as last measured
    BatchFigures counted_;
};

}  // namespace dsm
