#include "engine/model/checkpoint/preset.h"

#include <gtest/gtest.h>

#include "engine/model/checkpoint/stored_tensor.h"

namespace dsm {
namespace {

const ModelConfig kPublished = publishedConfig();

TEST(Presets, AreFoundByTheirNames) {
    for (const Preset preset : kPresets)
        EXPECT_EQ(presetNamed(name(preset)), preset);
    EXPECT_EQ(presetNamed("q5"), std::nullopt);
}

TEST(Presets, GiveEachTensorItsType) {
    EXPECT_EQ(storedType(TensorKind::ExpertDown, Preset::Q4), DType::Q4);
    EXPECT_EQ(storedType(TensorKind::SharedDown, Preset::Q4), DType::Q8);
    EXPECT_EQ(storedType(TensorKind::Head, Preset::Q4), DType::Q8);
    EXPECT_EQ(storedType(TensorKind::Head, Preset::Q4Small), DType::Q4);
    EXPECT_EQ(storedType(TensorKind::Embedding, Preset::Nf4), DType::BF16);
    EXPECT_EQ(storedType(TensorKind::Query, Preset::Nf4Double), DType::NF4);
    for (const Preset preset : kPresets) {
        EXPECT_EQ(storedType(TensorKind::Router, preset), DType::BF16);
        EXPECT_EQ(storedType(TensorKind::FinalNorm, preset), DType::BF16);
    }
}

TEST(Presets, CountTheBytesOfThePublishedModel) {
    EXPECT_EQ(presetBytes(kPublished, Preset::Bf16), 32'751'456'256U);
    const auto bits = [](Preset preset) {
        return static_cast<double>(presetBytes(kPublished, preset)) * 8 /
               static_cast<double>(kPublished.parameters());
    };
    EXPECT_NEAR(bits(Preset::Q8), 8.5, 0.01);
    EXPECT_NEAR(bits(Preset::Q4), 4.85, 0.01);
    EXPECT_NEAR(bits(Preset::Q4Small), 4.5, 0.01);
    // 9.08 GB: what NF4 with double quantisation is known to take (embeddings and head in bf16).
    EXPECT_NEAR(static_cast<double>(presetBytes(kPublished, Preset::Nf4Double)), 9.08e9, 0.01e9);
}

TEST(StoredTensors, KeepTheBoundaryOfBlocks) {
    for (const Preset preset : {Preset::Bf16, Preset::Q8, Preset::Q4, Preset::Q4Small}) {
        for (const TensorSpec& spec : tensorTable(kPublished))
            EXPECT_TRUE(keepsBoundary(spec, storedType(spec.kind, preset), false)) << spec.name;
    }
}

}  // namespace
}  // namespace dsm
