// Limits: the most that this machine's memory and processor do with the threads of a pool; speeds
// are reported as shares of them.
//
// Reading   Every byte once, in the widest loads of an instruction set. Which order of reads is the
//           fastest depends on the processor, on the size of the pages and on what the machine's
//           other users do: bestReadPattern() tries them all.
// Products  Independent sums in registers, in the fastest form the instruction set has: int8
//           through vpdpbusd, else vpmaddubsw and vpmaddwd; bfloat16 through vdpbf16ps, else as
//           float32, which is what a processor without it computes in; float32 by fused
//           multiply-add. Two operations each.
// Drift     On a machine that is shared, both change from minute to minute, memory by a half:
//           measure them right before and right after what is compared with them.
// Threads   One call at a time, of the pool's user.
// Errors    None. An instruction set that limitLoopsOf() does not give is the caller's bug (CHECK).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/thread_pool.h"
#include "kernels/cpu/simd.h"

namespace dsm::cpu {

// How a thread goes through a stretch of memory.
struct ReadPattern {
    int streams = 1;     // equal parts of the stretch that it reads side by side
    int aheadBytes = 0;  // how far before its use a line is fetched; 0: the processor decides
    int locality = 3;  // of such a fetch, as __builtin_prefetch() counts: 3 near, 2 L2, 0 in no L2
};

// Measured on 2 Zen 4 cores, GB/s, 2026-11-24; a quiet and a busy minute of the machine:
//                                   2 MB pages      mapped file     4 kB pages
//   1 stream                        62.8   37.6     59.8   35.8     40.4
//   1 stream, 4 kB ahead into L2    66.6   37.9     61.7   36.5     43.7
//   1 stream, 4 kB ahead, no L2     64.1   38.2     60.9   36.6     40.7
//   2 streams, 6 kB ahead into L2      -   38.3        -   37.1        -
//   4 streams                       63.8   37.7     61.5   37.1     53.6
//   4 streams, 3 kB ahead into L2      -   38.4        -   38.1        -
//   8 streams, 512 bytes ahead      58.3      -     57.6      -     54.5
inline constexpr std::array<ReadPattern, 7> kReadPatterns{
    {{1, 0, 3}, {1, 4096, 2}, {1, 4096, 0}, {2, 6144, 2}, {4, 0, 3}, {4, 3072, 2}, {8, 512, 3}}};

// For people, e.g. "4 streams, 3072 bytes ahead".
std::string describe(const ReadPattern& pattern);

enum class Arithmetic { Int8, BFloat16, Float32 };  // the form of a product's factors
inline constexpr int kArithmetics = 3;
std::string_view name(Arithmetic arithmetic);  // "int8", "bf16", "f32"

// What one thread does of it, in one build for each instruction set.
struct LimitLoops {
    // [pattern] Reads `bytes`, a multiple of 512, from a 64-byte boundary on.
    std::array<void (*)(const std::byte* data, std::int64_t bytes), kReadPatterns.size()> read{};
    // [arithmetic] Returns the operations it did: so many in each round.
    std::array<std::int64_t (*)(std::int64_t rounds), kArithmetics> multiply{};
};

// nullptr where this build or this machine lacks the instruction set.
const LimitLoops* limitLoopsOf(Isa isa);

// What a thread reads at a time.
using Stretch = std::span<const std::byte>;
inline constexpr std::int64_t kStretchBytes = 1 << 20;

// Appends the whole stretches of kStretchBytes that lie in `memory`.
void addStretches(std::span<const std::byte> memory, std::vector<Stretch>& stretches);

// Memory of one's own to read, on huge pages where the system gives them. Far larger than a cache
// it should be: then every byte comes from the memory.
class ReadArena {
  public:
    explicit ReadArena(std::int64_t bytes);  // throws std::bad_alloc where memory does not suffice
    ~ReadArena();
    ReadArena(const ReadArena&) = delete;
    ReadArena& operator=(const ReadArena&) = delete;

    std::span<const std::byte> bytes() const { return {begin_, static_cast<std::size_t>(size_)}; }

  private:
    std::int64_t size_;
    void* mapping_;
    std::byte* begin_;
};

// Reads every stretch once and returns the bytes. `pattern` is an index of kReadPatterns.
std::int64_t readOnce(ThreadPool& pool, Isa isa, std::size_t pattern,
                      std::span<const Stretch> stretches);
// Computes for about 20 ms and returns the operations.
std::int64_t multiplyOnce(ThreadPool& pool, Isa isa, Arithmetic arithmetic);

// The same, timed: bytes and operations per second.
double readRate(ThreadPool& pool, Isa isa, std::size_t pattern, std::span<const Stretch> stretches);
double multiplyRate(ThreadPool& pool, Isa isa, Arithmetic arithmetic);

// The pattern of the best median rate over five rounds in which all take turns, and that rate.
struct BestPattern {
    std::size_t pattern = 0;
    double bytesPerSecond = 0;
};
BestPattern bestReadPattern(ThreadPool& pool, Isa isa, std::span<const Stretch> stretches);

}  // namespace dsm::cpu
