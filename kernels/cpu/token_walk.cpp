#include "kernels/cpu/token_walk.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <new>
#include <set>
#include <tuple>
#include <vector>

#include "kernels/base/check.h"
#include "kernels/base/weight_blocks.h"
#include "kernels/cpu/limits.h"

namespace dsm::cpu {
namespace {

constexpr std::size_t kIsas = static_cast<std::size_t>(Isa::Neon) + 1;
// [instruction set][Q8, Q4] One more than the walk; 0: none was set.
std::atomic<int>& settled(Isa isa, DType type) {
    static std::array<std::array<std::atomic<int>, 2>, kIsas> all{};
    DSM_CHECK(isBlocked(type));
    return all.at(static_cast<std::size_t>(isa)).at(type == DType::Q8 ? 0 : 1);
}

// Far more than the last level of the cache holds, where the system knows it.
std::int64_t arenaBytes() {
    constexpr std::int64_t kLeast = std::int64_t{128} << 20;
    constexpr std::int64_t kMost = std::int64_t{512} << 20;
    const std::int64_t cache = ::sysconf(_SC_LEVEL3_CACHE_SIZE);
    return std::clamp(4 * cache, kLeast, kMost);
}

}  // namespace

std::string describe(const TokenWalk& walk) {
    std::string text = std::to_string(walk.panels) + (walk.panels == 1 ? " panel" : " panels");
    if (walk.aheadBytes > 0) text += ", " + std::to_string(walk.aheadBytes) + " bytes ahead";
    if (walk.locality == 2) text += " into L2";
    return text;
}

int tokenWalk(const Simd& simd, DType type) {
    const int walk = settled(simd.isa, type).load(std::memory_order_relaxed);
    if (walk > 0) return walk - 1;
    return type == DType::Q8 ? simd.blocks->q8Walk : simd.blocks->q4Walk;
}

void setTokenWalk(Isa isa, DType type, int walk) {
    DSM_CHECK(walk >= 0 && walk < static_cast<int>(kTokenWalks.size()));
    settled(isa, type).store(walk + 1, std::memory_order_relaxed);
}

WalkRates measureTokenWalks(ThreadPool& pool, const Simd& simd, DType type,
                            std::span<const std::byte> memory) {
    constexpr std::int64_t kCols = 2048;  // of most weights of the 16B model
    constexpr int kAtOnce = 8;            // panels, as operations cut them (product.h, grainOf())
    constexpr std::size_t kRounds = 5;
    const std::int64_t stretch = kAtOnce * panelBytes(type, kCols);
    const std::int64_t items = static_cast<std::int64_t>(memory.size()) / stretch;
    const std::vector<float> x(kCols, 1.0F);
    std::vector<std::byte> row(static_cast<std::size_t>(roundedRowBytes(kCols)));
    simd.blocks->roundRow(x.data(), kCols, 0, 1, row.data());
    std::array<std::array<double, kRounds>, kTokenWalks.size()> rates{};
    for (std::size_t round = 0; round < kRounds; ++round) {
        for (std::size_t walk = 0; walk < rates.size(); ++walk) {
            const auto begin = std::chrono::steady_clock::now();
            pool.run(items, 1, [&](std::int64_t from, std::int64_t to) {
                float out[kAtOnce * kBlockRows];
                for (std::int64_t i = from; i < to; ++i) {
                    simd.blocks->panel({.weights = memory.data() + i * stretch,
                                        .type = type,
                                        .tiles = blockTiles(kCols),
                                        .rounded = row.data(),
                                        .tokens = 1,
                                        .panels = kAtOnce,
                                        .walk = static_cast<int>(walk),
                                        .out = out});
                }
            });
            const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
            rates[walk][round] = static_cast<double>(items * stretch) / time.count();
        }
    }
    WalkRates medians{};
    for (std::size_t walk = 0; walk < rates.size(); ++walk) {
        std::nth_element(rates[walk].begin(), rates[walk].begin() + kRounds / 2, rates[walk].end());
        medians[walk] = rates[walk][kRounds / 2];
    }
    return medians;
}

int fasterWalk(const WalkRates& rates, int own) {
    constexpr double kClearly = 1.05;
    const auto best =
        static_cast<int>(std::max_element(rates.begin(), rates.end()) - rates.begin());
    return rates.at(static_cast<std::size_t>(best)) >
                   kClearly * rates.at(static_cast<std::size_t>(own))
               ? best
               : own;
}

void settleTokenWalk(ThreadPool& pool, const Simd& simd, DType type) {
    static std::mutex mutex;
    static std::set<std::tuple<Isa, DType, int>> measured;
    const std::lock_guard lock(mutex);
    if (!measured.insert({simd.isa, type, pool.threads()}).second) return;
    try {
        const ReadArena arena(arenaBytes());
        const int own = type == DType::Q8 ? simd.blocks->q8Walk : simd.blocks->q4Walk;
        setTokenWalk(simd.isa, type,
                     fasterWalk(measureTokenWalks(pool, simd, type, arena.bytes()), own));
    } catch (const std::bad_alloc&) {
        return;  // the one that the instruction set begins with does as well
    }
}

}  // namespace dsm::cpu
