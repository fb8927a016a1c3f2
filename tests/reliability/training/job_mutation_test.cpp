// Broken variants of the small files of training and converting: jobs, edits of rows, what a folder
// says of the conversion that fills it. Each is refused with its name, or says what can be gone on
// with. tests/support/attack.h says how the long run is asked for.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/quantize/conversion_state.h"
#include "engine/train/data/row_edits.h"
#include "engine/train/job/job.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"

namespace dsm {
namespace {

template <class T>
bool isFine(const Result<T>& result, const std::string& file) {
    if (result) return true;
    EXPECT_NE(result.error().message.find(file), std::string::npos) << result.error().message;
    // Or with a question: did you mean "edits"?
    const char end = result.error().message.back();
    EXPECT_TRUE(end == '.' || end == '?') << result.error().message;
    return false;
}

template <class Use>
void walk(const std::string& kind, const std::string& good, const Use& use) {
    ASSERT_TRUE(use(good)) << "the good " << kind << " is refused";
    Attack(kind, 500).walk([&](std::uint64_t seed) { return Mutation(seed)(good); },
                           [&](const std::string& variant) {
                               use(variant);
                               return !testing::Test::HasFailure();
                           });
}

TEST(BrokenJob, IsRefusedByNameOrHasNumbersThatTrain) {
    const std::string good = R"({
 "model": "m", "output": "o", "data": ["a.jsonl", "b.csv"], "template": "chat", "system": "s",
 "columns": {"instruction": "question"}, "max_length": 512, "history": "context", "edits": true,
 "eval_share": 0.05, "method": "lora", "targets": ["q_proj", "v_proj"],
 "modules_to_save": ["lm_head"], "rank": 8, "alpha": 32, "dropout": 0.1, "rslora": true,
 "epochs": 3, "max_steps": 0, "batch_size": 16, "accumulation": 4, "packing": false,
 "group_by_length": true, "learning_rate": 2e-5, "schedule": "cosine", "warmup_steps": 10,
 "weight_decay": 0.01, "max_grad_norm": 1, "balance_loss": 0.001, "loss": "tokens",
 "activation_checkpointing": true, "seed": 42, "log_steps": 1, "save_steps": 5,
 "save_minutes": 30, "save_limit": 2, "eval_steps": 5, "patience": 3, "eval_at_start": false,
 "sample_prompts": ["What is 混合?"], "sample_tokens": 128, "threads": 2, "gpu_layers": "fit"
})";
    walk("job", good, [](const std::string& text) {
        const auto job = parseJob(text, "job.json", "/folder");
        if (!isFine(job, "job.json")) return false;
        EXPECT_TRUE(std::isfinite(job->options.rate) && job->options.rate > 0);
        EXPECT_TRUE(job->evalShare >= 0 && job->evalShare < 1);
        EXPECT_GT(job->maxLength, 0);
        EXPECT_FALSE(job->data.empty());
        return true;
    });
}

TEST(BrokenEdits, AreRefusedByNameOrAreOfRows) {
    const TemporaryFolder folder(fastFolder());
    const auto data = folder.write("a.csv", "instruction,output\n1?,one\n2?,two\n");
    auto edits = RowEdits::load(data);
    ASSERT_TRUE(edits.has_value());
    edits->replace(2, "1?,one\n", {{"instruction", "1?"}, {"output", "ONE"}});
    edits->leaveOut(3, "2?,two\n");
    ASSERT_TRUE(edits->save().has_value());
    const std::string name = RowEdits::pathFor(data).filename().string();
    walk("edits", contentOf(folder / name), [&](const std::string& text) {
        folder.write(name, text);
        const auto read = RowEdits::load(data);
        if (!isFine(read, name)) return false;
        for (const auto& [line, edit] : read->rows()) {
            EXPECT_GT(line, 0);
            EXPECT_TRUE(edit.row.is_object() || edit.isLeftOut());
        }
        return true;
    });
}

TEST(BrokenConversion, IsRefusedByNameOrWrittenAsItWasRead) {
    const TemporaryFolder folder(fastFolder());
    ConversionState state;
    state.preset = "q4";
    state.source = std::string(64, 'a');
    state.shards = {{"model-00001.safetensors", 123, {{"a.weight", std::string(64, 'b')}}}};
    ASSERT_TRUE(writeState(folder.path(), state).has_value());
    const std::string name(kConversionFileName);
    walk("conversion", contentOf(folder / name), [&](const std::string& text) {
        folder.write(name, text);
        const auto read = readState(folder.path());
        if (!isFine(read, name)) return false;
        for (const FinishedShard& shard : read->shards)
            EXPECT_EQ(shard.fileName.find('/'), std::string::npos) << shard.fileName;
        return true;
    });
}

}  // namespace
}  // namespace dsm
