// What the tests of training share: the golden models with something that learns, and the samples
// that PyTorch was given.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/model/pass/weights.h"
#include "engine/train/training_pass.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_models.h"

namespace dsm::test {

// A golden model's weights and what learns of them.
struct TrainableModel {
    ModelConfig config;
    std::unique_ptr<Weights> weights;
    std::unique_ptr<TrainableWeights> trained;
};

inline TrainableModel loadTrainable(const std::filesystem::path& folder,
                                    const TrainTargets& targets) {
    TrainableModel model;
    auto config = readConfig(folder);
    auto checkpoint = Checkpoint::open(folder);
    DSM_CHECK(config.has_value() && checkpoint.has_value());
    model.config = *config;
    auto weights = Weights::load(std::move(*checkpoint), model.config, {}, {});
    DSM_CHECK(weights.has_value());
    model.weights = std::make_unique<Weights>(std::move(*weights));
    auto trained = TrainableWeights::make(model.config, *model.weights, targets, 7);
    if (!trained) {
        ADD_FAILURE() << trained.error().message;
        return model;
    }
    model.trained = std::make_unique<TrainableWeights>(std::move(*trained));
    return model;
}

inline TrainTargets loraTargets(std::vector<std::string> names, std::int64_t rank, double alpha) {
    TrainTargets targets;
    targets.targets = std::move(names);
    targets.lora.rank = rank;
    targets.lora.alpha = alpha;
    return targets;
}

inline TrainTargets fullTargets() {
    TrainTargets targets;
    targets.method = TrainMethod::Full;
    return targets;
}

}  // namespace dsm::test
