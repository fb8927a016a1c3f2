// bench, selftest and devices.

#include <nlohmann/json.hpp>

#include "kernels/op_table.h"
#include "tests/app/cli/program_fixture.h"

namespace dsm {
namespace {

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
    for (const char* word :
         {"Machine", "Memory", "Peak", "Token", "Prompt of", "Decode at", "Left out"}) {
        EXPECT_NE(outcome.output.find(word), std::string::npos) << word;
    }
    const auto report = nlohmann::json::parse(contentOf(file));
    EXPECT_GT(report["machine"]["read"]["memory"]["bytesPerSecond"].get<double>(), 0);
    for (const char* arithmetic : {"int8", "bf16", "f32"}) {
        EXPECT_GT(report["machine"]["operationsPerSecond"][arithmetic].get<double>(), 0);
    }
    ASSERT_EQ(report["machine"]["token"].size(), 2U);
    for (const auto& type : report["machine"]["token"]) {
        int taken = 0;
        for (const auto& walk : type["walks"]) {
            EXPECT_GT(walk["bytesPerSecond"].get<double>(), 0);
            taken += walk["taken"].get<bool>() ? 1 : 0;
        }
        EXPECT_EQ(taken, 1);
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
    const auto streams = nlohmann::json::parse(contentOf(file))["streams"];
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

TEST_F(Program, MeasuresRepliesWithGuessesBesideOneByOne) {
    const auto file = folder_ / "bench.json";
    const Outcome outcome =
        run("bench " + tiny_ + " --prompt 8 --decode 0 --look-ahead --json " + file.string());
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    EXPECT_NE(outcome.output.find("repeats with one change"), std::string::npos) << outcome.output;
    const auto points = nlohmann::json::parse(contentOf(file))["lookAhead"];
    ASSERT_EQ(points.size(), 2U);
    for (const auto& point : points) {
        EXPECT_GT(point["timesAlone"]["median"].get<double>(), 0);
        EXPECT_LE(point["passes"].get<double>(), point["tokens"].get<double>());
        EXPECT_LE(point["right"].get<double>(), point["guessed"].get<double>());
    }
}

TEST_F(Program, ShowsTheTimeOfEveryOperation) {
    const auto file = folder_ / "bench.json";
    const Outcome outcome =
        run("bench " + tiny_ + " --prompt 16 --decode 8 --ops --json " + file.string());
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    const auto report = nlohmann::json::parse(contentOf(file));
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

}  // namespace
}  // namespace dsm
