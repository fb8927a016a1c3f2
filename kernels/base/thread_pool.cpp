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
    generation_.fetch_add(1, std::memory_order_release);
    generation_.notify_all();
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
    next_.store(0, std::memory_order_relaxed);
    busy_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
    generation_.fetch_add(1, std::memory_order_release);
    generation_.notify_all();
    takeChunks();
    for (int busy = busy_.load(std::memory_order_acquire); busy != 0;
         busy = busy_.load(std::memory_order_acquire)) {
        awaitChange(busy_, busy);
    }
}

void ThreadPool::workerLoop() {
    std::uint32_t seen = 0;
    for (;;) {
        awaitChange(generation_, seen);
        // Loops never overlap, so at most one raise is unseen.
        ++seen;
        if (stopping_.load(std::memory_order_relaxed)) return;
        takeChunks();
        if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) busy_.notify_all();
    }
}

void ThreadPool::takeChunks() {
    for (;;) {
        const std::int64_t begin = next_.fetch_add(grain_, std::memory_order_relaxed);
        if (begin >= count_) return;
        call_(body_, begin, std::min(begin + grain_, count_));
    }
}

}  // namespace dsm
