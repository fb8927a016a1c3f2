#include "kernels/base/kv_rows.h"

#include <cstring>

#include "kernels/base/dtype.h"

namespace dsm {
namespace {

template <class T>
T numberAt(const std::byte* numbers, std::int64_t offset) {
    T number;
    std::memcpy(&number, numbers + offset * std::int64_t{sizeof(T)}, sizeof number);
    return number;
}

void load(const KvPanels& cache, const std::byte* all, bool areKeys, std::int64_t g, std::int64_t s,
          float* row) {
    const std::byte* panel = all + cache.panelOf(g, s);
    const std::byte* numbers = panel + kvScaleBytes(cache.type);
    const KvLine line = kvLine(cache.type, cache.headSize, areKeys, s % kKvPanel);
    if (cache.type == KvType::F32) {
        for (std::int64_t i = 0; i < cache.headSize; ++i)
            row[i] = numberAt<float>(numbers, line.offset(i));
        return;
    }
    if (cache.type == KvType::BF16) {
        for (std::int64_t i = 0; i < cache.headSize; ++i)
            row[i] = toFloat(numberAt<BFloat16>(numbers, line.offset(i)));
        return;
    }
    const float scale = numberAt<float>(panel, s % kKvPanel);
    for (std::int64_t i = 0; i < cache.headSize; ++i) {
        const auto level = std::to_integer<std::int32_t>(numbers[line.offset(i)]) - kKvBias;
        row[i] = scale * static_cast<float>(level);
    }
}

}  // namespace

void loadKeys(const KvPanels& cache, std::int64_t g, std::int64_t s, float* row) {
    load(cache, cache.keys, true, g, s, row);
}

void loadValues(const KvPanels& cache, std::int64_t g, std::int64_t s, float* row) {
    load(cache, cache.values, false, g, s, row);
}

// One number of a row: kv_panels.h offers it, and knows nothing of this file.
float KvPanels::key(std::int64_t g, std::int64_t s, std::int64_t i) const {
    DSM_CHECK(headSize <= kMostHeadSize);
    float row[kMostHeadSize];
    loadKeys(*this, g, s, row);
    return row[i];
}

float KvPanels::value(std::int64_t g, std::int64_t s, std::int64_t i) const {
    DSM_CHECK(headSize <= kMostHeadSize);
    float row[kMostHeadSize];
    loadValues(*this, g, s, row);
    return row[i];
}

}  // namespace dsm
