// Sample shapes: what any limit of tokens would do to samples that are known whole, without reading
// or tokenising them again.
//
// What a limit does is a sum over smaller limits: each sample is added where something of it begins
// or ends, and at() sums up to its limit, whatever the number of samples.
//
// Memory   40 bytes for each token of the longest sample.
// Threads  Any, while none is added or removed.
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
    // A whole sample.
    void add(const TrainingSample& sample) { count(sample, 1); }
    // One that was added.
    void remove(const TrainingSample& sample) { count(sample, -1); }

    std::int64_t size() const { return size_; }
    LimitOutcome at(std::int64_t maximumTokens) const;

    // How many samples have from 1 to `width` tokens, the next `width`, and so on; the last of the
    // bars holds all that are longer.
    std::vector<std::int64_t> histogram(int bars, std::int64_t width) const;

  private:
    // What changes where the limit grows to this.
    struct Change {
        std::int64_t whole = 0;         // so many samples have this many tokens
        std::int64_t trainedWhole = 0;  // of these, where anything is trained
        std::int64_t begun = 0;         // have something to train from here on
        std::int64_t covering = 0;      // more stretches, or fewer, whose token is the last
        std::int64_t open = 0;          // likewise, that go on behind it
    };

    void count(const TrainingSample& sample, int times);

    std::vector<Change> changes_;  // by the limit
    std::int64_t size_ = 0;
};

}  // namespace dsm
