// bench --train: how fast a model learns, and what share of the processor's float32 rate that is, or
// of the rate of a GPU's tensor cores in bfloat16.
//
// Every step sees other random tokens, all of them to be learned. Operations are those of products
// (estimate.h), without the ones that saving memory repeats. Each row's estimate is what a job of
// this shape would have been told before its start.
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/cli/terminal.h"
#include "engine/format/checkpoint.h"
#include "engine/train/estimate.h"
#include "engine/train/gpu_fit.h"
#include "engine/train/step_time.h"
#include "kernels/base/atomic_file.h"
#include "kernels/cpu/limits.h"
#include "kernels/cuda/gpu_limits.h"

namespace dsm::cli {
namespace {

struct Row {
    const char* method;
    std::int64_t length;  // of a sample
    double tokensPerSecond;
    double share;  // of the peak
    double secondsPerStep;
    double estimatedSeconds;
    double memoryMegabytes;
    double estimatedMegabytes;
};

MemoryDataset randomTokens(const ModelConfig& config, std::int64_t samples, std::int64_t length) {
    MemoryDataset data;
    std::uint32_t state = 1;
    for (std::int64_t i = 0; i < samples; ++i) {
        TrainingSample sample;
        for (std::int64_t t = 0; t < length; ++t) {
            state = state * 1664525U + 1013904223U;
            sample.ids.push_back(static_cast<std::int32_t>(
                (state >> 8) % static_cast<std::uint32_t>(config.vocabSize)));
        }
        sample.labels = sample.ids;
        data.add(std::move(sample));
    }
    return data;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

TrainOptions optionsOf(const std::string& method, std::int64_t length,
                       const TrainBenchOptions& bench) {
    TrainOptions options;
    if (method == "full") {
        options.targets.method = TrainMethod::Full;
    } else {
        options.targets.targets = method == "lora" ? allLinearTargets() : attentionTargets();
    }
    options.batches.batchSamples = std::max<std::int64_t>(bench.tokens / length, 1);
    options.balance = 0;
    options.checkpointing = bench.checkpointing;
    options.maxSteps = bench.steps + 1;  // the first one touches the memory
    options.epochs = options.maxSteps;
    return options;
}

struct Case {
    const char* method;
    std::int64_t length;
};

// Who learns.
struct Learner {
    const ModelConfig& config;
    const Weights& weights;
    Backend backend;
    int threads;
    TrainingGpu* gpu;         // of Cuda
    std::int64_t hostLayers;  // whose routed experts the CPU computes beside it
};

// Multiplications and additions per second that it has at most.
class Peak {
  public:
    explicit Peak(const Learner& learner) : gpu_(learner.gpu), pool_(learner.threads) {
        if (gpu_ == nullptr) return;
        constexpr std::uint64_t kBytes = 1 << 20;  // of the rate of reading, which nobody asks for
        auto limits = GpuLimits::make(gpu_->session(), kBytes);
        if (limits) limits_.emplace(std::move(*limits));
    }
    double now() {
        if (gpu_ == nullptr)
            return cpu::multiplyRate(pool_, cpu::machineSimd().isa, cpu::Arithmetic::Float32);
        return limits_ ? limits_->tensorRate(TensorArithmetic::BFloat16).value_or(0) : 0;
    }

  private:
    TrainingGpu* gpu_;
    ThreadPool pool_;
    std::optional<GpuLimits> limits_;
};

Result<Row> measure(const Case& one, const Learner& learner, const TrainBenchOptions& bench,
                    const std::stop_token& stop) {
    const ModelConfig& config = learner.config;
    const Weights& weights = learner.weights;
    TrainOptions options = optionsOf(one.method, one.length, bench);
    const MemoryDataset data =
        randomTokens(config, options.batches.batchSamples * options.maxSteps, one.length);
    EpochShape shape = epochShape(data, options.batches);
    if (learner.gpu != nullptr) {
        options.leastHostLayers = learner.hostLayers;
        const auto fits =
            checkGpuFit(*learner.gpu, config, weights, options, passBounds(shape, data, nullptr));
        if (!fits) return tl::unexpected(fits.error());
        fits->applyTo(options);
        shape = epochShape(data, options.batches);
    }
    auto trainer = Trainer::make(config, weights, data, nullptr, options, learner.backend,
                                 learner.threads, stop, learner.gpu);
    if (!trainer) return tl::unexpected(trainer.error());
    const double operations = usefulOperations(config, options, shape.largest);
    std::vector<double> seconds, shares, estimates;
    const auto estimate = [&]() -> Result<void> {
        const auto step = measureStepSeconds(config, weights, options, data, shape, learner.backend,
                                             learner.threads, stop, learner.gpu);
        if (!step) return tl::unexpected(step.error());
        estimates.push_back(step->usual);
        return {};
    };
    if (auto ok = estimate(); !ok) return tl::unexpected(ok.error());
    Peak rate(learner);
    double peak = rate.now();
    const auto outcome = (*trainer)->run(
        [&](const TrainProgress& p) {
            const double after = rate.now();
            const double took = static_cast<double>(p.tokens) / p.tokensPerSecond;
            if (p.step > 1) {
                seconds.push_back(took);
                shares.push_back(operations / took / std::max(peak, after));
            }
            peak = after;
        },
        stop);
    if (!outcome) return tl::unexpected(outcome.error());
    if (auto ok = estimate(); !ok) return tl::unexpected(ok.error());
    const double step = median(seconds);
    const TrainMemory estimated = estimateMemory(config, (*trainer)->memory().weightBytes, options,
                                                 shape.largest, learner.backend);
    return Row{.method = one.method,
               .length = one.length,
               .tokensPerSecond = shape.meanTokens / step,
               .share = median(shares),
               .secondsPerStep = step,
               .estimatedSeconds = (estimates[0] + estimates[1]) / 2,
               .memoryMegabytes = static_cast<double>((*trainer)->memory().totalBytes()) / 1e6,
               .estimatedMegabytes = static_cast<double>(estimated.totalBytes()) / 1e6};
}

// How far an estimate is from what was measured, in percent.
double error(double estimated, double measured) {
    return 100 * (estimated / measured - 1);
}

std::string table(const std::vector<Row>& rows, const TrainBenchOptions& bench) {
    std::ostringstream text;
    text << "Training, " << bench.tokens
         << " tokens a step\n\nmethod     length     tok/s  of peak    s/step  estimated"
            "            memory  estimated\n"
         << std::fixed;
    for (const Row& row : rows) {
        text << std::left << std::setw(10) << row.method << std::right << std::noshowpos
             << std::setprecision(1) << std::setw(7) << row.length << std::setw(10)
             << row.tokensPerSecond << std::setw(7) << row.share * 100 << " %"
             << std::setprecision(4) << std::setw(10) << row.secondsPerStep << std::setw(11)
             << row.estimatedSeconds << std::setprecision(1) << std::showpos << std::setw(7)
             << error(row.estimatedSeconds, row.secondsPerStep) << " %" << std::noshowpos
             << std::setw(9) << row.memoryMegabytes << " MB" << std::setw(8)
             << row.estimatedMegabytes << " MB\n";
    }
    return text.str();
}

Result<void> writeJson(const std::vector<Row>& rows, AtomicFile& file) {
    nlohmann::json list = nlohmann::json::array();
    for (const Row& row : rows) {
        list.push_back({{"method", row.method},
                        {"length", row.length},
                        {"tokens_per_second", row.tokensPerSecond},
                        {"share_of_peak", row.share},
                        {"seconds_per_step", row.secondsPerStep},
                        {"estimated_seconds", row.estimatedSeconds},
                        {"memory_mb", row.memoryMegabytes},
                        {"estimated_mb", row.estimatedMegabytes}});
    }
    const std::string text = nlohmann::json{{"train", list}}.dump(2) + "\n";
    auto written = file.write(std::as_bytes(std::span(text)));
    return written ? file.commit() : written;
}

Result<Weights> weightsOf(const std::filesystem::path& folder, const ModelConfig& config,
                          Residency residency, const std::stop_token& stop) {
    auto checkpoint = Checkpoint::open(folder);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    return Weights::load(std::move(*checkpoint), config, {}, stop, residency);
}

// A GPU with the model on it, but for the experts of the last `hostLayers`.
Result<std::unique_ptr<TrainingGpu>> gpuWith(const BackendChoice& choice,
                                             const std::filesystem::path& folder,
                                             const ModelConfig& config, int threads,
                                             std::int64_t hostLayers, const std::stop_token& stop) {
    auto gpu = TrainingGpu::open(choice.gpu, threads);
    if (!gpu) return gpu;
    auto weights = weightsOf(folder, config, Residency::OnDisk, stop);
    if (!weights) return tl::unexpected(weights.error());
    if (auto placed = (*gpu)->place(std::move(*weights), {}, stop, hostLayers); !placed)
        return tl::unexpected(placed.error());
    return gpu;
}

}  // namespace

int benchTraining(const BenchOptions& options) {
    const auto folder = modelFolder(options.engine.model);
    if (!folder) return fail(folder.error());
    const auto config = readConfig(*folder);
    if (!config) return fail(config.error());
    std::optional<AtomicFile> json;  // told before the minutes of measuring
    if (!options.json.empty()) {
        auto created = AtomicFile::create(options.json);
        if (!created) return fail(created.error());
        json = std::move(*created);
    }
    const auto stop = Interrupt::arm();
    const auto choice = chooseBackend(options.engine.backend, options.engine.gpu);
    if (!choice) return fail(choice.error());
    const bool isDevice = choice->backend == Backend::Cuda;
    const auto weights = weightsOf(
        *folder, *config, isDevice ? Residency::OnDisk : Residency::InMemory, stop->get_token());
    if (!weights) return fail(weights.error());
    std::unique_ptr<TrainingGpu> gpu;
    const std::int64_t moeLayers = config->moeLayers();
    const std::int64_t hostLayers =
        isDevice
            ? std::max<std::int64_t>(moeLayers - options.engine.gpuLayers.value_or(moeLayers), 0)
            : 0;
    if (isDevice) {
        auto placed = gpuWith(*choice, *folder, *config, options.engine.threads, hostLayers,
                              stop->get_token());
        if (!placed) return fail(placed.error());
        gpu = std::move(*placed);
        if (auto kept = keepExpertsOnHost(*weights, hostLayers, stop->get_token()); !kept)
            return fail(kept.error());
    }
    const Learner learner{.config = *config,
                          .weights = *weights,
                          .backend = choice->backend,
                          .threads = options.engine.threads,
                          .gpu = gpu.get(),
                          .hostLayers = hostLayers};
    std::vector<Row> rows;
    for (const char* method : {"attention", "lora", "full"}) {
        const auto& wanted = options.training.methods;
        if (std::find(wanted.begin(), wanted.end(), method) == wanted.end()) continue;
        for (const std::int64_t length : options.training.lengths) {
            const auto row =
                measure({method, length}, learner, options.training, stop->get_token());
            if (!row) return fail(row.error());
            rows.push_back(*row);
        }
    }
    std::cout << table(rows, options.training) << std::flush;
    if (!json) return kOk;
    const auto written = writeJson(rows, *json);
    return written ? static_cast<int>(kOk) : fail(written.error());
}

}  // namespace dsm::cli
