// The golden runs of training (tests/golden/golden_training.py): samples, starts and the curves of
// PyTorch.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/engine/train/training_case.h"

namespace dsm::test {

inline constexpr int kSteps = 20;
inline constexpr std::size_t kBatch = 4;

inline const Golden& trainingGolden() {
    static const Golden file({"training.safetensors"});
    return file;
}

inline std::vector<TrainingSample> goldenSamples(const std::string& folder) {
    const auto ids = trainingGolden().integers(folder + ".ids");
    const auto lengths = trainingGolden().integers(folder + ".lengths");
    const auto starts = trainingGolden().integers(folder + ".starts");
    std::vector<TrainingSample> samples;
    auto at = ids.begin();
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        TrainingSample sample{{at, at + lengths[i]}, {at, at + lengths[i]}};
        std::fill_n(sample.labels.begin(), starts[i], kNotTrained);
        samples.push_back(std::move(sample));
        at += lengths[i];
    }
    return samples;
}

struct GoldenCase {
    const char* folder;
    const char* name;
    TrainTargets targets;
    double rate, decay;
};

inline std::vector<GoldenCase> goldenCases() {
    std::vector<GoldenCase> all;
    for (const char* folder : {"tiny", "tiny_gqa"}) {
        all.push_back({folder, "attention", loraTargets(attentionTargets(), 4, 8), 5e-3, 0});
        all.push_back({folder, "all", loraTargets(allLinearTargets(), 2, 8), 5e-3, 0});
        all.push_back({folder, "full", fullTargets(), 1e-3, 0.1});
    }
    return all;
}

inline std::string keyOf(const GoldenCase& c) {
    return std::string(c.folder) + "." + c.name + ".";
}

// PyTorch's names of whole weights and factors are the parameters' own.
inline void setGoldenStart(const GoldenCase& c, TrainableWeights& weights) {
    if (weights.targets().method == TrainMethod::Full) return;
    for (const Parameter& p : weights.parameters()) {
        const std::vector<float> start = trainingGolden().floats(keyOf(c) + "start." + p.name);
        ASSERT_EQ(start.size(), static_cast<std::size_t>(p.size())) << p.name;
        std::copy(start.begin(), start.end(), weights.values().begin() + p.offset);
    }
}

inline double normOf(std::span<const float> values) {
    double sum = 0;
    for (const float v : values)
        sum += static_cast<double>(v) * static_cast<double>(v);
    return std::sqrt(sum);
}

// alpha of the golden model's balance loss, and its samples' share.
inline PassScale scaleOf(std::int64_t labels, std::size_t samples) {
    return {.tokens = 1.0 / static_cast<double>(labels),
            .balance = 0.001 / static_cast<double>(samples)};
}

// The share of the golden runs' rate at step i.
inline double goldenRate(int i) {
    return i < 2 ? i / 2.0 : 0.5 * (1 + std::cos(std::numbers::pi * (i - 2) / (kSteps - 2)));
}

}  // namespace dsm::test
