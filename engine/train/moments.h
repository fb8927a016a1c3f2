// Moments: what AdamW keeps of the gradients so far, in float32 or in blocks of 8 bits
// (adamw8.h), where a training works.
//
// Numbers that decay come first (trainable_weights.h); blocks begin anew behind them.
//
// Ownership Owns its memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/train/activations.h"
#include "engine/train/state/train_checkpoint.h"
#include "engine/train/train_options.h"
#include "kernels/train_op_table.h"

namespace dsm {

class Moments {
  public:
    explicit Moments(WorkMemory& memory)
        : first_(memory), second_(memory), firstCodes_(memory), secondCodes_(memory) {}

    // All zero, for so many numbers, of which the first decay.
    void shape(OptimizerKind kind, std::int64_t decaying, std::int64_t count);
    std::uint64_t sizeBytes() const;
    // What shape() will take.
    static std::uint64_t plannedBytes(OptimizerKind kind, std::int64_t decaying,
                                      std::int64_t count);

    // One step over all numbers. `all` says everything but the moments; its decay is that of the
    // numbers that decay.
    void step(const TrainOps<float>& ops, OpContext& context, const AdamWArgs& all);

    // Where they lie, with the numbers that learn: of the memory of the host.
    OptimizerNumbers numbers(std::span<float> values) const {
        return {values, first_.span(), second_.span(), firstCodes_.span(), secondCodes_.span()};
    }
    // Copies in the memory of the host, of as many numbers.
    struct Copy {
        std::vector<float> first, second;
        std::vector<std::uint8_t> firstCodes, secondCodes;

        OptimizerNumbers numbers(std::span<float> values) {
            return {values, first, second, firstCodes, secondCodes};
        }
    };
    Copy got() const;
    Copy empty() const;
    void put(const Copy& copy);

  private:
    void stepPart(const TrainOps<float>& ops, OpContext& context, AdamWArgs part,
                  std::int64_t begin, std::int64_t blocksBefore);

    OptimizerKind kind_ = OptimizerKind::AdamW;
    std::int64_t decaying_ = 0;
    Grown<float> first_, second_;  // of 8 bits the scales of blocks
    Grown<std::uint8_t> firstCodes_, secondCodes_;
};

}  // namespace dsm
