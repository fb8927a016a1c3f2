// The bench on the emulated GPU, with the kernels themselves: what it counts and how it says so.
// The emulated clock goes on by a millisecond for each thing done: speeds mean nothing here.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/cli/bench_report.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

std::unique_ptr<Model> loadOnGpu(const cli::BenchPlan& plan) {
    auto model = Model::load({.folder = test::goldenFolder("tiny"),
                              .backend = "cuda",
                              .threads = 2,
                              .contextLimit = cli::contextFor(plan),
                              .kv = KvType::BF16},
                             {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

TEST(GpuBench, SaysHowManyLaunchesATokenTakes) {
    simt::setMachine();
    const cli::BenchPlan plan{
        .prompts = {12}, .positions = {4}, .ops = true, .gpuBytes = 1 << 16, .gpuRounds = 1};
    const auto model = loadOnGpu(plan);
    ASSERT_NE(model, nullptr);
    const auto report = cli::runBench(*model, plan, [](const std::string&) {}, {});
    ASSERT_TRUE(report.has_value());
    const auto subject = cli::describeBench(*model, "tiny");
    const std::string table = cli::benchTable(subject, *report);
    const nlohmann::json json = cli::benchJson(subject, *report);
    const std::int64_t launches = 6 * model->config().layers + 3;  // and embed, logits, sample
    EXPECT_NE(table.find("; " + std::to_string(launches) + " launches for each token"),
              std::string::npos)
        << table;
    const auto& gpu = json["machine"]["gpu"];
    EXPECT_EQ(gpu["launchesPerToken"], launches);
    for (const char* rate : {"readBytesPerSecond", "bf16PerSecond", "int8PerSecond"})
        EXPECT_GT(gpu[rate].get<double>(), 0) << rate;
    ASSERT_EQ(json["decode"].size(), 1U);
    EXPECT_EQ(json["decode"][0]["position"], 4);
    // Operation by operation: all but the choice of a token.
    const auto& decode = json["breakdowns"][1];
    EXPECT_EQ(decode["kind"], "decode");
    std::int64_t ofOps = 0;
    for (const auto& op : decode["ops"]) {
        ofOps += op["launches"].get<std::int64_t>();
        EXPECT_GT(op["calls"].get<int>(), 0) << op["op"];
    }
    EXPECT_EQ(ofOps, (launches - 1) * decode["tokens"].get<std::int64_t>());
}

TEST(GpuBench, SaysWhoIsFasterAtDenseProducts) {
    simt::Machine machine;
    machine.hasCublas = true;
    simt::setMachine(machine);
    const cli::BenchPlan plan{
        .prompts = {12}, .positions = {}, .gpuBytes = 1 << 16, .gpuRounds = 1};
    const auto model = loadOnGpu(plan);
    ASSERT_NE(model, nullptr);
    const auto report = cli::runBench(*model, plan, [](const std::string&) {}, {});
    ASSERT_TRUE(report.has_value());
    const auto subject = cli::describeBench(*model, "tiny");
    // One launch against three (a split and two products), and a mark.
    EXPECT_NE(cli::benchTable(subject, *report)
                  .find("\nDense     [64, 64], 16 tokens: own kernels 2.000 ms, cuBLAS 4.000 ms"),
              std::string::npos)
        << cli::benchTable(subject, *report);
    const auto dense = cli::benchJson(subject, *report)["machine"]["gpu"]["denseProducts"];
    ASSERT_FALSE(dense.empty());
    EXPECT_EQ(dense[0]["rows"], 64);
    EXPECT_EQ(dense[0]["tokens"], cli::contextFor(plan));
}

}  // namespace
}  // namespace dsm
