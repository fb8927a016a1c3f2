// Cache runs: which rows of a pass are tokens of which sequence, and where that sequence's keys and
// values lie. The rows of a pass belong to its runs one run after the other, so that several
// sequences, each with a cache of its own, go through the weights together.
//
// Only attention knows of runs; every other operation sees one batch of rows.
//
// Ownership A view owns nothing.
// Errors    checkRuns(): caches of different types or heads, the same cache twice, more than
//           kMostRuns of them, or rows beyond a cache's end are the caller's bug (CHECK).
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/kv_panels.h"

namespace dsm {

struct CacheRun {
    KvPanels cache;             // [0, position) filled
    std::int64_t position = 0;  // of the first row
    std::int64_t rows = 0;      // at the positions from there on

    std::int64_t end() const { return position + rows; }
};

inline constexpr std::int64_t kMostRuns = 16;  // of a pass

// That the runs have so many rows in all, and each its place in its cache.
void checkRuns(std::span<const CacheRun> runs, std::int64_t rows);

// The run of a row, and the row's position.
struct PlaceInRun {
    const CacheRun* run = nullptr;
    std::int64_t position = 0;
};
inline PlaceInRun placeOf(std::span<const CacheRun> runs, std::int64_t row) {
    const CacheRun* run = runs.data();
    for (; row >= run->rows; ++run)
        row -= run->rows;
    return {run, run->position + row};
}

// The longest context that a row of them sees, in positions.
inline std::int64_t mostPositions(std::span<const CacheRun> runs) {
    std::int64_t most = 0;
    for (const CacheRun& run : runs)
        most = run.end() > most ? run.end() : most;
    return most;
}

}  // namespace dsm
