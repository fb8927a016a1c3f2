#include "kernels/selftest/op_memory.h"

#include <cstring>

#include "kernels/base/buffer.h"

namespace dsm::selftest {
namespace {

class HostMemory : public OpMemory {
  public:
    std::shared_ptr<const std::byte> borrow(std::span<const std::byte> bytes) override {
        return {std::shared_ptr<const std::byte>(), bytes.data()};
    }
    std::shared_ptr<std::byte> copy(std::span<const std::byte> bytes) override {
        std::shared_ptr<std::byte> memory = dsm::hostMemory(bytes.size());
        std::copy(bytes.begin(), bytes.end(), memory.get());
        return memory;
    }
    void fetch(const std::byte* from, std::span<std::byte> to) override {
        std::copy(from, from + to.size(), to.data());
    }
};

std::span<const std::byte> bytesOf(const void* data, std::int64_t count) {
    return {static_cast<const std::byte*>(data), static_cast<std::size_t>(count)};
}

std::span<const std::byte> numbersOf(const Weight& weight) {
    if (weight.type == DType::NF4) return bytesOf(weight.data, (weight.rows * weight.cols + 1) / 2);
    return bytesOf(weight.data, static_cast<std::int64_t>(weight.sizeBytes()));
}

std::span<const std::byte> scalesOf(const Weight& weight) {
    const std::int64_t count = weight.rows * weight.cols;
    const std::int64_t blocks = (count + kNf4BlockWeights - 1) / kNf4BlockWeights;
    if (weight.nf4->absmax == nullptr) return bytesOf(weight.nf4->absmaxCode, blocks);
    return bytesOf(weight.nf4->absmax, blocks * 4);
}

// The offset, the map and the scales of scales.
std::vector<float> tablesOf(const Weight& weight, std::int64_t blocks) {
    const Nf4Scales& scales = *weight.nf4;
    std::vector<float> tables{scales.offset};
    tables.insert(tables.end(), scales.nestedMap, scales.nestedMap + 256);
    tables.insert(tables.end(), scales.nestedAbsmax,
                  scales.nestedAbsmax + (blocks + kNf4NestedBlock - 1) / kNf4NestedBlock);
    return tables;
}

}  // namespace

std::vector<std::shared_ptr<const std::byte>> OpMemory::borrowAll(
    const std::vector<std::span<const std::byte>>& pieces) {
    std::vector<std::shared_ptr<const std::byte>> borrowed;
    for (const auto& piece : pieces)
        borrowed.push_back(borrow(piece));
    return borrowed;
}

OpMemory& hostMemory() {
    static HostMemory memory;
    return memory;
}

const std::byte* PlacedInputs::bytes(std::span<const std::byte> bytes) {
    return held_.emplace_back(memory_.borrow(bytes)).get();
}

Matrix<const float> PlacedInputs::place(const Matrix<const float>& rows) {
    const auto placed = place(std::span(rows.data, static_cast<std::size_t>(rows.size())));
    return {placed.data(), rows.rows, rows.cols};
}

Weight PlacedInputs::place(const Weight& weight) {
    return place(std::vector<Weight>{weight}).front();
}

std::vector<Weight> PlacedInputs::place(const std::vector<Weight>& weights) {
    std::vector<Weight> placed = weights;
    if (weights.empty() || weights.front().data == nullptr) return placed;
    std::vector<std::span<const std::byte>> numbers;
    for (const Weight& weight : weights)
        numbers.push_back(numbersOf(weight));
    const auto placedNumbers = memory_.borrowAll(numbers);
    for (std::size_t i = 0; i < weights.size(); ++i)
        placed[i].data = held_.emplace_back(placedNumbers[i]).get();
    if (weights.front().type == DType::NF4) placeScales(placed);
    placeFactors(placed);
    return placed;
}

void PlacedInputs::placeScales(std::vector<Weight>& weights) {
    std::vector<std::span<const std::byte>> scales, tables;
    const bool areNested = weights.front().nf4->absmax == nullptr;
    for (const Weight& weight : weights) {
        scales.push_back(scalesOf(weight));
        if (!areNested) continue;
        tables_.push_back(tablesOf(weight, static_cast<std::int64_t>(scales.back().size())));
        tables.push_back(std::as_bytes(std::span(tables_.back())));
    }
    const auto placedScales = memory_.borrowAll(scales);
    const auto placedTables = memory_.borrowAll(tables);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const std::byte* own = held_.emplace_back(placedScales[i]).get();
        Nf4Scales& placed = scales_.emplace_back(*weights[i].nf4);
        weights[i].nf4 = &placed;
        if (!areNested) {
            placed.absmax = reinterpret_cast<const float*>(own);
            continue;
        }
        const std::byte* others = held_.emplace_back(placedTables[i]).get();
        placed.absmaxCode = reinterpret_cast<const std::uint8_t*>(own);
        placed.nestedMap = reinterpret_cast<const float*>(others) + 1;
        placed.nestedAbsmax = placed.nestedMap + 256;
    }
}

void PlacedInputs::placeFactors(std::vector<Weight>& weights) {
    if (weights.front().lowRank == nullptr) return;
    std::vector<std::span<const std::byte>> a, b;
    for (const Weight& weight : weights) {
        a.push_back(bytesOf(weight.lowRank->a.data, weight.lowRank->a.size() * 4));
        b.push_back(bytesOf(weight.lowRank->b.data, weight.lowRank->b.size() * 4));
    }
    const auto placedA = memory_.borrowAll(a);
    const auto placedB = memory_.borrowAll(b);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        LowRank& low = lowRanks_.emplace_back(*weights[i].lowRank);
        low.a.data = reinterpret_cast<const float*>(held_.emplace_back(placedA[i]).get());
        low.b.data = reinterpret_cast<const float*>(held_.emplace_back(placedB[i]).get());
        weights[i].lowRank = &low;
    }
}

}  // namespace dsm::selftest
