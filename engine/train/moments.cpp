#include "engine/train/moments.h"

namespace dsm {
namespace {

std::int64_t blocksOfAll(std::int64_t decaying, std::int64_t count) {
    return momentBlocks(decaying) + momentBlocks(count - decaying);
}

template <class T>
std::span<T> partOf(std::span<T> all, std::int64_t begin, std::int64_t count) {
    return all.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
}

}  // namespace

void Moments::shape(OptimizerKind kind, std::int64_t decaying, std::int64_t count) {
    kind_ = kind;
    decaying_ = decaying;
    const bool isPacked = kind == OptimizerKind::AdamW8;
    const std::int64_t numbers = isPacked ? blocksOfAll(decaying, count) : count;
    first_.shaped(1, numbers);
    second_.shaped(1, numbers);
    firstCodes_.shaped(1, isPacked ? count : 0);
    secondCodes_.shaped(1, isPacked ? count : 0);
}

std::uint64_t Moments::sizeBytes() const {
    return first_.sizeBytes() + second_.sizeBytes() + firstCodes_.sizeBytes() +
           secondCodes_.sizeBytes();
}

std::uint64_t Moments::plannedBytes(OptimizerKind kind, std::int64_t decaying, std::int64_t count) {
    if (kind == OptimizerKind::AdamW) return static_cast<std::uint64_t>(count) * 8;
    return static_cast<std::uint64_t>(count) * 2 +
           static_cast<std::uint64_t>(blocksOfAll(decaying, count)) * 8;
}

void Moments::stepPart(const TrainOps<float>& ops, OpContext& context, AdamWArgs part,
                       std::int64_t begin, std::int64_t blocksBefore) {
    const auto count = static_cast<std::int64_t>(part.weight.size());
    if (kind_ == OptimizerKind::AdamW) {
        part.first = partOf(first_.span(), begin, count);
        part.second = partOf(second_.span(), begin, count);
        return ops.adamW(context, part);
    }
    const std::int64_t blocks = momentBlocks(count);
    ops.adamW8(context, {.weight = part.weight,
                         .gradient = part.gradient,
                         .first = partOf(firstCodes_.span(), begin, count),
                         .second = partOf(secondCodes_.span(), begin, count),
                         .firstScale = partOf(first_.span(), blocksBefore, blocks),
                         .secondScale = partOf(second_.span(), blocksBefore, blocks),
                         .step = part.step,
                         .rate = part.rate,
                         .beta1 = part.beta1,
                         .beta2 = part.beta2,
                         .epsilon = part.epsilon,
                         .decay = part.decay,
                         .gradientScale = part.gradientScale,
                         .clip = part.clip});
}

void Moments::step(const TrainOps<float>& ops, OpContext& context, const AdamWArgs& all) {
    const auto count = static_cast<std::int64_t>(all.weight.size());
    AdamWArgs part = all;
    part.weight = partOf(all.weight, 0, decaying_);
    part.gradient = partOf(all.gradient, 0, decaying_);
    stepPart(ops, context, part, 0, 0);
    part.weight = partOf(all.weight, decaying_, count - decaying_);
    part.gradient = partOf(all.gradient, decaying_, count - decaying_);
    part.decay = 0;
    stepPart(ops, context, part, decaying_, momentBlocks(decaying_));
}

Moments::Copy Moments::got() const {
    return {first_.got(), second_.got(), firstCodes_.got(), secondCodes_.got()};
}

Moments::Copy Moments::empty() const {
    return {std::vector<float>(first_.span().size()), std::vector<float>(second_.span().size()),
            std::vector<std::uint8_t>(firstCodes_.span().size()),
            std::vector<std::uint8_t>(secondCodes_.span().size())};
}

void Moments::put(const Copy& copy) {
    first_.put(copy.first);
    second_.put(copy.second);
    firstCodes_.put(copy.firstCodes);
    secondCodes_.put(copy.secondCodes);
}

}  // namespace dsm
