// Adapters over a model on the emulated GPU, with the kernels themselves: against PEFT, against the
// CPU, and against weights that were merged.
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "engine/model/adapter/adapter_file.h"
#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/model/model.h"
#include "engine/quantize/convert.h"
#include "tests/support/golden.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using Adapter = std::shared_ptr<const LoraAdapter>;
using Ids = std::vector<std::int32_t>;

std::unique_ptr<Model> loaded(const char* backend,
                              std::optional<std::int64_t> gpuLayers = std::nullopt,
                              const std::filesystem::path& folder = test::goldenFolder("tiny")) {
    auto model = Model::load({.folder = folder,
                              .backend = backend,
                              .threads = 2,
                              .contextLimit = 64,
                              .kv = KvType::F32,
                              .gpuLayers = gpuLayers},
                             {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

ModelConfig tinyConfig() {
    return *readConfig(test::goldenFolder("tiny"));
}

Adapter golden(const std::string& name) {
    return std::make_shared<const LoraAdapter>(
        *readAdapter(test::goldenFolder("adapter") / name, tinyConfig()));
}

bool isFactored(const TensorSpec& spec) {
    return !spec.isNorm() && spec.kind != TensorKind::Embedding;
}
bool isAttention(const TensorSpec& spec) {
    return spec.kind == TensorKind::Query || spec.kind == TensorKind::Key ||
           spec.kind == TensorKind::Value || spec.kind == TensorKind::AttentionOutput;
}
bool isShared(const TensorSpec& spec) {
    return spec.kind == TensorKind::SharedGate || spec.kind == TensorKind::SharedUp ||
           spec.kind == TensorKind::SharedDown || spec.kind == TensorKind::DenseDown;
}
bool isRouted(const TensorSpec& spec) {
    return spec.expert >= 0;
}
bool isRouterOrHead(const TensorSpec& spec) {
    return spec.kind == TensorKind::Router || spec.kind == TensorKind::Head;
}
bool isOfALayer(const TensorSpec& spec) {
    return isFactored(spec) && spec.layer >= 0;
}

// Random factors, about as large as the weights, on every map that `isTarget` names.
Adapter adapterOver(const std::function<bool(const TensorSpec&)>& isTarget, std::int64_t rank) {
    LoraAdapter adapter;
    adapter.settings = {.rank = rank, .alpha = static_cast<double>(rank)};
    std::mt19937 random(5);
    const auto numbers = [&random](std::int64_t count, double deviation) {
        std::normal_distribution<float> normal(0, static_cast<float>(deviation));
        std::vector<float> all(static_cast<std::size_t>(count));
        std::generate(all.begin(), all.end(), [&] { return normal(random); });
        return all;
    };
    for (const TensorSpec& spec : tensorTable(tinyConfig())) {
        if (!isFactored(spec) || !isTarget(spec)) continue;
        const auto cols = static_cast<double>(spec.cols);
        adapter.modules.push_back({.name = spec.name.substr(0, spec.name.size() - 7),
                                   .rank = rank,
                                   .inputs = spec.cols,
                                   .outputs = spec.rows,
                                   .scaling = 1,
                                   .a = numbers(rank * spec.cols, 1 / std::sqrt(cols)),
                                   .b = numbers(spec.rows * rank, 0.05)});
    }
    EXPECT_FALSE(adapter.modules.empty());
    return std::make_shared<const LoraAdapter>(std::move(adapter));
}

const Ids kText{72, 105, 32, 116, 104, 101, 114, 101, 46, 32, 72, 111, 119, 32, 97, 114, 101};

// The logits of all tokens of the text: of one pass; and of the tokens read one by one.
std::vector<float> logitsOf(Model& model, const Adapter& adapter, float scale = 1) {
    const auto used = model.useAdapter(adapter, scale);
    EXPECT_TRUE(used.has_value()) << used.error().message;
    return test::allLogits(model, kText);
}
std::vector<float> decodedOf(Model& model) {
    model.rewind(0);
    std::vector<float> all;
    for (const std::int32_t id : kText) {
        const auto logits = model.read({&id, 1}, {});
        if (!logits) {
            ADD_FAILURE() << model.failure()->message;
            return all;
        }
        all.insert(all.end(), logits->begin(), logits->end());
    }
    return all;
}

float distance(const std::vector<float>& one, const std::vector<float>& other) {
    EXPECT_EQ(one.size(), other.size());
    float largest = 0;
    float difference = 0;
    for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
        largest = std::max(largest, std::abs(other[i]));
        difference = std::max(difference, std::abs(one[i] - other[i]));
    }
    return difference / largest;
}

TEST(GpuAdapter, ComputesWhatPeftComputesWhoeverComputesTheExperts) {
    const test::Golden expected({"adapter/golden.safetensors"});
    const Ids ids = test::Golden({"tiny/golden.safetensors"}).integers("input_ids");
    for (const auto gpuLayers : {std::optional<std::int64_t>(), std::optional<std::int64_t>(1)}) {
        simt::setMachine();
        const auto model = loaded("cuda", gpuLayers);
        ASSERT_NE(model, nullptr);
        for (const char* name : {"patterns", "saved"}) {
            SCOPED_TRACE(name);
            ASSERT_TRUE(model->useAdapter(golden(name), 1).has_value());
            EXPECT_LT(distance(test::allLogits(*model, ids),
                               expected.floats(std::string(name) + ".logits")),
                      1e-4F);
        }
    }
}

// On, off, another one, another scale: prompts and recorded tokens alike.
TEST(GpuAdapter, IsChangedWithoutALoadAndWithoutATrace) {
    simt::setMachine();
    const auto model = loaded("cuda");
    const auto cpu = loaded("cpu");
    ASSERT_TRUE(model && cpu);
    const auto base = logitsOf(*model, nullptr);
    const std::int64_t allocations = simt::counts().liveAllocations;
    const std::int64_t objects = simt::counts().liveObjects;
    const std::string fingerprint = model->fingerprint();
    const Adapter one = golden("patterns");
    const Adapter other = golden("saved");
    for (const auto& [adapter, scale] :
         {std::pair{one, 1.0F}, {one, 0.5F}, {other, 1.0F}, {one, -1.0F}}) {
        const auto expected = logitsOf(*cpu, adapter, scale);
        const auto found = logitsOf(*model, adapter, scale);
        EXPECT_LT(distance(found, expected), 1e-4F);
        EXPECT_GT(distance(found, base), 1e-3F);
        EXPECT_NE(model->fingerprint(), fingerprint);
        EXPECT_EQ(model->cache().size(), static_cast<std::int64_t>(kText.size()));
        const std::int64_t replays = simt::counts().graphLaunches;
        EXPECT_LT(distance(decodedOf(*model), expected), 1e-4F);
        EXPECT_EQ(simt::counts().graphLaunches, replays + static_cast<std::int64_t>(kText.size()));
        EXPECT_GT(model->gpu()->adapterBytes(), 0U);
    }
    EXPECT_EQ(logitsOf(*model, one, 0), base);
    EXPECT_EQ(logitsOf(*model, nullptr), base);
    EXPECT_LT(distance(decodedOf(*model), base), 1e-4F);
    EXPECT_EQ(model->gpu()->adapterBytes(), 0U);
    EXPECT_EQ(simt::counts().liveAllocations, allocations);
    EXPECT_EQ(simt::counts().liveObjects, objects);
    EXPECT_EQ(model->fingerprint(), fingerprint);
}

struct Targets {
    const char* name;
    bool (*isTarget)(const TensorSpec&);
};
constexpr Targets kTargets[] = {{"attention", isAttention},
                                {"shared experts", isShared},
                                {"routed experts", isRouted},
                                {"router and head", isRouterOrHead},
                                {"everything", isFactored}};

TEST(GpuAdapter, EqualsTheCpuOverEveryFormatAndTarget) {
    for (const Preset preset :
         {Preset::Bf16, Preset::Q8, Preset::Q4, Preset::Nf4, Preset::Nf4Double}) {
        const TemporaryFolder folder;
        ASSERT_TRUE(convertCheckpoint({.source = test::goldenFolder("tiny"),
                                       .preset = preset,
                                       .out = folder.path() / "packed"},
                                      {}, {})
                        .has_value());
        simt::setMachine();
        const auto model = loaded("cuda", std::nullopt, folder.path() / "packed");
        const auto cpu = loaded("cpu", std::nullopt, folder.path() / "packed");
        ASSERT_TRUE(model && cpu);
        // Inputs of Q8 and Q4 that lie on the border of two levels may round either way.
        const bool isRounded = preset == Preset::Q8 || preset == Preset::Q4;
        for (const Targets& targets : kTargets) {
            SCOPED_TRACE(std::string(name(preset)) + ", " + targets.name);
            const Adapter adapter = adapterOver(targets.isTarget, 5);
            const auto expected = logitsOf(*cpu, adapter);
            const float tolerance = isRounded ? 2e-2F : 1e-4F;
            EXPECT_LT(distance(logitsOf(*model, adapter), expected), tolerance);
            if (targets.isTarget != isFactored) continue;
            EXPECT_LT(distance(decodedOf(*model), expected), tolerance);
        }
    }
}

// W + B A in the place of the weights, on the CPU.
TEST(GpuAdapter, EqualsMergedWeights) {
    simt::setMachine();
    const auto model = loaded("cuda");
    const auto cpu = loaded("cpu");
    ASSERT_TRUE(model && cpu);
    const Adapter adapter = adapterOver(isFactored, 8);
    LoraAdapter merged;
    for (const TensorSpec& spec : tensorTable(tinyConfig())) {
        for (const LoraModule& module : adapter->modules) {
            if (module.name + ".weight" != spec.name) continue;
            SavedModule& saved = merged.savedModules.emplace_back(
                SavedModule{module.name, spec.rows, spec.cols, {}});
            const Weight& weight = cpu->weights().weightOf(spec);
            for (std::int64_t i = 0; i < spec.rows * spec.cols; ++i) {
                double sum = weight.at(i / spec.cols, i % spec.cols);
                for (std::int64_t j = 0; j < module.rank; ++j) {
                    sum +=
                        double{
                            module.b[static_cast<std::size_t>(i / spec.cols * module.rank + j)]} *
                        double{module.a[static_cast<std::size_t>(j * spec.cols + i % spec.cols)]};
                }
                saved.weight.push_back(static_cast<float>(sum));
            }
        }
    }
    const auto expected = logitsOf(*cpu, std::make_shared<const LoraAdapter>(std::move(merged)));
    EXPECT_LT(distance(logitsOf(*model, adapter), expected), 2e-4F);
    EXPECT_LT(distance(decodedOf(*model), expected), 2e-4F);
}

TEST(GpuAdapter, TakesAtMostTwoMoreLaunchesALayer) {
    simt::setMachine();
    const auto model = loaded("cuda");
    ASSERT_NE(model, nullptr);
    const std::int64_t without = model->gpu()->launchesPerToken();
    for (const std::int64_t rank : {8, 64}) {
        ASSERT_TRUE(model->useAdapter(adapterOver(isOfALayer, rank), 1).has_value());
        EXPECT_EQ(model->gpu()->launchesPerToken(), without + 2 * model->config().layers);
        const std::int64_t before = simt::counts().launches;
        ASSERT_TRUE(model->read(Ids{65}, {}).has_value());
        EXPECT_EQ(simt::counts().launches - before + 1, model->gpu()->launchesPerToken());
    }
    ASSERT_TRUE(model->useAdapter(nullptr, 1).has_value());
    EXPECT_EQ(model->gpu()->launchesPerToken(), without);
}

// Of the 16B model at rank 8 on every map, whichever format its weights have.
TEST(GpuAdapter, ReadsAtMostEightPercentMoreBytes) {
    const ModelConfig config = publishedConfig();
    for (const Preset preset : {Preset::Bf16, Preset::Q8, Preset::Q4, Preset::Nf4Double}) {
        double weights = 0;
        double factors = 0;
        for (const TensorSpec& spec : tensorTable(config)) {
            double share = 1;
            if (spec.expert >= 0)
                share = static_cast<double>(config.expertsPerToken) /
                        static_cast<double>(config.routedExperts);
            if (spec.kind == TensorKind::Embedding) share = 1.0 / static_cast<double>(spec.rows);
            const DType type = storedType(spec.kind, preset);
            weights +=
                share * static_cast<double>(weightBytes(spec, type, preset == Preset::Nf4Double));
            if (isFactored(spec))
                factors += share * 8 * 4 * static_cast<double>(spec.rows + spec.cols);
        }
        EXPECT_GT(factors, 0.005 * weights);
        EXPECT_LE(factors, 0.08 * weights) << name(preset);
    }
}

TEST(GpuAdapter, GuidesTheTokensThatTheGpuChooses) {
    simt::setMachine();
    for (const auto gpuLayers : {std::optional<std::int64_t>(), std::optional<std::int64_t>(1)}) {
        const auto model = loaded("cuda", gpuLayers);
        const auto cpu = loaded("cpu");
        ASSERT_TRUE(model && cpu);
        const Adapter adapter = golden("patterns");
        ASSERT_TRUE(model->useAdapter(adapter, 1).has_value());
        ASSERT_TRUE(cpu->useAdapter(adapter, 1).has_value());
        ASSERT_TRUE(model->read(kText, {}).has_value());
        ASSERT_TRUE(model->beginReply({.temperature = 0}, kText, 6));
        Ids next = kText;
        for (int i = 0; i < 6; ++i) {
            const auto logits = cpu->read(next, {});
            ASSERT_TRUE(logits.has_value());
            next = {static_cast<std::int32_t>(std::max_element(logits->begin(), logits->end()) -
                                              logits->begin())};
            EXPECT_EQ(model->nextToken(), next.front()) << i;
        }
        model->endReply();
        EXPECT_FALSE(model->failure().has_value());
    }
}

TEST(GpuAdapter, GivesSeveralContextsTheBitsThatEachHasAlone) {
    simt::setMachine();
    const auto model = loaded("cuda");
    ASSERT_NE(model, nullptr);
    ASSERT_TRUE(model->useAdapter(adapterOver(isFactored, 3), 1).has_value());
    const Ids texts[] = {{72, 105, 32}, {65, 66, 67, 68}};
    std::vector<std::vector<float>> alone;
    for (const Ids& text : texts) {
        model->rewind(0);
        const auto logits = model->read(text, {});
        ASSERT_TRUE(logits.has_value());
        alone.emplace_back(logits->begin(), logits->end());
    }
    model->rewind(0);
    KvCache other = std::move(model->makeCache(16).value());
    const ContextTokens both[] = {{nullptr, texts[0]}, {&other, texts[1]}};
    const auto logits = model->readTogether(both, {});
    ASSERT_TRUE(logits.has_value());
    for (std::int64_t i = 0; i < 2; ++i) {
        EXPECT_TRUE(std::equal(logits->row(i), logits->row(i) + logits->cols,
                               alone[static_cast<std::size_t>(i)].begin()));
    }
}

TEST(GpuAdapter, IsRefusedByTheNameOfAModuleThatNoGpuTakesWhole) {
    simt::setMachine();
    const auto model = loaded("cuda");
    ASSERT_NE(model, nullptr);
    const Adapter before = golden("patterns");
    const auto expected = logitsOf(*model, before);
    const auto used = model->useAdapter(golden("whole"), 1);
    ASSERT_FALSE(used.has_value());
    EXPECT_EQ(used.error().code, ErrorCode::Unsupported);
    EXPECT_NE(used.error().message.find("model.layers.1.mlp.experts.2.up_proj as a whole"),
              std::string::npos)
        << used.error().message;
    EXPECT_EQ(model->adapter(), before);
    model->rewind(0);
    EXPECT_EQ(test::allLogits(*model, kText), expected);
    // Experts of the CPU may be of any type.
    const auto mixed = loaded("cuda", 0);
    const auto shared = mixed->useAdapter(golden("whole"), 1);
    ASSERT_FALSE(shared.has_value());
    EXPECT_NE(shared.error().message.find("shared_experts.gate_proj"), std::string::npos);
}

TEST(GpuAdapter, ThatDoesNotFitIsRefusedWithNumbers) {
    simt::Machine machine;
    machine.gpus = {{.memoryBytes = 400'000'000}};
    simt::setMachine(machine);
    const auto model = loaded("cuda");
    ASSERT_NE(model, nullptr);
    const auto base = logitsOf(*model, nullptr);
    std::size_t free = 0, total = 0;
    void* others = nullptr;  // another program's
    ASSERT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess);
    ASSERT_EQ(cudaMalloc(&others, free - 64'100'000), cudaSuccess);
    const auto used = model->useAdapter(adapterOver(isFactored, 8), 1);
    ASSERT_EQ(cudaFree(others), cudaSuccess);
    ASSERT_FALSE(used.has_value());
    EXPECT_EQ(used.error().code, ErrorCode::OutOfMemory);
    EXPECT_NE(used.error().message.find("of GPU memory beside the model"), std::string::npos)
        << used.error().message;
    EXPECT_EQ(model->adapter(), nullptr);
    model->rewind(0);
    EXPECT_EQ(test::allLogits(*model, kText), base);
}

// Whichever call of the change fails: the model is as it was, or says that it is lost.
TEST(GpuAdapter, SurvivesAFailureOfAnyCallOfItsChange) {
    const Adapter adapter = adapterOver(isAttention, 2);
    simt::setMachine();
    std::int64_t calls = 0;
    {
        const auto model = loaded("cuda");
        const std::int64_t before = simt::counts().calls;
        ASSERT_TRUE(model->useAdapter(adapter, 1).has_value());
        calls = simt::counts().calls - before;
    }
    ASSERT_GT(calls, 20);
    for (std::int64_t nth = 1; nth < calls; nth += calls / 12) {
        for (const cudaError_t error : {cudaErrorMemoryAllocation, cudaErrorLaunchFailure}) {
            simt::setMachine();
            bool isLost = false;
            std::int64_t told = 0;
            {
                const auto model = loaded("cuda");
                ASSERT_NE(model, nullptr);
                simt::failCall(nth, error);
                if (const auto used = model->useAdapter(adapter, 1); used.has_value()) continue;
                EXPECT_EQ(model->adapter(), nullptr);
                EXPECT_EQ(model->read(kText, {}).has_value(), !model->failure().has_value());
                told = simt::counts().calls;
                isLost = model->failure().has_value();
            }
            if (isLost && error == cudaErrorLaunchFailure) {
                EXPECT_EQ(simt::counts().calls, told) << nth;
            } else {
                EXPECT_EQ(simt::counts().liveAllocations, 0) << nth;
            }
        }
    }
}

}  // namespace
}  // namespace dsm
