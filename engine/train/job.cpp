#include "engine/train/job.h"

#include <algorithm>
#include <array>

#include "engine/format/json_file.h"
#include "engine/train/example_columns.h"
#include "engine/train/job_reader.h"
#include "engine/train/json_lines.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1 << 20;

constexpr std::array<std::string_view, 41> kKeys{"model",
                                                 "output",
                                                 "data",
                                                 "template",
                                                 "columns",
                                                 "history",
                                                 "max_length",
                                                 "eval_data",
                                                 "eval_share",
                                                 "method",
                                                 "targets",
                                                 "modules_to_save",
                                                 "rank",
                                                 "alpha",
                                                 "dropout",
                                                 "rslora",
                                                 "epochs",
                                                 "max_steps",
                                                 "batch_size",
                                                 "accumulation",
                                                 "packing",
                                                 "group_by_length",
                                                 "learning_rate",
                                                 "schedule",
                                                 "warmup_steps",
                                                 "weight_decay",
                                                 "max_grad_norm",
                                                 "balance_loss",
                                                 "loss",
                                                 "activation_checkpointing",
                                                 "seed",
                                                 "log_steps",
                                                 "save_steps",
                                                 "save_minutes",
                                                 "save_limit",
                                                 "eval_steps",
                                                 "patience",
                                                 "threads",
                                                 "comment",
                                                 "name",
                                                 "description"};

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
    constexpr std::array<std::string_view, 2> kMethods{"lora", "full"};
    targets.method = static_cast<TrainMethod>(read.choice("method", kMethods));
    if (targets.method == TrainMethod::Full) {
        for (const char* key :
             {"targets", "modules_to_save", "rank", "alpha", "dropout", "rslora"}) {
            if (read.has(key)) read.fail(key, "belongs to LoRA; with method \"full\" leave it out");
        }
        return;
    }
    if (read.isArray("targets")) {
        read.strings("targets", targets.targets);
    } else {
        constexpr std::array<std::string_view, 3> kSets{"attention", "attention+shared", "all"};
        const std::size_t set = read.choice("targets", kSets);
        targets.targets = set == 0   ? attentionTargets()
                          : set == 1 ? attentionAndSharedTargets()
                                     : allLinearTargets();
    }
    read.strings("modules_to_save", targets.savedModules);
    read.integer("rank", std::int64_t{1}, kMostRank, targets.lora.rank);
    read.number("alpha", 1e-6, 1e6, targets.lora.alpha);
    read.number("dropout", 0, 0.99, targets.lora.dropout);
    read.boolean("rslora", targets.lora.rankStabilised);
}

void readBatches(JobReader& read, BatchOptions& batches, std::int64_t maxLength) {
    constexpr std::int64_t kMany = 1'000'000;
    batches.batchSamples = 16;
    batches.accumulation = 4;
    batches.seed = 42;
    read.integer("batch_size", std::int64_t{1}, kMany, batches.batchSamples);
    read.integer("accumulation", std::int64_t{1}, kMany, batches.accumulation);
    std::int64_t seed = 42;
    read.integer("seed", std::int64_t{0}, std::int64_t{1} << 53, seed);
    batches.seed = static_cast<std::uint64_t>(seed);
    bool packing = false;
    read.boolean("packing", packing);
    if (packing) batches.packTokens = batches.batchSamples * maxLength;
    read.boolean("group_by_length", batches.groupByLength);
}

void readTraining(JobReader& read, TrainOptions& options) {
    constexpr std::int64_t kMany = 1'000'000'000;
    constexpr std::array<std::string_view, 3> kSchedules{"cosine", "linear", "constant"};
    constexpr std::array<std::string_view, 2> kLosses{"tokens", "mean_of_means"};
    options.warmupSteps = 10;
    read.integer("epochs", std::int64_t{1}, kMany, options.epochs);
    read.integer("max_steps", std::int64_t{0}, kMany, options.maxSteps);
    read.number("learning_rate", 0, 1, options.rate);
    if (options.rate == 0)
        read.fail("learning_rate", "at 0 nothing is learnt; set it above 0, such as 2e-5");
    options.schedule = static_cast<ScheduleKind>(read.choice("schedule", kSchedules));
    read.integer("warmup_steps", std::int64_t{0}, kMany, options.warmupSteps);
    read.number("weight_decay", 0, 1, options.decay);
    read.number("max_grad_norm", 0, 1e9, options.maxGradNorm);  // 0: off
    read.number("balance_loss", 0, 1, options.balance);         // 0: off
    options.meanOfMeans = read.choice("loss", kLosses) == 1;
    read.boolean("activation_checkpointing", options.checkpointing);
    read.integer("log_steps", std::int64_t{1}, kMany, options.logSteps);
    read.integer("save_steps", std::int64_t{0}, kMany, options.saveSteps);
    double minutes = 30;
    read.number("save_minutes", 0, 1e6, minutes);  // 0: off
    options.saveEvery = std::chrono::duration<double>(minutes * 60);
    read.integer("save_limit", std::int64_t{0}, kMany, options.saveLimit);
    read.integer("eval_steps", std::int64_t{0}, kMany, options.evalSteps);
    read.integer("patience", std::int64_t{0}, kMany, options.patience);
}

}  // namespace

Result<TrainJob> parseJob(std::string_view text, const std::string& file, const fs::path& folder) {
    const JsonKeyLines lines(text);
    const auto document = parseJson(text, file);
    if (!document && !lines.repeated()) return tl::unexpected(document.error());
    const nlohmann::json root = document ? *document : nlohmann::json::object();
    TrainJob job;
    JobReader read(root, lines, file, folder);
    read.refuseUnknown(kKeys);
    read.path("model", true, job.model);
    read.path("output", true, job.options.output);
    read.path("data", true, job.data);
    read.path("eval_data", false, job.evalData);
    read.number("eval_share", 0, 0.9, job.evalShare);
    if (!job.evalData.empty() && job.evalShare > 0)
        read.fail("eval_share", "give either eval_data or eval_share");
    constexpr std::array<std::string_view, 3> kTemplates{"chat", "reference", "raw"};
    job.sampleTemplate = kTemplates[read.choice("template", kTemplates)];
    readColumns(read, job.columns);
    constexpr std::array<std::string_view, 2> kHistory{"trained", "context"};
    job.history = kHistory[read.choice("history", kHistory)];
    read.integer("max_length", std::int64_t{2}, std::int64_t{1} << 20, job.maxLength);
    read.integer("threads", 0, 1024, job.threads);
    readTargets(read, job.options.targets);
    readBatches(read, job.options.batches, job.maxLength);
    readTraining(read, job.options);
    if (job.options.patience > 0 && job.evalData.empty() && job.evalShare == 0)
        read.fail("patience", "needs eval_data or eval_share");
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
