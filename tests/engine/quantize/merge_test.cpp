// Merging: the merged model computes what base and adapter compute, and holds what PEFT merges.

#include "engine/quantize/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/format/checkpoint.h"
#include "engine/model/adapter/adapter_folder.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/golden.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using test::goldenFolder;

MergeOptions optionsFor(const std::string& adapter, const std::filesystem::path& out) {
    return {.model = goldenFolder("tiny"),
            .adapter = goldenFolder("adapter") / adapter,
            .out = out,
            .threads = 2,
            .maximumShardBytes = 200'000};
}

std::unique_ptr<Model> load(const std::filesystem::path& folder) {
    auto model =
        Model::load({.folder = folder, .backend = "cpu", .threads = 2, .kv = KvType::F32}, {}, {});
    EXPECT_TRUE(model.has_value()) << (model ? "" : model.error().message);
    return model ? std::move(*model) : nullptr;
}

TEST(Merge, ComputesWhatBaseAndAdapterCompute) {
    const TemporaryFolder folder;
    const auto ids = test::Golden({"tiny/golden.safetensors"}).integers("input_ids");
    for (const char* name : {"patterns", "saved", "whole"}) {
        SCOPED_TRACE(name);
        double progress = 0;
        const auto merged = mergeAdapter(optionsFor(name, folder / name),
                                         [&](double share) { progress = share; }, {});
        ASSERT_TRUE(merged.has_value()) << merged.error().message;
        EXPECT_EQ(progress, 1);
        const auto model = load(folder / name);
        ASSERT_NE(model, nullptr);
        const auto found = test::allLogits(*model, ids);
        const auto expected =
            test::Golden({"adapter/golden.safetensors"}).floats(std::string(name) + ".logits");
        float largest = 0;
        for (const float value : expected)
            largest = std::max(largest, std::abs(value));
        // Each merged weight is rounded to 8 bits of mantissa, through four layers.
        double squares = 0;
        for (std::size_t i = 0; i < expected.size(); ++i)
            squares += std::pow(found[i] - expected[i], 2);
        EXPECT_LT(std::sqrt(squares / static_cast<double>(expected.size())), 0.01 * largest);
    }
}

// The numbers of a tensor of the merged model, which is stored in the type named.
std::vector<float> mergedNumbers(const Checkpoint& checkpoint, const std::string& tensor,
                                 const std::string& type) {
    const auto found = checkpoint.find(tensor);
    EXPECT_TRUE(found.has_value() && found->info->dtypeName == type) << tensor;
    if (!found) return {};
    const auto bytes = found->file->bytes(*found->info);
    std::vector<float> numbers(bytes.size() / (type == "F32" ? 4 : 2));
    if (type == "F32") std::memcpy(numbers.data(), bytes.data(), bytes.size());
    for (std::size_t i = 0; i < numbers.size() && type == "BF16"; ++i) {
        BFloat16 value;
        std::memcpy(&value, bytes.data() + 2 * i, 2);
        numbers[i] = toFloat(value);
    }
    return numbers;
}

struct MergedTensor {
    std::string adapter, tensor, type;
};

TEST(Merge, HoldsWhatPeftMergesRoundedOnce) {
    const TemporaryFolder folder;
    const test::Golden golden({"adapter/golden.safetensors"});
    std::vector<MergedTensor> tensors{
        {"whole", "model.norm.weight", "F32"},
        {"whole", "model.layers.3.mlp.gate.weight", "F32"},
        {"whole", "model.layers.1.self_attn.v_proj.weight", "BF16"},
        {"whole", "model.layers.2.mlp.experts.5.down_proj.weight", "BF16"}};
    for (const char* name : {"patterns", "saved"}) {
        for (const char* tensor : {"model.layers.1.mlp.experts.3.up_proj.weight",
                                   "model.layers.2.self_attn.q_proj.weight", "lm_head.weight"})
            tensors.push_back({name, tensor, "BF16"});
    }
    for (const char* name : {"patterns", "saved", "whole"})
        ASSERT_TRUE(mergeAdapter(optionsFor(name, folder / name), {}, {}).has_value());
    for (const MergedTensor& one : tensors) {
        const auto checkpoint = Checkpoint::open(folder / one.adapter);
        ASSERT_TRUE(checkpoint.has_value());
        EXPECT_GT(checkpoint->fileCount(), 1U);
        const auto found = mergedNumbers(*checkpoint, one.tensor, one.type);
        const auto expected = golden.floats(one.adapter + ".merged." + one.tensor);
        ASSERT_EQ(found.size(), expected.size());
        const float rounding = one.type == "F32" ? 1e-6F : 0.0042F;
        for (std::size_t i = 0; i < expected.size(); ++i)
            ASSERT_NEAR(found[i], expected[i], rounding * std::abs(expected[i]) + 1e-7F)
                << one.tensor << " " << i;
    }
}

TEST(Merge, IsTheModelItselfAtScaleZero) {
    const TemporaryFolder folder;
    MergeOptions options = optionsFor("patterns", folder / "out");
    options.scale = 0;
    ASSERT_TRUE(mergeAdapter(options, {}, {}).has_value());
    const auto before = Checkpoint::open(goldenFolder("tiny"));
    const auto after = Checkpoint::open(folder / "out");
    ASSERT_TRUE(before.has_value() && after.has_value());
    ASSERT_EQ(before->names(), after->names());
    for (const std::string& tensor : before->names()) {
        const auto x = before->find(tensor), y = after->find(tensor);
        EXPECT_TRUE(std::ranges::equal(x->file->bytes(*x->info), y->file->bytes(*y->info)))
            << tensor;
    }
    for (const char* file : {"config.json", "tokenizer.json", "tokenizer_config.json"})
        EXPECT_TRUE(std::filesystem::exists(folder / "out" / file)) << file;
}

TEST(Merge, RefusesAFolderThatHoldsSomething) {
    const TemporaryFolder folder;
    folder.write("note.txt", "mine");
    expectRefused(mergeAdapter(optionsFor("patterns", folder.path()), {}, {}),
                  {"", ErrorCode::Io, {"is not empty"}});
}

TEST(Merge, BringsAlongTheCodeThatTheConfigNamesAndTheLicences) {
    const TemporaryFolder folder;
    MergeOptions options = optionsFor("patterns", folder / "out");
    options.model = folder / "model";
    std::filesystem::copy(goldenFolder("tiny"), options.model);
    auto config = nlohmann::json::parse(contentOf(options.model / "config.json"));
    config["auto_map"] = {{"AutoConfig", "configuration_deepseek.DeepseekConfig"},
                          {"AutoModelForCausalLM", "modeling_deepseek.DeepseekForCausalLM"},
                          {"AutoTokenizer", {"../outside.Slow", nullptr}}};
    folder.write("model/config.json", config.dump());
    folder.write("outside.py", "not ours");
    const std::pair<const char*, const char*> along[] = {
        {"configuration_deepseek.py", "class DeepseekConfig: pass\n"},
        {"modeling_deepseek.py", "from .parts import x\nfrom transformers import y\n"},
        {"parts.py", "x = 1\n"},  // imported by what is named
        {"LICENSE-MODEL", "terms of the model\n"},
        {"MODEL_LICENCE.txt", "others\n"},
        {"NOTICE", "a notice\n"},
        {"additional_chat_templates/default.jinja", "{{ messages }}"}};
    std::filesystem::create_directory(options.model / "additional_chat_templates");
    for (const auto& [name, text] : along)
        folder.write(std::string("model/") + name, text);
    for (const char* name : {"model/unnamed.py", "model/notes.txt", "model/golden.safetensors.bak"})
        folder.write(name, "stays behind");
    const auto merged = mergeAdapter(options, {}, {});
    ASSERT_TRUE(merged.has_value()) << merged.error().message;
    for (const auto& [name, text] : along)
        EXPECT_EQ(contentOf(options.out / name), text) << name;
    for (const auto& entry : std::filesystem::directory_iterator(options.out)) {
        const std::string name = entry.path().filename().string();
        EXPECT_TRUE(name != "unnamed.py" && name != "notes.txt" && name != "outside.py" &&
                    !name.ends_with(".bak"))
            << name;
    }
    const auto written = nlohmann::json::parse(contentOf(options.out / "config.json"));
    EXPECT_EQ(written["auto_map"], config["auto_map"]);
}

TEST(Merge, LeavesNoModelBehindWhenItIsStopped) {
    const TemporaryFolder folder;
    std::stop_source stop;
    const auto merged = mergeAdapter(
        optionsFor("patterns", folder / "out"),
        [&](double share) {
            if (share > 0.5) stop.request_stop();
        },
        stop.get_token());
    ASSERT_FALSE(merged.has_value());
    EXPECT_EQ(merged.error().code, ErrorCode::Cancelled);
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

// The system answers a read behind the end of a mapped file with a signal that ends the program.
TEST(Merge, StopsWhereAFileIsCutAndLeavesTheFolderAsItWas) {
    namespace fs = std::filesystem;
    for (const bool ofModel : {true, false}) {
        SCOPED_TRACE(ofModel);
        const TemporaryFolder folder;
        fs::copy(goldenFolder("tiny"), folder / "model");
        fs::copy(goldenFolder("adapter") / "patterns", folder / "adapter");
        fs::create_directory(folder / "out");
        const fs::path file = ofModel ? folder / "model" / "model-00002-of-00002.safetensors"
                                      : folder / "adapter" / "adapter_model.safetensors";
        MergeOptions options = optionsFor("patterns", folder / "out");
        options.model = folder / "model";
        options.adapter = folder / "adapter";
        const auto merged = mergeAdapter(options,
                                         [&](double share) {
                                             if (share > 0.3 && fs::file_size(file) > 9000)
                                                 fs::resize_file(file, 9000);
                                         },
                                         {});
        expectRefused(merged, {"", ErrorCode::Io, {file.string() + " was changed"}});
        EXPECT_TRUE(fs::is_empty(folder / "out"));
        fs::remove(folder / "out");
        EXPECT_FALSE(mergeAdapter(options, {}, {}).has_value());
        EXPECT_FALSE(fs::exists(folder / "out"));
    }
}

// transformers 5 names the type of the weights otherwise, and reads that name first.
TEST(Merge, SaysTheTypeOfItsWeightsByEitherName) {
    const TemporaryFolder folder;
    std::filesystem::copy(goldenFolder("tiny"), folder / "model");
    auto config = nlohmann::json::parse(contentOf(folder / "model/config.json"));
    config["dtype"] = "float32";
    folder.write("model/config.json", config.dump());
    MergeOptions options = optionsFor("patterns", folder / "out");
    options.model = folder / "model";
    ASSERT_TRUE(mergeAdapter(options, {}, {}).has_value());
    config = nlohmann::json::parse(contentOf(folder / "out/config.json"));
    EXPECT_EQ(config["dtype"], "bfloat16");
    EXPECT_EQ(config["torch_dtype"], "bfloat16");
}

}  // namespace
}  // namespace dsm
