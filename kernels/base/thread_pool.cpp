#include "kernels/base/thread_pool.h"

#include <algorithm>
#include <chrono>

#include "kernels/base/check.h"
#include "kernels/base/processors.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dsm {
namespace {

// Long enough to bridge the gap between two operations of one token, short enough not to be seen
// in a processor meter.
constexpr std::chrono::microseconds kSpin{200};

constexpr std::uint64_t kOnePast = std::uint64_t{1} << 32;  // the high half of a Stretch

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

ThreadPool::ThreadPool(int threads)
    : stretches_(static_cast<std::size_t>(threads > 0 ? threads : readProcessors().threads())) {
    DSM_CHECK(threads >= 0);
    workers_.reserve(stretches_.size() - 1);
    for (std::size_t i = 1; i < stretches_.size(); ++i)
        workers_.emplace_back([this, i] { workerLoop(i); });
}

ThreadPool::~ThreadPool() {
    stopping_.store(true, std::memory_order_relaxed);
    loops_.fetch_add(1, std::memory_order_release);
    loops_.notify_all();
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
    const auto chunks = static_cast<std::uint64_t>((count - 1) / grain + 1);
    DSM_CHECK(chunks < kOnePast);
    undone_.store(static_cast<std::int64_t>(chunks), std::memory_order_relaxed);
    const std::uint64_t threads = stretches_.size();
    for (std::uint64_t i = 0; i < threads; ++i) {
        const std::uint64_t begin = chunks * i / threads;
        const std::uint64_t end = chunks * (i + 1) / threads;
        stretches_[i].chunks.store(end * kOnePast + begin, std::memory_order_release);
    }
    loops_.fetch_add(1, std::memory_order_release);
    loops_.notify_all();
    takeChunks(0);
    for (std::int64_t undone = undone_.load(std::memory_order_acquire); undone != 0;
         undone = undone_.load(std::memory_order_acquire)) {
        awaitChange(undone_, undone);
    }
}

void ThreadPool::workerLoop(std::size_t self) {
    for (;;) {
        const std::uint32_t seen = loops_.load(std::memory_order_acquire);
        if (stopping_.load(std::memory_order_relaxed)) return;
        takeChunks(self);
        awaitChange(loops_, seen);
    }
}

// The owner takes a share of what is left at the front, so that it seldom has to ask; others take
// one chunk at the back. What is taken belongs to the loop that is in progress at that moment, even
// where the words of two loops are equal.
ThreadPool::Taken ThreadPool::takeFrom(Stretch& stretch, bool own) {
    constexpr std::uint64_t kShare = 4;
    std::uint64_t chunks = stretch.chunks.load(std::memory_order_acquire);
    for (;;) {
        const std::uint64_t begin = chunks % kOnePast;
        const std::uint64_t end = chunks / kOnePast;
        if (begin >= end) return {};
        const std::uint64_t count = own ? (end - begin + kShare - 1) / kShare : 1;
        const std::uint64_t rest = own ? chunks + count : chunks - kOnePast;
        if (stretch.chunks.compare_exchange_weak(chunks, rest, std::memory_order_acquire)) {
            const auto first = static_cast<std::int64_t>(own ? begin : end - 1);
            return {first, first + static_cast<std::int64_t>(count)};
        }
    }
}

void ThreadPool::takeChunks(std::size_t self) {
    std::int64_t done = 0;
    for (std::size_t i = 0; i < stretches_.size(); ++i) {
        Stretch& stretch = stretches_[(self + i) % stretches_.size()];
        for (Taken taken = takeFrom(stretch, i == 0); taken.begin < taken.end;
             taken = takeFrom(stretch, i == 0)) {
            for (std::int64_t chunk = taken.begin; chunk < taken.end; ++chunk) {
                const std::int64_t begin = chunk * grain_;
                call_(body_, begin, std::min(begin + grain_, count_));
            }
            done += taken.end - taken.begin;
        }
    }
    // Counted once, at the end: while one of them is uncounted, the loop cannot end.
    if (done > 0 && undone_.fetch_sub(done, std::memory_order_acq_rel) == done) {
        undone_.notify_all();
    }
}

}  // namespace dsm
