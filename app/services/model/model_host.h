// ModelHost: the one owner of the loaded model and of the thread it works on.
//
// Threads   All methods and signals on the main thread. Loading and inference run on one worker
//           thread; status() never waits for them. Destroying the host while it loads or
//           generates stops both within a layer of the model.
// Errors    A failed load leaves the host in state Failed with a message for people; the model
//           that was loaded before is gone by then, since two rarely fit into memory. So does a
//           GPU that fails while the model writes.
#pragma once

#include <QString>
#include <QStringList>
#include <functional>
#include <memory>

#include "app/services/model/text_generator.h"
#include "app/services/program/engine_lease.h"

namespace dsm {

enum class ModelState { Empty, Loading, Ready, Generating, Failed };

struct ModelLoadChoices {
    QString folder = {};
    QString backend = {};         // "reference", "cpu", "cuda"; "" is the best
    int gpu = -1;                 // its number, of "cuda"; -1: the one with most free memory
    int gpuLayers = -1;           // whose experts lie on the GPU; -1: as many as fit
    int threads = 0;              // 0: one per core
    int contextLimit = 0;         // tokens; 0: what the model offers, at most 4096
    bool isDemo = false;          // the small model that ships with the program
    bool fromDisk = false;        // the weights stay on the disk until they are needed
    bool contextIn8Bits = false;  // not bfloat16
    QString adapterFolder = {};   // of a LoRA adapter to compute with; "": none
    double adapterScale = 1;
};

struct ModelStatus {
    ModelState state = ModelState::Empty;
    QString name;  // of the loaded (or loading) model
    QString folder;
    bool isDemo = false;
    bool isChat = false;      // has a chat template; a Base model only continues text
    QString templateProblem;  // why it is none although it has a template: that is of another kind
    QString adapterFolder;    // that it computes with; "": none
    double adapterScale = 1;
    QString backend;         // for people, e.g. "CPU (AVX2, 8 threads)"
    QString fallback;        // why no GPU computes; "" where there is nothing to tell
    bool gpuFailed = false;  // of state Failed: the CPU could go on
    quint64 gpuBytes = 0;    // of the GPU's memory, taken by the model
    quint64 gpuTotalBytes = 0;
    int gpuIndex = -1;           // of the GPU that computes
    quint64 gpuFreeBytes = 0;    // of it, before the model was there
    quint64 memoryBytes = 0;     // of the computer's
    quint64 ownMemoryBytes = 0;  // of it not in mapped files: free again once it is unloaded
    qint64 contextUsed = 0;
    qint64 contextLimit = 0;
    qint64 contextConversation = 0;  // whose context that is; 0: of none that is known
    qint64 promptTokens = 0;         // that are being read; 0: nothing is
    qint64 promptRead = 0;           // of them
    double tokensPerSecond = 0;      // live while generating, then of the last reply; 0: none yet
    double loadProgress = 0;         // 0 to 1
    QString error;                   // of state Failed
    bool isWaiting = false;          // a reply that was asked for, for a training run to let it in
};

class ModelHost : public TextGenerator {
    Q_OBJECT

  public:
    // `stateFolder` keeps the mark that tells a later start which model was being loaded when the
    // program died; `contextFolder` what was read of conversations, "" keeps nothing.
    explicit ModelHost(const QString& stateFolder, const QString& contextFolder = {},
                       QObject* parent = nullptr);
    ~ModelHost() override;

    // From now on loading and writing ask for this first. While a training run has it a reply waits
    // until the run lends it; where it does not, and for a load, which needs memory that the run
    // has, they are refused with the reason. Outlives the host.
    void share(EngineLease& lease);

    // Replaces the loaded model; a running load or generation is stopped first. Ends with
    // loadFinished(), also after cancelLoad() (ok false, error empty).
    void load(const ModelLoadChoices& choices);
    void cancelLoad();
    void unload();

    // Computes with a LoRA adapter from the next reply on, without loading the model again; "":
    // without one. Ends with adapterChanged().
    void useAdapter(const QString& folder, double scale = 1);
    // The adapters below a folder, to choose from.
    static QStringList adaptersIn(const QString& folder);
    // Writes the answers without and with an adapter; ends with compared(). stop() stops it.
    void compare(const GenerationRequest& request, const QString& adapterFolder, double scale = 1);

    // The model folder that was being loaded, or was about to write its first token, when the
    // program last ended without a goodbye; "" when that did not happen.
    QString folderThatCrashed() const;

    ModelStatus status() const;

    void generate(const GenerationRequest& request) override;
    void generateTogether(const QList<GenerationRequest>& requests) override;
    void stop(quint64 id) override;
    void openConversation(qint64 conversationId) override;
    void forgetConversation(qint64 conversationId) override;
    PromptFit promptFit(const GenerationRequest& request) const override;
    QString modelName() const override;

  Q_SIGNALS:
    // At most about 40 times a second.
    void statusChanged();
    void loadFinished(bool ok, const QString& error);
    // The GPU failed while the model was writing; the model is gone.
    void gpuLost(const QString& error);
    void adapterChanged(bool ok, const QString& error);
    void compared(quint64 id, const QString& base, const QString& tuned, const QString& error);

  private:
    class Worker;

    void takeUpdates();
    // What is written together, as soon as the engine may be used.
    struct Wish {
        QList<quint64> ids;
        std::function<void(const QList<quint64>& ids)> begin;  // of those that were not stopped
        // Called later, where it may not; "": it was stopped before it began.
        std::function<void(quint64 id, const QString& reason)> refused;
    };
    void ask(Wish wish);
    bool take(qsizetype count);
    void refuse(const Wish& wish, quint64 id, const QString& reason);
    void refuseReply(quint64 id, const QString& reason);
    void takeLoan();
    void end();

    EngineLease* lease_ = nullptr;
    int underWay_ = 0;    // loads, replies and comparisons that hold the lease
    QList<Wish> wishes_;  // that wait for it
    std::unique_ptr<Worker> worker_;
};

// Which model a start of the program loads, and what to tell the user about that choice.
struct StartModel {
    ModelLoadChoices choices;  // folder "" when there is none at all
    QString notice;            // "" when there is nothing to say
    bool standsIn = false;     // for the last model, which is not there now and not forgotten
};

// `askedFolder` (from the command line) wins; then the last model, unless it crashed the last
// start; then the demo model.
StartModel chooseStartModel(const QString& askedFolder, const QString& lastFolder,
                            const QString& crashedFolder, const QString& demoFolder);

}  // namespace dsm
