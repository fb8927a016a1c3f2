// Whole models in every preset: what the cpu backend computes with packed weights against the
// reference loops, which unpack them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/model.h"
#include "engine/quantize/convert.h"
#include "tests/support/golden.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

struct Case {
    const char* model;
    Preset preset;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.model << " as " << name(c.preset);
}

double relativeDifference(const std::vector<float>& actual, const std::vector<float>& expected) {
    double squares = 0;
    double differences = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        squares += double{expected[i]} * double{expected[i]};
        differences += std::pow(double{actual[i]} - double{expected[i]}, 2);
    }
    return std::sqrt(differences / squares);
}

class PackedModel : public testing::TestWithParam<Case> {
  protected:
    void SetUp() override {
        const auto converted = convertCheckpoint({.source = test::goldenFolder(GetParam().model),
                                                  .preset = GetParam().preset,
                                                  .out = folder_.path() / "packed"},
                                                 {}, {});
        ASSERT_TRUE(converted.has_value()) << converted.error().message;
    }
    std::unique_ptr<Model> load(const char* backend, int threads, KvType kv = KvType::F32) const {
        auto model = Model::load(
            {.folder = folder_.path() / "packed", .backend = backend, .threads = threads, .kv = kv},
            {}, {});
        if (!model) {
            ADD_FAILURE() << model.error().message;
            return nullptr;
        }
        return std::move(*model);
    }
    double mostDifference() const {
        const bool rounds = storedType(TensorKind::ExpertGate, GetParam().preset) != DType::NF4;
        return rounds ? 0.03 : 1e-5;
    }
    std::vector<std::int32_t> ids() const {
        return test::Golden({std::string(GetParam().model) + "/golden.safetensors"})
            .integers("input_ids");
    }

  private:
    TemporaryFolder folder_;
};

// Each operation by itself equals the reference (tests/kernels/ops). Through several layers, a
// number that lies on the border of two of its 127 levels falls on either side, since sums differ
// in their last bits, and what follows carries the difference on: up to the size of the rounding
// itself.
TEST_P(PackedModel, HasTheLogitsOfTheReferenceUpToTheRoundingOfItsInputs) {
    const auto reference = load("reference", 1);
    const auto cpu = load("cpu", 2);
    ASSERT_TRUE(reference && cpu);
    const std::vector<float> expected = test::allLogits(*reference, ids());
    const std::vector<float> actual = test::allLogits(*cpu, ids());
    ASSERT_EQ(actual.size(), expected.size());
    EXPECT_LE(relativeDifference(actual, expected), mostDifference());
}

class PackedTiny : public PackedModel {};

// The adapter has norms, routers, and in some layers one map of one expert in float32.
TEST_P(PackedTiny, ComputesWithAnAdaptersWholeWeightsAmongItsOwn) {
    const auto reference = load("reference", 1);
    const auto cpu = load("cpu", 2);
    ASSERT_TRUE(reference && cpu);
    auto read = readAdapter(test::goldenFolder("adapter") / "whole", cpu->config());
    ASSERT_TRUE(read.has_value()) << read.error().message;
    const auto adapter = std::make_shared<const LoraAdapter>(std::move(*read));
    const std::vector<float> base = test::allLogits(*cpu, ids());
    ASSERT_TRUE(reference->useAdapter(adapter, 1) && cpu->useAdapter(adapter, 1));
    const std::vector<float> expected = test::allLogits(*reference, ids());
    const std::vector<float> actual = test::allLogits(*cpu, ids());
    EXPECT_LE(relativeDifference(actual, expected), mostDifference());
    EXPECT_GT(relativeDifference(base, expected), 0.1);
    cpu->rewind(0);
    std::vector<float> last;
    for (const std::int32_t id : ids()) {
        const auto logits = cpu->read({&id, 1}, {});
        last.assign(logits->begin(), logits->end());
    }
    EXPECT_TRUE(std::equal(last.rbegin(), last.rend(), actual.rbegin()));  // to the bit
}

TEST_P(PackedModel, GivesTheSameForOneTwoAndFourThreads) {
    for (const KvType kv : {KvType::BF16, KvType::Q8}) {
        const auto one = load("cpu", 1, kv);
        ASSERT_NE(one, nullptr);
        const std::vector<float> expected = test::allLogits(*one, ids());
        for (const int threads : {2, 4}) {
            const auto other = load("cpu", threads, kv);
            ASSERT_NE(other, nullptr);
            EXPECT_EQ(test::allLogits(*other, ids()), expected) << threads << " threads";
        }
    }
}

TEST_P(PackedModel, GivesTheSameForAPromptAtOnceAndTokenByToken) {
    const auto model = load("cpu", 2, KvType::Q8);
    ASSERT_NE(model, nullptr);
    const std::vector<std::int32_t> text = ids();
    const auto atOnce = model->read(text, {});
    ASSERT_TRUE(atOnce.has_value());
    const std::vector<float> expected(atOnce->begin(), atOnce->end());
    model->rewind(0);
    std::vector<float> actual;
    for (const std::int32_t id : text) {
        const auto logits = model->read({&id, 1}, {});
        actual.assign(logits->begin(), logits->end());
    }
    EXPECT_EQ(actual, expected);  // to the bit
}

std::string labelOf(const testing::TestParamInfo<Case>& instance) {
    std::string label =
        std::string(instance.param.model) + "_" + std::string(name(instance.param.preset));
    std::replace(label.begin(), label.end(), '-', '_');
    return label;
}

const auto kOfTiny = testing::Values(Case{"tiny", Preset::Q8}, Case{"tiny", Preset::Q4},
                                     Case{"tiny", Preset::Q4Small}, Case{"tiny", Preset::Nf4},
                                     Case{"tiny", Preset::Nf4Double});
INSTANTIATE_TEST_SUITE_P(Tiny, PackedModel, kOfTiny, labelOf);
INSTANTIATE_TEST_SUITE_P(Tiny, PackedTiny, kOfTiny, labelOf);
INSTANTIATE_TEST_SUITE_P(TinyGqa, PackedModel,
                         testing::Values(Case{"tiny_gqa", Preset::Q4},
                                         Case{"tiny_gqa", Preset::Q4Small},
                                         Case{"tiny_gqa", Preset::Nf4Double}),
                         labelOf);

}  // namespace
}  // namespace dsm
