// Runs the program itself, as a person at a terminal or a script would.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/format/safetensors.h"
#include "kernels/op_table.h"
#include "tests/support/golden.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

struct Outcome {
    int exitCode = -1;
    std::string output;
    std::string errors;
};

std::string readFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class Program : public testing::Test {
  protected:
    // `arguments` as typed into a shell; `input` is piped in.
    Outcome run(const std::string& arguments, const std::string& input = "") {
        const auto inputPath = folder_.write("input", input);
        const std::string command = std::string(DSM_PROGRAM) + " " + arguments + " <" +
                                    inputPath.string() + " >" + (folder_ / "output").string() +
                                    " 2>" + (folder_ / "errors").string();
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, readFile(folder_ / "output"),
                readFile(folder_ / "errors")};
    }

    TemporaryFolder folder_;
    const std::string tiny_ = "--model " + test::goldenFolder("tiny").string();
};

TEST_F(Program, HelpsANewcomer) {
    const Outcome help = run("--help");
    EXPECT_EQ(help.exitCode, 0);
    for (const char* word :
         {"chat", "complete", "tokenize", "inspect", "logits", "synth", "bench"}) {
        EXPECT_NE(help.output.find(word), std::string::npos) << word;
    }
    EXPECT_EQ(help.errors, "");
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

TEST_F(Program, WritesTheSameFromDiskAsFromMemory) {
    const std::string command = "complete " + tiny_ + " -n 8 -t 0 hello";
    const Outcome inMemory = run(command);
    EXPECT_EQ(inMemory.exitCode, 0);
    EXPECT_EQ(run(command + " --from-disk").output, inMemory.output);
    EXPECT_EQ(run(command + " --from-disk --lock").exitCode, 2);
}

TEST_F(Program, RefusesAnUnknownCommandOnStandardError) {
    const Outcome outcome = run("dance");
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_EQ(outcome.output, "");
    EXPECT_NE(outcome.errors.find("dance"), std::string::npos);
}

TEST_F(Program, AnswersEachLineOfAPipe) {
    const Outcome outcome = run("chat " + tiny_ + " -n 3 -t 0", "one\n\ntwo\n");
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_FALSE(outcome.output.empty());
    EXPECT_EQ(outcome.output.find("You:"), std::string::npos);  // no prompts in a pipe
}

TEST_F(Program, GoesOnWithASessionWithoutReadingItAgain) {
    const std::string command = "chat --model " DSM_SOURCE_DIR
                                "/resources/demo_model --threads 2 -n 8 -t 0 --stats --session " +
                                (folder_ / "session").string();
    std::string question;
    for (int i = 0; i < 120; ++i)
        question += "blue zqx ";
    const Outcome begun = run(command, question + "\n");
    EXPECT_EQ(begun.exitCode, 0) << begun.errors;
    EXPECT_TRUE(std::filesystem::exists(folder_ / "session.context"));
    const Outcome goneOn = run(command, "Why?\n");
    EXPECT_EQ(goneOn.exitCode, 0) << goneOn.errors;
    const std::size_t reused = goneOn.errors.find(" reused");
    ASSERT_NE(reused, std::string::npos) << goneOn.errors;
    const std::size_t number = goneOn.errors.rfind('(', reused) + 1;
    EXPECT_GT(std::stoi(goneOn.errors.substr(number)), 300);

    folder_.write("session.context", "DSMCACHE is not all");
    const Outcome damaged = run(command, "Why?\n");
    EXPECT_EQ(damaged.exitCode, 0);
    EXPECT_NE(damaged.errors.find("read again"), std::string::npos) << damaged.errors;
    folder_.write("session", "{\"messages\": 7}");
    EXPECT_EQ(run(command, "Why?\n").exitCode, 1);
}

TEST_F(Program, LeavesASessionAloneThatAnotherProgramUses) {
    const std::string session = (folder_ / "session").string();
    const int other = ::open((session + ".lock").c_str(), O_RDWR | O_CREAT, 0600);
    ASSERT_GE(other, 0);
    ASSERT_EQ(::flock(other, LOCK_EX), 0);
    const std::string command = "chat " + tiny_ + " -n 3 -t 0 --session " + session;
    const Outcome refused = run(command, "one\n");
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.errors.find("in use by another program"), std::string::npos)
        << refused.errors;
    EXPECT_FALSE(std::filesystem::exists(session));
    ::close(other);
    EXPECT_EQ(run(command, "one\n").exitCode, 0);
}

TEST_F(Program, TellsWhatTheTypesOfTheContextCost) {
    const Outcome outcome = run("quantize " DSM_SOURCE_DIR "/tests/golden/tiny --kv-report");
    EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
    EXPECT_NE(outcome.output.find("\nbf16 "), std::string::npos) << outcome.output;
    EXPECT_NE(outcome.output.find("\nq8 "), std::string::npos);
    EXPECT_EQ(run("quantize x --kv-report --report").exitCode, 2);
}

TEST_F(Program, GivesEqualRepliesForEqualSeeds) {
    const std::string command = "chat " + tiny_ + " -n 12 -t 1 --seed 5";
    EXPECT_EQ(run(command, "hello\n").output, run(command, "hello\n").output);
}

TEST_F(Program, WritesSeveralAnswersAtOnceEachAsWithItsOwnSeed) {
    const std::string command = "complete " + tiny_ + " -n 12 -t 1 hello --seed ";
    std::string expected;
    for (const int number : {1, 2, 3}) {
        const std::string alone = run(command + std::to_string(number + 4)).output;
        ASSERT_TRUE(alone.ends_with("\n"));
        expected += (number == 1 ? "Answer " : "\n\nAnswer ") + std::to_string(number) + ":\n" +
                    alone.substr(0, alone.size() - 1);
    }
    const Outcome together = run(command + "5 --answers 3 --stats");
    EXPECT_EQ(together.exitCode, 0) << together.errors;
    EXPECT_EQ(together.output, expected + "\n");
    EXPECT_NE(together.errors.find("reply 12 tokens"), std::string::npos) << together.errors;
    for (const char* wrong : {"0", "17", "many"})
        EXPECT_EQ(run(command + "5 --answers " + wrong).exitCode, 2) << wrong;
}

TEST_F(Program, GoesOnWithTheFirstOfSeveralAnswers) {
    const auto session = folder_ / "session.json";
    const Outcome two = run("chat -n 12 -t 1 --seed 3 --answers 2 --session " + session.string(),
                            "What is an expert?\nAnd then?\n");
    EXPECT_EQ(two.exitCode, 0) << two.errors;
    const auto messages = nlohmann::json::parse(readFile(session))["messages"];
    ASSERT_EQ(messages.size(), 4U);
    const auto first = messages[1]["content"].get<std::string>();
    EXPECT_EQ(two.output.find("Answer 1:\n" + first.substr(first.find_first_not_of(' '))), 0U)
        << two.output;
    const Outcome one = run("chat -n 12 -t 1 --seed 3 --session " + (folder_ / "one").string(),
                            "What is an expert?\nAnd then?\n");
    EXPECT_EQ(nlohmann::json::parse(readFile(folder_ / "one"))["messages"], messages);
}

TEST_F(Program, AsksAModelForWhatItsMakersAdvise) {
    const std::string demo = "chat --model " DSM_SOURCE_DIR "/resources/demo_model --threads 2 ";
    const std::string question = "Tell me a story.\n";
    const std::string advised = run(demo + "--seed 1", question).output;
    EXPECT_EQ(run(demo + "--seed 2", question).output, advised);  // greedy: no seed matters
    EXPECT_EQ(run(demo + "-t 0 -n 256", question).output, advised);
    EXPECT_NE(run(demo + "-t 5 --top-p 1 --seed 1", question).output, advised);
}

TEST_F(Program, ContinuesATextOnEitherBackend) {
    const std::string text = " -n 16 -t 0 \"Once upon a time\"";
    const Outcome reference = run("complete --backend reference " + tiny_ + text);
    const Outcome cpu = run("complete --backend cpu " + tiny_ + text);
    EXPECT_EQ(reference.exitCode, 0);
    EXPECT_FALSE(reference.output.empty());
    EXPECT_EQ(reference.output, cpu.output);
}

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

TEST_F(Program, AsksWhatToConvertTo) {
    EXPECT_EQ(run("quantize " + test::goldenFolder("tiny").string()).exitCode, 2);
    const Outcome outcome = run("quantize x --to q5 y");
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_NE(outcome.errors.find("q4-small"), std::string::npos);
}

TEST_F(Program, KnowsTheSizesOfTheFullModel) {
    // Not written here: 33 GB. Its config is the published one.
    const Outcome outcome = run("synth --size nonsense --out x");
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_NE(outcome.errors.find("16b"), std::string::npos);
}

TEST_F(Program, NamesTheMissingFolder) {
    const Outcome outcome = run("chat --model /no/such/folder", "hi\n");
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_EQ(outcome.output, "");
    EXPECT_NE(outcome.errors.find("/no/such/folder"), std::string::npos);
}

TEST_F(Program, SaysWhatABackendNameMayBe) {
    const Outcome outcome = run("complete --backend abacus " + tiny_ + " x");
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_NE(outcome.errors.find("reference"), std::string::npos);
}

// Each is a spread of positive numbers in order, and no share is beyond what the rates and the
// limits of the point allow.
void expectAShare(const nlohmann::json& point, const char* rate, const char* limit,
                  const char* share) {
    for (const char* key : {"tokensPerSecond", rate, limit, share}) {
        const auto& spread = point.at(key);
        EXPECT_GT(spread.at("least").get<double>(), 0) << key;
        EXPECT_LE(spread.at("least").get<double>(), spread.at("median").get<double>()) << key;
        EXPECT_LE(spread.at("median").get<double>(), spread.at("most").get<double>()) << key;
    }
    const auto number = [&](const char* key, const char* which) {
        return point.at(key).at(which).get<double>();
    };
    constexpr double kRounding = 1 + 1e-9;
    EXPECT_LE(number(share, "most"), number(rate, "most") / number(limit, "least") * kRounding);
    EXPECT_GE(number(share, "least") * kRounding, number(rate, "least") / number(limit, "most"));
}

TEST_F(Program, MeasuresAModelAndSaysWhatItIsAShareOf) {
    const auto file = folder_ / "bench.json";
    const Outcome outcome =
        run("bench " + tiny_ + " --prompt 16,32 --decode 0,64,4000 --ops --json " + file.string());
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    for (const char* word : {"Machine", "Memory", "Peak", "Prompt of", "Decode at", "Left out"}) {
        EXPECT_NE(outcome.output.find(word), std::string::npos) << word;
    }
    const auto report = nlohmann::json::parse(readFile(file));
    EXPECT_GT(report["machine"]["read"]["memory"]["bytesPerSecond"].get<double>(), 0);
    for (const char* arithmetic : {"int8", "bf16", "f32"}) {
        EXPECT_GT(report["machine"]["operationsPerSecond"][arithmetic].get<double>(), 0);
    }
    EXPECT_EQ(report["peakArithmetic"], "bf16");
    EXPECT_EQ(report["model"]["format"], "BF16 100 %");
    ASSERT_EQ(report["prompt"].size(), 2U);
    EXPECT_EQ(report["prompt"][1]["tokens"], 32);
    ASSERT_EQ(report["decode"].size(), 2U);
    EXPECT_EQ(report["decode"][1]["position"], 64);
    EXPECT_GT(report["decode"][1]["bytesPerToken"], report["decode"][0]["bytesPerToken"]);
    ASSERT_EQ(report["leftOut"].size(), 1U);  // the context of this model ends before 4000
    // Not that a share is below 1: so small a model stays in a cache, and other programs may have
    // held up the measurement of the limit.
    for (const auto& point : report["prompt"]) {
        expectAShare(point, "operationsPerSecond", "peakOperationsPerSecond", "shareOfPeak");
    }
    for (const auto& point : report["decode"]) {
        expectAShare(point, "bytesPerSecond", "readBytesPerSecond", "shareOfBandwidth");
    }
}

TEST_F(Program, MeasuresStreamsBesideOneAlone) {
    const auto file = folder_ / "bench.json";
    const Outcome outcome =
        run("bench " + tiny_ + " --prompt 8 --decode 0 --streams 2,3 --json " + file.string());
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    EXPECT_NE(outcome.output.find("times one"), std::string::npos) << outcome.output;
    const auto streams = nlohmann::json::parse(readFile(file))["streams"];
    ASSERT_EQ(streams.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& point = streams[i];
        const double count = static_cast<double>(i) + 2;
        EXPECT_EQ(point["streams"].get<double>(), count);
        const double one = point["bytesOfOneStream"];
        // What all share is read once; experts that only one has met are not.
        EXPECT_GT(point["bytesPerStep"].get<double>(), one);
        EXPECT_LT(point["bytesPerStep"].get<double>(), count * one);
        EXPECT_GT(point["tokensPerSecond"]["median"].get<double>(), 0);
        EXPECT_GT(point["timesOneStream"]["median"].get<double>(), 0);
        EXPECT_GT(point["shareOfBandwidth"]["median"].get<double>(), 0);
    }
    EXPECT_EQ(run("bench " + tiny_ + " --streams 1").exitCode, 2);
}

TEST_F(Program, ShowsTheTimeOfEveryOperation) {
    const auto file = folder_ / "bench.json";
    const Outcome outcome =
        run("bench " + tiny_ + " --prompt 16 --decode 8 --ops --json " + file.string());
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    const auto report = nlohmann::json::parse(readFile(file));
    ASSERT_EQ(report["breakdowns"].size(), 2U);
    for (const auto& breakdown : report["breakdowns"]) {
        double shares = 0;
        for (const auto& op : breakdown["ops"]) {
            EXPECT_GT(op["calls"].get<int>(), 0) << op["op"];
            EXPECT_NE(outcome.output.find(op["op"]), std::string::npos);
            shares += op["shareOfTime"].get<double>();
        }
        EXPECT_EQ(breakdown["ops"].size(), sizeof(OpTable) / sizeof(OpTable::embed));
        EXPECT_NEAR(shares, 1, 1e-9);
    }
}

TEST_F(Program, TriesItsOperationsAndSaysWhetherTheyAreRight) {
    const Outcome outcome = run("selftest --backend cpu --op norm");
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_NE(outcome.output.find("norm            F32   cpu portable"), std::string::npos);
    EXPECT_NE(outcome.output.find("rows are ok."), std::string::npos);
    EXPECT_EQ(run("selftest --op dance").exitCode, 2);
}

TEST_F(Program, RefusesAGpuThatIsNotThere) {
    const Outcome outcome = run("complete " + tiny_ + " --gpu 1000 text");
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_NE(outcome.errors.find("GPU"), std::string::npos);
}

TEST_F(Program, ListsTheDevices) {
    const Outcome outcome = run("devices");
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_NE(outcome.output.find("Backend"), std::string::npos);
    EXPECT_NE(outcome.output.find("GPU"), std::string::npos);
}

TEST_F(Program, TellsWhatADatasetWouldTrain) {
    const auto data =
        folder_.write("rows.jsonl", "{\"question\": \"2+2?\", \"output\": \"4\"}\n{broken\n");
    const Outcome outcome = run("dataset " + data.string() + " " + tiny_ +
                                " --map instruction=question --max-length 40");
    EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
    for (const char* part :
         {"examples                  1", "line 2 refused: this is not valid JSON.",
          "longer than 40 tokens", "[[ |4|", "50 % have at most"})
        EXPECT_NE(outcome.output.find(part), std::string::npos) << part << outcome.output;
    const Outcome refused = run("dataset " + data.string() + " " + tiny_);
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.errors.find("Its columns are: output, question."), std::string::npos)
        << refused.errors;
    EXPECT_EQ(run("dataset " + data.string() + " --template alpaca").exitCode, 2);
}

TEST_F(Program, ComputesWithAnAdapter) {
    const std::string adapter = (test::goldenFolder("adapter") / "patterns").string();
    const std::string command = "complete " + tiny_ + " -n 8 -t 0 hello";
    const Outcome plain = run(command);
    const Outcome tuned = run(command + " --adapter " + adapter);
    EXPECT_EQ(tuned.exitCode, 0) << tuned.errors;
    EXPECT_NE(tuned.output, plain.output);
    EXPECT_EQ(run(command + " --adapter " + adapter + ":0").output, plain.output);
    const Outcome measured = run("bench " + tiny_ + " --prompt 16 --decode 0 --adapter " + adapter);
    EXPECT_EQ(measured.exitCode, 0) << measured.errors;
    EXPECT_NE(measured.output.find("patterns"), std::string::npos) << measured.output;
    const Outcome refused = run(command + " --adapter " + folder_.path().string());
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.errors.find("adapter_config.json"), std::string::npos) << refused.errors;
}

TEST_F(Program, ShowsAnswersSideBySide) {
    const std::string adapter = (test::goldenFolder("adapter") / "patterns").string();
    const Outcome both = run("compare " + tiny_ + " -n 8 -t 0 --adapter " + adapter + " hello");
    EXPECT_EQ(both.exitCode, 0) << both.errors;
    const std::size_t second = both.output.find("With the adapter:\n");
    ASSERT_NE(second, std::string::npos) << both.output;
    EXPECT_TRUE(both.output.starts_with("Without the adapter:\n"));
}

TEST_F(Program, MergesAnAdapterIntoAModel) {
    const std::string adapter = (test::goldenFolder("adapter") / "saved").string();
    const std::string out = (folder_ / "merged").string();
    const Outcome merged =
        run("merge " + test::goldenFolder("tiny").string() + " " + adapter + " " + out);
    EXPECT_EQ(merged.exitCode, 0) << merged.errors;
    const std::string question = " -n 1 -t 0 hello";
    EXPECT_EQ(run("complete --model " + out + question).exitCode, 0);
    EXPECT_EQ(
        run("merge " + test::goldenFolder("tiny").string() + " " + adapter + " " + out).exitCode,
        1);
}

TEST_F(Program, ExportsAJobOnce) {
    const auto data =
        folder_.write("rows.jsonl", "{\"instruction\": \"2+2?\", \"output\": \"4\"}\n");
    const std::string command = "export-job " + data.string() + " " + tiny_ +
                                " --method full --out " + (folder_ / "job").string();
    const Outcome written = run(command);
    EXPECT_EQ(written.exitCode, 0) << written.errors;
    const auto job = nlohmann::json::parse(readFile(folder_ / "job/job.json"));
    EXPECT_EQ(job["method"], "full");
    EXPECT_EQ(job["deepspeed"], "zero3.json");
    EXPECT_FALSE(job.contains("lora"));
    const auto row = nlohmann::json::parse(readFile(folder_ / "job/data/train.jsonl"));
    EXPECT_EQ(row["ids"].size(), row["labels"].size());
    EXPECT_EQ(row["labels"].back(), row["ids"].back());
    for (const char* file : {"train.py", "run.sh", "README.md", "zero2.json", "zero3.json"})
        EXPECT_TRUE(std::filesystem::exists(folder_ / "job" / file)) << file;
    EXPECT_EQ(run(command).exitCode, 1);
    for (const char* wrong : {"--alpha nan", "--epochs inf", "--learning-rate -1", "--rank 0"})
        EXPECT_EQ(run(command + " " + wrong).exitCode, 2) << wrong;
}

}  // namespace
}  // namespace dsm
