// KV cache: the keys and values of the tokens read so far, and which tokens they are.
//
// Row s of a layer belongs to ids()[s]. A text that begins with the same ids needs only its rest
// computed: truncate to the common prefix, then read on.
//
// Letters   S capacity in positions, G key/value heads, K head size.
// Ownership Owns keys and values, allocated once, on the host or where its maker wants them.
// Threads   One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/model/checkpoint/config.h"
#include "kernels/base/kv_panels.h"

namespace dsm {

class KvCache {
  public:
    // Throws std::bad_alloc where memory does not suffice.
    KvCache(const ModelConfig& config, std::int64_t capacity, KvType type);
    // In this memory, plannedBytes() of it on a 64-byte boundary: a device's, where layer() is not
    // for the host to look at.
    KvCache(const ModelConfig& config, std::int64_t capacity, KvType type,
            std::shared_ptr<std::byte> memory);

    static std::uint64_t plannedBytes(const ModelConfig& config, std::int64_t capacity,
                                      KvType type);

    std::int64_t capacity() const { return capacity_; }
    std::int64_t size() const { return static_cast<std::int64_t>(ids_.size()); }
    std::span<const std::int32_t> ids() const { return ids_; }

    KvType type() const { return type_; }
    std::int64_t layers() const { return layers_; }

    // All positions of a layer, also those past size(): the forward pass writes there first and
    // then appends the ids.
    KvPanels layer(std::int64_t layer) const;

    // Counts the rows [size(), size() + ids.size()) as filled by these tokens.
    void append(std::span<const std::int32_t> ids);
    // Forgets every position from `size` on.
    void truncate(std::int64_t size);
    // Takes over the first `positions` of another cache of the same model and type, in place of what
    // it held. copy(to, from, bytes) copies a piece of memory, wherever that lies.
    using Copy = std::function<void(std::byte* to, const std::byte* from, std::int64_t bytes)>;
    void takeFrom(const KvCache& other, std::int64_t positions, const Copy& copy);
    // How many of the first ids are those of the cache.
    std::int64_t commonPrefix(std::span<const std::int32_t> ids) const;

  private:
    static std::int64_t layerBytes(const ModelConfig& config, std::int64_t capacity, KvType type);

    std::int64_t capacity_;
    KvType type_;
    std::int64_t layers_;
    std::int64_t heads_;
    std::int64_t headSize_;
    std::int64_t layerBytes_;            // of the keys of one layer, and again of its values
    std::shared_ptr<std::byte> memory_;  // the keys of [L] layers, then the values
    std::vector<std::int32_t> ids_;
};

}  // namespace dsm
