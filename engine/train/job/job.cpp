#include "engine/train/job/job.h"

#include <nlohmann/json.hpp>

#include "engine/format/json_file.h"
#include "engine/train/example_columns.h"
#include "engine/train/job/job_keys.h"
#include "engine/train/job/job_reader.h"
#include "engine/train/job/json_lines.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1 << 20;

void readColumns(JobReader& read, std::map<std::string, std::string>& columns) {
    read.strings("columns", columns);
    for (const auto& [field, column] : columns) {
        const std::string key = "columns." + field;
        if (!isExampleColumn(field)) {
            read.fail(key, std::string("there is no such column; what can be named are ") +
                               kExampleColumnList);
        } else if (column.empty()) {
            read.fail(key, "expected the name of a column, not \"\"");
        }
    }
}

void readTargets(JobReader& read, TrainTargets& targets) {
    targets.method = static_cast<TrainMethod>(read.choice("method"));
    if (targets.method == TrainMethod::Full) {
        for (const JobKey& key : jobKeys()) {
            const std::string name(key.name);
            if (key.isOfLora && read.has(name.c_str()))
                read.fail(name, "belongs to LoRA; with method \"full\" leave it out");
        }
        return;
    }
    if (read.isArray("targets")) {
        read.strings("targets", targets.targets);
    } else {
        const std::size_t set = read.choice("targets");
        targets.targets = set == 0   ? attentionTargets()
                          : set == 1 ? attentionAndSharedTargets()
                                     : allLinearTargets();
    }
    read.strings("modules_to_save", targets.savedModules);
    read.integer("rank", targets.lora.rank);
    read.number("alpha", targets.lora.alpha);
    read.number("dropout", targets.lora.dropout);
    read.boolean("rslora", targets.lora.rankStabilised);
}

void readBatches(JobReader& read, BatchOptions& batches, std::int64_t maxLength) {
    read.integer("batch_size", batches.batchSamples);
    read.integer("accumulation", batches.accumulation);
    std::int64_t seed = 0;
    read.integer("seed", seed);
    batches.seed = static_cast<std::uint64_t>(seed);
    bool packing = false;
    read.boolean("packing", packing);
    if (packing) batches.packTokens = batches.batchSamples * maxLength;
    read.boolean("group_by_length", batches.groupByLength);
}

void readTraining(JobReader& read, TrainOptions& options) {
    read.integer("epochs", options.epochs);
    read.integer("max_steps", options.maxSteps);
    read.number("learning_rate", options.rate);
    options.schedule = static_cast<ScheduleKind>(read.choice("schedule"));
    read.integer("warmup_steps", options.warmupSteps);
    options.optimizer = static_cast<OptimizerKind>(read.choice("optimizer"));
    read.number("weight_decay", options.decay);
    read.number("max_grad_norm", options.maxGradNorm);  // 0: off
    read.number("balance_loss", options.balance);       // 0: off
    options.meanOfMeans = read.choice("loss") == 1;
    read.boolean("activation_checkpointing", options.checkpointing);
    read.integer("log_steps", options.logSteps);
    read.integer("save_steps", options.saveSteps);
    double minutes = 0;
    read.number("save_minutes", minutes);  // 0: off
    options.saveEvery = std::chrono::duration<double>(minutes * 60);
    read.integer("save_limit", options.saveLimit);
    read.integer("eval_steps", options.evalSteps);
    read.integer("patience", options.patience);
    options.expertsMayStay = read.choice("gpu_layers") == 1;
}

// What was asked for and would never come about.
void refuseWhatNothingEvaluates(JobReader& read, const TrainJob& job) {
    if (!job.evalData.empty() || job.evalShare > 0) return;
    constexpr const char* kNeeds = "needs eval_data or eval_share";
    if (job.evalAtStart) read.fail("eval_at_start", kNeeds);
    if (job.options.evalSteps > 0) read.fail("eval_steps", kNeeds);
    if (job.options.patience > 0) read.fail("patience", kNeeds);
}

}  // namespace

Result<TrainJob> parseJob(std::string_view text, const std::string& file, const fs::path& folder) {
    const JsonKeyLines lines(text);
    const auto document = parseJson(text, file);
    if (!document && !lines.repeated()) return tl::unexpected(document.error());
    const nlohmann::json root = document ? *document : nlohmann::json::object();
    TrainJob job;
    JobReader read(root, lines, file, folder);
    read.refuseUnknown();
    read.path("model", job.model);
    read.path("output", job.options.output);
    read.paths("data", job.data);
    read.paths("eval_data", job.evalData);
    read.number("eval_share", job.evalShare);
    if (!job.evalData.empty() && job.evalShare > 0)
        read.fail("eval_share", "give either eval_data or eval_share");
    job.sampleTemplate = findJobKey("template")->words[read.choice("template")];
    read.text("system", job.systemText);
    if (!job.systemText.empty() && job.sampleTemplate != "chat")
        read.fail("system", "belongs to the template \"chat\"; leave it out");
    readColumns(read, job.columns);
    job.history = findJobKey("history")->words[read.choice("history")];
    read.boolean("edits", job.appliesEdits);
    read.integer("max_length", job.maxLength);
    read.integer("threads", job.threads);
    readTargets(read, job.options.targets);
    readBatches(read, job.options.batches, job.maxLength);
    readTraining(read, job.options);
    read.boolean("eval_at_start", job.evalAtStart);
    read.texts("sample_prompts", job.samplePrompts);
    read.integer("sample_tokens", job.sampleTokens);
    refuseWhatNothingEvaluates(read, job);
    if (read.error()) return tl::unexpected(*read.error());
    return job;
}

Result<TrainJob> readJob(const fs::path& path) {
    const auto file = MappedFile::open(path);
    if (!file) return tl::unexpected(file.error());
    const auto bytes = file->bytes();
    if (bytes.size() > kMostBytes) {
        return failure(ErrorCode::Malformed,
                       path.string() + " has " + std::to_string(bytes.size()) +
                           " bytes; a job has at most " + std::to_string(kMostBytes) + ".");
    }
    const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return parseJob(text, path.string(), path.parent_path());
}

}  // namespace dsm
