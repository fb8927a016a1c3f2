#include "engine/train/run/export_job.h"

#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_load.h"
#include "engine/train/data/export_deepspeed.h"
#include "engine/train/run/job_dataset.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

std::string scheduleName(ScheduleKind kind) {
    switch (kind) {
        case ScheduleKind::Linear:
            return "linear";
        case ScheduleKind::Constant:
            return "constant_with_warmup";
        case ScheduleKind::Cosine:
            break;
    }
    return "cosine";
}

DeepSpeedJob deepSpeedJob(const TrainJob& job, const ExportPlace& place, TokenId padId) {
    const TrainOptions& options = job.options;
    const LoraSettings& lora = options.targets.lora;
    DeepSpeedJob exported;
    exported.model = std::filesystem::absolute(job.model).string();
    exported.ownFiles = job.model;
    exported.isLora = options.targets.method == TrainMethod::Lora;
    exported.rank = lora.rank;
    exported.alpha = lora.alpha;
    exported.dropout = lora.dropout;
    exported.rankStabilised = lora.rankStabilised;
    exported.targets = options.targets.targets;
    exported.modulesToSave = options.targets.savedModules;
    exported.batchSize = options.batches.batchSamples;
    exported.accumulation = options.batches.accumulation;
    exported.epochs = static_cast<double>(options.epochs);
    exported.learningRate = options.rate;
    exported.schedule = scheduleName(options.schedule);
    exported.warmupSteps = options.warmupSteps;
    exported.weightDecay = options.decay;
    exported.maximumGradientNorm = options.maxGradNorm;
    if (options.saveSteps > 0) exported.saveSteps = options.saveSteps;
    if (options.saveLimit > 0) exported.saveTotalLimit = options.saveLimit;
    exported.seed = static_cast<std::int64_t>(options.batches.seed);
    exported.gpus = place.gpus;
    exported.nodes = place.nodes;
    exported.balanceLoss = options.balance;
    exported.padId = padId;
    return exported;
}

}  // namespace

Result<std::int64_t> exportJob(const TrainJob& job, const ExportPlace& place,
                               const ProgressSink& progress, const std::stop_token& stop) {
    if (!job.evalData.empty() || job.evalShare > 0) {
        return failure(ErrorCode::Unsupported, ReasonCode::ScriptDoesNotEvaluate);
    }
    const auto config = readConfig(job.model);
    if (!config) return tl::unexpected(config.error());
    const auto tokenizer = loadTokenizer(job.model, config->vocabSize);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    const auto data = TextDataset::read(datasetOptions(job, job.data), **tokenizer, progress, stop);
    if (!data) return tl::unexpected(data.error());
    if (stop.stop_requested()) return cancelled();
    const auto written =
        exportDeepSpeed(place.folder, deepSpeedJob(job, place, (*tokenizer)->eosId()), **data);
    if (!written) return tl::unexpected(written.error());
    return (*data)->size();
}

}  // namespace dsm
