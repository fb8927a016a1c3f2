#include "engine/model/checkpoint/tensor_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "engine/format/checkpoint_writer.h"
#include "engine/model/checkpoint/tensor_check.h"
#include "kernels/base/log.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

const fs::path kTests = DSM_SOURCE_DIR "/tests";

const ModelConfig kPublished = publishedConfig();

const TensorSpec& specOf(const std::vector<TensorSpec>& table, const std::string& name) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const TensorSpec& spec) { return spec.name == name; });
    DSM_CHECK(found != table.end());
    return *found;
}

TEST(TensorTable, HasTheShapesOfThePublishedModel) {
    using Shape = std::vector<std::int64_t>;
    const auto table = tensorTable(kPublished);
    const auto shape = [&](const std::string& name) { return specOf(table, name).shape(); };
    EXPECT_EQ(shape("model.embed_tokens.weight"), (Shape{102400, 2048}));
    EXPECT_EQ(shape("model.layers.27.input_layernorm.weight"), (Shape{2048}));
    EXPECT_EQ(shape("model.layers.0.self_attn.o_proj.weight"), (Shape{2048, 2048}));
    EXPECT_EQ(shape("model.layers.0.mlp.up_proj.weight"), (Shape{10944, 2048}));
    EXPECT_EQ(shape("model.layers.0.mlp.down_proj.weight"), (Shape{2048, 10944}));
    EXPECT_EQ(shape("model.layers.1.mlp.gate.weight"), (Shape{64, 2048}));
    EXPECT_EQ(shape("model.layers.27.mlp.experts.63.down_proj.weight"), (Shape{2048, 1408}));
    EXPECT_EQ(shape("model.layers.9.mlp.shared_experts.gate_proj.weight"), (Shape{2816, 2048}));
    EXPECT_EQ(shape("model.norm.weight"), (Shape{2048}));
    EXPECT_EQ(shape("lm_head.weight"), (Shape{102400, 2048}));
    // Of all layers 6, of the dense one 3, of the others the router, 64 experts and the shared one.
    EXPECT_EQ(table.size(), 3U + 28U * 6U + 3U + 27U * (1U + 64U * 3U + 3U));
}

TEST(TensorTable, SaysWhatEachTensorIs) {
    const auto table = tensorTable(kPublished);
    const TensorSpec& expert = specOf(table, "model.layers.3.mlp.experts.5.up_proj.weight");
    EXPECT_EQ(expert.kind, TensorKind::ExpertUp);
    EXPECT_EQ(expert.layer, 3);
    EXPECT_EQ(expert.expert, 5);
    const TensorSpec& shared = specOf(table, "model.layers.3.mlp.shared_experts.down_proj.weight");
    EXPECT_EQ(shared.kind, TensorKind::SharedDown);
    EXPECT_EQ(shared.layer, 3);
    EXPECT_EQ(shared.expert, -1);
    const TensorSpec& norm = specOf(table, "model.norm.weight");
    EXPECT_TRUE(norm.isNorm());
    EXPECT_EQ(norm.layer, -1);
    EXPECT_EQ(norm.rows, 1);
    EXPECT_EQ(specOf(table, "model.layers.0.mlp.gate_proj.weight").kind, TensorKind::DenseGate);
    EXPECT_EQ(specOf(table, "model.layers.1.mlp.gate.weight").kind, TensorKind::Router);
}

TEST(TensorTable, HoldsAsManyNumbersAsTheConfigCounts) {
    ModelConfig odd = kPublished;
    odd.keyValueHeads = 4;
    odd.headSize = 96;
    odd.sharedExperts = 3;
    odd.firstDenseLayers = 2;
    odd.moeLayerFrequency = 3;
    for (const ModelConfig& config : {kPublished, odd}) {
        std::int64_t all = 0, routed = 0;
        std::set<std::string> names;
        for (const TensorSpec& spec : tensorTable(config)) {
            all += spec.rows * spec.cols;
            if (spec.expert >= 0) routed += spec.rows * spec.cols;
            EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
        }
        EXPECT_EQ(all, config.parameters());
        EXPECT_EQ(routed, config.routedParameters());
    }
}

TEST(TensorTable, IsExactlyWhatTheGoldenCheckpointsHold) {
    for (const char* name : {"tiny", "tiny_gqa"}) {
        const fs::path folder = kTests / "golden" / name;
        const auto config = readConfig(folder);
        const auto checkpoint = Checkpoint::open(folder);
        ASSERT_TRUE(config && checkpoint);
        const auto checked = checkTensors(*checkpoint, *config);
        EXPECT_TRUE(checked) << checked.error().message;
        EXPECT_EQ(tensorTable(*config).size(), checkpoint->names().size());
    }
}

TEST(CheckTensors, RefusesWhatContradictsTheConfig) {
    const std::string expert = "model.layers.1.mlp.experts.2.down_proj.weight";
    const std::vector<Refusal> refusals{
        {"model_tensor_missing", ErrorCode::NotFound, {expert, "missing"}},
        {"model_shape_contradicts", ErrorCode::Malformed, {expert, "[2, 4]", "[4, 2]"}},
        {"model_rank_contradicts", ErrorCode::Malformed, {"model.norm.weight", "[1, 4]", "[4]"}},
        {"model_dtype_unreadable", ErrorCode::Unsupported, {expert, "F64", "BF16"}},
        {"model_bias", ErrorCode::Unsupported, {"model.layers.0.self_attn.q_proj.bias"}},
        {"model_packed_shape", ErrorCode::Malformed, {expert, "[1, 577]", "[1, 1088]", "[1, 576]"}},
        {"model_packed_panels", ErrorCode::Malformed, {expert, "[2, 576]", "[1, 576]"}},
        {"model_packed_router", ErrorCode::Malformed, {"mlp.gate.weight", "[1, 576]", "[3, 4]"}},
        {"model_packed_norm", ErrorCode::Malformed, {"model.norm.weight", "[1, 1088]", "[4]"}},
        {"model_types_mixed_in_a_layer",
         ErrorCode::Unsupported,
         {expert, "Q4", "BF16", "one type"}},
        {"model_nf4_absmax_missing", ErrorCode::NotFound, {expert + ".absmax"}},
        {"model_nf4_absmax_too_long", ErrorCode::Malformed, {expert + ".absmax", "[2]", "[1]"}},
        {"model_nf4_absmax_of_another_type",
         ErrorCode::Malformed,
         {expert + ".absmax", "BF16", "F32"}},
        {"model_nf4_nested_absmax_missing", ErrorCode::NotFound, {expert + ".nested_absmax"}},
        {"model_nf4_nested_map_too_short",
         ErrorCode::Malformed,
         {expert + ".nested_quant_map", "[255]", "[256]"}},
        {"model_nf4_levels_of_another_format", ErrorCode::Unsupported, {expert + ".quant_map"}},
        {"model_nf4_state_not_json", ErrorCode::Malformed, {expert + ".quant_state"}},
        {"model_nf4_state_of_other_blocks", ErrorCode::Unsupported, {"blocksize", "128", "64"}},
        {"model_nf4_state_of_another_shape", ErrorCode::Unsupported, {"shape", "[2,4]", "[4,2]"}},
        {"model_nf4_state_without_offset", ErrorCode::Malformed, {"nested_offset"}},
        {"model_nf4_state_missing", ErrorCode::NotFound, {expert + ".quant_state"}},
    };
    std::set<std::string> seen;
    for (Refusal refusal : refusals) {
        const fs::path folder = kTests / "malformed/checkpoint" / refusal.file;
        const auto config = readConfig(folder);
        const auto checkpoint = Checkpoint::open(folder);
        ASSERT_TRUE(config && checkpoint) << refusal.file;
        refusal.says.push_back((folder / "model.safetensors").string());
        expectRefused(checkTensors(*checkpoint, *config), refusal);
        seen.insert(refusal.file);
    }
    for (const auto& entry : fs::directory_iterator(kTests / "malformed/checkpoint")) {
        const std::string name = entry.path().filename().string();
        EXPECT_EQ(name.starts_with("model_"), seen.contains(name)) << name;
    }
}

std::vector<std::string> logged;
void keepMessage(LogLevel, std::string_view message) {
    logged.emplace_back(message);
}

// The config of a small model, and a checkpoint of its tensors with `more`.
class CheckTensorsBeside : public testing::Test {
  protected:
    Result<void> check(std::vector<TensorDeclaration> more) const {
        const TemporaryFolder folder;
        const auto config = readConfig(kTests / "malformed/checkpoint/model_bias");
        if (!config) return tl::unexpected(config.error());
        for (const TensorSpec& spec : tensorTable(*config))
            more.push_back({spec.name, "F16", spec.shape()});
        std::uint64_t size = 0;
        for (const TensorDeclaration& declaration : more)
            size += declaration.sizeBytes();
        CheckpointWriter writer(folder.path(), std::move(more));
        EXPECT_TRUE(writer.append(std::vector<std::byte>(size)));
        EXPECT_TRUE(writer.finish());
        const auto checkpoint = Checkpoint::open(folder.path());
        if (!checkpoint) return tl::unexpected(checkpoint.error());
        return checkTensors(*checkpoint, *config);
    }
};

TEST_F(CheckTensorsBeside, NotesUnknownTensorsButNotRotaryLeftovers) {
    logged.clear();
    setLogSink(keepMessage);
    const auto checked = check({{"model.layers.0.self_attn.rotary_emb.inv_freq", "F32", {1}},
                                {"model.layers.0.self_attn.rotary_emb.cos_cached", "F32", {1}},
                                {"extra", "I8", {1}}});
    setLogSink(nullptr);
    EXPECT_TRUE(checked) << checked.error().message;
    ASSERT_EQ(logged.size(), 1U);
    EXPECT_NE(logged[0].find("extra"), std::string::npos) << logged[0];
}

// Without them the model would be another one, which computes something all the same.
TEST_F(CheckTensorsBeside, RefusesWhatTheConfigLeavesOut) {
    const Refusal refusals[] = {
        {"model.layers.2.input_layernorm.weight",
         ErrorCode::Unsupported,
         {"layer 2", "num_hidden_layers in config.json is 2"}},
        {"model.layers.61.mlp.experts.0.up_proj.weight", ErrorCode::Unsupported, {"layer 61"}},
        {"model.layers.1.mlp.experts.3.up_proj.weight",
         ErrorCode::Unsupported,
         {"expert 3", "n_routed_experts in config.json is 3"}},
        {"model.layers.1.self_attn.q_norm.weight",
         ErrorCode::Unsupported,
         {"layer 1", "no such tensor"}},
        {"model.layers.0.mlp.experts.0.up_proj.weight",
         ErrorCode::Unsupported,
         {"layer 0", "no such tensor"}},
    };
    for (Refusal refusal : refusals) {
        refusal.says.push_back("tensor " + refusal.file);
        expectRefused(check({{refusal.file, "F16", {4}}}), refusal);
    }
}

}  // namespace
}  // namespace dsm
