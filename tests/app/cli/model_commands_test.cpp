// What is in a model, and new ones: tokenize, inspect, logits, synth, quantize.
#include <fcntl.h>
#include <sys/stat.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/format/safetensors.h"
#include "tests/app/cli/program_fixture.h"
#include "tests/support/golden.h"

namespace dsm {
namespace {

TEST_F(Program, TokenizesTextAndJsonLines) {
    std::ifstream vectors(test::goldenFolder("tiny") / "vectors.jsonl");
    std::string line;
    std::string input;
    std::string expected;
    while (std::getline(vectors, line)) {
        const auto vector = nlohmann::json::parse(line);
        input += nlohmann::json{{"text", vector["text"]}}.dump() + "\n";
        expected += nlohmann::json{{"ids", vector["ids"]}}.dump() + "\n";
    }
    ASSERT_FALSE(expected.empty());
    const Outcome lines = run("tokenize --jsonl " + tiny_, input);
    EXPECT_EQ(lines.exitCode, 0);
    EXPECT_EQ(lines.output, expected);

    const Outcome text = run("tokenize " + tiny_ + " A");
    EXPECT_EQ(text.exitCode, 0);
    EXPECT_GT(std::stoi(text.output), 0);
    EXPECT_EQ(run("tokenize " + tiny_, "A").output, text.output);
}

TEST_F(Program, NamesTheLineThatIsNotJson) {
    const Outcome outcome = run("tokenize --jsonl " + tiny_, "{\"text\": \"a\"}\n{nonsense\n");
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_NE(outcome.errors.find("line 2"), std::string::npos);
}

TEST_F(Program, InspectsAModel) {
    const Outcome outcome = run("inspect --tensors " + tiny_);
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_NE(outcome.output.find("696,384"), std::string::npos);  // parameters
    EXPECT_NE(outcome.output.find("model.layers.3.mlp.experts.7.down_proj.weight"),
              std::string::npos);
    EXPECT_NE(outcome.output.find("[64, 96]"), std::string::npos);
}

TEST_F(Program, TellsTheMemoryOfEachPresetAndWhetherItFits) {
    const Outcome outcome = run("inspect " + tiny_);
    EXPECT_EQ(outcome.exitCode, 0);
    for (const char* preset : {"\n  bf16 ", "\n  q8 ", "\n  q4 ", "\n  q4-small ", "\n  nf4 "}) {
        EXPECT_NE(outcome.output.find(preset), std::string::npos) << preset;
    }
    EXPECT_NE(outcome.output.find("together, fits"), std::string::npos) << outcome.output;
}

TEST_F(Program, TellsTheMemoryOfTheContextInEachType) {
    const auto cacheOf = [&](const std::string& type) {
        const std::string output = run("inspect " + tiny_ + " --kv " + type).output;
        const std::size_t line = output.find("key/value cache");
        EXPECT_NE(line, std::string::npos) << output;
        return line == std::string::npos ? 0.0 : std::stod(output.substr(line + 15));
    };
    EXPECT_NEAR(cacheOf("f32"), 2 * cacheOf("bf16"), 0.02);  // rounded to print
    EXPECT_LT(cacheOf("q8"), 0.75 * cacheOf("bf16"));        // heads of 16: the scales take room
}

TEST_F(Program, WritesTheLogitsOfGivenIds) {
    const test::Golden golden({"tiny/golden.safetensors"});
    std::string ids;
    for (const std::int32_t id : golden.integers("input_ids"))
        ids += std::to_string(id) + "\n ";
    const auto idsFile = folder_.write("ids", ids);
    const auto out = folder_ / "logits.safetensors";
    const Outcome outcome =
        run("logits " + tiny_ + " --ids-file " + idsFile.string() + " --out " + out.string());
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    const auto file = SafetensorsFile::open(out);
    ASSERT_TRUE(file.has_value()) << file.error().message;
    const TensorInfo* info = file->find("logits");
    ASSERT_NE(info, nullptr);
    EXPECT_EQ(info->dtypeName, "F32");
    EXPECT_EQ(info->shape, (std::vector<std::int64_t>{40, 352}));
    const auto expected = golden.floats("logits");
    const auto bytes = file->bytes(*info);
    ASSERT_EQ(bytes.size(), expected.size() * sizeof(float));
    std::vector<float> actual(expected.size());
    std::memcpy(actual.data(), bytes.data(), bytes.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
        ASSERT_NEAR(actual[i], expected[i], 2e-3);
}

TEST_F(Program, NamesTheWordThatIsNoTokenId) {
    const auto idsFile = folder_.write("ids", "1 2 352");
    const Outcome outcome = run("logits " + tiny_ + " --ids-file " + idsFile.string() + " --out " +
                                (folder_ / "out").string());
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_NE(outcome.errors.find("352"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

// Opening a named pipe would wait for who writes it.
TEST_F(Program, RefusesAPipeInThePlaceOfATextAtOnce) {
    const auto pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const std::string source = test::goldenFolder("tiny").string();
    for (const std::string& command :
         {"logits " + tiny_ + " --ids-file " + pipe.string() + " --out " +
              (folder_ / "out").string(),
          "quantize " + source + " --report --text " + pipe.string(),
          "quantize " + source + " --to q4 " + (folder_ / "out").string() + " --calibration " +
              pipe.string()}) {
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.exitCode, 1) << command;
        EXPECT_NE(outcome.errors.find(pipe.string()), std::string::npos) << outcome.errors;
    }
}

TEST_F(Program, WritesARandomModelThatRuns) {
    const auto out = folder_ / "random";
    ASSERT_EQ(run("synth --size tiny --out " + out.string() + " --seed 3").exitCode, 0);
    const auto idsFile = folder_.write("ids", "5 6 7");
    const Outcome logits = run("logits --model " + out.string() + " --ids-file " +
                               idsFile.string() + " --out " + (folder_ / "out").string());
    EXPECT_EQ(logits.exitCode, 0) << logits.errors;
    const Outcome again = run("synth --size tiny --out " + out.string());
    EXPECT_EQ(again.exitCode, 1);  // what is there is not overwritten
}

TEST_F(Program, WritesRandomModelsInEveryFormat) {
    for (const char* format : {"bf16", "q8", "q4", "q4-small", "nf4", "nf4-double"}) {
        SCOPED_TRACE(format);
        const auto out = folder_ / format;
        ASSERT_EQ(run("synth --size tiny --layers 3 --format " + std::string(format) + " --out " +
                      out.string())
                      .exitCode,
                  0);
        const Outcome inspected = run("inspect --model " + out.string());
        EXPECT_EQ(inspected.exitCode, 0) << inspected.errors;
        EXPECT_NE(inspected.output.find("bits per weight"), std::string::npos);
        const auto idsFile = folder_.write("ids", "5 6 7");
        const Outcome logits = run("logits --model " + out.string() + " --ids-file " +
                                   idsFile.string() + " --out " + (folder_ / "out").string());
        EXPECT_EQ(logits.exitCode, 0) << logits.errors;
        const auto file = SafetensorsFile::open(folder_ / "out");
        ASSERT_TRUE(file.has_value());
        // Weights of about the size that keeps activations about the same.
        const auto bytes = file->bytes(*file->find("logits"));
        double square = 0;
        for (std::size_t at = 0; at < bytes.size(); at += sizeof(float)) {
            float value = 0;
            std::memcpy(&value, &bytes[at], sizeof value);
            square += static_cast<double>(value) * value;
        }
        EXPECT_NEAR(std::sqrt(square * sizeof(float) / static_cast<double>(bytes.size())), 1, 0.3);
    }
}

TEST_F(Program, KnowsTheSizesOfTheFullModel) {
    // Not written here: 33 GB. Its config is the published one.
    const Outcome outcome = run("synth --size nonsense --out x");
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_NE(outcome.errors.find("16b"), std::string::npos);
}

TEST_F(Program, ConvertsAModelThatThenAnswers) {
    const auto out = folder_ / "q4";
    const std::string source = test::goldenFolder("tiny").string();
    const auto text = folder_.write("text", "Once upon a time");
    const Outcome outcome =
        run("quantize " + source + " --to q4 " + out.string() + " --calibration " + text.string());
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    EXPECT_EQ(outcome.output, "");
    const Outcome inspected = run("inspect --model " + out.string());
    EXPECT_NE(inspected.output.find("Q4"), std::string::npos);
    EXPECT_EQ(run("complete -n 4 -t 0 --model " + out.string() + " Once").exitCode, 0);
    // Converting what is converted is refused with the way out.
    const Outcome again = run("quantize " + out.string() + " --to q8 " + (folder_ / "q8").string());
    EXPECT_EQ(again.exitCode, 1);
    EXPECT_NE(again.errors.find("bfloat16"), std::string::npos);
}

TEST_F(Program, ReportsWhatPresetsCost) {
    const auto text = folder_.write("text", "Once upon a time");
    const Outcome outcome = run("quantize " + test::goldenFolder("tiny").string() +
                                " --report --presets q8,q4 --text " + text.string());
    EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
    for (const char* word : {"preset", "mean KL", "q8", "q4", "routed experts"})
        EXPECT_NE(outcome.output.find(word), std::string::npos) << word;
    EXPECT_EQ(outcome.output.find("nf4"), std::string::npos);
}

TEST_F(Program, TellsWhatTheTypesOfTheContextCost) {
    const Outcome outcome = run("quantize " DSM_SOURCE_DIR "/tests/golden/tiny --kv-report");
    EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
    EXPECT_NE(outcome.output.find("\nbf16 "), std::string::npos) << outcome.output;
    EXPECT_NE(outcome.output.find("\nq8 "), std::string::npos);
    EXPECT_EQ(run("quantize x --kv-report --report").exitCode, 2);
}

TEST_F(Program, AsksWhatToConvertTo) {
    EXPECT_EQ(run("quantize " + test::goldenFolder("tiny").string()).exitCode, 2);
    const Outcome outcome = run("quantize x --to q5 y");
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_NE(outcome.errors.find("q4-small"), std::string::npos);
}

}  // namespace
}  // namespace dsm
