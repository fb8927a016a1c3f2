#include "engine/model/pass/weights.h"

#include <gtest/gtest.h>

#include <fstream>
#include <span>

#include "engine/format/checkpoint_writer.h"
#include "engine/model/checkpoint/stored_tensor.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/weight_blocks.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

ModelConfig smallConfig() {
    ModelConfig c;
    c.layers = 2;
    c.hiddenSize = 4;
    c.heads = 2;
    c.keyValueHeads = 1;
    c.headSize = 2;
    c.denseWidth = 6;
    c.expertWidth = 3;
    c.routedExperts = 2;
    c.sharedExperts = 1;
    c.expertsPerToken = 1;
    c.firstDenseLayers = 1;
    c.vocabSize = 5;
    c.maxPositions = 8;
    return c;
}

// A checkpoint in which every number is 1.5, stored as `dtype`.
Checkpoint writeCheckpoint(const std::filesystem::path& folder, const std::string& dtype) {
    std::vector<TensorDeclaration> declarations;
    std::size_t numbers = 0;
    for (const TensorSpec& spec : tensorTable(smallConfig())) {
        declarations.push_back({spec.name, dtype, spec.shape()});
        numbers += static_cast<std::size_t>(spec.rows * spec.cols);
    }
    CheckpointWriter writer(folder, declarations);
    for (std::size_t i = 0; i < numbers; ++i) {
        const float single = 1.5F;
        const std::uint16_t half = dtype == "F16" ? 0x3e00 : toBFloat16(single).bits;
        const auto bytes = dtype == "F32" ? std::as_bytes(std::span(&single, 1))
                                          : std::as_bytes(std::span(&half, 1));
        EXPECT_TRUE(writer.append(bytes).has_value());
    }
    EXPECT_TRUE(writer.finish().has_value());
    auto checkpoint = Checkpoint::open(folder);
    EXPECT_TRUE(checkpoint.has_value());
    return std::move(*checkpoint);
}

class EveryStoredType : public testing::TestWithParam<const char*> {};

TEST_P(EveryStoredType, IsReadyForTheOperations) {
    const TemporaryFolder folder;
    const auto weights =
        Weights::load(writeCheckpoint(folder.path(), GetParam()), smallConfig(), {}, {});
    ASSERT_TRUE(weights.has_value()) << weights.error().message;
    EXPECT_EQ(weights->embedding().rows, 5);
    EXPECT_EQ(weights->embedding().at(4, 3), 1.5F);
    ASSERT_EQ(weights->layers().size(), 2U);
    const LayerWeights& dense = weights->layers()[0];
    EXPECT_FALSE(dense.isMoe());
    EXPECT_EQ(dense.sharedGate.rows, 6);
    EXPECT_TRUE(dense.expertGate.empty());
    const LayerWeights& moe = weights->layers()[1];
    EXPECT_TRUE(moe.isMoe());
    EXPECT_EQ(moe.sharedGate.rows, 3);
    ASSERT_EQ(moe.expertDown.size(), 2U);
    EXPECT_EQ(moe.expertDown[1].rows, 4);
    EXPECT_EQ(moe.expertDown[1].at(3, 2), 1.5F);
    // float16 is computed with as float32: no operation reads it.
    EXPECT_NE(moe.router.type, DType::F16);
}

INSTANTIATE_TEST_SUITE_P(Types, EveryStoredType, testing::Values("F32", "F16", "BF16"));

TEST(Weights, AreTheMappedFileItself) {
    const TemporaryFolder folder;
    Checkpoint checkpoint = writeCheckpoint(folder.path(), "BF16");
    const auto found = checkpoint.find("lm_head.weight");
    ASSERT_TRUE(found.has_value());
    const void* mapped = found->file->bytes(*found->info).data();
    const auto weights = Weights::load(std::move(checkpoint), smallConfig(), {}, {});
    ASSERT_TRUE(weights.has_value());
    EXPECT_EQ(weights->head().data, mapped);
}

// Every weight of one panel of zeros, but head[0,0] = 3 * 0.5 (Q8: level 3; Q4: index 12 is 47).
TEST(Weights, ReadBlocksByTheirShape) {
    for (const DType type : {DType::Q8, DType::Q4}) {
        const TemporaryFolder folder;
        std::vector<TensorDeclaration> declarations;
        std::vector<std::byte> bytes;
        std::size_t head = 0;
        for (const TensorSpec& spec : tensorTable(smallConfig())) {
            const DType stored = staysPlain(spec.kind) ? DType::F32 : type;
            if (spec.kind == TensorKind::Head) head = bytes.size();
            for (TensorDeclaration& part : declareStored(spec, stored, false)) {
                bytes.resize(bytes.size() + part.sizeBytes());
                declarations.push_back(std::move(part));
            }
        }
        WeightBlock block;
        block.scale = floatToHalf(0.5F);
        block.code[0] = type == DType::Q8 ? std::int8_t{3} : std::int8_t{12};
        writeBlock(type, &bytes[head], 4, 0, 0, block);
        CheckpointWriter writer(folder.path(), declarations);
        ASSERT_TRUE(writer.append(bytes) && writer.finish());
        auto checkpoint = Checkpoint::open(folder.path());
        ASSERT_TRUE(checkpoint) << checkpoint.error().message;
        const auto weights = Weights::load(std::move(*checkpoint), smallConfig(), {}, {});
        ASSERT_TRUE(weights) << weights.error().message;
        EXPECT_EQ(weights->head().type, type);
        EXPECT_EQ(weights->head().rows, 5);
        EXPECT_EQ(weights->head().at(0, 0), type == DType::Q8 ? 1.5F : 23.5F);
        EXPECT_EQ(weights->layers()[1].router.type, DType::F32);
        // Norms of odd sizes before it move a weight off its boundary in the file, not in memory.
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(weights->head().data) % 64, 0U);
    }
}

TEST(Weights, RefuseAConfigThatDoesNotFit) {
    const TemporaryFolder folder;
    ModelConfig other = smallConfig();
    other.vocabSize = 6;
    const auto weights = Weights::load(writeCheckpoint(folder.path(), "BF16"), other, {}, {});
    ASSERT_FALSE(weights.has_value());
    EXPECT_EQ(weights.error().code, ErrorCode::Malformed);
    EXPECT_NE(weights.error().message.find("model.embed_tokens.weight"), std::string::npos);
}

}  // namespace
}  // namespace dsm
