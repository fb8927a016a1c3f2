// A model on the emulated GPU: everything around the kernels, which are the reference's loops here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/model/model.h"
#include "engine/model/non_finite.h"
#include "engine/quantize/convert.h"
#include "tests/support/damaged_model.h"
#include "tests/support/golden.h"
#include "tests/support/host_gpu_ops.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using test::allLogits;
using test::Golden;
using test::ScopedVariable;

using Loaded = Result<std::unique_ptr<Model>>;

ModelOptions onGpu(const char* name, std::optional<std::int64_t> gpuLayers = std::nullopt) {
    return {.folder = test::goldenFolder(name),
            .backend = "cuda",
            .threads = 2,
            .kv = KvType::F32,
            .gpuLayers = gpuLayers};
}

std::unique_ptr<Model> loaded(const ModelOptions& options) {
    Loaded model = Model::load(options, {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

std::vector<std::int32_t> goldenIds(const std::string& name) {
    return Golden({name + "/golden.safetensors"}).integers("input_ids");
}

void expectGolden(Model& model, const std::string& name) {
    const std::vector<float> expected = Golden({name + "/golden.safetensors"}).floats("logits");
    const std::vector<float> actual = allLogits(model, goldenIds(name));
    ASSERT_EQ(actual.size(), expected.size());
    float largest = 0;
    for (const float value : expected)
        largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_NEAR(actual[i], expected[i], 1e-4F * largest) << "logit " << i;
}

TEST(GpuModel, HasTheLogitsOfPyTorch) {
    for (const bool isLazy : {false, true}) {
        simt::Machine machine;
        machine.isLazy = isLazy;
        simt::setMachine(machine);
        for (const char* name : {"tiny", "tiny_gqa"}) {
            const auto model = loaded(onGpu(name));
            ASSERT_NE(model, nullptr);
            EXPECT_EQ(model->backend(), Backend::Cuda);
            EXPECT_TRUE(model->gpu()->plan().holdsEverything());
            EXPECT_EQ(model->backendDescription(), "GPU 0 (Emulated GPU)");
            expectGolden(*model, name);
        }
    }
}

// However many layers' experts the processor computes.
TEST(GpuModel, HasTheLogitsOfPyTorchWhoeverComputesTheExperts) {
    for (const bool isLazy : {false, true}) {
        simt::Machine machine;
        machine.isLazy = isLazy;
        simt::setMachine(machine);
        for (const char* name : {"tiny", "tiny_gqa"}) {
            const std::int64_t moeLayers = loaded(onGpu(name))->gpu()->plan().moeLayers;
            ASSERT_GT(moeLayers, 0);
            for (std::int64_t layers = 0; layers <= moeLayers; ++layers) {
                SCOPED_TRACE(std::string(name) + ", " + std::to_string(layers) + " layers");
                const auto model = loaded(onGpu(name, layers));
                ASSERT_NE(model, nullptr);
                EXPECT_EQ(model->gpu()->plan().expertLayers, layers);
                EXPECT_EQ(model->memory().weightBytes, model->gpu()->plan().hostWeightBytes);
                expectGolden(*model, name);
                const bool mixed = layers < moeLayers;
                EXPECT_EQ(
                    model->backendDescription().find("layers on the CPU") != std::string::npos,
                    mixed);
            }
        }
    }
}

TEST(GpuModel, GivesTheSameForAPromptInPassesOfAnyLength) {
    simt::setMachine();
    const std::vector<std::int32_t> ids = goldenIds("tiny");
    for (const std::int64_t gpuLayers : {0, 1}) {
        std::vector<std::vector<float>> results;
        for (const std::int64_t tokens : {1, 7, 512}) {
            ModelOptions options = onGpu("tiny", gpuLayers);
            options.microBatchTokens = tokens;
            const auto model = loaded(options);
            ASSERT_NE(model, nullptr);
            const auto logits = model->read(ids, {});
            ASSERT_TRUE(logits.has_value());
            results.emplace_back(logits->begin(), logits->end());
        }
        EXPECT_EQ(results[0], results[1]);  // to the bit
        EXPECT_EQ(results[0], results[2]);
    }
}

TEST(GpuModel, AllocatesNothingAfterItsLoadAndLeavesNothingBehind) {
    simt::setMachine();
    {
        const auto model = loaded(onGpu("tiny", 0));
        ASSERT_NE(model, nullptr);
        const simt::Counts before = simt::counts();
        allLogits(*model, goldenIds("tiny"));
        const simt::Counts after = simt::counts();
        EXPECT_EQ(after.liveAllocations, before.liveAllocations);
        EXPECT_EQ(after.allocatedBytes, before.allocatedBytes);
        EXPECT_EQ(after.livePinned, before.livePinned);
        EXPECT_EQ(after.liveObjects, before.liveObjects);
        EXPECT_LE(after.allocatedBytes, model->gpu()->plan().totalBytes());
    }
    EXPECT_EQ(simt::counts().liveAllocations, 0);
    EXPECT_EQ(simt::counts().livePinned, 0);
    EXPECT_EQ(simt::counts().liveObjects, 0);
}

// The model with another length of its context.
std::filesystem::path withPositions(const std::string& name, int positions,
                                    const std::filesystem::path& to) {
    std::filesystem::copy(test::goldenFolder(name), to);
    std::ifstream file(to / "config.json");
    nlohmann::json config = nlohmann::json::parse(file);
    config["max_position_embeddings"] = positions;
    std::ofstream(to / "config.json") << config;
    return to;
}

// Tokens one by one are replayed from what was recorded at load, class by class of positions: one
// graph, and two more for each layer whose experts the host computes.
TEST(GpuModel, ReplaysThePassOfATokenAndGivesTheSameBits) {
    for (const bool isLazy : {false, true}) {
        for (const std::int64_t hostLayers : {0, 1, 2}) {
            SCOPED_TRACE(std::to_string(hostLayers) + " layers on the host");
            simt::Machine machine;
            machine.isLazy = isLazy;
            simt::setMachine(machine);
            const TemporaryFolder folder;
            const std::int64_t moeLayers = loaded(onGpu("tiny"))->gpu()->plan().moeLayers;
            ASSERT_GE(moeLayers, hostLayers);
            ModelOptions options = onGpu("tiny", moeLayers - hostLayers);
            options.folder = withPositions("tiny", 1024, folder.path() / "model");
            options.contextLimit = 300;  // classes 256 and 300
            const auto model = loaded(options);
            ASSERT_NE(model, nullptr);
            const std::vector<std::int32_t> ids = goldenIds("tiny");
            std::vector<std::int32_t> text;
            while (text.size() < 299)
                text.push_back(ids[text.size() % ids.size()]);
            for (const std::size_t position : {0U, 5U, 255U, 256U, 298U}) {
                const auto before = std::span(text).first(position);
                model->rewind(0);
                if (!before.empty()) {
                    ASSERT_TRUE(model->read(before, {}).has_value());
                }
                const std::int64_t replays = simt::counts().graphLaunches;
                const auto replayed = model->read({&text[position], 1}, {});
                ASSERT_TRUE(replayed.has_value());
                EXPECT_EQ(simt::counts().graphLaunches, replays + 1 + 2 * hostLayers);
                EXPECT_EQ(model->cache().size(), static_cast<std::int64_t>(position) + 1);
                const std::vector<float> actual(replayed->begin(), replayed->end());

                model->rewind(static_cast<std::int64_t>(position));
                const OpTable same = opTable(Backend::Cuda);
                model->useOps(same);  // not replayed
                const auto computed = model->read({&text[position], 1}, {});
                EXPECT_EQ(simt::counts().graphLaunches, replays + 1 + 2 * hostLayers);
                model->useOps(opTable(Backend::Cuda));
                EXPECT_TRUE(std::equal(actual.begin(), actual.end(), computed->begin()))
                    << position;
            }
        }
    }
}

TEST(GpuModel, StopsWhenAsked) {
    simt::setMachine();
    const auto model = loaded(onGpu("tiny"));
    std::stop_source stop;
    stop.request_stop();
    const std::vector<std::int32_t> ids = goldenIds("tiny");
    EXPECT_FALSE(model->read(ids, stop.get_token()).has_value());
    EXPECT_FALSE(model->failure().has_value());
    EXPECT_EQ(model->cache().size(), 0);
    EXPECT_TRUE(model->read(ids, {}).has_value());
    const Loaded cancelled = Model::load(onGpu("tiny"), {}, stop.get_token());
    ASSERT_FALSE(cancelled.has_value());
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
}

TEST(GpuModel, TakesTheGpuWithMostFreeMemoryOrTheOneAskedFor) {
    simt::Machine machine;
    machine.gpus = {{.name = "Small", .memoryBytes = 1'000'000'000},
                    {.name = "Old", .major = 7, .memoryBytes = 8'000'000'000},
                    {.name = "Large", .memoryBytes = 2'000'000'000}};
    simt::setMachine(machine);
    const ScopedVariable none("DSM_BACKEND", nullptr);
    ModelOptions options = onGpu("tiny");
    options.backend = std::nullopt;
    EXPECT_EQ(loaded(options)->gpu()->device().name, "Large");
    options.gpu = 0;
    EXPECT_EQ(loaded(options)->gpu()->device().name, "Small");
    options.gpu = 1;
    const Loaded old = Model::load(options, {}, {});
    ASSERT_FALSE(old.has_value());
    EXPECT_NE(old.error().message.find("GPU 1 (Old) is too old"), std::string::npos);
    options.gpu = 3;
    EXPECT_FALSE(Model::load(options, {}, {}).has_value());
}

simt::Machine tooSmall() {
    simt::Machine machine;
    machine.gpus = {{.memoryBytes = 100'000'000}};
    return machine;
}

TEST(GpuModel, ThatDoesNotFitIsRefusedWithNumbersWhereTheGpuWasAskedFor) {
    simt::setMachine(tooSmall());
    const Loaded model = Model::load(onGpu("tiny"), {}, {});
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code, ErrorCode::OutOfMemory);
    EXPECT_NE(model.error().message.find("GPU 0 (Emulated GPU) has 100 MB"), std::string::npos)
        << model.error().message;
    EXPECT_EQ(simt::counts().liveAllocations, 0);
}

// What the driver takes for recorded passes is planned: on a GPU that has just as much memory.
TEST(GpuModel, PlansTheMemoryOfItsRecordedPasses) {
    for (const std::optional<std::int64_t> layers : {std::optional<std::int64_t>(), {1}}) {
        simt::setMachine();
        const ModelOptions options = onGpu("tiny", layers);
        const std::uint64_t planned = loaded(options)->gpu()->plan().totalBytes();
        constexpr std::uint64_t kReserve = 256'000'000;
        simt::Machine machine;
        machine.gpus = {{.memoryBytes = planned + kReserve, .graphNodeBytes = kGraphNodeBytes}};
        simt::setMachine(machine);
        const auto model = loaded(options);
        ASSERT_NE(model, nullptr);
        EXPECT_GE(model->gpu()->session().freeBytes().value(), kReserve);
        expectGolden(*model, "tiny");
    }
}

TEST(GpuModel, ThatDoesNotFitGoesToTheCpuWhereNobodyAskedAndSaysWhy) {
    simt::setMachine(tooSmall());
    const ScopedVariable none("DSM_BACKEND", nullptr);
    ModelOptions options = onGpu("tiny");
    options.backend = std::nullopt;
    const auto model = loaded(options);
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(model->backend(), Backend::Cpu);
    EXPECT_NE(model->fallback().find("GPU 0 (Emulated GPU) has 100 MB"), std::string::npos);
    expectGolden(*model, "tiny");
}

// Whichever allocation or copy of a load fails: a message, nothing left behind, and the next load
// works, on the CPU and on the GPU; on that in another process, where it was lost.
TEST(GpuModel, SurvivesAFailureOfAnyCallOfItsLoad) {
    simt::setMachine();
    ASSERT_NE(loaded(onGpu("tiny", 1)), nullptr);
    const std::int64_t calls = simt::counts().calls;
    ASSERT_GT(calls, 20);
    simt::setMachine();
    ASSERT_TRUE(cudaDevices().has_value());
    const std::int64_t listing = 2 * simt::counts().calls;  // before the GPU is used
    const std::int64_t stride = std::max<std::int64_t>(1, calls / 60);
    for (std::int64_t nth = 1; nth < calls; nth += stride) {
        for (const cudaError_t error : {cudaErrorMemoryAllocation, cudaErrorLaunchFailure}) {
            if (error == cudaErrorLaunchFailure && nth <= listing) continue;
            simt::setMachine();
            simt::failCall(nth, error);
            if (const Loaded model = Model::load(onGpu("tiny", 1), {}, {}); !model) {
                EXPECT_FALSE(model.error().message.empty());
                const bool isLost = error == cudaErrorLaunchFailure;
                EXPECT_EQ(isLost, model.error().code == ErrorCode::DeviceLost) << nth;
                if (isLost) {
                    const std::int64_t told = simt::counts().calls;
                    EXPECT_FALSE(Model::load(onGpu("tiny", 1), {}, {}).has_value());
                    EXPECT_EQ(simt::counts().calls, told) << nth;
                } else {
                    EXPECT_EQ(simt::counts().liveAllocations, 0) << nth;
                }
            }
            // It may have been lost when the model went.
            if (error == cudaErrorLaunchFailure) simt::setMachine();
            if (nth % 5 == 1) {
                const auto again = loaded(onGpu("tiny"));
                ASSERT_NE(again, nullptr) << nth;
                expectGolden(*again, "tiny");
            }
        }
    }
    ModelOptions options = onGpu("tiny");
    options.backend = "cpu";
    expectGolden(*loaded(options), "tiny");
}

// A graph that cannot be made ends the recording: what the load would still queue would run, from
// memory that nothing has written yet.
TEST(GpuModel, ComputesNothingOfAPassThatItFailsToRecord) {
    simt::setMachine();
    const ModelOptions options = onGpu("tiny", 1);  // the host computes the experts of the others
    ASSERT_NE(loaded(options), nullptr);
    const std::int64_t calls = simt::counts().calls;
    const std::int64_t computed = test::opsComputed;
    int refused = 0;
    for (std::int64_t nth = 1; nth < calls; ++nth) {
        simt::setMachine();
        simt::failCall(nth, cudaErrorMemoryAllocation);
        refused += Model::load(options, {}, {}).has_value() ? 0 : 1;
        EXPECT_EQ(test::opsComputed, computed) << "call " << nth;
    }
    EXPECT_GT(refused, 20);
}

TEST(GpuModel, ThatLosesItsGpuWhileItReadsSaysSoAndTheCpuGoesOnWithoutTouchingIt) {
    for (const std::int64_t nth : {1, 3, 20, 40}) {
        simt::setMachine();
        std::int64_t told = 0;
        {
            const auto model = loaded(onGpu("tiny", 0));
            ASSERT_NE(model, nullptr);
            const std::vector<std::int32_t> ids = goldenIds("tiny");
            ASSERT_TRUE(model->read(std::span(ids).first(5), {}).has_value());
            simt::failCall(nth, cudaErrorIllegalAddress);
            EXPECT_FALSE(model->read(std::span(ids).subspan(5), {}).has_value());
            ASSERT_TRUE(model->failure().has_value());
            told = simt::counts().calls;
            EXPECT_EQ(model->failure()->code, ErrorCode::DeviceLost);
            EXPECT_NE(model->failure()->message.find("--backend cpu"), std::string::npos);
            EXPECT_EQ(model->cache().size(), 0);
            EXPECT_FALSE(model->read(ids, {}).has_value());  // nor later
        }
        ModelOptions options = onGpu("tiny");
        for (const char* backend : {"cuda", ""}) {
            options.backend = backend;
            const auto again = Model::load(options, {}, {});
            ASSERT_FALSE(again.has_value());
            EXPECT_EQ(again.error().code, ErrorCode::DeviceLost);
            EXPECT_NE(again.error().message.find("restart the program"), std::string::npos);
        }
        options.backend = "cpu";
        expectGolden(*loaded(options), "tiny");
        EXPECT_EQ(simt::counts().calls, told) << nth;
    }
    simt::setMachine();  // another process
    expectGolden(*loaded(onGpu("tiny")), "tiny");
}

TEST(GpuModel, SavesItsContextAndGoesOnFromItToTheBit) {
    simt::setMachine();
    const TemporaryFolder folder;
    const std::vector<std::int32_t> ids = goldenIds("tiny");
    const auto begin = std::span(ids).first(30);
    const auto end = std::span(ids).subspan(30);
    const auto model = loaded(onGpu("tiny"));
    ASSERT_TRUE(model->read(begin, {}).has_value());
    ASSERT_TRUE(model->saveContext(folder.path() / "context", {}).has_value());
    const auto expected = model->read(end, {});
    ASSERT_TRUE(expected.has_value());

    const auto other = loaded(onGpu("tiny"));
    const auto restored = other->restoreContext(folder.path() / "context", ids);
    ASSERT_TRUE(restored.has_value()) << restored.error().message;
    EXPECT_EQ(*restored, 30);
    const auto actual = other->read(end, {});
    ASSERT_TRUE(actual.has_value());
    EXPECT_TRUE(std::equal(expected->begin(), expected->end(), actual->begin(), actual->end()));
}

TEST(GpuModel, AndTheCpuRefuseEachOthersContexts) {
    simt::setMachine();
    const TemporaryFolder folder;
    const std::vector<std::int32_t> ids = goldenIds("tiny");
    ModelOptions cpu = onGpu("tiny");
    cpu.backend = "cpu";
    const auto one = loaded(onGpu("tiny"));
    const auto other = loaded(cpu);
    for (const auto& [from, to] : {std::pair(one.get(), other.get()), {other.get(), one.get()}}) {
        ASSERT_TRUE(from->read(ids, {}).has_value());
        ASSERT_TRUE(from->saveContext(folder.path() / "context", {}).has_value());
        to->rewind(0);
        const auto restored = to->restoreContext(folder.path() / "context", ids);
        ASSERT_FALSE(restored.has_value());
        EXPECT_EQ(restored.error().code, ErrorCode::Unsupported);
    }
}

// Both compute with the reference's loops: to the bit the same, however the weights are stored.
TEST(GpuModel, EqualsTheReferenceInEveryPreset) {
    simt::setMachine();
    const std::vector<std::int32_t> ids = goldenIds("tiny_gqa");
    for (const Preset preset : {Preset::Q4, Preset::Nf4, Preset::Nf4Double}) {
        SCOPED_TRACE(name(preset));
        const TemporaryFolder folder;
        ASSERT_TRUE(convertCheckpoint({.source = test::goldenFolder("tiny_gqa"),
                                       .preset = preset,
                                       .out = folder.path() / "packed"},
                                      {}, {})
                        .has_value());
        ModelOptions options = onGpu("tiny_gqa");
        options.folder = folder.path() / "packed";
        const auto gpu = loaded(options);
        options.backend = "reference";
        const auto reference = loaded(options);
        ASSERT_TRUE(gpu && reference);
        EXPECT_EQ(allLogits(*gpu, ids), allLogits(*reference, ids));
    }
}

// As on the processor: the part, the layer and the weight, wherever the experts are computed.
TEST(GpuModel, NamesTheWeightWhoseNumbersAreNotFinite) {
    simt::setMachine({});
    const TemporaryFolder folder;
    const std::vector<std::int32_t> text{72, 105, 32, 116, 104, 101, 114, 101};
    const std::string layer = "model.layers.2.";
    const std::vector<std::pair<test::Damage, std::string>> cases{
        {{"model.embed_tokens.weight", 116 * 64}, "the embedding, at token 4 "},
        {{layer + "self_attn.v_proj.weight", 70, 1, true}, "the attention of layer 2, "},
        {{layer + "mlp.gate.weight", 0, 64}, "the experts of layer 2, "},
        {{layer + "mlp.shared_experts.down_proj.weight", 9}, "the experts of layer 2, "},
        {{"model.layers.0.mlp.up_proj.weight", 9}, "the dense MLP of layer 0, "},
        {{"lm_head.weight", 64 * 65}, "the final norm and the head, at token 8 "},
    };
    for (const auto& [damage, place] : cases) {
        for (const auto gpuLayers :
             {std::optional<std::int64_t>(), std::optional<std::int64_t>(0)}) {
            SCOPED_TRACE(damage.tensor);
            ModelOptions options = onGpu("tiny", gpuLayers);
            options.folder = test::damagedModel(folder, damage);
            const auto model = loaded(options);
            ASSERT_NE(model, nullptr);
            ASSERT_TRUE(model->read(text, {}).has_value());
            const Error error = explainNonFinite(*model, text, {});
            for (const std::string& part : {place, "The weight " + damage.tensor + " holds"})
                EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
        }
    }
}

}  // namespace
}  // namespace dsm
