// RunForecast: what a training run will be, before it begins: its examples, steps, memory, time and
// place on the disk. Nothing is written.
//
// Threads   Main thread. Data is read and steps are measured on threads of its own; a new question
//           stops the one before it, and destroying it stops all.
// Errors    As sentences for people: those of the data, the model and the settings.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <functional>
#include <memory>
#include <optional>

#include "app/services/program/reason_shown.h"

namespace dsm {

enum class RunMemoryKind {
    Program,   // the program itself, with what else it has loaded
    Weights,   // of the base model
    Learning,  // the numbers that learn
    Gradients,
    Optimizer,
    Activations,
    Loss,
    Products,  // room for products
    Saving,    // while a checkpoint is written
    Reserve    // of a GPU, left for its driver
};

struct RunMemory {
    struct Part {
        RunMemoryKind kind = RunMemoryKind::Program;
        quint64 bytes = 0;
    };
    QList<Part> parts;  // in the order of the kinds
    quint64 totalBytes = 0;
    QString gpu = {};        // that trains, and whose memory it is; "": the computer's
    quint64 wholeBytes = 0;  // that this memory has; 0: not known
    quint64 freeBytes = 0;   // of it, with what the program itself holds
    qint64 learningNumbers = 0;
    // Why the GPU that is there does not train, and what would fit there; empty: it does, or there
    // is none.
    ReasonShown gpuRefusal = {};
    // Beside a GPU: of the model's layers with experts, those whose experts the CPU computes, and
    // what that takes of the computer's memory; what the optimizer keeps there; and with both all
    // that lies there, at most.
    qint64 layersOnCpu = 0;
    qint64 layersWithExperts = 0;
    quint64 expertsBesideBytes = 0;
    quint64 optimizerBesideBytes = 0;
    quint64 besideBytes = 0;
    qint64 pieceTokens = 0;  // that larger batches are computed in; 0: as a whole

    // From here on other programs become slow, or are ended.
    static constexpr double kNarrowShare = 0.9;

    // What other programs hold of the computer's memory they can give back, not that of a GPU.
    bool fits() const {
        return wholeBytes == 0 || totalBytes <= (gpu.isEmpty() ? wholeBytes : freeBytes);
    }
    // Of all memory; 0 where that is not known.
    double share() const {
        return wholeBytes == 0 ? 0.0
                               : static_cast<double>(totalBytes) / static_cast<double>(wholeBytes);
    }
};

// What of data and model is likely not meant so.
enum class RunWarning {
    NeverEnds,      // the authors' template trains no end
    OtherForm,      // than the Chat model was trained with
    NoEndToken,     // the tokenizer has none
    OtherEndToken,  // than the model
    TooLong,        // examples, for what the model was made for
    Cut,
    TrainNothing,
    Refused,
    SpecialNames,
    Warmup,  // is the whole run
};

struct RunNumbers {
    qint64 rows = 0;
    qint64 refused = 0;
    qint64 trainNothing = 0;  // of these, though they can be read
    qint64 specialNames = 0;  // rows that spell a special token, which is plain text
    qint64 examples = 0;      // that are trained
    qint64 evaluationExamples = 0;
    qint64 cut = 0;              // longer than the limit
    qint64 cutInsideAnswer = 0;  // of these
    qint64 repeated = 0;
    qint64 trainedTokens = 0;  // of one epoch
    qint64 largestBatchTokens = 0;
    qint64 epochs = 0;
    qint64 steps = 0;  // of the whole run
    qint64 batchSize = 0;
    qint64 accumulation = 0;
    RunMemory memory;
    quint64 checkpointBytes = 0;
    qint64 checkpoints = 0;  // that there are at one time
    quint64 resultBytes = 0;
    quint64 diskBytes = 0;
    qint64 diskFreeBytes = -1;  // where it will be written; -1: not known
    QList<RunWarning> warnings;
    double secondsPerStep = 0;  // 0: not measured yet
    double secondsOfLongestStep = 0;
};

// A GPU that a run would train on.
struct TrainingGpuInfo {
    QString name;
    quint64 totalBytes = 0;
    quint64 freeBytes = 0;
};
// Called on another thread; none where no GPU can be used.
using TrainingGpuReader = std::function<std::optional<TrainingGpuInfo>()>;
// This computer's, as a run would choose it now.
std::optional<TrainingGpuInfo> readTrainingGpu();

class RunForecast : public QObject {
    Q_OBJECT

  public:
    // What is measured with the data read is of this computer in any case.
    explicit RunForecast(TrainingGpuReader gpu = readTrainingGpu, QObject* parent = nullptr);
    ~RunForecast() override;

    // Without a look at the data: as if every example were as long as may be. In moments.
    void askMemory(const QString& jobJson);
    // Everything; the steps are measured last. `folder` is where the run will write.
    void askAll(const QString& jobJson, const QString& folder);
    void stop();
    bool isAsking() const;  // for everything
    const TrainingGpuReader& gpuReader() const;

  Q_SIGNALS:
    void memoryTold(const dsm::RunMemory& memory);
    void memoryUnknown(const dsm::ReasonShown& why);
    // From 0 to 1; "Reading data", "Loading", and with -1 what takes a moment.
    void progressed(const QString& what, double share);
    // First without the time, then with it.
    void numbersTold(const dsm::RunNumbers& numbers);
    void failed(const dsm::ReasonShown& why);
    void finished();  // or was stopped

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
