// A fixed set of threads that share one loop at a time: the only way operations use more cores.
//
// Workers spin for a short while after a loop, because the next operation follows within
// microseconds during generation, and then sleep, so that an idle program uses no processor. A loop
// never waits for a worker that took no part: on a busy machine, where the system wakes one late,
// the others do its share.
//
// Threads    run() may be called by one thread at a time, the pool's user; it takes part in the
// work.
//            Body calls happen on any pool thread, at most threads() at once.
// Errors     None. A body must not throw.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

namespace dsm {

class ThreadPool {
  public:
    // `threads` >= 1, the caller of run() included; 0 means one per available core.
    explicit ThreadPool(int threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threads() const { return static_cast<int>(workers_.size()) + 1; }

    // Calls body(begin, end) over [0, count) in chunks of at most `grain`, each index exactly once,
    // and returns when all are done. Which thread takes which chunk is not fixed: a body must give
    // the same result wherever it runs. Allocates nothing.
    template <class Body>
    void run(std::int64_t count, std::int64_t grain, const Body& body) {
        runErased(count, grain, &body, [](const void* b, std::int64_t begin, std::int64_t end) {
            (*static_cast<const Body*>(b))(begin, end);
        });
    }

  private:
    using Call = void (*)(const void* body, std::int64_t begin, std::int64_t end);

    void runErased(std::int64_t count, std::int64_t grain, const void* body, Call call);
    void announce(std::uint64_t chunks);
    void workerLoop();
    // Works until the loop has no chunk left; returns tickets_ as it was then.
    std::uint64_t takeChunks();

    // The loop in progress; only who holds a ticket for it may look.
    const void* body_ = nullptr;
    Call call_ = nullptr;
    std::int64_t count_ = 0;
    std::int64_t grain_ = 1;
    std::int64_t chunks_ = 0;

    // Low half: chunks nobody has taken yet. High half: the number of the loop, so that a ticket
    // can never be taken from a later loop than the one that was seen.
    static constexpr std::uint64_t kOneLoop = std::uint64_t{1} << 32;
    alignas(64) std::atomic<std::uint64_t> tickets_{0};
    alignas(64) std::atomic<std::int64_t> done_{0};
    std::atomic<bool> stopping_{false};
    std::vector<std::jthread> workers_;
};

}  // namespace dsm
