// Random weights in any type a checkpoint stores, for measuring: bytes are drawn directly, nothing
// is quantised, so that writing them takes the time of the disk.
//
// Weights have mean 0 and a deviation that keeps activations about the same size from layer to
// layer; in bf16 they are bell-shaped, in the other types their levels are equally likely.
//
// Threads  One at a time.
// Errors   The sink's.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/dtype.h"
#include "kernels/base/result.h"
#include "kernels/base/splitmix.h"

namespace dsm::cli {

class RandomWeights {
  public:
    using ByteSink = std::function<Result<void>(std::span<const std::byte>)>;

    explicit RandomWeights(std::uint64_t seed);

    // The bytes of declareStored(spec, type, nestedScales), in its order, in pieces of about 1 MB.
    Result<void> write(const TensorSpec& spec, DType type, bool nestedScales, const ByteSink& sink);

  private:
    float nextBell();                     // mean 0, variance 1
    float nextScale(float weightScale);   // around it, a quarter up or down
    void fill(std::span<std::byte> out);  // equally likely bytes

    Result<void> writeBFloat16(const TensorSpec& spec, const ByteSink& sink);
    Result<void> writeBlocked(const TensorSpec& spec, DType type, const ByteSink& sink);
    void makePanel(const TensorSpec& spec, DType type, std::int64_t panel,
                   std::span<std::byte> out);
    Result<void> writeNf4(const TensorSpec& spec, bool nestedScales, const ByteSink& sink);

    Splitmix64 numbers_;
    std::vector<std::uint8_t> nf4Bytes_;  // two random codes for each 16 random bits
};

}  // namespace dsm::cli
