// Training run: one job from its files to what it leaves behind, for every front end.
//
//   open()     takes the output folder (run_folder.h), reads the data and loads the model; on a GPU
//              where one is asked for, or chosen and everything fits there (training_gpu.h)
//   estimate   memory() before anything is computed, secondsPerStep() by computing a little
//   start()    makes the trainer; goes on after the newest checkpoint of the output folder
//   train()    runs it, with an event file for TensorBoard, and writes the adapter or the model
//
// Ownership Owns everything; does not move.
// Threads   One thread at a time; the sinks are called on it.
// Errors    Those of job.h, text_dataset.h, weights.h and trainer.h. OutOfMemory: checkMemory(),
//           with numbers and what to change. train(): Cancelled after a stop, unless it finishes the run.
//           The folder's are told before anything slow begins.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/pass/weights.h"
#include "engine/train/data/text_dataset.h"
#include "engine/train/dataset_part.h"
#include "engine/train/epoch_shape.h"
#include "engine/train/job/job.h"
#include "engine/train/run/prompt_samples.h"
#include "engine/train/run/run_folder.h"
#include "engine/train/run/run_memory.h"
#include "engine/train/state/event_file.h"
#include "engine/train/step_time.h"

namespace dsm {

struct TrainingRunSinks {
    std::function<void(const char* what, double share)> progress;  // "Reading data", "Loading"
    std::function<void(const Reason& line)> note;                  // for people
    std::function<void(const PromptSample& sample)> sample = {};   // an answer to a fixed prompt
};

// What a stop means to a run that trains.
enum class RunStop {
    Pause,    // a checkpoint is written, to go on from
    Finish,   // likewise, and the result as it is now: the run has ended
    Discard,  // nothing is written: it goes on from its last checkpoint
};

// What a run is opened for.
struct RunPurpose {
    std::optional<RunStart> start;           // none: to be estimated; nothing is written
    std::string holder = "another program";  // who trains, for others who want to
    // Asked after a stop, on the thread of train(). Without it a stop is a pause.
    std::function<RunStop()> stopMeans = {};
    // Who computes, by name (kernels/backend.h); none: the fastest.
    std::optional<std::string> backend = std::nullopt;
    std::optional<int> gpu = std::nullopt;
    // MoE layers whose experts lie on a GPU, the CPU computing the others'; none: as the job says.
    std::optional<std::int64_t> gpuLayers = std::nullopt;
};

// What a run writes, at most at one time.
struct RunDisk {
    std::uint64_t checkpointBytes = 0;  // of each
    std::int64_t checkpoints = 0;
    std::uint64_t resultBytes = 0;
    std::uint64_t totalBytes = 0;  // small files included
};

class TrainingRun {
  public:
    static Result<std::unique_ptr<TrainingRun>> open(TrainJob job, const RunPurpose& purpose,
                                                     TrainingRunSinks sinks,
                                                     const std::stop_token& stop);
    TrainingRun(const TrainingRun&) = delete;
    TrainingRun& operator=(const TrainingRun&) = delete;

    const TrainJob& job() const { return job_; }
    const DatasetReport& dataReport() const { return data_->report(); }
    // What it says about them goes to the sinks, too.
    const std::vector<TrainingNote>& dataNotes() const { return notes_; }
    std::int64_t trainingSamples() const { return training().size(); }
    std::int64_t evaluationSamples() const {
        return evaluation() == nullptr ? 0 : evaluation()->size();
    }
    // Of one epoch: without those that are kept back to evaluate with.
    std::int64_t trainedTokens() const;
    const EpochShape& shape() const { return shape_; }
    std::int64_t steps() const;  // of the whole run
    // "GPU 0 (NVIDIA H200)", or the CPU with its threads.
    std::string computer() const;

    Result<std::int64_t> learningNumbers() const;
    // At the largest micro-batch; of a job whose targets fit.
    RunMemoryPlan memory() const;
    // Of a GPU, by its driver: what the run has taken so far, which it keeps to its end.
    std::optional<std::uint64_t> gpuBytesTaken() const;
    // Whether this computer has that much; of a GPU open() has asked.
    Result<void> checkMemory() const;
    Result<StepSeconds> secondsPerStep(const std::stop_token& stop) const;
    // From `done` steps on.
    Result<RunDisk> disk(std::int64_t done = 0) const;

    // The step that the run goes on after; 0 where it begins. Of a run that was opened to train.
    Result<std::int64_t> start(const std::stop_token& stop);
    // Follows start().
    Result<void> train(const TrainSink& sink, const std::stop_token& stop);

  private:
    TrainingRun(TrainJob job, TrainingRunSinks sinks)
        : job_(std::move(job)), sinks_(std::move(sinks)) {}

    Result<void> readData(const std::stop_token& stop);
    Result<std::unique_ptr<TextDataset>> readFiles(const std::vector<std::filesystem::path>& files,
                                                   const std::stop_token& stop);
    Result<void> noteShared(const std::stop_token& stop);
    Result<void> loadModel(const std::stop_token& stop);
    Result<Weights> loadWeights(Residency residency, const std::stop_token& stop) const;
    // Takes the GPU where it can, or says why not and trains on the CPU.
    Result<void> takeGpu(const std::stop_token& stop);
    Result<std::unique_ptr<TrainingGpu>> openGpu(const std::stop_token& stop);
    TrainMemory memoryPlannedOnGpu() const;
    void notePlaces() const;
    Result<std::int64_t> goOn();
    Result<void> checkRoom() const;
    Result<void> checkRoomOfCheckpoint() const;
    // Before the first step, where the job asks for it.
    void evaluateAtStart(const TrainSink& sink, const std::stop_token& stop);
    RunStop stopMeans() const { return stopMeans_ ? stopMeans_() : RunStop::Pause; }
    // Whether a run that ended so has a result all the same.
    bool isFinishedBy(const Error& error) const;
    Result<void> writeWeights(const std::filesystem::path& folder) const;
    Result<void> writeResult(std::int64_t step) const;
    void note(const Reason& line) const;
    void warn(const TrainingNote& warning) const;
    void noteWarmup();
    void measureBatches();
    void writeEvents(const TrainProgress& progress);
    void writeEvaluatedRows(std::int64_t step);
    void forgetLaterRows(std::int64_t step);
    ProgressSink progressOf(const char* what) const;

    const Dataset& training() const {
        return parts_ ? static_cast<const Dataset&>(parts_->training) : *data_;
    }
    const Dataset* evaluation() const {
        return parts_ ? static_cast<const Dataset*>(&parts_->evaluation) : evalData_.get();
    }

    TrainJob job_;
    TrainingRunSinks sinks_;
    std::function<RunStop()> stopMeans_;
    std::optional<RunFolder> folder_;
    std::uint64_t programBytes_ = 0;
    std::unique_ptr<Tokenizer> tokenizer_;  // of the model
    std::unique_ptr<TextDataset> data_, evalData_;
    std::optional<DatasetParts> parts_;
    std::optional<ModelConfig> config_;
    std::optional<Weights> weights_;
    std::vector<TrainingNote> notes_;
    EpochShape shape_;
    PassBounds bounds_;
    BatchShape largestPass_;  // that is planned for
    BackendChoice backend_;
    Reason gpuRefusal_;  // why the GPU that is there does not train
    std::unique_ptr<TrainingGpu> gpu_;
    std::unique_ptr<Trainer> trainer_;  // after what it borrows
    std::optional<EventFile> events_;
};

// A step's values by TensorBoard's names, as event files and charts have them.
std::vector<EventValue> eventValues(const TrainProgress& progress);

}  // namespace dsm
