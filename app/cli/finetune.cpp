// Fine-tuning from a job file: data, estimate, training with progress, and what it leaves behind.
#include <iomanip>
#include <iostream>
#include <sstream>

#include "app/cli/terminal.h"
#include "app/cli/training_command.h"
#include "engine/train/run/training_run.h"
#include "kernels/base/bytes_in_words.h"

namespace dsm::cli {
namespace {

std::string duration(std::chrono::duration<double> time) {
    const auto seconds = static_cast<std::int64_t>(time.count() + 0.5);
    if (seconds < 120) return std::to_string(seconds) + " s";
    if (seconds < 7200) return std::to_string(seconds / 60) + " min";
    return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

void printMemory(const TrainMemory& memory, std::int64_t numbers) {
    std::cout << "Learning numbers  " << numbers << "\nMemory            "
              << bytesInWords(memory.totalBytes()) << " in all\n";
    const std::pair<const char*, std::uint64_t> parts[] = {
        {"program", memory.programBytes},     {"weights", memory.weightBytes},
        {"learning", memory.trainedBytes},    {"gradients", memory.gradientBytes},
        {"optimizer", memory.optimizerBytes}, {"activations", memory.activationBytes},
        {"loss", memory.lossBytes},           {"products", memory.scratchBytes},
        {"saving", memory.saveBytes}};
    for (const auto& [name, bytes] : parts) {
        if (bytes > 0)
            std::cout << "  " << std::left << std::setw(16) << name << bytesInWords(bytes) << '\n';
    }
    if (memory.pinnedBytes > 0) {
        std::cout << "Beside the GPU    " << bytesInWords(memory.pinnedBytes)
                  << " of the computer's memory for the optimizer\n";
    }
    if (memory.hostWeightBytes > 0) {
        std::cout << "Beside the GPU    "
                  << bytesInWords(memory.hostWeightBytes + memory.hostWorkBytes)
                  << " of the computer's memory for experts that the CPU computes, "
                  << bytesInWords(memory.hostWeightBytes) << " of it weights\n";
    }
    if (memory.besideBytes() > 0) {
        std::cout << "Beside the GPU    " << bytesInWords(memory.besideBytes())
                  << " of the computer's memory in all, while a checkpoint is written\n";
    }
    std::cout << std::flush;
}

Result<void> printEstimate(const TrainingRun& run, const std::stop_token& stop) {
    const auto numbers = run.learningNumbers();
    if (!numbers) return tl::unexpected(numbers.error());
    std::cout << "Trains on         " << run.computer() << '\n';
    printMemory(run.memory().memory, *numbers);
    if (auto ok = run.checkMemory(); !ok) return ok;
    const auto seconds = run.secondsPerStep(stop);
    if (!seconds) return tl::unexpected(seconds.error());
    std::cout << "Time per step     about " << shortNumber(seconds->usual, 3) << " s, the longest "
              << shortNumber(seconds->longest, 3) << " s\n"
              << std::flush;
    return {};
}

void printLearning(const TrainProgress& p) {
    std::cout << "  loss " << shortNumber(p.loss, 5) << "  rate " << shortNumber(p.rate, 3)
              << "  norm " << shortNumber(p.gradNorm, 3) << "  "
              << shortNumber(p.tokensPerSecond, 4) << " tok/s  " << duration(p.left) << " left";
}

void printStep(const TrainProgress& p) {
    std::cout << "step " << p.step << '/' << p.steps << "  epoch " << shortNumber(p.epoch, 3);
    if (!p.evaluationOnly) printLearning(p);
    if (p.evalLoss) std::cout << "  eval loss " << shortNumber(*p.evalLoss, 5);
    if (p.saved) std::cout << "  saved";
    std::cout << '\n' << std::flush;
}

// Beside the plan, to which belongs what is kept free for the driver and the run's own tables.
void printTaken(std::uint64_t bytes, const RunMemoryPlan& plan) {
    const std::uint64_t planned = plan.memory.totalBytes();
    std::cout << "Memory taken      " << bytesInWords(bytes) << " of the GPU, where "
              << bytesInWords(planned) << " were planned and " << bytesInWords(plan.reserveBytes)
              << " kept in reserve"
              << (bytes > planned + plan.reserveBytes ? ": more than planned" : "") << '\n'
              << std::flush;
}

Result<void> train(TrainJob job, const FinetuneOptions& options, const std::stop_token& stop) {
    if (options.threads > 0) job.threads = options.threads;
    TrainingRunSinks sinks{.progress = {}, .note = [](const Reason& line) { note(line.text()); }};
    if (errorIsTerminal()) sinks.progress = showProgress;
    RunPurpose purpose{.start = std::nullopt,
                       .holder = "deepseekmoe finetune",
                       .backend = options.backend,
                       .gpu = options.gpu,
                       .gpuLayers = options.gpuLayers};
    if (!options.estimateOnly) purpose.start = options.resume ? RunStart::GoOn : RunStart::Anew;
    const auto run = TrainingRun::open(std::move(job), purpose, std::move(sinks), stop);
    if (!run) return tl::unexpected(run.error());
    if (auto ok = printEstimate(**run, stop); !ok || options.estimateOnly) return ok;
    const TrainJob& asked = (*run)->job();
    if (auto started = (*run)->start(stop); !started) return tl::unexpected(started.error());
    auto done = (*run)->train(
        [&](const TrainProgress& p) {
            const bool isDue = p.step % asked.options.logSteps == 0;
            if (isDue || p.evalLoss || p.step == p.steps) printStep(p);
        },
        stop);
    if (const auto taken = (*run)->gpuBytesTaken()) printTaken(*taken, (*run)->memory());
    return done;
}

}  // namespace

int finetune(const FinetuneOptions& options) {
    auto job = readJob(options.job);
    if (!job) return fail(job.error());
    const auto stop = Interrupt::arm();
    const std::filesystem::path output = job->options.output;
    const auto done = train(std::move(*job), options, stop->get_token());
    if (!done) {
        if (done.error().code == ErrorCode::Cancelled) {
            note(checkpointSteps(output).value_or(std::vector<std::int64_t>{}).empty()
                     ? "Stopped before anything was learned: nothing had to be saved."
                     : "Stopped. The same command with --resume goes on from here.");
        }
        return fail(done.error());
    }
    if (!options.estimateOnly) note("Wrote " + output.string() + ".");
    return kOk;
}

}  // namespace dsm::cli
