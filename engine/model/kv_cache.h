// KV cache: the keys and values of the tokens read so far, and which tokens they are.
//
// Row s of a layer belongs to ids()[s]. A text that begins with the same ids needs only its rest
// computed: truncate to the common prefix, then read on.
//
// Letters   S capacity in positions, G key/value heads, K head size.
// Ownership Owns keys and values in float32, allocated once.
// Threads   One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/config.h"
#include "kernels/base/buffer.h"
#include "kernels/base/views.h"

namespace dsm {

class KvCache {
  public:
    // Throws std::bad_alloc where memory does not suffice.
    KvCache(const ModelConfig& config, std::int64_t capacity);

    static std::uint64_t plannedBytes(const ModelConfig& config, std::int64_t capacity);

    std::int64_t capacity() const { return capacity_; }
    std::int64_t size() const { return static_cast<std::int64_t>(ids_.size()); }
    std::span<const std::int32_t> ids() const { return ids_; }

    // All rows of a layer, also those past size(): the forward pass writes there first and then
    // appends the ids.
    Matrix<float> keys(std::int64_t layer);    // [S, G*K]
    Matrix<float> values(std::int64_t layer);  // [S, G*K]

    // Counts the rows [size(), size() + ids.size()) as filled by these tokens.
    void append(std::span<const std::int32_t> ids);
    // Forgets every position from `size` on.
    void truncate(std::int64_t size);
    // How many of the first ids are those of the cache.
    std::int64_t commonPrefix(std::span<const std::int32_t> ids) const;

  private:
    Matrix<float> rows(Buffer<float>& all, std::int64_t layer);

    std::int64_t capacity_;
    std::int64_t rowSize_;  // G*K
    Buffer<float> keys_;    // [L, S, G*K]
    Buffer<float> values_;  // [L, S, G*K]
    std::vector<std::int32_t> ids_;
};

}  // namespace dsm
