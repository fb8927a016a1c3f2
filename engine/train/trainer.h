// Trainer: one run of fine-tuning, from samples to weights that have learned.
//
//   step    micro-batches of a step (batch_plan.h) one after the other, gradients added up; their
//           norm; clipping; AdamW with the schedule's rate
//   loss    sum of the tokens' losses / tokens with a label, over the whole step; or, as older
//           trainers have it, the mean of the micro-batches' means (meanOfMeans)
//   check   a loss or gradient that is not finite stops the run and is explained; the last
//           checkpoint stays
//
// On a GPU the host queues a step and then reads the loss and the norm of the one before it: within a
// step it neither waits nor allocates, once memory has grown to the largest batch. What looks at a
// step's numbers, as an evaluation or a checkpoint, waits for it before another one is queued. A
// norm that is not finite keeps the steps behind it from changing anything.
//
// Interrupted and resumed, a run gives the numbers of one that was not, to the bit, on the same
// instruction set: its order of samples, dropout and schedule follow from the options, the
// checkpoint holds everything else.
//
// Source    Semantics of the transformers library's Trainer, so that results compare.
// On a GPU (training_gpu.h) everything that is computed with lies there; the host has the numbers
// that learn as they were when they were last written or read.
//
// Ownership Borrows weights, data sets and GPU, which outlive it.
// Threads   run() on one thread; the sink is called there.
// Errors    make(): those of trainable_weights.h, Malformed (nothing to learn from), OutOfMemory.
//           run(): Cancelled after a stop, Io where a sample cannot be read and OutOfMemory where a
//           batch finds none, all with a checkpoint written; Io where that cannot be; Malformed where a
//           checkpoint is of another job; Internal where numbers stop being finite; of a GPU those
//           of gpu_session.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/train/batch_plan.h"
#include "engine/train/dataset.h"
#include "engine/train/moments.h"
#include "engine/train/sample_loss.h"
#include "engine/train/schedule.h"
#include "engine/train/state/train_checkpoint.h"
#include "engine/train/train_memory.h"
#include "engine/train/train_options.h"
#include "engine/train/training_gpu.h"
#include "engine/train/training_pass.h"

namespace dsm {

struct TrainProgress {
    std::int64_t step = 0;  // done
    std::int64_t steps = 0;
    bool evaluationOnly = false;  // of a step that was told before
    double epoch = 0;
    double loss = 0;  // of this step
    double rate = 0;
    double gradNorm = 0;
    double balanceLoss = 0;
    std::optional<double> evalLoss;
    bool saved = false;
    std::int64_t tokens = 0;  // of this step
    double tokensPerSecond = 0;
    std::chrono::duration<double> left{0};
};
using TrainSink = std::function<void(const TrainProgress&)>;

// The micro-batches of a step, as they go into the model.
using BatchSink = std::function<void(std::span<const TokenBatch> batches)>;

struct TrainOutcome {
    TrainState state;
    bool stoppedEarly = false;
};

class Trainer {
  public:
    // `evaluation` may be nullptr. `writer` puts the model's own files into each checkpoint.
    static Result<std::unique_ptr<Trainer>> make(const ModelConfig& config, const Weights& weights,
                                                 const Dataset& training, const Dataset* evaluation,
                                                 TrainOptions options, Backend backend, int threads,
                                                 const std::stop_token& stop = {},
                                                 TrainingGpu* gpu = nullptr);

    void writeWith(WeightWriter writer) { writer_ = std::move(writer); }
    // Called once, before the first step of a run that begins; on the thread of run().
    void onFirstStep(BatchSink sink) { firstStep_ = std::move(sink); }
    // Takes up a run where a checkpoint of the same job left it. Unsupported where it is of another
    // one, with what differs (run_identity.h).
    Result<void> resume(const std::filesystem::path& checkpoint);
    // Asked after a stop, on the thread of run(): whether a checkpoint is written. Without it one is.
    void saveAtStopIf(std::function<bool()> saves) { savesAtStop_ = std::move(saves); }
    Result<TrainOutcome> run(const TrainSink& sink, const std::stop_token& stop);

    // Puts the numbers of the best evaluation in the place of the last ones, where both differ, and
    // says after which step they were such. On failure they stay as they are.
    Result<std::int64_t> takeBest();

    const TrainableWeights& trained() const { return trained_; }
    const TrainState& state() const { return state_; }
    TrainMemory memory() const;
    // The mean loss of the evaluation's tokens now; none where there is nothing to evaluate.
    // Cancelled after a stop.
    Result<std::optional<double>> evaluate(const std::stop_token& stop);
    // Of the last evaluation that came to its end, in the order of its data.
    const std::vector<SampleLoss>& sampleLosses() const { return sampleLosses_; }

  private:
    using Clock = std::chrono::steady_clock;

    Trainer(const ModelConfig& config, const Weights& weights, const Dataset& training,
            const Dataset* evaluation, TrainOptions options, TrainableWeights trained,
            Backend backend, int threads, TrainingGpu* gpu);

    struct StepResult {
        double loss = 0;
        double balance = 0;
        double norm = 0;
        double rate = 0;
        std::int64_t tokens = 0;
    };

    void allocate(TrainingGpu* gpu);
    Result<void> measureData(const std::stop_token& stop);
    Result<PassLoss> passOf(const TokenBatch& batch, const PassScale& scale,
                            std::span<float> gradients, const std::stop_token& stop);
    Result<void> bringValues();
    // Calls body with all numbers in the memory of the host: those there are, or, where it
    // `replaces` them, room for others.
    Result<void> onHost(bool replaces,
                        const std::function<Result<void>(const OptimizerNumbers&)>& body);
    Result<TokenBatch> load(const Dataset& data, const MicroBatch& samples) const;
    // A step that was queued, up to its numbers being read.
    struct QueuedStep {
        std::int64_t number = 0;  // from 0 on
        std::vector<TokenBatch> batches;
        std::vector<double> shares;  // of the batches' losses
        std::vector<PassScale> scales;
        double rate = 0;
        double epoch = 0;  // when it is done
        bool endsEpoch = false;
        bool isLookedAt =
            false;  // before another one is queued: an evaluation or a checkpoint follows
        Clock::time_point begun;
    };
    // Results of two steps lie side by side.
    struct Results {
        std::shared_ptr<std::byte> memory;
        std::size_t numbers = 0;
        std::span<double> of(std::size_t begin, std::size_t count) const {
            return {reinterpret_cast<double*>(memory.get()) + begin, count};
        }
    };

    Result<QueuedStep> load(const StepPlan& plan, std::int64_t number) const;
    // OutOfMemory: nothing has learned of it.
    Result<void> queue(const QueuedStep& step, const std::stop_token& stop);
    Result<void> queueAll(const QueuedStep& step, const std::stop_token& stop);
    // A GPU that failed has no memory either.
    Error noMemory();
    Result<void> queuePasses(const QueuedStep& step, Results& results, const std::stop_token& stop);
    void queueUpdate(const QueuedStep& step);
    Result<StepResult> resultOf(const QueuedStep& step);
    Error explain(const StepResult& result, const QueuedStep& step);
    std::string firstBadGradient() const;
    void addSampleLosses(const MicroBatch& samples, std::vector<SampleLoss>& found) const;
    Result<void> save(bool isAutomatic);
    Error withLastCheckpoint(Error error) const;
    Error saved(const Error& error);
    TrainProgress progressNow() const;
    // Logs, evaluates and saves as the options ask; true where the run shall end.
    Result<bool> afterStep(const StepResult& result, const QueuedStep& step,
                           TrainProgress& progress, const std::stop_token& stop);
    Result<bool> evaluateAndSave(bool isDue, TrainProgress& progress, const std::stop_token& stop);
    void noteStep(const StepResult& result);
    void noteEvaluation(double loss);
    bool hasNoGain() const;
    bool isLookedAt(const QueuedStep& step) const;
    // Reads the queued step's results, and does what follows a step; true where the run shall end.
    Result<bool> finishStep(const TrainSink& sink, const std::stop_token& stop);
    Error ended(const Error& error, const TrainSink& sink, const std::stop_token& stop);
    Result<TrainOutcome> runEpochs(const TrainSink& sink, const std::stop_token& stop);

    const ModelConfig& config_;
    const Weights& weights_;
    const Dataset& training_;
    const Dataset* evaluation_;
    TrainOptions options_;
    TrainableWeights trained_;
    const TrainOps<float>& ops_;
    ThreadPool pool_;
    std::vector<std::int64_t> lengths_;
    std::int64_t longest_ = 1;
    Schedule schedule_;
    WorkMemory& memory_;
    std::optional<TrainingPass<float>> pass_;
    Grown<float> learning_;  // on a device
    Grown<float> gradients_;
    Moments moments_;
    Grown<double> squares_;  // [2], of the gradients of steps in turn
    Results results_[2];
    std::optional<QueuedStep> queued_;
    Grown<std::byte> scratch_;
    WeightWriter writer_;
    BatchSink firstStep_;
    std::function<bool()> savesAtStop_;
    std::vector<SampleLoss> sampleLosses_;
    TrainState state_;
    Clock::time_point saved_;
    Clock::time_point runBegan_, stepDone_;
    std::int64_t runBeganAt_ = 0;  // steps that were done
};

}  // namespace dsm
