#include "kernels/selftest/op_inputs.h"

#include <cmath>
#include <cstring>
#include <numeric>

#include "kernels/base/weight_blocks.h"
#include "kernels/ops/rope.h"
#include "kernels/train_op_table.h"

namespace dsm::selftest {
namespace {

// The largest magnitude of x[0 .. count).
float largest(const float* x, std::size_t count) {
    float most = 0;
    for (std::size_t i = 0; i < count; ++i)
        most = std::max(most, std::abs(x[i]));
    return most;
}

template <class Levels>
unsigned nearestIndex(const Levels& levels, float level) {
    unsigned best = 0;
    for (unsigned i = 1; i < std::size(levels); ++i) {
        const auto distance = [&](unsigned index) {
            return std::abs(level - static_cast<float>(levels[index]));
        };
        if (distance(i) < distance(best)) best = i;
    }
    return best;
}

std::int8_t nearestCode(DType type, float level) {
    if (type == DType::Q4) return static_cast<std::int8_t>(nearestIndex(kQ4Levels, level));
    return static_cast<std::int8_t>(std::clamp(std::nearbyint(level), -127.0F, 127.0F));
}

}  // namespace

std::vector<float> Random::floats(std::int64_t count, float scale) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) {
        // The sum of four uniform numbers: near enough to normal, and exact on every machine.
        float sum = 0;
        for (int i = 0; i < 4; ++i)
            sum += static_cast<float>(engine_() >> 8) * 0x1p-24F - 0.5F;
        value = scale * (sum * 1.7F);
    }
    return values;
}

OwnedWeight::OwnedWeight(const std::vector<float>& values, std::int64_t rows, std::int64_t cols,
                         DType type)
    : type_(type), rows_(rows), cols_(cols) {
    DSM_CHECK(static_cast<std::int64_t>(values.size()) == rows * cols);
    if (isPlain(type)) {
        storePlain(values);
    } else if (isBlocked(type)) {
        storeBlocks(values);
    } else {
        storeNf4(values);
    }
}

OwnedWeight::OwnedWeight(Random& random, std::int64_t rows, std::int64_t cols, DType type)
    : OwnedWeight(random.floats(rows * cols, 1 / std::sqrt(static_cast<float>(cols))), rows, cols,
                  type) {}

Weight OwnedWeight::view() const {
    const void* data = bytes_.data();
    if (isBlocked(type_)) data = blocks_.data();
    return {data,          type_, rows_, cols_, type_ == DType::NF4 ? scales_.get() : nullptr,
            lowRank_.get()};
}

OwnedWeight& OwnedWeight::nest() {
    if (type_ != DType::NF4) return *this;
    constexpr auto kBlock = static_cast<std::size_t>(kNf4NestedBlock);
    const std::vector<float> plain = std::move(absmax_);
    const float offset = std::accumulate(plain.begin(), plain.end(), 0.0F) /
                         static_cast<float>(std::max<std::size_t>(plain.size(), 1));
    map_.assign(kSignedMap.begin(), kSignedMap.end());
    absmax_.clear();
    std::vector<float> rest(plain.size());
    std::transform(plain.begin(), plain.end(), rest.begin(), [&](float x) { return x - offset; });
    for (std::size_t begin = 0; begin < rest.size(); begin += kBlock)
        absmax_.push_back(largest(&rest[begin], std::min(kBlock, rest.size() - begin)));
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const float scale = absmax_[i / kBlock];
        codes_.push_back(
            static_cast<std::uint8_t>(nearestIndex(map_, scale > 0 ? rest[i] / scale : 0.0F)));
    }
    *scales_ = {.absmax = nullptr,
                .absmaxCode = codes_.data(),
                .nestedAbsmax = absmax_.data(),
                .nestedMap = map_.data(),
                .offset = offset};
    return *this;
}

OwnedWeight& OwnedWeight::adapt(Random& random, std::int64_t rank) {
    if (rank == 0) return *this;
    a_ = random.floats(rank * cols_, 1 / std::sqrt(static_cast<float>(cols_)));
    b_ = random.floats(rows_ * rank, 1 / std::sqrt(static_cast<float>(rank)));
    lowRank_ = std::make_unique<LowRank>(
        LowRank{{a_.data(), rank, cols_}, {b_.data(), rows_, rank}, 0.75F});
    return *this;
}

void OwnedWeight::storePlain(const std::vector<float>& values) {
    bytes_.resize(values.size() * sizeBytes(type_));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const BFloat16 half = toBFloat16(values[i]);
        if (type_ == DType::F32) std::memcpy(&bytes_[i * 4], &values[i], 4);
        if (type_ == DType::BF16) std::memcpy(&bytes_[i * 2], &half, 2);
    }
}

// The nearest levels for a scale that reaches the largest number.
void OwnedWeight::storeBlocks(const std::vector<float>& values) {
    blocks_ = Buffer<std::byte>(static_cast<std::size_t>(blockedBytes(type_, rows_, cols_)));
    for (std::int64_t r = 0; r < rows_; ++r) {
        for (std::int64_t b = 0; b * kBlockCols < cols_; ++b) {
            const float* x = values.data() + r * cols_ + b * kBlockCols;
            const auto count =
                static_cast<std::size_t>(std::min(cols_ - b * kBlockCols, kBlockCols));
            WeightBlock block{.scale = floatToHalf(largest(x, count) / 127)};
            const float scale = halfToFloat(block.scale);
            for (std::size_t i = 0; i < count; ++i)
                block.code[i] = nearestCode(type_, scale > 0 ? x[i] / scale : 0);
            writeBlock(type_, blocks_.data(), cols_, r, b, block);
        }
    }
}

void OwnedWeight::storeNf4(const std::vector<float>& values) {
    constexpr auto kBlock = static_cast<std::size_t>(kNf4BlockWeights);
    bytes_.resize((values.size() + 1) / 2);
    for (std::size_t begin = 0; begin < values.size(); begin += kBlock)
        absmax_.push_back(largest(&values[begin], std::min(kBlock, values.size() - begin)));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const unsigned code = nearestIndex(kNf4Levels, values[i] / absmax_[i / kBlock]);
        bytes_[i / 2] |= static_cast<std::byte>(i % 2 == 0 ? code << 4U : code);
    }
    scales_ = std::make_unique<Nf4Scales>(Nf4Scales{.absmax = absmax_.data()});
}

std::vector<Weight> viewsOf(const std::vector<OwnedWeight>& weights) {
    std::vector<Weight> views;
    for (const OwnedWeight& weight : weights)
        views.push_back(weight.view());
    return views;
}

Matrix<const float> rowsOf(const std::vector<float>& values, std::int64_t first, std::int64_t rows,
                           std::int64_t cols) {
    DSM_CHECK(static_cast<std::int64_t>(values.size()) >= (first + rows) * cols);
    return {values.data() + first * cols, rows, cols};
}

OwnedGroups::OwnedGroups(std::span<const std::int32_t> expert, std::int64_t experts) {
    for (std::int64_t e = 0; e < experts; ++e) {
        for (std::size_t slot = 0; slot < expert.size(); ++slot) {
            if (expert[slot] == e) slots.push_back(static_cast<std::int32_t>(slot));
        }
        begin.push_back(static_cast<std::int32_t>(slots.size()));
    }
}

std::vector<float> rotaryTable(std::int64_t headSize, std::int64_t positions) {
    std::vector<float> table(static_cast<std::size_t>(positions * headSize));
    fillRotary({table.data(), positions, headSize}, 10000.0F);
    return table;
}

}  // namespace dsm::selftest
