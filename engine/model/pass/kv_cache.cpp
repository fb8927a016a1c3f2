#include "engine/model/pass/kv_cache.h"

#include <algorithm>

#include "kernels/base/buffer.h"

namespace dsm {

namespace {

// Whole panels.
constexpr std::int64_t paddedPositions(std::int64_t capacity) {
    return (capacity + kKvPanel - 1) / kKvPanel * kKvPanel;
}

}  // namespace

KvCache::KvCache(const ModelConfig& config, std::int64_t capacity, KvType type)
    : KvCache(config, capacity, type, hostMemory(plannedBytes(config, capacity, type))) {}

KvCache::KvCache(const ModelConfig& config, std::int64_t capacity, KvType type,
                 std::shared_ptr<std::byte> memory)
    : capacity_(capacity),
      type_(type),
      layers_(config.layers),
      heads_(config.keyValueHeads),
      headSize_(config.headSize),
      layerBytes_(layerBytes(config, capacity, type)),
      memory_(std::move(memory)) {
    DSM_CHECK(capacity > 0);
    ids_.reserve(static_cast<std::size_t>(capacity));
}

std::int64_t KvCache::layerBytes(const ModelConfig& config, std::int64_t capacity, KvType type) {
    return KvPanels{.type = type,
                    .positions = paddedPositions(capacity),
                    .heads = config.keyValueHeads,
                    .headSize = config.headSize}
        .sizeBytes();
}

std::uint64_t KvCache::plannedBytes(const ModelConfig& config, std::int64_t capacity, KvType type) {
    return static_cast<std::uint64_t>(2 * config.layers * layerBytes(config, capacity, type));
}

KvPanels KvCache::layer(std::int64_t layer) const {
    return {.keys = memory_.get() + layer * layerBytes_,
            .values = memory_.get() + (layers_ + layer) * layerBytes_,
            .type = type_,
            .positions = paddedPositions(capacity_),
            .heads = heads_,
            .headSize = headSize_};
}

void KvCache::append(std::span<const std::int32_t> ids) {
    DSM_CHECK(size() + static_cast<std::int64_t>(ids.size()) <= capacity_);
    ids_.insert(ids_.end(), ids.begin(), ids.end());
}

void KvCache::truncate(std::int64_t size) {
    DSM_CHECK(size >= 0 && size <= this->size());
    ids_.resize(static_cast<std::size_t>(size));
}

void KvCache::takeFrom(const KvCache& other, std::int64_t positions, const Copy& copy) {
    DSM_CHECK(type_ == other.type_ && layers_ == other.layers_ && heads_ == other.heads_ &&
              headSize_ == other.headSize_);
    DSM_CHECK(this != &other && positions <= other.size() && positions <= capacity_);
    const std::int64_t bytes =
        (positions + kKvPanel - 1) / kKvPanel * kvPanelBytes(type_, headSize_);
    for (std::int64_t l = 0; l < layers_ && positions > 0; ++l) {
        const KvPanels to = layer(l);
        const KvPanels from = other.layer(l);
        for (std::int64_t g = 0; g < heads_; ++g) {
            copy(to.keys + to.panelOf(g, 0), from.keys + from.panelOf(g, 0), bytes);
            copy(to.values + to.panelOf(g, 0), from.values + from.panelOf(g, 0), bytes);
        }
    }
    ids_.assign(other.ids_.begin(), other.ids_.begin() + positions);
}

std::int64_t KvCache::commonPrefix(std::span<const std::int32_t> ids) const {
    const auto difference = std::mismatch(ids_.begin(), ids_.end(), ids.begin(), ids.end());
    return difference.first - ids_.begin();
}

}  // namespace dsm
