// Parts of a data set: some samples for training, the others for evaluation.
//
// Errors  Those of the whole.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "engine/train/dataset.h"

namespace dsm {

// Some samples of another data set, which outlives it.
class DatasetPart : public Dataset {
  public:
    DatasetPart(const Dataset& whole, std::vector<std::int64_t> samples)
        : whole_(whole), samples_(std::move(samples)) {}

    std::int64_t size() const override { return static_cast<std::int64_t>(samples_.size()); }
    Result<TrainingSample> sample(std::int64_t i) const override {
        return whole_.sample(samples_[static_cast<std::size_t>(i)]);
    }
    SampleLength length(std::int64_t i) const override {
        return whole_.length(samples_[static_cast<std::size_t>(i)]);
    }
    // Its number in the whole.
    std::int64_t inWhole(std::int64_t i) const { return samples_[static_cast<std::size_t>(i)]; }

  private:
    const Dataset& whole_;
    std::vector<std::int64_t> samples_;
};

struct DatasetParts {
    DatasetPart training, evaluation;
};

// Puts a share of the samples aside, drawn by the seed: at least one, and not all of two or more.
inline DatasetParts splitDataset(const Dataset& whole, double evalShare, std::uint64_t seed) {
    std::vector<std::int64_t> order;
    for (std::int64_t i = 0; i < whole.size(); ++i)
        order.push_back(i);
    std::mt19937_64 random(seed);
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random() % i]);
    const auto wanted =
        static_cast<std::int64_t>(std::llround(evalShare * static_cast<double>(whole.size())));
    std::int64_t aside = wanted;
    if (evalShare > 0 && aside == 0) aside = 1;
    if (aside >= whole.size()) aside = whole.size() > 1 ? whole.size() - 1 : 0;
    const auto cut = order.begin() + aside;
    return {DatasetPart(whole, {cut, order.end()}), DatasetPart(whole, {order.begin(), cut})};
}

}  // namespace dsm
