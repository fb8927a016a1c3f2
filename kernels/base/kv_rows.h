// KV rows: what cached keys and values are, read back from their panels. For reference loops and tests,
// not for hot paths.
//
// Ownership Borrows the view for the call.
// Errors    A head or position that the cache has not is the caller's bug (CHECK).
#pragma once

#include <cstdint>

#include "kernels/base/kv_panels.h"

namespace dsm {

// The numbers [K] of head g at position s, as they are stored.
void loadKeys(const KvPanels& cache, std::int64_t g, std::int64_t s, float* row);
void loadValues(const KvPanels& cache, std::int64_t g, std::int64_t s, float* row);

}  // namespace dsm
