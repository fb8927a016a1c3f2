#include "engine/model/kv_cache.h"

#include <algorithm>

namespace dsm {

KvCache::KvCache(const ModelConfig& config, std::int64_t capacity)
    : capacity_(capacity),
      rowSize_(config.keyValueHeads * config.headSize),
      keys_(static_cast<std::size_t>(config.layers * capacity * rowSize_)),
      values_(keys_.size()) {
    DSM_CHECK(capacity > 0);
    ids_.reserve(static_cast<std::size_t>(capacity));
}

std::uint64_t KvCache::plannedBytes(const ModelConfig& config, std::int64_t capacity) {
    const std::int64_t numbers =
        2 * config.layers * capacity * config.keyValueHeads * config.headSize;
    return static_cast<std::uint64_t>(numbers) * sizeof(float);
}

Matrix<float> KvCache::rows(Buffer<float>& all, std::int64_t layer) {
    return {all.data() + layer * capacity_ * rowSize_, capacity_, rowSize_};
}

Matrix<float> KvCache::keys(std::int64_t layer) {
    return rows(keys_, layer);
}

Matrix<float> KvCache::values(std::int64_t layer) {
    return rows(values_, layer);
}

void KvCache::append(std::span<const std::int32_t> ids) {
    DSM_CHECK(size() + static_cast<std::int64_t>(ids.size()) <= capacity_);
    ids_.insert(ids_.end(), ids.begin(), ids.end());
}

void KvCache::truncate(std::int64_t size) {
    DSM_CHECK(size >= 0 && size <= this->size());
    ids_.resize(static_cast<std::size_t>(size));
}

std::int64_t KvCache::commonPrefix(std::span<const std::int32_t> ids) const {
    const auto difference = std::mismatch(ids_.begin(), ids_.end(), ids.begin(), ids.end());
    return difference.first - ids_.begin();
}

}  // namespace dsm
