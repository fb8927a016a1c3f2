// Run table: the runs of a pass (cache_run.h) as kernels take them, by value.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <span>

#include "kernels/base/cache_run.h"
#include "kernels/base/op_context.h"

namespace dsm::cuda {

struct RunTable {
    struct Run {
        std::byte* keys;
        std::byte* values;
        std::int64_t capacity;  // positions of the cache
        std::int32_t position;  // of the first row
        std::int32_t firstRow;  // of the pass
    };
    Run run[kMostRuns];
    int count;
    KvPanels shape;  // what the caches have in common
    // Of the only run's first row, where a recorded pass looks for it; nullptr: the run's own.
    const std::int32_t* devicePosition;
};

// Where a row of a pass looks for keys and values, and its own position.
struct DevicePlace {
    KvPanels cache;
    std::int64_t position;
};

__device__ __forceinline__ DevicePlace placeOf(const RunTable& runs, std::int64_t row) {
    int i = 0;
    while (i + 1 < runs.count && row >= runs.run[i + 1].firstRow)
        ++i;
    const RunTable::Run& run = runs.run[i];
    DevicePlace place{runs.shape, row - run.firstRow};
    place.position += runs.devicePosition != nullptr ? *runs.devicePosition : run.position;
    place.cache.keys = run.keys;
    place.cache.values = run.values;
    place.cache.positions = run.capacity;
    return place;
}

inline RunTable tableOf(std::span<const CacheRun> runs, const DeviceRun& device) {
    DSM_CHECK(device.position == nullptr || runs.size() == 1);
    RunTable table{.run = {},
                   .count = static_cast<int>(runs.size()),
                   .shape = runs.front().cache,
                   .devicePosition = device.position};
    std::int32_t row = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const CacheRun& run = runs[i];
        table.run[i] = {.keys = run.cache.keys,
                        .values = run.cache.values,
                        .capacity = run.cache.positions,
                        .position = static_cast<std::int32_t>(run.position),
                        .firstRow = row};
        row += static_cast<std::int32_t>(run.rows);
    }
    return table;
}

}  // namespace dsm::cuda
