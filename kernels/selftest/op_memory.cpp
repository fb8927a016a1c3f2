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
    DSM_CHECK(weight.nf4->absmax != nullptr);  // no case has nested ones
    const std::int64_t count = weight.rows * weight.cols;
    return bytesOf(weight.nf4->absmax, (count + kNf4BlockWeights - 1) / kNf4BlockWeights * 4);
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
    std::vector<std::span<const std::byte>> numbers, scales;
    for (const Weight& weight : weights) {
        numbers.push_back(numbersOf(weight));
        if (weight.type == DType::NF4) scales.push_back(scalesOf(weight));
    }
    const auto placedNumbers = memory_.borrowAll(numbers);
    const auto placedScales = memory_.borrowAll(scales);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        placed[i].data = held_.emplace_back(placedNumbers[i]).get();
        if (scales.empty()) continue;
        const std::byte* absmax = held_.emplace_back(placedScales[i]).get();
        placed[i].nf4 =
            &scales_.emplace_back(Nf4Scales{.absmax = reinterpret_cast<const float*>(absmax)});
    }
    placeFactors(placed);
    return placed;
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
