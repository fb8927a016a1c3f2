// Dataset: what a training run learns from, as token ids and labels.
//
// Labels stand beside their own token: labels[i] is ids[i] where the model shall learn to write
// that token after ids[0 .. i), and kNotTrained where it only reads it. The first label counts for
// nothing, since nothing stands before it.
//
// Threads  sample() may be called from one thread at a time.
// Errors   sample(): Io, naming the file. What cannot be read is never an empty sample.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::int32_t kNotTrained = -100;

struct TrainingSample {
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> labels;  // as many as ids
};

struct SampleLength {
    std::int64_t tokens = 0;
    std::int64_t labels = 0;  // that count
};

inline SampleLength lengthOf(const TrainingSample& sample) {
    const auto size = static_cast<std::int64_t>(sample.ids.size());
    if (size == 0) return {};
    return {size,
            size - 1 - std::count(sample.labels.begin() + 1, sample.labels.end(), kNotTrained)};
}

class Dataset {
  public:
    virtual ~Dataset() = default;

    virtual std::int64_t size() const = 0;
    // 0 <= i < size()
    virtual Result<TrainingSample> sample(std::int64_t i) const = 0;
    // Known without reading the sample.
    virtual SampleLength length(std::int64_t i) const = 0;
};

// One that lies in memory.
class MemoryDataset : public Dataset {
  public:
    MemoryDataset() = default;
    explicit MemoryDataset(std::vector<TrainingSample> samples) : samples_(std::move(samples)) {}

    void add(TrainingSample sample) { samples_.push_back(std::move(sample)); }
    std::int64_t size() const override { return static_cast<std::int64_t>(samples_.size()); }
    Result<TrainingSample> sample(std::int64_t i) const override { return at(i); }
    SampleLength length(std::int64_t i) const override { return lengthOf(at(i)); }

  private:
    const TrainingSample& at(std::int64_t i) const { return samples_[static_cast<std::size_t>(i)]; }

    std::vector<TrainingSample> samples_;
};

}  // namespace dsm
