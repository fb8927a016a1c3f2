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

#include "app/services/model/model_types.h"
#include "app/services/model/text_generator.h"
#include "app/services/program/engine_lease.h"

namespace dsm {

class ServingPlace;

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
    // Writes the answers without and with an adapter; ends with compared(). stop() stops it.
    void compare(const GenerationRequest& request, const QString& adapterFolder, double scale = 1);

    // The model folder that was being loaded, or was about to write its first token, when the
    // program last ended without a goodbye; "" when that did not happen.
    QString folderThatCrashed() const;

    ModelStatus status() const override;
    // Something that was asked for has not ended yet, or waits for a training run to let it in.
    bool isBusy() const { return underWay_ > 0 || !wishes_.isEmpty(); }

    // Lets other programs ask the loaded model, whichever it is, from now on or no more: through this
    // place. What they ask is computed between the replies of the window, and like those only where
    // no training run has the engine, or it lends it.
    void offerToPrograms(bool isOffered);
    std::shared_ptr<ServingPlace> servingPlace() const { return servingPlace_; }

    void generate(const GenerationRequest& request) override;
    void generateTogether(const QList<GenerationRequest>& requests) override;
    void stop(quint64 id) override;
    void openConversation(qint64 conversationId) override;
    void forgetConversation(qint64 conversationId) override;
    PromptFit promptFit(const GenerationRequest& request) const override;
    QList<TextToken> tokensOf(const QString& text) const override;
    // Refused at once while a training run has the engine, which is not asked to lend it for this.
    void study(const TextStudyRequest& request) override;
    QString modelName() const override;

  Q_SIGNALS:
    void loadFinished(bool ok, const QString& error);
    // The GPU failed while the model was writing; the model is gone.
    void gpuLost(const QString& error);
    void adapterChanged(bool ok, const QString& error);
    void compared(quint64 id, const QString& base, const QString& tuned, const QString& error);

  private:
    class WorkerLink;

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
    void serve();

    EngineLease* lease_ = nullptr;
    int underWay_ = 0;    // loads, replies, comparisons and studies; each holds the lease
    QList<Wish> wishes_;  // that wait for it
    std::shared_ptr<ServingPlace> servingPlace_;
    bool isServing_ = false;  // or waits for the lease to
    std::unique_ptr<WorkerLink> link_;
};

}  // namespace dsm
