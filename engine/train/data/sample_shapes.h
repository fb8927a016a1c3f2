// Sample shapes: what any limit of tokens would do to samples that are known whole, without reading
// or tokenising them again.
//
// Memory   4 bytes for each sample and 12 for each stretch of trained tokens: 1.4 million questions
//          and answers take 28 MB, and at() some milliseconds.
// Threads  Any, once all are added.
// Parity   at(L) counts what TextDataset reports when it reads with L as its limit.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/train/dataset.h"

namespace dsm {

struct LimitOutcome {
    std::int64_t examples = 0;      // that are trained on
    std::int64_t trainNothing = 0;  // samples of which nothing is left to train
    std::int64_t cut = 0;           // of the examples: longer than the limit
    std::int64_t cutInsideAnswer = 0;
    std::int64_t tokens = 0;  // of the examples, after cutting
    std::int64_t trainedTokens = 0;
};

class SampleShapes {
  public:
    // A whole sample, of fewer than 2^32 tokens.
    void add(const TrainingSample& sample);

    std::int64_t size() const { return static_cast<std::int64_t>(tokens_.size()); }
    std::int64_t tokens(std::int64_t i) const { return tokens_[static_cast<std::size_t>(i)]; }
    LimitOutcome at(std::int64_t maximumTokens) const;

    // How many samples have from 1 to `width` tokens, the next `width`, and so on; the last of the
    // bars holds all that are longer.
    std::vector<std::int64_t> histogram(int bars, std::int64_t width) const;

  private:
    struct Stretch {
        std::uint32_t sample;
        std::uint32_t begin, end;  // in tokens of it
    };

    std::vector<std::uint32_t> tokens_;
    std::vector<Stretch> trained_;  // in the order of the samples
};

}  // namespace dsm
