#include "kernels/base/thread_pool.h"

#include <algorithm>
#include <chrono>

#include "kernels/base/check.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dsm {
namespace {

// Long enough to bridge the gap between two operations of one token, short enough not to be seen
// in a processor meter.
constexpr std::chrono::microseconds kSpin{200};

void pause() {
#if defined(__x86_64__)
    _mm_pause();
#else
    std::this_thread::yield();
#endif
}

// Returns once `value` differs from `old`: spins first, then sleeps.
template <class T>
void awaitChange(const std::atomic<T>& value, T old) {
    const auto sleepAt = std::chrono::steady_clock::now() + kSpin;
    do {
        for (int i = 0; i < 64; ++i) {
            if (value.load(std::memory_order_acquire) != old) return;
            pause();
        }
    } while (std::chrono::steady_clock::now() < sleepAt);
    value.wait(old, std::memory_order_acquire);
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
    DSM_CHECK(threads >= 0);
    if (threads == 0) threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    workers_.reserve(static_cast<std::size_t>(threads - 1));
    for (int i = 1; i < threads; ++i)
        workers_.emplace_back([this] { workerLoop(); });
}

ThreadPool::~ThreadPool() {
    stopping_.store(true, std::memory_order_relaxed);
    announce(0);
}

// Only the caller starts loops, and no chunk is left when it does: nobody else changes tickets_.
void ThreadPool::announce(std::uint64_t chunks) {
    const std::uint64_t loop = tickets_.load(std::memory_order_relaxed) / kOneLoop + 1;
    tickets_.store(loop * kOneLoop + chunks, std::memory_order_release);
    tickets_.notify_all();
}

void ThreadPool::runErased(std::int64_t count, std::int64_t grain, const void* body, Call call) {
    DSM_CHECK(grain > 0);
    if (workers_.empty() || count <= grain) {
        for (std::int64_t begin = 0; begin < count; begin += grain) {
            call(body, begin, std::min(begin + grain, count));
        }
        return;
    }
    body_ = body;
    call_ = call;
    count_ = count;
    grain_ = grain;
    chunks_ = (count - 1) / grain + 1;
    DSM_CHECK(static_cast<std::uint64_t>(chunks_) < kOneLoop);
    done_.store(0, std::memory_order_relaxed);
    announce(static_cast<std::uint64_t>(chunks_));
    takeChunks();
    for (std::int64_t done = done_.load(std::memory_order_acquire); done != chunks_;
         done = done_.load(std::memory_order_acquire)) {
        awaitChange(done_, done);
    }
}

void ThreadPool::workerLoop() {
    for (;;) {
        const std::uint64_t seen = takeChunks();
        if (stopping_.load(std::memory_order_relaxed)) return;
        awaitChange(tickets_, seen);
    }
}

std::uint64_t ThreadPool::takeChunks() {
    std::uint64_t tickets = tickets_.load(std::memory_order_acquire);
    while (tickets % kOneLoop != 0) {
        if (!tickets_.compare_exchange_weak(tickets, tickets - 1, std::memory_order_acquire)) {
            continue;
        }
        // From here until it counts as done, the ticket keeps run() from returning and so the
        // loop's description from changing.
        const std::int64_t chunks = chunks_;
        const std::int64_t chunk = chunks - static_cast<std::int64_t>(tickets % kOneLoop);
        const std::int64_t begin = chunk * grain_;
        call_(body_, begin, std::min(begin + grain_, count_));
        if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == chunks) done_.notify_all();
        tickets = tickets_.load(std::memory_order_acquire);
    }
    return tickets;
}

}  // namespace dsm
