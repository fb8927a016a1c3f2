// What the report is made of: errors, divergence, calibration.

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "engine/quantize/calibrate.h"
#include "engine/quantize/convert.h"
#include "engine/quantize/divergence.h"
#include "engine/quantize/format_error.h"
#include "tests/engine/format/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

std::vector<std::int32_t> someIds() {
    std::vector<std::int32_t> ids(100);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<std::int32_t>(i * 37 % 250);
    return ids;
}

std::vector<float> logarithms(std::vector<float> probabilities) {
    for (float& p : probabilities)
        p = std::log(p);
    return probabilities;
}

TEST(Divergence, IsWorkedOutByHand) {
    // KL = 0.5 log(0.5 / 0.25) + 0.25 log 1 + 0.25 log(0.25 / 0.5) = 0.25 log 2 in the first row.
    const auto p = logarithms({0.5F, 0.25F, 0.25F, 0.6F, 0.3F, 0.1F});
    const auto q = logarithms({0.25F, 0.25F, 0.5F, 0.6F, 0.3F, 0.1F});
    const Divergence divergence = divergenceOf(p, q, 3);
    EXPECT_NEAR(divergence.meanKl, 0.125 * std::log(2), 1e-6);
    EXPECT_EQ(divergence.topAgreement, 0.5);
}

TEST(Divergence, IsNothingBetweenAModelAndItself) {
    const auto ids = someIds();
    const ModelOptions tiny{.folder = test::goldenFolder("tiny")};
    const auto logs = logProbabilities(tiny, ids, {});
    ASSERT_TRUE(logs) << logs.error().message;
    ASSERT_EQ(logs->size(), ids.size() * 352);
    double sum = 0;
    for (std::size_t v = 0; v < 352; ++v)
        sum += std::exp(static_cast<double>((*logs)[v]));
    EXPECT_NEAR(sum, 1, 1e-5);
    const Divergence divergence = divergenceOf(*logs, *logs, 352);
    EXPECT_EQ(divergence.meanKl, 0);
    EXPECT_EQ(divergence.topAgreement, 1);
}

TEST(Divergence, GrowsAsBitsShrink) {
    const TemporaryFolder folder;
    const auto ids = someIds();
    const auto original = logProbabilities({.folder = test::goldenFolder("tiny")}, ids, {});
    ASSERT_TRUE(original);
    double before = 0;
    for (const Preset preset : {Preset::Bf16, Preset::Q8, Preset::Q4, Preset::Q4Small}) {
        const auto out = folder / std::string(name(preset));
        ASSERT_TRUE(convertCheckpoint(
            {.source = test::goldenFolder("tiny"), .preset = preset, .out = out}, {}, {}));
        const auto converted = logProbabilities({.folder = out}, ids, {});
        ASSERT_TRUE(converted) << converted.error().message;
        const double kl = divergenceOf(*original, *converted, 352).meanKl;
        EXPECT_GE(kl, before) << name(preset);
        EXPECT_LT(kl, 1) << name(preset);  // random weights forgive less than learnt ones
        before = kl;
    }
    EXPECT_GT(before, 0);
}

TEST(FormatErrors, AreThoseOfTheTypes) {
    const auto config = readConfig(test::goldenFolder("tiny"));
    const auto checkpoint = Checkpoint::open(test::goldenFolder("tiny"));
    ASSERT_TRUE(config && checkpoint);
    ThreadPool pool(2);
    for (const Preset preset : kPresets) {
        const auto errors = formatErrors(*checkpoint, *config, preset, pool);
        ASSERT_TRUE(errors) << errors.error().message;
        EXPECT_EQ(errors->size(), 6U);
        for (const auto& [part, error] : *errors) {
            const TensorKind kind =
                part == "routed experts"
                    ? TensorKind::ExpertUp
                    : (part == "embedding" ? TensorKind::Embedding : TensorKind::Query);
            const DType type =
                part == "head" ? storedType(TensorKind::Head, preset) : storedType(kind, preset);
            const double largest = type == DType::BF16  ? 0
                                   : type == DType::Q8  ? 0.007
                                   : type == DType::NF4 ? 0.105
                                                        : 0.08;
            EXPECT_LE(error, largest) << name(preset) << ", " << part;
            EXPECT_EQ(error == 0, type == DType::BF16) << name(preset) << ", " << part;
        }
    }
}

TEST(FormatErrors, RefuseWhatIsConvertedAlready) {
    const TemporaryFolder folder;
    ASSERT_TRUE(convertCheckpoint(
        {.source = test::goldenFolder("tiny"), .preset = Preset::Nf4, .out = folder / "out"}, {},
        {}));
    const auto config = readConfig(folder / "out");
    const auto checkpoint = Checkpoint::open(folder / "out");
    ASSERT_TRUE(config && checkpoint);
    ThreadPool pool(1);
    const auto errors = formatErrors(*checkpoint, *config, Preset::Q8, pool);
    ASSERT_FALSE(errors);
    EXPECT_EQ(errors.error().code, ErrorCode::Unsupported);
}

TEST(Calibrate, MeasuresTheInputsOfEveryWeight) {
    const auto ids = someIds();
    const auto calibration = calibrate({.folder = test::goldenFolder("tiny")}, ids, {}, {});
    ASSERT_TRUE(calibration) << calibration.error().message;
    const auto config = readConfig(test::goldenFolder("tiny"));
    ASSERT_TRUE(config);
    for (const TensorSpec& spec : tensorTable(*config)) {
        const auto inputs = calibration->of(spec.name);
        const bool isMeasured =
            !spec.isNorm() && spec.kind != TensorKind::Embedding && spec.kind != TensorKind::Router;
        if (!isMeasured) {
            EXPECT_TRUE(inputs.empty()) << spec.name;
            continue;
        }
        // An expert that no token chose knows nothing of its own columns.
        if (inputs.empty()) {
            EXPECT_EQ(spec.kind, TensorKind::ExpertDown) << spec.name;
            continue;
        }
        ASSERT_EQ(static_cast<std::int64_t>(inputs.size()), spec.cols) << spec.name;
        EXPECT_GE(*std::min_element(inputs.begin(), inputs.end()), 0) << spec.name;
        EXPECT_GT(std::accumulate(inputs.begin(), inputs.end(), 0.0F), 0) << spec.name;
    }
    // What a norm lets through: the mean square over its columns is that of its weights.
    const auto query = calibration->of("model.layers.0.self_attn.q_proj.weight");
    const auto key = calibration->of("model.layers.0.self_attn.k_proj.weight");
    EXPECT_TRUE(std::equal(query.begin(), query.end(), key.begin(), key.end()));
}

TEST(Calibrate, StopsWhenAsked) {
    std::stop_source stop;
    const auto ids = someIds();
    const auto stopped = calibrate(
        {.folder = test::goldenFolder("tiny")}, ids, [&](double) { stop.request_stop(); },
        stop.get_token());
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace dsm
