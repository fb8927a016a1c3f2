// Token walk: how a single token goes through the panels of a weight in 8 or 4 bits. It waits for
// memory alone, and how memory is read the fastest depends on the processor: some want one long
// stretch, others several side by side. Every walk gives the same bits.
//
// Which one is taken, for each instruction set and type: that of the instruction set's own table
// (simd.h, Blocks), until settleTokenWalk() has measured another as clearly faster.
//
// Source    Tokens/s of q4-small in one paired run: two Sapphire Rapids cores 12.2 with one panel, 15.1
//           with two, 17.3 with four, 15.3 with four and no fetching, 15.4 with one and the second
//           level; on two Zen 4 cores one panel and the first level were the best.
// Threads   All functions from any thread; a walk that is settled meanwhile counts for the next
//           product.
// Errors    None. An index that is none of kTokenWalks is the caller's bug (CHECK).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "kernels/base/thread_pool.h"
#include "kernels/cpu/simd.h"

namespace dsm::cpu {

struct TokenWalk {
    int panels = 1;  // side by side
    // How far ahead of the levels being read the next ones are fetched; 0: the processor decides.
    std::int64_t aheadBytes = 4096;
    int locality = 3;  // of such a fetch, as __builtin_prefetch() counts: 3 near, 2 second level
};
inline constexpr std::array<TokenWalk, 5> kTokenWalks{
    {{1, 4096, 3}, {1, 4096, 2}, {2, 4096, 3}, {4, 4096, 3}, {4, 0, 3}}};

// For people, e.g. "4 panels, 4096 bytes ahead".
std::string describe(const TokenWalk& walk);

// An index of kTokenWalks, for weights of type Q8 or Q4.
int tokenWalk(const Simd& simd, DType type);
void setTokenWalk(Isa isa, DType type, int walk);

// Bytes of weights per second that one token goes through, by each walk: medians of rounds in which
// all take turns.
using WalkRates = std::array<double, kTokenWalks.size()>;
// Panels over all of `memory`, whose content does not matter, shared out among the threads.
WalkRates measureTokenWalks(ThreadPool& pool, const Simd& simd, DType type,
                            std::span<const std::byte> memory);
// The fastest, where it beats `own` by more than one run differs from the next; else `own`.
int fasterWalk(const WalkRates& rates, int own);

// Measures once in a process for each instruction set, type and number of threads, in memory of its
// own and about a quarter of a second, and sets what is the fastest. Without that memory it leaves all
// as it is.
void settleTokenWalk(ThreadPool& pool, const Simd& simd, DType type);

}  // namespace dsm::cpu
