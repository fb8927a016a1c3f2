// Rows evaluated by the pass that writes replies, against the pass that trains and against replies.
#include "engine/evaluate/row_evaluation.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/generate/language_model.h"
#include "engine/train/run/job_dataset.h"
#include "engine/train/run/training_run.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

class RowEvaluationTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string rows;
        for (int i = 0; i < 12; ++i) {
            rows += R"({"instruction": "What is )" + std::to_string(i) + R"(?", "output": ")" +
                    (i % 3 == 0 ? "a number" : "no " + std::to_string(i)) + "\"}\n";
        }
        folder_.write("rows.jsonl", rows);
    }
    // `share` of the rows evaluate a run of so many steps, whose adapter is in "out".
    double trainedLoss(std::int64_t steps) {
        TrainJob job = this->job();
        job.options.output = folder_ / "out";
        job.options.maxSteps = steps;
        job.evalShare = 0.5;
        const auto run = TrainingRun::open(job, {.start = RunStart::Anew}, {}, {});
        if (!run || !(*run)->start({})) return -1;
        double loss = -1;
        const auto done = (*run)->train(
            [&](const TrainProgress& p) {
                if (p.evalLoss) loss = *p.evalLoss;
            },
            {});
        EXPECT_TRUE(done.has_value());
        return loss;
    }
    TrainJob job() const {
        TrainJob job;
        job.model = test::goldenFolder("tiny");
        job.data = {folder_ / "rows.jsonl"};
        job.maxLength = 64;
        job.threads = 1;
        job.options.batches = {.batchSamples = 2, .seed = 3};
        job.options.targets.targets = {"q_proj", "v_proj"};
        job.options.rate = 5e-3;
        return job;
    }
    Result<RowEvaluation> evaluate(std::optional<AdapterChoice> adapter = std::nullopt,
                                   double share = 0) {
        return evaluateRows({.model = test::goldenFolder("tiny"),
                             .adapter = std::move(adapter),
                             .data = datasetOptions(job(), job().data),
                             .share = share,
                             .seed = 3,
                             .backend = "cpu"},
                            {}, stop_.get_token());
    }

    TemporaryFolder folder_;
    std::stop_source stop_;
};

TEST_F(RowEvaluationTest, MeasuresWhatTheRunMeasuredOfTheSameRows) {
    const double expected = trainedLoss(4);
    const auto found = evaluate(AdapterChoice{.folder = folder_ / "out"}, 0.5);
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_EQ(found->rows, 6);
    EXPECT_NEAR(found->loss, expected, 2e-4);
    EXPECT_NEAR(found->perplexity(), std::exp(expected), 2e-3);
    const auto base = evaluate(std::nullopt, 0.5);
    ASSERT_TRUE(base.has_value());
    EXPECT_GT(std::abs(base->loss - found->loss), 1e-3) << "the adapter changes nothing";
}

TEST_F(RowEvaluationTest, CountsTheAnswersThatTheModelWouldWrite) {
    // Until it knows some of them by heart.
    ASSERT_GT(trainedLoss(60), 0);
    const AdapterChoice adapter{.folder = folder_ / "out"};
    const auto found = evaluate(adapter);
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_EQ(found->rows, 12);
    EXPECT_EQ(found->answers, 12);
    const auto model = LanguageModel::load({.folder = test::goldenFolder("tiny"),
                                            .backend = "cpu",
                                            .threads = 1,
                                            .contextLimit = 64,
                                            .kv = KvType::F32,
                                            .adapter = adapter},
                                           {}, {});
    ASSERT_TRUE(model.has_value());
    std::int64_t exact = 0;
    for (int i = 0; i < 12; ++i) {
        const ChatMessage question{ChatRole::User, "What is " + std::to_string(i) + "?", {}};
        const auto prompt = (*model)->encodeChat({&question, 1}, 8);
        ASSERT_TRUE(prompt.has_value());
        GenerationSettings settings;
        settings.sampling = {.temperature = 0};
        settings.maximumTokens = 16;
        const auto reply =
            (*model)->generate(prompt->ids, settings, [](std::string_view, TokenId) {}, {});
        ASSERT_TRUE(reply.has_value());
        const std::string answer = i % 3 == 0 ? " a number" : " no " + std::to_string(i);
        exact += reply->text == answer && reply->reason == StopReason::EndOfText ? 1 : 0;
    }
    EXPECT_EQ(found->exact, exact);
    EXPECT_GT(exact, 0) << "nothing was learnt: the comparison says nothing";
    EXPECT_LT(exact, 12) << "likewise";
}

TEST_F(RowEvaluationTest, NamesTheHardestRowsAndSaysWhatWasRefusedAndCut) {
    folder_.write("rows.jsonl",
                  R"({"instruction": "a", "output": "b"}
{"instruction": "a", "output": ""}
{"instruction": "a", "output": "zz qq 93 zz qq 93 zz qq 93 zz qq 93 zz qq 93 zz qq 93 zz qq 93"}
{"instruction": "a", "output": "b"}
)");
    auto options = RowEvaluationOptions{.model = test::goldenFolder("tiny"),
                                        .data = datasetOptions(job(), job().data),
                                        .backend = "cpu"};
    options.data.maximumTokens = 24;
    const auto found = evaluateRows(options, {}, {});
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_EQ(found->rows, 3);
    EXPECT_EQ(found->refused, 1);
    EXPECT_EQ(found->cut, 1);
    const nlohmann::json json = evaluationJson(*found);
    EXPECT_EQ(json["worst"][0]["number"], 3);
    EXPECT_EQ(json["worst"][0]["turns"][0]["speaker"], "user");
    EXPECT_EQ(json["best"].size() + json["worst"].size(), 3U);
}

TEST_F(RowEvaluationTest, StopsAndSaysWhatIsWrong) {
    stop_.request_stop();
    EXPECT_EQ(evaluate().error().code, ErrorCode::Cancelled);
    stop_ = {};
    const auto missing = evaluate(AdapterChoice{.folder = folder_ / "nowhere"});
    ASSERT_FALSE(missing.has_value());
    EXPECT_NE(missing.error().message.find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace dsm
