// A generator that writes a given text slowly, one word per tick.
#pragma once

#include <QStringList>
#include <QTimer>
#include <deque>

#include "app/services/model/text_generator.h"
#include "tests/app/services/chat/words_as_tokens.h"

namespace dsm {

class ScriptedGenerator : public TextGenerator {
    Q_OBJECT

  public:
    static constexpr int kIntervalMs = 15;

    ScriptedGenerator() {
        timer_.setInterval(kIntervalMs);
        connect(&timer_, &QTimer::timeout, this, &ScriptedGenerator::tick);
    }

    // Between two words.
    void setInterval(int milliseconds) { timer_.setInterval(milliseconds); }
    void setReply(const QString& text) { reply_ = text; }

    void generate(const GenerationRequest& request) override {
        requests_.append(request);
        waiting_.push_back({request.id, reply_.split(u' '), {}, promptFit(request).leftOut});
        if (!timer_.isActive()) timer_.start();
    }

    void stop(quint64 id) override {
        for (Job& job : waiting_)
            job.isStopped |= job.id == id;
    }

    const QList<GenerationRequest>& requests() const { return requests_; }

    // A word is a token; a context of so many, 0: of any.
    void setRoom(qint64 tokens) { room_ = tokens; }
    void setEnd(StopReason end) { end_ = end; }
    PromptFit promptFit(const GenerationRequest& request) const override {
        return room_ > 0 ? fitOfWords(request, room_) : PromptFit{};
    }

    QString modelName() const override { return QStringLiteral("Scripted"); }

  private:
    struct Job {
        quint64 id = 0;
        QStringList words;
        QString written;
        qint64 leftOut = 0;
        bool isStopped = false;
        bool isStarted = false;
    };

    void tick() {
        if (waiting_.empty()) return timer_.stop();
        Job& job = waiting_.front();
        if (!job.isStarted) {
            job.isStarted = true;
            Q_EMIT generationStarted(job.id);
            return;
        }
        if (job.isStopped || job.words.isEmpty()) return finish();
        const QString piece = job.words.takeFirst() + u' ';
        job.written += piece;
        Q_EMIT piecesArrived(job.id, piece, {1});
    }

    void finish() {
        const Job job = waiting_.front();
        waiting_.pop_front();
        GenerationOutcome outcome;
        outcome.end = job.isStopped ? StopReason::Cancelled : end_;
        outcome.statistics.generatedTokens = job.written.count(u' ');
        outcome.statistics.promptTokens = 10;
        outcome.statistics.tokensPerSecond = 66.6;
        outcome.droppedMessages = job.leftOut;
        outcome.modelName = modelName();
        Q_EMIT generationFinished(job.id, outcome);
    }

    QTimer timer_;
    QString reply_ = QStringLiteral("A scripted reply.");
    qint64 room_ = 0;
    QList<GenerationRequest> requests_;
    StopReason end_ = StopReason::EndOfText;
    std::deque<Job> waiting_;
};

}  // namespace dsm
