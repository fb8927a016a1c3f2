// ModelPair: one question to two models of which only one has room in the memory: each is loaded in
// its turn and answers, the one that is there already first.
//
// Both are asked without an adapter and with the same seed. A reply that the host writes for
// somebody else is waited for. A second question takes the place of one that is being answered.
//
// Ownership  Borrows the host, which outlives it.
// Threads    Main thread.
// Errors     failed() says why one could not answer; the other is asked all the same, unless
//            somebody stopped the load or had another model loaded: then both are left in peace.
#pragma once

#include <QList>
#include <QObject>
#include <functional>

#include "app/services/model/model_types.h"
#include "app/services/program/generation_types.h"

namespace dsm {

class ModelHost;

class ModelPair : public QObject {
    Q_OBJECT

  public:
    // What a model was trained from, and what came of that.
    enum class Side { Base, Tuned };
    enum class Doing { Nothing, Waiting, Loading, Writing };
    // The choices that a folder is loaded with.
    using LoadChoices = std::function<ModelLoadChoices(const QString& folder)>;

    ModelPair(ModelHost& host, const QString& base, const QString& tuned, LoadChoices choices,
              QObject* parent = nullptr);
    ~ModelPair() override;  // stops what is being written

    void ask(const GenerationRequest& question);
    // Stops, and loads the tuned model again where the base stands in its place.
    void leave();

    Doing doing() const { return doing_; }
    Side side() const;  // whose turn it is, while something is done
    QString folderOf(Side side) const { return side == Side::Base ? base_ : tuned_; }

  Q_SIGNALS:
    void changed();                                              // doing() or side()
    void wrote(dsm::ModelPair::Side side, const QString& text);  // all of the answer so far
    void failed(dsm::ModelPair::Side side, const QString& reason);

  private:
    void setDoing(Doing doing);
    bool isLoaded(Side side) const;
    void stopWriting();
    void takeTurn();
    void load();
    void write();
    void takeStatus();
    void takeLoad(bool ok, const QString& error);
    void takePieces(quint64 id, const QString& text);
    void takeEnd(quint64 id, const GenerationOutcome& outcome);
    void endTurn();
    void fail(const QString& reason);
    void giveUp(const QString& reason);

    ModelHost& host_;
    const QString base_;
    const QString tuned_;
    const LoadChoices choices_;
    GenerationRequest question_;
    QList<Side> turns_;  // that are still to come, the present one first
    Doing doing_ = Doing::Nothing;
    quint64 id_ = 0;  // of what is being written; 0: nothing is
    QString text_;
};

}  // namespace dsm
