// ModelInUse: whoever writes now: the model on this computer, or the one at an address.
//
// Ownership Borrows all three, which outlive it.
// Threads   Main thread.
#pragma once

#include "app/services/model/text_generator.h"

namespace dsm {

class ModelHost;
class RemoteEngines;
class RemoteGenerator;

class ModelInUse : public TextGenerator {
    Q_OBJECT

  public:
    ModelInUse(ModelHost& host, RemoteGenerator& remote, RemoteEngines& engines,
               QObject* parent = nullptr);

    // From the next reply on; those that are under way elsewhere end. 0: the model on this computer.
    void use(qint64 engineId);
    bool isRemote() const { return isRemote_; }

    quint64 newRequestId() override;
    void generate(const GenerationRequest& request) override;
    void generateTogether(const QList<GenerationRequest>& requests) override;
    void stop(quint64 id) override;
    void openConversation(qint64 conversationId) override;
    void forgetConversation(qint64 conversationId) override;
    PromptFit promptFit(const GenerationRequest& request) const override;
    QList<TextToken> tokensOf(const QString& text) const override;
    void study(const TextStudyRequest& request) override;
    QString modelName() const override;
    ModelStatus status() const override;

  private:
    TextGenerator& current() const;
    void listen(const TextGenerator& generator);
    void takeKey(qint64 engineId);
    void takeChange();

    ModelHost& host_;
    RemoteGenerator& remote_;
    RemoteEngines& engines_;
    bool isRemote_ = false;
};

}  // namespace dsm
