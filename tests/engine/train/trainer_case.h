// A small trainer over random samples, with options that learn something in a few steps.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "engine/train/trainer.h"
#include "tests/engine/train/training_case.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {

inline MemoryDataset randomSamples(int count, std::uint32_t seed = 3) {
    MemoryDataset data;
    std::uint32_t state = seed;
    const auto below = [&state](std::uint32_t bound) {
        state = state * 1664525U + 1013904223U;
        return static_cast<std::int32_t>((state >> 8) % bound);
    };
    for (int i = 0; i < count; ++i) {
        TrainingSample sample;
        const std::int32_t length = 4 + below(9);
        for (std::int32_t t = 0; t < length; ++t) {
            sample.ids.push_back(below(320));
            sample.labels.push_back(t < 2 ? kNotTrained : sample.ids.back());
        }
        data.add(std::move(sample));
    }
    return data;
}

inline TrainOptions options(const std::filesystem::path& output = {}) {
    TrainOptions o;
    o.targets = loraTargets(attentionTargets(), 4, 8);
    o.batches = {.batchSamples = 2, .accumulation = 2, .seed = 5};
    o.epochs = 2;
    o.rate = 5e-3;
    o.warmupSteps = 1;
    o.output = output;
    return o;
}

class TrainerTest : public testing::Test {
  protected:
    std::unique_ptr<Trainer> make(const TrainOptions& o, const Dataset* evaluation = nullptr,
                                  int threads = 2) {
        auto trainer = Trainer::make(model_.config, *model_.weights, data_, evaluation, o,
                                     Backend::Cpu, threads);
        if (!trainer) {
            ADD_FAILURE() << trainer.error().message;
            return nullptr;
        }
        return std::move(*trainer);
    }
    static std::vector<float> values(const Trainer& trainer) {
        const auto v = trainer.trained().values();
        return {v.begin(), v.end()};
    }

    TrainableModel model_ = loadTrainable(goldenFolder("tiny_gqa"), loraTargets({"q_proj"}, 1, 1));
    MemoryDataset data_ = randomSamples(18);
    TemporaryFolder folder_;
};

}  // namespace dsm::test
