// TextGenerator: whoever writes replies. ModelHost has the model on this computer, RemoteGenerator
// (app/services/remote) one at an address, ModelInUse is whichever is chosen; tests script others.
//
// Requests run one at a time, in the order they came. Every request ends with exactly one
// generationFinished(), after its last piecesArrived(), also when it fails or is stopped before it
// began. No signal is sent from within generate() or stop().
//
// Threads  Called and signalling on its own (the main) thread only.
#pragma once

#include <QObject>

#include "app/services/model/model_types.h"
#include "app/services/model/text_tokens.h"
#include "app/services/program/generation_types.h"

namespace dsm {

class TextGenerator : public QObject {
    Q_OBJECT

  public:
    using QObject::QObject;

    // A number for a new request.
    virtual quint64 newRequestId() { return ++lastRequestId_; }

    virtual void generate(const GenerationRequest& request) = 0;
    // Several replies to one prompt, which are written at once where that is possible, and else one
    // after the other: the requests are alike but for their ids and seeds. Each ends for itself.
    virtual void generateTogether(const QList<GenerationRequest>& requests) {
        for (const GenerationRequest& request : requests)
            generate(request);
    }
    // Ends the request within one token; what was written until then stays. Unknown ids are
    // ignored: the request may just have finished.
    virtual void stop(quint64 id) = 0;
    // The user looks at this conversation, 0 for a new one: the time to put away what was read of
    // another.
    virtual void openConversation(qint64 conversationId) { Q_UNUSED(conversationId) }
    // The conversation was removed, and with it goes what was kept to continue it.
    virtual void forgetConversation(qint64 conversationId) { Q_UNUSED(conversationId) }
    // Whether a request can be answered, whatever older messages are left out. Does not wait for
    // what is being written.
    virtual PromptFit promptFit(const GenerationRequest& request) const {
        Q_UNUSED(request);
        return {};
    }
    // What a text consists of for the model, without its probabilities. Does not wait for what is
    // being written.
    virtual QList<TextToken> tokensOf(const QString& text) const {
        Q_UNUSED(text);
        return {};
    }
    // Ends with studied(). Gives way to whatever is to be written: then it is stopped.
    virtual void study(const TextStudyRequest& request) = 0;
    // "" while no model is loaded.
    virtual QString modelName() const = 0;
    // A snapshot: waits for nothing.
    virtual ModelStatus status() const { return {}; }

  Q_SIGNALS:
    void generationStarted(quint64 id);
    // Batched about every 25 ms. `text` is whole characters, possibly none yet.
    void piecesArrived(quint64 id, const QString& text, const QList<int>& tokenIds);
    void generationFinished(quint64 id, const dsm::GenerationOutcome& outcome);
    void studied(quint64 id, const dsm::TextStudyResult& result);
    // At most about 40 times a second.
    void statusChanged();
    // What was counted and studied until now was of another model, or of this one as it was.
    void modelChanged();

  private:
    quint64 lastRequestId_ = 0;
};

}  // namespace dsm
