#include "engine/train/token_batch.h"

#include <algorithm>

#include "kernels/base/check.h"

namespace dsm {

std::int64_t TokenBatch::labels() const {
    return static_cast<std::int64_t>(targets.size()) -
           std::count(targets.begin(), targets.end(), kNotTrained);
}

TokenBatch batchOf(std::span<const TrainingSample> samples) {
    TokenBatch batch;
    batch.segments.push_back(0);
    for (const TrainingSample& sample : samples) {
        DSM_CHECK(sample.ids.size() == sample.labels.size());
        if (sample.ids.empty()) continue;
        for (std::size_t i = 0; i < sample.ids.size(); ++i) {
            batch.ids.push_back(sample.ids[i]);
            batch.positions.push_back(static_cast<std::int32_t>(i));
            batch.targets.push_back(i + 1 < sample.ids.size() ? sample.labels[i + 1] : kNotTrained);
        }
        batch.segments.push_back(static_cast<std::int32_t>(batch.ids.size()));
    }
    return batch;
}

}  // namespace dsm
