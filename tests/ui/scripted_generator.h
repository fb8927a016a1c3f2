// A generator that writes a given text slowly, one word per tick.
#pragma once

#include <QStringList>
#include <QTimer>
#include <deque>
#include <functional>
#include <utility>

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

    // How likely the end of a text is, whatever it says; nothing until somebody lets it go on.
    void setLikelihood(std::function<double(const QString& text)> of) {
        likelihood_ = std::move(of);
    }
    void holdStudies(bool isHeld) {
        isHeld_ = isHeld;
        for (const TextStudyRequest& study :
             isHeld ? QList<TextStudyRequest>() : std::exchange(held_, {}))
            answer(study, false);
    }
    void study(const TextStudyRequest& request) override {
        if (isHeld_) return held_.append(request);
        answer(request, false);
    }

    void stop(quint64 id) override {
        for (const TextStudyRequest& study : std::as_const(held_)) {
            if (study.id == id) answer(study, true);
        }
        held_.removeIf([id](const TextStudyRequest& study) { return study.id == id; });
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

    void answer(const TextStudyRequest& study, bool isStopped) {
        TextStudyResult result;
        result.isStopped = isStopped;
        const qsizetype end = study.text.size();
        if (!isStopped && end > 0)
            result.tokens.append({.begin = end - 1,
                                  .end = end,
                                  .logProbability = likelihood_ ? likelihood_(study.text) : -1.0});
        QTimer::singleShot(0, this, [this, id = study.id, result] { Q_EMIT studied(id, result); });
    }

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
    std::function<double(const QString& text)> likelihood_;
    bool isHeld_ = false;
    QList<TextStudyRequest> held_;
};

}  // namespace dsm
