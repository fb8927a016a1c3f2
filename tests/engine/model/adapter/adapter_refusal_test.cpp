// Adapters that need other arithmetic than is done here, contradict themselves or are damaged: each
// is refused with the file, the key or the tensor, and what to do.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/format/safetensors_writer.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/adapter/adapter_keys.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using nlohmann::json;
using test::goldenFolder;

class BrokenAdapter : public testing::Test {
  protected:
    void SetUp() override {
        config_ = json::parse(contentOf(goldenFolder("adapter") / "saved/adapter_config.json"));
        config_["modules_to_save"] = nullptr;
    }

    // An adapter with these tensors, all bytes of `byte`.
    Result<LoraAdapter> read(const std::vector<TensorDeclaration>& tensors, int byte = 0) {
        folder_.write("adapter_config.json", config_.dump());
        return readTensors(tensors, byte);
    }
    Result<LoraAdapter> readTensors(const std::vector<TensorDeclaration>& tensors, int byte = 0) {
        auto writer = SafetensorsWriter::create(folder_ / "adapter_model.safetensors", tensors);
        const std::vector<std::byte> bytes(writer->remainingBytes(), static_cast<std::byte>(byte));
        EXPECT_TRUE(writer->append(bytes).has_value() && writer->finish().has_value());
        return readAdapter(folder_.path(), *readConfig(goldenFolder("tiny")));
    }
    Result<LoraAdapter> with(const char* key, const json& value) {
        const json before = config_;
        config_[key] = value;
        auto result = read({a_, b_});
        config_ = before;
        return result;
    }
    void expectUnsupported(const char* key, const json& value, const std::string& says) {
        expectRefused(with(key, value),
                      {std::string(key) + " " + value.dump(),
                       ErrorCode::Unsupported,
                       {"adapter_config.json: " + std::string(key) + ": ", says}});
    }

    static TensorDeclaration tensor(const std::string& name, std::vector<std::int64_t> shape,
                                    const char* dtype = "F32") {
        return {"base_model.model." + name, dtype, std::move(shape)};
    }
    static TensorDeclaration query(const std::string& factor, std::vector<std::int64_t> shape) {
        return tensor("model.layers.1.self_attn.q_proj." + factor + ".weight", std::move(shape));
    }
    const TensorDeclaration a_ = query("lora_A", {4, 64});
    const TensorDeclaration b_ = query("lora_B", {64, 4});

    TemporaryFolder folder_;
    json config_;
};

TEST_F(BrokenAdapter, ReadsTheNamesThatVersionsOfPeftWrote) {
    EXPECT_TRUE(read({a_, b_}).has_value());
    config_["modules_to_save"] = {"lm_head"};
    const auto old = read({query("lora_A.default", {4, 64}), query("lora_B.default", {64, 4}),
                           tensor("lm_head.original_module.weight", {352, 64}),
                           tensor("lm_head.modules_to_save.default.weight", {352, 64}, "BF16")});
    ASSERT_TRUE(old.has_value()) << old.error().message;
    EXPECT_EQ(old->savedModules.size(), 1U);
    const auto both =
        read({a_, b_, query("base_layer", {64, 64}), tensor("lm_head.weight", {352, 64}, "F16")});
    ASSERT_TRUE(both.has_value()) << both.error().message;
    EXPECT_EQ(both->savedModules.size(), 2U);
    EXPECT_EQ(both->modules.size(), 1U);
}

TEST_F(BrokenAdapter, NamesTheTensorThatIsNotUnderstood) {
    const auto refused = [&](const TensorDeclaration& extra, const std::string& says) {
        expectRefused(read({a_, b_, extra}),
                      {extra.name,
                       ErrorCode::Unsupported,
                       {"adapter_model.safetensors: " + extra.name + ": ", says}});
    };
    refused({"optimizer.step", "F32", {1}}, "no name of an adapter's tensor");
    refused({"model.layers.1.self_attn.k_proj.lora_A.weight", "F32", {4, 64}}, "no name");
    refused(tensor("model.embed_tokens.lora_embedding_A", {4, 352}), "embedding");
    refused(query("lora_magnitude_vector", {64}), "DoRA");
    refused(tensor("model.layers.1.self_attn.q_proj.lora_magnitude_vector", {64}), "DoRA");
    refused(tensor("model.layers.1.self_attn.q_proj.lora_B.bias", {64}), "biases");
    refused(tensor("model.layers.1.self_attn.q_proj.bias", {64}), "biases");
    refused(tensor("model.embed_tokens.token_adapter.trainable_tokens_delta", {1, 64}), "rows");
    refused(tensor("model.layers.1.self_attn.q_proj.lora_diag", {4}), "KaSA");
    refused(query("lora_A.one.two", {4, 64}), "not understood");
    refused({a_.name + "s", "F32", {4, 64}}, "no name");
    refused(tensor("prompt_embeddings", {4, 64}), "no name");
    expectRefused(read({query("lora_A.first", {4, 64}), query("lora_B.other", {64, 4})}),
                  {"two adapters", ErrorCode::Unsupported, {"another adapter", "lora_A.first"}});
}

TEST_F(BrokenAdapter, NamesTheTensorThatDoesNotFit) {
    const std::string q = "layers.1.self_attn.q_proj.lora_";
    expectRefused(read({a_}), {"", ErrorCode::NotFound, {q + "A", "other factor"}});
    expectRefused(read({query("lora_A", {4, 63}), b_}),
                  {"", ErrorCode::Malformed, {q + "A", "[4, 63]", "[4, 64]"}});
    expectRefused(read({a_, query("lora_B", {64, 5})}),
                  {"", ErrorCode::Malformed, {q + "B", "[64, 5]", "[64, 4]"}});
    expectRefused(read({query("lora_A", {0, 64}), query("lora_B", {64, 0})}),
                  {"", ErrorCode::Malformed, {q + "A", "no rows"}});
    expectRefused(read({tensor("lm_head.weight", {351, 64})}),
                  {"", ErrorCode::Malformed, {"lm_head.weight", "[351, 64]", "[352, 64]"}});
    expectRefused(read({tensor("model.norm.weight", {1, 64})}),
                  {"", ErrorCode::Malformed, {"model.norm.weight", "[1, 64]", "[64]"}});
    expectRefused(read({tensor("model.layers.9.self_attn.q_proj.lora_A.weight", {4, 64})}),
                  {"", ErrorCode::Malformed, {"layers.9", "another model"}});
    expectRefused(read({tensor("model.norm.lora_A.weight", {4, 64})}),
                  {"", ErrorCode::Malformed, {"model.norm", "no such module"}});
    for (const char* dtype : {"I32", "F64", "F8_E4M3"}) {
        expectRefused(read({{a_.name, dtype, {4, 64}}, b_}),
                      {dtype, ErrorCode::Unsupported, {a_.name, dtype, "BF16"}});
    }
    expectRefused(read({a_, query("lora_A.default", {4, 64}), b_}),
                  {"", ErrorCode::Malformed, {"twice"}});
    expectRefused(read({}), {"", ErrorCode::Malformed, {"nothing that fits"}});
    expectRefused(read({a_, b_}, 0xff), {"", ErrorCode::Malformed, {a_.name, "not finite"}});
}

TEST_F(BrokenAdapter, NamesTheKeyThatAsksForOtherArithmetic) {
    for (const char* init :
         {"pissa", "pissa_niter_16", "OLoRA", "corda", "lora_ga", "loftq", "new"})
        expectUnsupported("init_lora_weights", init, "path_initial_model_for_weight_conversion");
    for (const json& init : {json(true), json(false), json(nullptr), json("gaussian"), json("eva"),
                             json("orthogonal"), json("mica")}) {
        EXPECT_TRUE(with("init_lora_weights", init).has_value()) << init;
    }
    expectUnsupported("peft_type", "IA3", "IA3");
    expectUnsupported("use_dora", true, "merge_and_unload");
    expectUnsupported("bias", "some", "lora_only");
    expectUnsupported("lora_bias", true, "biases");
    expectUnsupported("use_qalora", true, "QA-LoRA");
    expectUnsupported("trainable_token_indices", json{1, 2}, "embedding");
    expectUnsupported("alora_invocation_tokens", json{1, 2}, "aLoRA");
    expectUnsupported("arrow_config", json{{"top_k", 3}}, "Arrow");
    expectUnsupported("use_bdlora", json{{"nblocks", 2}}, "BD-LoRA");
    expectUnsupported("layer_replication", json{json{0, 2}, json{1, 3}}, "not repeated");
    expectUnsupported("target_parameters", json{"mlp.experts.gate_up_proj"}, "parameters");
    expectUnsupported("loftq_config", json{{"loftq_bits", 4}}, "LoftQ");
    expectUnsupported("task_type", "SEQ_CLS", "CAUSAL_LM");
    expectRefused(with("a_key_of_next_year", nullptr),
                  {"", ErrorCode::Unsupported, {"adapter_config.json", "a_key_of_next_year"}});
}

// The model has none to train: PEFT then writes the same adapter whatever was said of them.
TEST_F(BrokenAdapter, IsReadWhateverIsSaidOfBiasesWhereItHoldsNone) {
    for (const char* said : {"all", "lora_only"}) {
        EXPECT_TRUE(with("bias", said).has_value()) << said;
        config_["bias"] = said;
        const TensorDeclaration bias = tensor("model.layers.1.self_attn.q_proj.bias", {64});
        expectRefused(read({a_, b_, bias}),
                      {said, ErrorCode::Unsupported, {bias.name, "biases are not supported"}});
    }
}

TEST_F(BrokenAdapter, TakesEveryKeyThatIsTurnedOffOrChangesNothing) {
    for (const AdapterKey& key : adapterKeys()) {
        if (key.use == KeyUse::Refused && key.name != "init_lora_weights") {
            EXPECT_TRUE(with(key.name.data(), nullptr).has_value()) << key.name;
        } else if (key.use == KeyUse::Harmless) {
            EXPECT_TRUE(with(key.name.data(), json{{"any", {1, "value"}}}).has_value()) << key.name;
        }
    }
}

TEST_F(BrokenAdapter, NamesTheValueThatIsWrong) {
    const auto malformed = [&](const char* key, const json& value, const std::string& says) {
        expectRefused(with(key, value), {std::string(key) + " " + value.dump(),
                                         ErrorCode::Malformed,
                                         {"adapter_config.json: " + std::string(key), says}});
    };
    for (const json& rank : {json(0), json(-4), json(100'000)})
        malformed("r", rank, "expected a rank");
    malformed("r", 4.0, "whole number");
    malformed("r", "8", "whole number");
    malformed("r", nullptr, "whole number");
    for (const json& alpha : {json(0), json(-1), json(1e300)})
        malformed("lora_alpha", alpha, "above 0");
    malformed("lora_alpha", "8", "a number");
    malformed("lora_dropout", -0.5, "share");
    malformed("alpha_pattern", json{{"q_proj", 0}}, "above 0");
    malformed("alpha_pattern", json{{"(q_proj", 1}}, "(q_proj");
    malformed("rank_pattern", json{{"q_proj", 2.5}}, "whole number");
    malformed("rank_pattern", json{"q_proj"}, "object");
    malformed("target_modules", 7, "array");
    malformed("target_modules", "q_proj[", "q_proj[");
    malformed("modules_to_save", "lm_head", "array");
    malformed("layers_to_transform", json{1.5}, "whole number");
    config_.erase("r");
    expectRefused(read({a_, b_}), {"", ErrorCode::Malformed, {"r: the key is missing"}});
}

TEST_F(BrokenAdapter, SaysThatAPatternTakesTooLong) {
    expectRefused(with("alpha_pattern", json{{"((.+)+)+[!?]", 1}}),
                  {"", ErrorCode::Unsupported, {"adapter_config.json", "((.+)+)+[!?]", "limit"}});
}

TEST_F(BrokenAdapter, IsRefusedWhereSettingsAndTensorsContradict) {
    const auto refused = [&](const char* key, const json& value, const std::string& says) {
        expectRefused(with(key, value), {std::string(key) + " " + value.dump(),
                                         ErrorCode::Malformed,
                                         {a_.name, "adapter_config.json", says}});
    };
    refused("r", 8, "its rank is 4, but r or rank_pattern");
    refused("rank_pattern", json{{"q_proj", 2}}, "says 2");
    refused("target_modules", json{"k_proj"}, "leave this module out");
    refused("target_modules", ".*k_proj", "leave this module out");
    refused("exclude_modules", json{"layers.1.self_attn.q_proj"}, "leave this module out");
    refused("layers_to_transform", json{0, 2}, "leave this module out");
    refused("layers_to_transform", 0, "leave this module out");
    EXPECT_TRUE(with("layers_to_transform", 1).has_value());
    EXPECT_TRUE(with("target_modules", "all-linear").has_value());
    EXPECT_TRUE(with("target_modules", nullptr).has_value());
    config_["modules_to_save"] = {"q_proj"};
    expectRefused(read({a_, b_}), {"", ErrorCode::Malformed, {a_.name, "leave this module out"}});
    config_["modules_to_save"] = {"norm"};
    expectRefused(read({a_, b_}), {"", ErrorCode::NotFound, {"modules_to_save", "model.norm"}});
    config_["modules_to_save"] = nullptr;
    expectRefused(
        read({query("lora_A", {4, 64}), b_, tensor(a_.name.substr(17, 31) + ".weight", {64, 64})}),
        {"", ErrorCode::Malformed, {"q_proj.weight", "modules_to_save"}});
}

TEST_F(BrokenAdapter, LoadsWithSomeExpertsOfSomeLayers) {
    config_["target_modules"] = {"experts.3.gate_proj", "experts.6.down_proj"};
    config_["rank_pattern"] = {{"3\\.mlp.*down_proj", 1}};
    const auto adapter =
        read({tensor("model.layers.3.mlp.experts.3.gate_proj.lora_A.weight", {4, 64}),
              tensor("model.layers.3.mlp.experts.3.gate_proj.lora_B.weight", {96, 4}),
              tensor("model.layers.3.mlp.experts.6.down_proj.lora_A.weight", {1, 96}),
              tensor("model.layers.3.mlp.experts.6.down_proj.lora_B.weight", {64, 1})});
    ASSERT_TRUE(adapter.has_value()) << adapter.error().message;
    EXPECT_EQ(adapter->modules.size(), 2U);
}

TEST_F(BrokenAdapter, IsNotReadWithoutTheWeightsThatWereTrainedBesideIt) {
    for (const char* name : {"trainable_params.bin", "non_lora_trainables.bin"}) {
        folder_.write(name, "PK");
        expectRefused(read({a_, b_}),
                      {name, ErrorCode::Unsupported, {(folder_ / name).string(), "Merge"}});
        std::filesystem::remove(folder_ / name);
    }
    EXPECT_TRUE(read({a_, b_}).has_value());
}

TEST_F(BrokenAdapter, IsRefusedWhereItsFileIsCutWhileItIsRead) {
    ASSERT_TRUE(read({a_, b_}).has_value());
    const auto config = *readConfig(goldenFolder("tiny"));
    const auto file = AdapterFile::open(folder_.path(), config);
    ASSERT_TRUE(file.has_value());
    const auto path = folder_ / "adapter_model.safetensors";
    std::filesystem::resize_file(path, 400);
    for (const TensorSpec& spec : tensorTable(config)) {
        if (!spec.name.starts_with("model.layers.1.self_attn.q_proj")) continue;
        expectRefused(file->factorsOf(spec),
                      {"", ErrorCode::Io, {path.string(), "was changed"}});
    }
}

TEST_F(BrokenAdapter, SaysHowToReadAPickle) {
    folder_.write("adapter_config.json", config_.dump());
    folder_.write("adapter_model.bin", "PK");
    expectRefused(readAdapter(folder_.path(), *readConfig(goldenFolder("tiny"))),
                  {"", ErrorCode::Unsupported, {"adapter_model.bin", "save_pretrained"}});
    std::filesystem::remove(folder_ / "adapter_model.bin");
    expectRefused(readAdapter(folder_.path(), *readConfig(goldenFolder("tiny"))),
                  {"", ErrorCode::NotFound, {"adapter_model.safetensors"}});
}

}  // namespace
}  // namespace dsm
