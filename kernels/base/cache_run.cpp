#include "kernels/base/cache_run.h"

namespace dsm {

void checkRuns(std::span<const CacheRun> runs, std::int64_t rows) {
    DSM_CHECK(!runs.empty() && static_cast<std::int64_t>(runs.size()) <= kMostRuns);
    const KvPanels& first = runs.front().cache;
    DSM_CHECK(first.heads > 0 && first.headSize > 0);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const KvPanels& cache = runs[i].cache;
        DSM_CHECK(cache.type == first.type && cache.heads == first.heads &&
                  cache.headSize == first.headSize);
        DSM_CHECK(cache.positions > 0 && cache.positions % kKvPanel == 0);
        DSM_CHECK(runs[i].position >= 0 && runs[i].rows >= 0 && runs[i].end() <= cache.positions);
        for (std::size_t j = 0; j < i; ++j)
            DSM_CHECK(runs[j].cache.keys != cache.keys);
        rows -= runs[i].rows;
    }
    DSM_CHECK(rows == 0);
}

}  // namespace dsm
