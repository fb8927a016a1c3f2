// Converts one weight after the other from a mapped file into the bytes of another type.
//
// Memory    A piece of about kPieceBytes of output, and the scales of one NF4 weight; pages of the
//           source are given back as they are read.
// Threads   One conversion at a time; uses the whole pool.
// Errors    Malformed: a weight is not finite. Cancelled. Those of the sink.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/format/sha256.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/quantize/blocks.h"
#include "kernels/base/result.h"
#include "kernels/base/thread_pool.h"

namespace dsm {

struct TensorConversion {
    const TensorSpec& spec;
    PlainRows source;
    DType type;                         // to convert to; a plain one other than BF16 only to copy
    bool nestedScales = false;          // of NF4
    std::span<const float> importance;  // of each column, for Q4; may be empty
};

class TensorConverter {
  public:
    static constexpr std::size_t kPieceBytes = 8U << 20;
    using ByteSink = std::function<Result<void>(std::span<const std::byte>)>;

    TensorConverter(ThreadPool& pool, std::stop_token stop);

    // Hands the bytes of declareStored() to `sink`, in its order; returns the SHA-256 of the
    // source's bytes.
    Result<std::string> convert(const TensorConversion& conversion, const ByteSink& sink);

  private:
    Result<void> convertBlocked(const TensorConversion& conversion, const ByteSink& sink);
    Result<void> convertNf4(const TensorConversion& conversion, const ByteSink& sink);
    Result<void> convertPlain(const TensorConversion& conversion, const ByteSink& sink);

    // Runs make(begin, end) over [0, count) on the pool, and adds `read` to the hash meanwhile.
    // make() returns whether what it read was finite.
    template <class Make>
    Result<void> makePiece(const TensorSpec& spec, std::span<const std::byte> read,
                           std::int64_t count, const Make& make);

    ThreadPool& pool_;
    std::stop_token stop_;
    Sha256 hash_;
    std::vector<std::byte> piece_;
};

}  // namespace dsm
