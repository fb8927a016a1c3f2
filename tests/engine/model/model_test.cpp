#include "engine/model/model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/support/golden.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using test::allLogits;
using test::Golden;
using test::loadGolden;

struct Case {
    const char* folder;
    const char* backend;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.folder << " on " << c.backend;
}

class EveryModel : public testing::TestWithParam<Case> {
  protected:
    std::string folder() const { return GetParam().folder; }
    std::string backend() const { return GetParam().backend; }
    Golden golden() const { return Golden({folder() + "/golden.safetensors"}); }
    std::unique_ptr<Model> load(int threads = 2) const {
        return loadGolden(folder(), backend(), threads);
    }
};

float largest(const std::vector<float>& values) {
    float result = 0;
    for (const float v : values)
        result = std::max(result, std::abs(v));
    return result;
}

TEST_P(EveryModel, HasTheLogitsOfPyTorch) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const std::vector<float> expected = golden().floats("logits");
    const std::vector<float> actual = allLogits(*model, golden().integers("input_ids"));
    ASSERT_EQ(actual.size(), expected.size());
    const float tolerance = 1e-4F * largest(expected);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(actual[i], expected[i], tolerance) << "logit " << i;
    }
}

TEST_P(EveryModel, ContinuesGreedilyAsPyTorchDoes) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const test::GoldenGreedy golden = test::goldenGreedy(folder());
    for (const auto& one : golden.cases) {
        model->rewind(0);
        auto next = one.prompt;
        std::vector<std::int32_t> continuation;
        while (continuation.size() < one.continuation.size()) {
            const auto logits = model->read(next, {});
            ASSERT_TRUE(logits.has_value());
            const auto best =
                std::max_element(logits->begin(), logits->begin() + golden.sampledVocabulary);
            next = {static_cast<std::int32_t>(best - logits->begin())};
            continuation.push_back(next.front());
        }
        EXPECT_EQ(continuation, one.continuation);
    }
}

TEST_P(EveryModel, GivesTheSameForAPromptAtOnceAndTokenByToken) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const std::vector<std::int32_t> ids = golden().integers("input_ids");
    const auto atOnce = model->read(ids, {});
    ASSERT_TRUE(atOnce.has_value());
    const std::vector<float> expected(atOnce->begin(), atOnce->end());
    model->rewind(0);
    std::vector<float> actual;
    for (const std::int32_t id : ids) {
        const auto logits = model->read({&id, 1}, {});
        actual.assign(logits->begin(), logits->end());
    }
    EXPECT_EQ(actual, expected);  // to the bit
}

TEST_P(EveryModel, GivesTheSameWhereAPrefixIsReused) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const std::vector<std::int32_t> ids = golden().integers("input_ids");
    const std::vector<float> fresh = allLogits(*model, ids);

    // Another end of the text first, so that the cache holds rows that must not be seen again.
    constexpr std::int64_t kShared = 13;
    const std::vector<std::int32_t> otherEnd(20, 5);
    model->rewind(kShared);
    allLogits(*model, otherEnd);
    const std::int64_t common = model->cache().commonPrefix(ids);
    ASSERT_GE(common, kShared);
    model->rewind(common);
    const std::vector<float> rest =
        allLogits(*model, std::span(ids).subspan(static_cast<std::size_t>(common)));
    const std::vector<float> expected(fresh.end() - static_cast<std::ptrdiff_t>(rest.size()),
                                      fresh.end());
    EXPECT_EQ(rest, expected);  // to the bit
}

TEST_P(EveryModel, GivesTheSameForAnyNumberOfThreads) {
    const std::vector<std::int32_t> ids = golden().integers("input_ids");
    const auto one = load(1);
    const auto three = load(3);
    ASSERT_TRUE(one && three);
    EXPECT_EQ(allLogits(*one, ids), allLogits(*three, ids));
}

INSTANTIATE_TEST_SUITE_P(Backends, EveryModel,
                         testing::Values(Case{"tiny", "reference"}, Case{"tiny", "cpu"},
                                         Case{"tiny_gqa", "reference"}, Case{"tiny_gqa", "cpu"}),
                         [](const auto& instance) {
                             return std::string(instance.param.folder) + "_" +
                                    instance.param.backend;
                         });

TEST(Model, RunsOnTheBackendThatTheEnvironmentForces) {
    const test::ScopedVariable forced("DSM_BACKEND", "reference");
    const auto model = Model::load({.folder = test::goldenFolder("tiny")}, {}, {});
    ASSERT_TRUE(model.has_value()) << model.error().message;
    EXPECT_EQ((*model)->backend(), Backend::Reference);
}

TEST(Model, ComputesWithTheBackendItNames) {
    // The two add in different orders, so equal bits would mean that one ran for both.
    std::vector<std::int32_t> ids(40);
    std::iota(ids.begin(), ids.end(), 10);
    const auto reference = loadGolden("tiny", "reference");
    const auto cpu = loadGolden("tiny", "cpu");
    ASSERT_TRUE(reference && cpu);
    EXPECT_EQ(reference->backend(), Backend::Reference);
    EXPECT_EQ(cpu->backend(), Backend::Cpu);
    EXPECT_NE(allLogits(*reference, ids), allLogits(*cpu, ids));
}

TEST(Model, RefusesABackendItDoesNotKnow) {
    const auto model =
        Model::load({.folder = test::goldenFolder("tiny"), .backend = "abacus"}, {}, {});
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code, ErrorCode::Unsupported);
    EXPECT_NE(model.error().message.find("abacus"), std::string::npos);
}

TEST(Model, ReportsProgressUpToTheEnd) {
    std::vector<double> shares;
    const auto model = Model::load({.folder = test::goldenFolder("tiny")},
                                   [&](double share) { shares.push_back(share); }, {});
    ASSERT_TRUE(model.has_value());
    ASSERT_GT(shares.size(), 10U);
    EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
    EXPECT_DOUBLE_EQ(shares.back(), 1.0);
}

TEST(Model, StopsLoadingWhenAsked) {
    std::stop_source stop;
    int calls = 0;
    const auto model = Model::load(
        {.folder = test::goldenFolder("tiny")},
        [&](double) {
            if (++calls == 3) stop.request_stop();
        },
        stop.get_token());
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(calls, 3);
}

TEST(Model, StopsReadingWithoutCountingTheUnfinishedPass) {
    const auto model = loadGolden("tiny", "cpu");
    ASSERT_NE(model, nullptr);
    std::stop_source stop;
    stop.request_stop();
    const std::vector<std::int32_t> ids{1, 2, 3};
    EXPECT_FALSE(model->read(ids, stop.get_token()).has_value());
    EXPECT_EQ(model->cache().size(), 0);
    EXPECT_TRUE(model->read(ids, {}).has_value());
    EXPECT_EQ(model->cache().size(), 3);
}

TEST(Model, ReadsAPromptLongerThanOnePass) {
    std::vector<std::int32_t> ids(200);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<std::int32_t>(i * 7 % 256);
    const auto model = loadGolden("tiny", "cpu", 2, 0, 128);
    ASSERT_NE(model, nullptr);
    const auto last = model->read(ids, {});
    ASSERT_TRUE(last.has_value());
    const std::vector<float> atOnce(last->begin(), last->end());
    model->rewind(0);
    const std::vector<float> rows = allLogits(*model, ids);
    EXPECT_TRUE(std::equal(atOnce.begin(), atOnce.end(),
                           rows.end() - static_cast<std::ptrdiff_t>(atOnce.size())));
}

TEST(Model, NeedsTheMemoryThatItsPlanSays) {
    const auto model = loadGolden("tiny", "cpu", 2, 100);
    ASSERT_NE(model, nullptr);
    const ModelConfig& c = model->config();
    EXPECT_EQ(model->contextLimit(), 100);
    EXPECT_EQ(model->memory().weightBytes, static_cast<std::uint64_t>(c.parameters()) * 2);
    EXPECT_EQ(model->memory().cacheBytes, 2U * 4 * 112 * 64 * sizeof(float));
    EXPECT_GT(model->memory().workspaceBytes, 0U);
}

TEST(Model, NamesTheFolderThatHoldsNoModel) {
    const auto model = Model::load({.folder = test::goldenFolder("no such folder")}, {}, {});
    ASSERT_FALSE(model.has_value());
    EXPECT_NE(model.error().message.find("no such folder"), std::string::npos);
}

}  // namespace
}  // namespace dsm
