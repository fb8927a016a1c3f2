// Op inputs: random numbers, weights of every type and caches, for whatever tries operations.
//
// Ownership Owned.. holds what its view() shows.
// Threads   One at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "kernels/base/buffer.h"
#include "kernels/base/kv_panels.h"
#include "kernels/base/views.h"
#include "kernels/ops/expert_groups.h"

namespace dsm::selftest {

// Numbers from a normal distribution, the same on every machine and run.
class Random {
  public:
    explicit Random(unsigned seed = 1) : engine_(seed) {}

    std::vector<float> floats(std::int64_t count, float scale = 1);
    std::int32_t below(std::int64_t bound) {
        return static_cast<std::int32_t>(engine_() % static_cast<std::uint32_t>(bound));
    }

  private:
    std::mt19937 engine_;
};

// A weight that owns its numbers. Those of a plain type end where their memory ends (a read beyond
// shows under AddressSanitizer). Packed types take the nearest level for each number.
class OwnedWeight {
  public:
    OwnedWeight() = default;
    OwnedWeight(const std::vector<float>& values, std::int64_t rows, std::int64_t cols, DType type);
    // Random numbers whose products with a row of ones have variance 1.
    OwnedWeight(Random& random, std::int64_t rows, std::int64_t cols, DType type);

    // Quantises the scales of NF4 once more.
    OwnedWeight& nest();
    // Factors of an adapter of this rank, about as large as the weight; rank 0: none.
    OwnedWeight& adapt(Random& random, std::int64_t rank);

    Weight view() const;

  private:
    void storePlain(const std::vector<float>& values);
    void storeBlocks(const std::vector<float>& values);
    void storeNf4(const std::vector<float>& values);

    std::vector<std::byte> bytes_;
    Buffer<std::byte> blocks_;
    std::vector<float> absmax_;
    std::vector<std::uint8_t> codes_;  // of nested scales; absmax_ are theirs then
    std::vector<float> map_;
    std::unique_ptr<Nf4Scales> scales_;
    std::vector<float> a_, b_;
    std::unique_ptr<LowRank> lowRank_;
    DType type_ = DType::F32;
    std::int64_t rows_ = 0;
    std::int64_t cols_ = 0;
};

std::vector<Weight> viewsOf(const std::vector<OwnedWeight>& weights);

// The cache of one layer, all zero.
class OwnedCache {
  public:
    OwnedCache(KvType type, std::int64_t positions, std::int64_t heads, std::int64_t headSize)
        : shape_{.type = type,
                 .positions = (positions + kKvPanel - 1) / kKvPanel * kKvPanel,
                 .heads = heads,
                 .headSize = headSize},
          keys_(static_cast<std::size_t>(shape_.sizeBytes())),
          values_(static_cast<std::size_t>(shape_.sizeBytes())) {}

    KvPanels view() const {
        KvPanels panels = shape_;
        panels.keys = keys_.data();
        panels.values = values_.data();
        return panels;
    }

  private:
    KvPanels shape_;
    Buffer<std::byte> keys_, values_;
};

// `rows` rows of `cols` numbers, from row `first` on.
Matrix<const float> rowsOf(const std::vector<float>& values, std::int64_t first, std::int64_t rows,
                           std::int64_t cols);

// Slots by expert, straight from the definition.
struct OwnedGroups {
    std::vector<std::int32_t> slots;
    std::vector<std::int32_t> begin{0};

    OwnedGroups(std::span<const std::int32_t> expert, std::int64_t experts);
    ExpertGroups view() { return {slots, begin}; }
};

// The lines of rope.h for the positions below `positions`, theta 10000.
std::vector<float> rotaryTable(std::int64_t headSize, std::int64_t positions);

// Runs body(begin, count) over `tokens` tokens, `step` at a time, once even for no token.
template <class Body>
void inSteps(std::int64_t tokens, std::int64_t step, const Body& body) {
    if (tokens == 0) body(std::int64_t{0}, std::int64_t{0});
    for (std::int64_t begin = 0; begin < tokens; begin += step) {
        body(begin, std::min(step, tokens - begin));
    }
}

}  // namespace dsm::selftest
