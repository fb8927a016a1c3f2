// Attention over long caches, at the shape of DeepSeekMoE 16B. One token: bytes of the cache read
// per second and their share of the bandwidth measured in the same minute. 64 tokens: operations
// per second and their share of the float32 peak.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/ops/attend.h"
#include "tests/bench/machine.h"

namespace dsm::bench {
namespace {

constexpr std::int64_t kHeads = 16;
constexpr std::int64_t kHeadSize = 128;
constexpr std::int64_t kPositions = 4096;
constexpr int kLayers = 8;  // that take turns, so that no cache holds one until it is read again

class Caches {
  public:
    explicit Caches(KvType type)
        : shape_{.type = type, .positions = kPositions, .heads = kHeads, .headSize = kHeadSize} {
        std::vector<float> row(kHeads * kHeadSize);
        for (int layer = 0; layer < kLayers; ++layer) {
            keys_.emplace_back(static_cast<std::size_t>(shape_.sizeBytes()));
            values_.emplace_back(static_cast<std::size_t>(shape_.sizeBytes()));
            for (std::int64_t s = 0; s < kPositions; ++s) {
                for (std::size_t i = 0; i < row.size(); ++i)
                    row[i] = std::sin(static_cast<float>((static_cast<std::size_t>(s) + i) % 7919));
                of(layer).storeKeys(s, row.data());
                of(layer).storeValues(s, row.data());
            }
        }
    }

    KvPanels of(int layer) const {
        KvPanels panels = shape_;
        panels.keys = keys_[static_cast<std::size_t>(layer)].data();
        panels.values = values_[static_cast<std::size_t>(layer)].data();
        return panels;
    }

  private:
    KvPanels shape_;
    std::vector<Buffer<std::byte>> keys_, values_;
};

void attend(benchmark::State& state, KvType type, std::int64_t tokens) {
    const Caches caches(type);
    const std::vector<float> q(static_cast<std::size_t>(tokens * kHeads * kHeadSize), 0.1F);
    std::vector<float> out(q.size());
    const Buffer<std::byte> scratch(std::size_t{16} << 20);
    OpContext context{.pool = &pool(), .scratch = scratch.span()};
    const auto limit = tokens == 1 ? readBandwidth : peakOperations;
    limit();  // the first touch is not counted
    double limits = 0;
    double seconds = 0;
    int layer = 0;
    for (auto _ : state) {
        limits += limit();
        const CacheRun run{caches.of(layer), kPositions - tokens, tokens};
        const AttendArgs args{.q = {q.data(), tokens, kHeads * kHeadSize},
                              .runs = {&run, 1},
                              .out = {out.data(), tokens, kHeads * kHeadSize}};
        const double once = secondsOf([&] { opTable(Backend::Cpu).attend(context, args); });
        state.SetIterationTime(once);
        seconds += once;
        layer = (layer + 1) % kLayers;
    }
    const auto runs = static_cast<double>(state.iterations());
    const double mean = limits / runs;
    if (tokens == 1) {
        const double rate = 2.0 * static_cast<double>(caches.of(0).sizeBytes()) * runs / seconds;
        state.counters["GB/s"] = rate / 1e9;
        state.counters["share_of_bandwidth"] = rate / mean;
    } else {
        const double rate =
            4.0 * static_cast<double>(tokens * kPositions * kHeads * kHeadSize) * runs / seconds;
        state.counters["GFLOP/s"] = rate / 1e9;
        state.counters["share_of_f32_peak"] = rate / mean;
    }
}

[[maybe_unused]] const bool registered = [] {
    for (const KvType type : {KvType::F32, KvType::BF16, KvType::Q8}) {
        for (const std::int64_t tokens : {1, 64}) {
            const std::string name =
                "attend/" + std::string(dsm::name(type)) + "/T" + std::to_string(tokens);
            benchmark::RegisterBenchmark(
                name.c_str(),
                [type, tokens](benchmark::State& state) { attend(state, type, tokens); })
                ->UseManualTime()
                ->Iterations(tokens == 1 ? 40 : 4)
                ->Unit(benchmark::kMillisecond);
        }
    }
    return true;
}();

}  // namespace
}  // namespace dsm::bench
