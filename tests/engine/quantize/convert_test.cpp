#include "engine/quantize/convert.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/format/checkpoint_writer.h"
#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/quantize/conversion_state.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/folder_contents.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSmallShards = 100'000;  // so that the tiny model has several

Result<void> convert(const fs::path& source, Preset preset, const fs::path& out,
                     const ProgressSink& progress = {}, std::stop_token stop = {}) {
    return convertCheckpoint({.source = source,
                              .preset = preset,
                              .out = out,
                              .threads = 2,
                              .maximumShardBytes = kSmallShards},
                             progress, std::move(stop));
}

using Contents = std::map<std::string, std::string>;
void expectEqual(const Contents& actual, const Contents& expected) {
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(actual.size(), expected.size());
    for (const auto& [file, content] : expected) {
        const auto found = actual.find(file);
        ASSERT_NE(found, actual.end()) << file;
        EXPECT_TRUE(found->second == content) << file << " differs: " << found->second.size()
                                              << " for " << content.size() << " bytes";
    }
}

Weights load(const fs::path& folder) {
    const auto config = readConfig(folder);
    EXPECT_TRUE(config) << config.error().message;
    auto checkpoint = Checkpoint::open(folder);
    EXPECT_TRUE(checkpoint) << checkpoint.error().message;
    auto weights = Weights::load(std::move(*checkpoint), *config, {}, {});
    EXPECT_TRUE(weights) << weights.error().message;
    return std::move(*weights);
}

double relativeError(const Weight& a, const Weight& b) {
    EXPECT_TRUE(a.rows == b.rows && a.cols == b.cols);
    double error = 0, square = 0;
    for (std::int64_t r = 0; r < a.rows; ++r) {
        for (std::int64_t c = 0; c < a.cols; ++c) {
            error += std::pow(a.at(r, c) - b.at(r, c), 2);
            square += std::pow(b.at(r, c), 2);
        }
    }
    return std::sqrt(error / square);
}

double expectedError(DType type) {
    if (type == DType::BF16) return 0;
    if (type == DType::Q8) return 0.007;
    return type == DType::Q4 ? 0.08 : 0.105;
}

class EveryPreset : public testing::TestWithParam<Preset> {};

TEST_P(EveryPreset, LoadsWithTheTypesAndErrorsItPromises) {
    const TemporaryFolder folder;
    const fs::path source = test::goldenFolder("tiny");
    const auto converted = convert(source, GetParam(), folder / "out");
    ASSERT_TRUE(converted) << converted.error().message;
    const Weights before = load(source);
    const Weights after = load(folder / "out");
    const auto check = [&](TensorKind kind, const Weight& was, const Weight& is) {
        EXPECT_EQ(is.type, storedType(kind, GetParam()));
        EXPECT_LE(relativeError(is, was), expectedError(is.type)) << static_cast<int>(kind);
    };
    check(TensorKind::Embedding, before.embedding(), after.embedding());
    check(TensorKind::FinalNorm, before.finalNorm(), after.finalNorm());
    check(TensorKind::Head, before.head(), after.head());
    const LayerWeights& dense = after.layers()[0];
    check(TensorKind::DenseDown, before.layers()[0].sharedDown, dense.sharedDown);
    const LayerWeights& was = before.layers()[2];
    const LayerWeights& is = after.layers()[2];
    check(TensorKind::Query, was.query, is.query);
    check(TensorKind::AttentionOutput, was.attentionOutput, is.attentionOutput);
    check(TensorKind::InputNorm, was.inputNorm, is.inputNorm);
    check(TensorKind::Router, was.router, is.router);
    check(TensorKind::SharedUp, was.sharedUp, is.sharedUp);
    check(TensorKind::ExpertGate, was.expertGate[7], is.expertGate[7]);
    check(TensorKind::ExpertDown, was.expertDown[3], is.expertDown[3]);
    // What the plan said is what is loaded.
    EXPECT_EQ(after.sizeBytes(), presetBytes(*readConfig(source), GetParam()));
}

TEST_P(EveryPreset, SaysWhatItIsAndBringsItsTokenizer) {
    const TemporaryFolder folder;
    const fs::path source = test::goldenFolder("tiny");
    ASSERT_TRUE(convert(source, GetParam(), folder / "out"));
    const auto config = readConfig(folder / "out");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->quantization.has_value(), GetParam() != Preset::Bf16);
    const auto state = readState(folder / "out");
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_EQ(state->sourceSha256.size(), 64U);
    if (config->quantization) {
        EXPECT_EQ(config->quantization->preset, name(GetParam()));
        EXPECT_EQ(config->quantization->sourceSha256, state->sourceSha256);
    }
    for (const char* file : {"tokenizer.json", "tokenizer_config.json", "generation_config.json"})
        EXPECT_EQ(contentOf(folder / "out" / file), contentOf(source / file));
    ModelConfig plain = *config;
    plain.quantization.reset();
    EXPECT_TRUE(plain == *readConfig(source));
}

INSTANTIATE_TEST_SUITE_P(Presets, EveryPreset, testing::ValuesIn(kPresets),
                         [](const auto& instance) {
                             std::string text(name(instance.param));
                             std::erase(text, '-');
                             return text;
                         });

TEST(Convert, PutsBlocksOnCacheLines) {
    const TemporaryFolder folder;
    ASSERT_TRUE(convert(test::goldenFolder("tiny_gqa"), Preset::Q4, folder / "out"));
    const Weights weights = load(folder / "out");
    for (const LayerWeights& layer : weights.layers()) {
        for (const Weight* weight : {&layer.query, &layer.sharedGate, &layer.sharedDown})
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(weight->data) % 64, 0U);
    }
}

TEST(Convert, GivesTheSameBytesForAnyNumberOfThreads) {
    const TemporaryFolder folder;
    for (const int threads : {1, 3}) {
        const auto converted = convertCheckpoint({.source = test::goldenFolder("tiny"),
                                                  .preset = Preset::Q4,
                                                  .out = folder / std::to_string(threads),
                                                  .threads = threads},
                                                 {}, {});
        ASSERT_TRUE(converted) << converted.error().message;
    }
    expectEqual(contentsOf(folder / "1"), contentsOf(folder / "3"));
}

TEST(Convert, GoesOnAfterACancelWithTheFilesThatWereFinished) {
    const TemporaryFolder folder;
    const fs::path source = test::goldenFolder("tiny");
    ASSERT_TRUE(convert(source, Preset::Q8, folder / "whole"));
    std::stop_source stop;
    double lastShare = 0;
    const auto stopped = convert(
        source, Preset::Q8, folder / "out",
        [&](double share) {
            lastShare = share;
            if (share > 0.5) stop.request_stop();
        },
        stop.get_token());
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    const auto state = readState(folder / "out");
    ASSERT_TRUE(state);
    ASSERT_FALSE(state->shards.empty());
    EXPECT_FALSE(fs::exists(folder / "out" / kConfigFileName));
    const fs::path first = folder / "out" / state->shards[0].fileName;
    const auto time = fs::last_write_time(first);

    std::vector<double> shares;
    const auto resumed =
        convert(source, Preset::Q8, folder / "out", [&](double share) { shares.push_back(share); });
    ASSERT_TRUE(resumed) << resumed.error().message;
    EXPECT_EQ(fs::last_write_time(first), time);  // was not written again
    EXPECT_GT(shares.front(), 0.05);
    // Where it stood when it was stopped: at what had been finished.
    EXPECT_EQ(shares.at(state->shards.size() - 1), lastShare);
    expectEqual(contentsOf(folder / "out"), contentsOf(folder / "whole"));
}

// What was written of the zeros behind the new end is no weight of the model.
TEST(Convert, StopsWhereItsSourceIsCutAndTakesAlongWhatItWrote) {
    const TemporaryFolder folder;
    for (const double begin : {0.0, 0.6}) {
        SCOPED_TRACE(begin);
        const fs::path source = folder / "source";
        fs::copy(test::goldenFolder("tiny"), source);
        const fs::path file = source / "model-00002-of-00002.safetensors";
        int shards = 0;
        const auto converted = convert(source, Preset::Q8, folder / "out", [&](double share) {
            for (const auto& entry : fs::directory_iterator(folder / "out"))
                shards += entry.path().extension() == ".safetensors" ? 1 : 0;
            if (share > begin && fs::file_size(file) > 9000) fs::resize_file(file, 9000);
        });
        expectRefused(converted, {"", ErrorCode::Io, {file.string() + " was changed"}});
        EXPECT_EQ(shards > 0, begin > 0);
        EXPECT_TRUE(fs::is_empty(folder / "out"));
        fs::remove_all(source);
    }
    EXPECT_TRUE(convert(test::goldenFolder("tiny"), Preset::Q8, folder / "out"));
}

TEST(Convert, GoesOnAfterAKill) {
    const TemporaryFolder folder;
    const fs::path source = test::goldenFolder("tiny");
    ASSERT_TRUE(convert(source, Preset::Q4, folder / "whole"));
    for (const double killAt : {0.01, 0.4, 0.7, 0.99}) {
        SCOPED_TRACE(killAt);
        const fs::path out = folder / std::to_string(killAt);
        const pid_t child = ::fork();
        if (child == 0) {
            static_cast<void>(convert(source, Preset::Q4, out, [&](double share) {
                if (share >= killAt) ::kill(::getpid(), SIGKILL);
            }));
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
        EXPECT_FALSE(fs::exists(out / kConfigFileName));
        const auto resumed = convert(source, Preset::Q4, out);
        ASSERT_TRUE(resumed) << resumed.error().message;
        expectEqual(contentsOf(out), contentsOf(folder / "whole"));
    }
}

TEST(Convert, LeavesAFinishedFolderAlone) {
    const TemporaryFolder folder;
    const fs::path source = test::goldenFolder("tiny");
    ASSERT_TRUE(convert(source, Preset::Q4, folder / "out"));
    const auto time = fs::last_write_time(folder / "out" / kConversionFileName);
    double share = 0;
    ASSERT_TRUE(convert(source, Preset::Q4, folder / "out", [&](double s) { share = s; }));
    EXPECT_EQ(share, 1);
    EXPECT_EQ(fs::last_write_time(folder / "out" / kConversionFileName), time);
}

TEST(Convert, WritesAFileAgainThatWasDamagedSince) {
    const TemporaryFolder folder;
    const fs::path source = test::goldenFolder("tiny");
    ASSERT_TRUE(convert(source, Preset::Q4, folder / "out"));
    const auto whole = contentsOf(folder / "out");
    fs::resize_file(folder / "out" / whole.lower_bound("model-00002")->first, 100);
    ASSERT_TRUE(convert(source, Preset::Q4, folder / "out"));
    expectEqual(contentsOf(folder / "out"), whole);
}

TEST(Convert, RefusesAFolderThatHoldsSomethingElse) {
    const TemporaryFolder folder;
    const fs::path source = test::goldenFolder("tiny");
    fs::create_directory(folder / "used");
    std::ofstream(folder / "used" / "letter.txt") << "Dear";
    expectRefused(convert(source, Preset::Q4, folder / "used"),
                  {"used", ErrorCode::Io, {"used", "not empty", "new folder"}});
    ASSERT_TRUE(convert(source, Preset::Q4, folder / "out"));
    expectRefused(convert(source, Preset::Q8, folder / "out"),
                  {"another preset", ErrorCode::Io, {"q4", "new folder"}});
    expectRefused(convert(test::goldenFolder("tiny_gqa"), Preset::Q4, folder / "out"),
                  {"another source", ErrorCode::Io, {"another model"}});
}

TEST(Convert, RefusesWhatIsConvertedAlready) {
    const TemporaryFolder folder;
    ASSERT_TRUE(convert(test::goldenFolder("tiny"), Preset::Q8, folder / "q8"));
    expectRefused(convert(folder / "q8", Preset::Q4, folder / "q4"),
                  {"q8", ErrorCode::Unsupported, {"converted already", "Q8", "bfloat16"}});
    EXPECT_FALSE(fs::exists(folder / "q4"));
}

TEST(Convert, RefusesAFolderInUse) {
    const TemporaryFolder folder;
    fs::create_directory(folder / "out");
    const int handle = ::open((folder / "out").c_str(), O_RDONLY | O_DIRECTORY);
    ASSERT_EQ(::flock(handle, LOCK_EX | LOCK_NB), 0);
    expectRefused(convert(test::goldenFolder("tiny"), Preset::Q4, folder / "out"),
                  {"out", ErrorCode::Io, {"Another conversion"}});
    ::close(handle);
    EXPECT_TRUE(convert(test::goldenFolder("tiny"), Preset::Q4, folder / "out"));
}

// Models from before generation_config.json have them in config.json.
TEST(Convert, CarriesWhatConfigSaysOfReplies) {
    const TemporaryFolder folder;
    fs::copy(test::goldenFolder("tiny"), folder / "source", fs::copy_options::recursive);
    fs::remove(folder / "source/generation_config.json");
    auto config = nlohmann::json::parse(contentOf(folder / "source/config.json"));
    const nlohmann::json said{{"eos_token_id", {301, 7}},
                              {"temperature", 0.25},
                              {"top_p", 0.5},
                              {"top_k", 9},
                              {"repetition_penalty", 1.125},
                              {"max_length", 99},
                              {"do_sample", true},
                              {"_name_or_path", "a/b"}};
    config.update(said);
    folder.write("source/config.json", config.dump());
    for (const Preset preset : kPresets) {
        SCOPED_TRACE(name(preset));
        const fs::path out = folder / std::string(name(preset));
        const auto converted = convert(folder / "source", preset, out);
        ASSERT_TRUE(converted) << converted.error().message;
        const auto written = nlohmann::json::parse(contentOf(out / "config.json"));
        for (const auto& item : said.items())
            EXPECT_EQ(written.at(item.key()), item.value()) << item.key();
        EXPECT_FALSE(fs::exists(out / "generation_config.json"));
    }
}

TEST(Convert, SaysHowMuchSpaceIsMissingBeforeItWrites) {
    const TemporaryFolder folder;
    const auto refused = convertCheckpoint({.source = test::goldenFolder("tiny"),
                                            .preset = Preset::Q4,
                                            .out = folder / "out",
                                            .freeBytes = [](const fs::path&) { return 7'000'000; }},
                                           {}, {});
    expectRefused(refused, {"out", ErrorCode::Io, {"7.0 MB free", "q4", "needs 51 MB"}});
    EXPECT_FALSE(fs::exists(folder / "out" / kSingleFileName));
}

TEST(Convert, NamesTheTensorThatIsNotFinite) {
    const TemporaryFolder folder;
    const fs::path source = folder / "source";
    fs::create_directory(source);
    const auto config = readConfig(DSM_SOURCE_DIR "/tests/malformed/checkpoint/model_bias");
    ASSERT_TRUE(config);
    std::vector<TensorDeclaration> declarations;
    std::vector<BFloat16> numbers;
    for (const TensorSpec& spec : tensorTable(*config)) {
        declarations.push_back({spec.name, "BF16", spec.shape()});
        numbers.resize(numbers.size() + static_cast<std::size_t>(spec.rows * spec.cols));
        if (spec.name == "model.layers.1.mlp.experts.1.up_proj.weight")
            numbers.back().bits = 0x7fc0;
    }
    CheckpointWriter writer(source, std::move(declarations));
    ASSERT_TRUE(writer.append(std::as_bytes(std::span(numbers))) && writer.finish());
    const std::string text = writeConfig(*config);
    ASSERT_TRUE(writeFile(source / kConfigFileName, std::as_bytes(std::span(text))));
    for (const Preset preset : kPresets) {
        expectRefused(convert(source, preset, folder / std::string(name(preset))),
                      {"source",
                       ErrorCode::Malformed,
                       {"model.layers.1.mlp.experts.1.up_proj.weight", "not finite"}});
    }
}

TEST(Convert, ListensToCalibration) {
    const TemporaryFolder folder;
    const fs::path source = test::goldenFolder("tiny");
    Calibration calibration;
    auto& importance = calibration.meanSquare["model.layers.1.mlp.experts.0.gate_proj.weight"];
    importance.assign(64, 0.01F);
    importance[5] = importance[40] = 100;
    const auto converted = convertCheckpoint({.source = source,
                                              .preset = Preset::Q4,
                                              .out = folder / "out",
                                              .calibration = &calibration},
                                             {}, {});
    ASSERT_TRUE(converted) << converted.error().message;
    ASSERT_TRUE(convert(source, Preset::Q4, folder / "plain"));
    const Weights exact = load(source);
    const Weights with = load(folder / "out");
    const Weights without = load(folder / "plain");
    const auto errorOf = [&](const Weights& weights, std::int64_t col) {
        const Weight& weight = weights.layers()[1].expertGate[0];
        double error = 0;
        for (std::int64_t r = 0; r < weight.rows; ++r)
            error += std::pow(weight.at(r, col) - exact.layers()[1].expertGate[0].at(r, col), 2);
        return error;
    };
    EXPECT_LT(errorOf(with, 5) + errorOf(with, 40),
              0.5 * (errorOf(without, 5) + errorOf(without, 40)));
    // Other calibration, other conversion: it cannot be continued with.
    EXPECT_FALSE(
        convertCheckpoint({.source = source, .preset = Preset::Q4, .out = folder / "out"}, {}, {}));
}

}  // namespace
}  // namespace dsm
