// A fixed set of threads that share one loop at a time: the only way operations use more cores.
//
// Each thread walks a stretch of the loop of its own from front to back, so that what it reads lies
// in one piece; whoever is done helps the others from the back of theirs. Workers spin for a short
// while after a loop, because the next operation follows within microseconds during generation, and
// then sleep, so that an idle program uses no processor. A loop never waits for a worker that took
// no part: on a busy machine, where the system wakes one late, the others do its share.
//
// Threads    run() may be called by one thread at a time, the pool's user; it takes part in the
//            work. Body calls happen on any pool thread, at most threads() at once.
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
    // `threads` >= 1, the caller of run() included; 0 means those of processors.h.
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

    // The chunks of one thread's stretch that nobody has taken yet: the first in the low half, one
    // past the last in the high half. On a cache line of its own.
    struct alignas(64) Stretch {
        std::atomic<std::uint64_t> chunks{0};
    };

    struct Taken {  // chunks [begin, end)
        std::int64_t begin = 0;
        std::int64_t end = 0;
    };

    void runErased(std::int64_t count, std::int64_t grain, const void* body, Call call);
    void workerLoop(std::size_t self);
    // Works until no stretch has a chunk left.
    void takeChunks(std::size_t self);
    Taken takeFrom(Stretch& stretch, bool own);

    // The loop in progress; only who has taken a chunk of it may look: until that chunk is done,
    // run() does not return.
    const void* body_ = nullptr;
    Call call_ = nullptr;
    std::int64_t count_ = 0;
    std::int64_t grain_ = 1;

    std::vector<Stretch> stretches_;                   // [threads], the caller's first
    alignas(64) std::atomic<std::uint32_t> loops_{0};  // begun so far
    alignas(64) std::atomic<std::int64_t> undone_{0};  // chunks of the loop in progress
    std::atomic<bool> stopping_{false};
    std::vector<std::jthread> workers_;
};

}  // namespace dsm
