// Saving and restoring a context of 2048 positions of the 16B model. The file lies in TMPDIR.

#include <benchmark/benchmark.h>

#include <numeric>

#include "engine/model/pass/cache_file.h"
#include "tests/support/sparse_model.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

constexpr std::int64_t kPositions = 2048;

KvCache filledCache(KvType type) {
    KvCache cache(publishedConfig(), kPositions, type);
    const KvPanels first = cache.layer(0);
    const std::vector<float> row(static_cast<std::size_t>(first.width()), 0.5F);
    for (std::int64_t layer = 0; layer < cache.layers(); ++layer) {
        for (std::int64_t s = 0; s < kPositions; ++s) {
            cache.layer(layer).storeKeys(s, row.data());
            cache.layer(layer).storeValues(s, row.data());
        }
    }
    std::vector<std::int32_t> ids(kPositions);
    std::iota(ids.begin(), ids.end(), 0);
    cache.append(ids);
    return cache;
}

void count(benchmark::State& state, KvType type) {
    const auto bytes = KvCache::plannedBytes(publishedConfig(), kPositions, type);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
    state.SetLabel(std::string(name(type)) + ", " + std::to_string(bytes / 1'000'000) + " MB");
}

void Save(benchmark::State& state) {
    const auto type = static_cast<KvType>(state.range(0));
    const KvCache cache = filledCache(type);
    const TemporaryFolder folder;
    for ([[maybe_unused]] auto iteration : state) {
        const auto done = CacheFile::write(folder / "context", cache, std::string(64, 'a'), {});
        DSM_CHECK(done.has_value());
    }
    count(state, type);
}

void Restore(benchmark::State& state) {
    const auto type = static_cast<KvType>(state.range(0));
    KvCache cache = filledCache(type);
    const TemporaryFolder folder;
    const std::string fingerprint(64, 'a');
    const auto written = CacheFile::write(folder / "context", cache, fingerprint, {});
    DSM_CHECK(written.has_value());
    for ([[maybe_unused]] auto iteration : state) {
        const auto file =
            CacheFile::open(folder / "context", cache, fingerprint, publishedConfig().vocabSize);
        DSM_CHECK(file.has_value());
        const auto done = file->restore(kPositions, cache);
        DSM_CHECK(done.has_value());
    }
    count(state, type);
}

constexpr auto kBf16 = static_cast<std::int64_t>(KvType::BF16);
constexpr auto kQ8 = static_cast<std::int64_t>(KvType::Q8);
BENCHMARK(Save)->Arg(kBf16)->Arg(kQ8)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Restore)->Arg(kBf16)->Arg(kQ8)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dsm

BENCHMARK_MAIN();
