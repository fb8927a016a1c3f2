#include "engine/train/job/job.h"

#include <gtest/gtest.h>

namespace dsm::test {
namespace {

Result<TrainJob> parse(const std::string& more) {
    return parseJob("{\"model\": \"m\", \"output\": \"/out\", \"data\": \"d.jsonl\"" + more + "}",
                    "job.json", "/jobs");
}

TEST(Job, NeedsModelOutputAndDataAlone) {
    const auto job = parse("");
    ASSERT_TRUE(job.has_value()) << job.error().message;
    EXPECT_EQ(job->model, "/jobs/m");
    EXPECT_EQ(job->options.output, "/out");
    EXPECT_EQ(job->data, std::vector<std::filesystem::path>{"/jobs/d.jsonl"});
    EXPECT_EQ(job->options.targets.targets, attentionTargets());
    EXPECT_EQ(job->options.batches.batchSamples, 16);
    EXPECT_EQ(job->options.rate, 2e-5);
    EXPECT_EQ(job->options.schedule, ScheduleKind::Cosine);
    EXPECT_EQ(job->options.optimizer, OptimizerKind::AdamW);
}

TEST(Job, TakesEveryOption) {
    const auto job =
        parse(R"(, "template": "raw", "columns": {"output": "answer"}, "history": "context",
        "max_length": 64,
        "eval_share": 0.1, "targets": ["q_proj"], "modules_to_save": ["lm_head"], "rank": 4,
        "alpha": 8, "dropout": 0.1, "rslora": true, "epochs": 2, "max_steps": 9, "batch_size": 3,
        "accumulation": 2, "packing": true, "group_by_length": true, "learning_rate": 0.001,
        "schedule": "linear", "warmup_steps": 1, "optimizer": "adamw_8bit",
        "weight_decay": 0.1, "max_grad_norm": 0.3,
        "balance_loss": 0, "loss": "mean_of_means", "activation_checkpointing": false, "seed": 7,
        "log_steps": 2, "save_steps": 3, "save_limit": 4, "eval_steps": 5, "patience": 6,
        "eval_at_start": true, "sample_prompts": ["Who?"], "sample_tokens": 9,
        "threads": 2, "gpu_layers": "fit", "comment": "any")");
    ASSERT_TRUE(job.has_value()) << job.error().message;
    const TrainOptions& o = job->options;
    EXPECT_EQ(job->columns.at("output"), "answer");
    EXPECT_EQ(job->history, "context");
    EXPECT_EQ(o.targets.savedModules, std::vector<std::string>{"lm_head"});
    EXPECT_FLOAT_EQ(o.targets.lora.scaling(), 4);
    EXPECT_EQ(o.batches.packTokens, 3 * 64);
    EXPECT_TRUE(o.batches.groupByLength && o.meanOfMeans && !o.checkpointing);
    EXPECT_EQ(o.patience, 6);
    EXPECT_TRUE(o.expertsMayStay);
    EXPECT_TRUE(job->evalAtStart);
    EXPECT_EQ(job->samplePrompts, std::vector<std::string>{"Who?"});
    EXPECT_EQ(job->sampleTokens, 9);
    EXPECT_EQ(o.batches.seed, 7U);
    EXPECT_EQ(o.optimizer, OptimizerKind::AdamW8);
}

TEST(Job, TakesSeveralFilesAndASystemText) {
    const auto job = parseJob(R"({"model": "m", "output": "o", "data": ["a.csv", "/b.jsonl"],
        "eval_data": ["c.csv"], "system": "Be kind.", "edits": true})",
                              "job.json", "/jobs");
    ASSERT_TRUE(job.has_value()) << job.error().message;
    EXPECT_EQ(job->data, (std::vector<std::filesystem::path>{"/jobs/a.csv", "/b.jsonl"}));
    EXPECT_EQ(job->evalData, std::vector<std::filesystem::path>{"/jobs/c.csv"});
    EXPECT_EQ(job->systemText, "Be kind.");
    EXPECT_TRUE(job->appliesEdits);
}

TEST(Job, SaysWhatIsWrongAndWhere) {
    const std::pair<const char*, const char*> cases[] = {
        {", \"lerning_rate\": 1", "did you mean \"learning_rate\""},
        {",\n\n \"learning_rate\":\n -1",
         "line 3: learning_rate: expected a number from 1e-12 to 1, not -1."},
        {", \"columns\": {\n\"output\": 3}",
         "line 2: columns.output: expected the name of a column"},
        {", \"columns\": {\n\n\"answer\": \"a\"}",
         "line 3: columns.answer: there is no such column; what can be named are instruction,"},
        {", \"columns\": {\"output\": \"\"}", "columns.output: expected the name of a column"},
        {",\n\"history\": \"masked\"", "line 2: history: expected one of \"trained\", \"context\""},
        {", \"mask_history\": true", "Say \"history\": \"context\" to train"},
        {",\n\"rank\": 8,\n\"rank\": 9", "line 3: rank: the key stands there a second time"},
        {", \"max_grad_norm\": -1", "max_grad_norm: expected a number from 0 to 1e+09, not -1"},
        {", \"save_minutes\": -1", "save_minutes: expected a number from 0"},
        {", \"epochs\": 1.5", "epochs: expected a whole number from 1 to 1000000000, not 1.5"},
        {", \"seed\": 18446744073709551615", "seed: expected a whole number"},
        {",\n\"learning_rate\": 0",
         "line 2: learning_rate: expected a number from 1e-12 to 1, not 0"},
        {", \"learning_rate\": 1e999", "a number is too large"},
        {", \"learning_rate\": NaN", "not valid JSON"},
        {", \"learning_rate\": \"high\"", "learning_rate"},
        {", \"rank\": 0", "rank: expected a whole number from 1 to 256"},
        {", \"schedule\": \"step\"", "\"cosine\", \"linear\", \"constant\""},
        {", \"optimizer\": \"sgd\"", "\"adamw\", \"adamw_8bit\""},
        {", \"gpu_layers\": 3", "gpu_layers"},
        {", \"gpu_layers\": \"most\"", "\"all\", \"fit\""},
        {", \"optim\": \"adamw_bnb_8bit\"", "optimizer"},
        {", \"method\": \"full\", \"rank\": 8", "belongs to LoRA"},
        {", \"eval_share\": 0.1, \"eval_data\": \"e\"", "either eval_data or eval_share"},
        {", \"patience\": 2", "needs eval_data or eval_share"},
        {", \"eval_data\": []", "eval_data: expected a path, or a list of 1 to 1000 paths"},
        {", \"eval_data\": [\"a\", 3]", "eval_data: expected a path, or a list"},
        {", \"eval_data\": [\"a\", \"a\"]", "/jobs/a is named twice"},
        {", \"system\": 3", "system: expected a text, not 3"},
        {", \"system\": \"s\", \"template\": \"raw\"", "system: belongs to the template \"chat\""},
        {", \"eval_at_start\": true", "needs eval_data or eval_share"},
        {",\n\"eval_steps\": 50", "line 2: eval_steps: needs eval_data or eval_share"},
        {", \"sample_prompts\": \"one\"", "expected a list of at most 10 texts"},
        {", \"sample_prompts\": [\"\"]", "sample_prompts"},
        {", \"columns\": [1]", "line 1: columns: expected an object"},
        {", \"targets\": \"some\"", "targets"},
        {", \"dropout\": 1", "dropout"}};
    for (const auto& [more, part] : cases) {
        const auto job = parse(more);
        ASSERT_FALSE(job.has_value()) << more;
        EXPECT_NE(job.error().message.find(part), std::string::npos) << job.error().message;
        EXPECT_NE(job.error().message.find("job.json"), std::string::npos);
    }
    const auto empty = parseJob("{}", "job.json", "/");
    ASSERT_FALSE(empty.has_value());
    EXPECT_NE(empty.error().message.find("model"), std::string::npos);
    EXPECT_FALSE(parseJob("[]", "job.json", "/").has_value());
}

TEST(Job, TakesWholeNumbersHoweverTheyAreWritten) {
    const auto job = parse(", \"epochs\": 1e8, \"max_steps\": 5.0");
    ASSERT_TRUE(job.has_value()) << job.error().message;
    EXPECT_EQ(job->options.epochs, 100'000'000);
    EXPECT_EQ(job->options.maxSteps, 5);
}

TEST(Job, SavesEachHalfHourUnlessAskedOtherwise) {
    EXPECT_EQ(parse("")->options.saveEvery, std::chrono::minutes(30));
    EXPECT_EQ(parse(", \"save_minutes\": 0")->options.saveEvery.count(), 0);
    EXPECT_EQ(parse(", \"save_minutes\": 1.5")->options.saveEvery, std::chrono::seconds(90));
}

TEST(Job, KnowsWhatOtherTrainersCallIt) {
    const std::pair<const char*, const char*> cases[] = {
        {"lr", "did you mean \"learning_rate\"?"},
        {"LR", "did you mean \"learning_rate\"?"},
        {"per_device_train_batch_size", "did you mean \"batch_size\"?"},
        {"num_train_epochs", "did you mean \"epochs\"?"},
        {"lora_r", "did you mean \"rank\"?"},
        {"cutoff_len", "did you mean \"max_length\"?"},
        {"sequence_len", "did you mean \"max_length\"?"},
        {"val_set_size", "did you mean \"eval_share\"?"},
        {"learning-rate", "did you mean \"learning_rate\"?"},
        {"batch", "did you mean \"batch_size\"?"},
        {"epcohs", "did you mean \"epochs\"?"},
        {"bf16", "no option of a job. What learns is float32 here"},
        {"load_in_4bit", "convert it first"},
        {"warmup_ratio", "Say \"warmup_steps\""},
        {"deepspeed", "export-job"}};
    for (const auto& [key, part] : cases) {
        const auto job = parse(", \"" + std::string(key) + "\": 1");
        ASSERT_FALSE(job.has_value()) << key;
        EXPECT_NE(job.error().message.find(part), std::string::npos) << job.error().message;
    }
    // Nothing is better than a guess that misleads.
    for (const char* key : {"bf17", "xyz", "ab", "zz", "moe", "gpu"}) {
        const auto job = parse(", \"" + std::string(key) + "\": 1");
        ASSERT_FALSE(job.has_value()) << key;
        EXPECT_EQ(job.error().message.find("did you mean"), std::string::npos)
            << job.error().message;
    }
}

}  // namespace
}  // namespace dsm::test
