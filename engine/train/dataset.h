// Dataset: what a training run learns from, as token ids and labels.
//
// Labels stand beside their own token: labels[i] is ids[i] where the model shall learn to write
// that token after ids[0 .. i), and kNotTrained where it only reads it. The first label counts for
// nothing, since nothing stands before it.
//
// Threads  sample() may be called from one thread at a time.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace dsm {

inline constexpr std::int32_t kNotTrained = -100;

struct TrainingSample {
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> labels;  // as many as ids
};

class Dataset {
  public:
    virtual ~Dataset() = default;

    virtual std::int64_t size() const = 0;
    virtual TrainingSample sample(std::int64_t i) const = 0;  // 0 <= i < size()
};

// One that lies in memory.
class MemoryDataset : public Dataset {
  public:
    MemoryDataset() = default;
    explicit MemoryDataset(std::vector<TrainingSample> samples) : samples_(std::move(samples)) {}

    void add(TrainingSample sample) { samples_.push_back(std::move(sample)); }
    std::int64_t size() const override { return static_cast<std::int64_t>(samples_.size()); }
    TrainingSample sample(std::int64_t i) const override {
        return samples_[static_cast<std::size_t>(i)];
    }

  private:
    std::vector<TrainingSample> samples_;
};

}  // namespace dsm
