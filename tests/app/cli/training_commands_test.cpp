// What is around training: dataset, compare, merge, export-job, and a model with an adapter.

#include <nlohmann/json.hpp>

#include "tests/app/cli/program_fixture.h"

namespace dsm {
namespace {

TEST_F(Program, TellsWhatADatasetWouldTrain) {
    const auto data =
        folder_.write("rows.jsonl", "{\"question\": \"2+2?\", \"output\": \"4\"}\n{broken\n");
    const Outcome outcome = run("dataset " + data.string() + " " + tiny_ +
                                " --map instruction=question --max-length 40");
    EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
    for (const char* part :
         {"examples                  1", "Line 2: refused: this is not valid JSON.",
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
    const auto job = nlohmann::json::parse(contentOf(folder_ / "job/job.json"));
    EXPECT_EQ(job["method"], "full");
    EXPECT_EQ(job["deepspeed"], "zero3.json");
    EXPECT_FALSE(job.contains("lora"));
    const auto row = nlohmann::json::parse(contentOf(folder_ / "job/data/train.jsonl"));
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
