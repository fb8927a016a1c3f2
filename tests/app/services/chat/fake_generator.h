// FakeGenerator: a TextGenerator that writes what a test tells it to, when it tells it to.
//
// Without a script it waits for the test to call begin(), write() and end(). With autoReply set it
// answers every request by itself, one piece per turn of the event loop.
#pragma once

#include <QTimer>
#include <deque>
#include <functional>

#include "app/services/model/text_generator.h"

namespace dsm {

class FakeGenerator : public TextGenerator {
    Q_OBJECT

  public:
    void generate(const GenerationRequest& request) override {
        requests.append(request);
        waiting_.push_back(request.id);
        if (!autoReply.isEmpty()) QTimer::singleShot(0, this, [this] { answer(); });
    }

    void stop(quint64 id) override {
        stopped.append(id);
        QTimer::singleShot(0, this, [this, id] {
            if (isOpen(id)) end(id, StopReason::Cancelled);
        });
    }

    PromptFit promptFit(const GenerationRequest& request) const override {
        return measure ? measure(request) : PromptFit{};
    }

    QString modelName() const override { return name; }

    // A word with the space before it is a token.
    QList<TextToken> tokensOf(const QString& text) const override {
        QList<TextToken> tokens;
        for (qsizetype at = 0; at < text.size();) {
            const qsizetype space = text.indexOf(u' ', at + 1);
            const qsizetype end = space < 0 ? text.size() : space;
            tokens.append({.id = static_cast<int>(tokens.size()),
                           .begin = at,
                           .end = end,
                           .text = text.mid(at, end - at)});
            at = end;
        }
        return tokens;
    }
    void study(const TextStudyRequest& request) override { studies.append(request); }
    void answer(quint64 id, const TextStudyResult& result) { Q_EMIT studied(id, result); }

    void begin(quint64 id) { Q_EMIT generationStarted(id); }

    void write(quint64 id, const QString& text, const QList<int>& ids = {}) {
        writtenIds_ += ids.size();
        Q_EMIT piecesArrived(id, text, ids);
    }

    void end(quint64 id, StopReason reason = StopReason::EndOfText, const QString& error = {}) {
        std::erase(waiting_, id);
        GenerationOutcome outcome;
        outcome.end = reason;
        outcome.error = error;
        outcome.modelName = modelName();
        outcome.statistics.generatedTokens = std::exchange(writtenIds_, 0);
        outcome.statistics.tokensPerSecond = 12.5;
        outcome.statistics.timeToFirstToken = std::chrono::milliseconds(40);
        outcome.droppedMessages = droppedMessages;
        Q_EMIT generationFinished(id, outcome);
    }

    quint64 lastId() const { return requests.last().id; }

    QString name = QStringLiteral("fake");  // "": no model is loaded
    QList<GenerationRequest> requests;
    QList<TextStudyRequest> studies;
    QList<quint64> stopped;
    QStringList autoReply;
    qint64 droppedMessages = 0;
    std::function<PromptFit(const GenerationRequest&)> measure;

  private:
    bool isOpen(quint64 id) const {
        return std::find(waiting_.begin(), waiting_.end(), id) != waiting_.end();
    }

    void answer() {
        if (waiting_.empty()) return;
        const quint64 id = waiting_.front();
        begin(id);
        for (const QString& piece : autoReply)
            write(id, piece, {static_cast<int>(piece.size())});
        end(id);
    }

    std::deque<quint64> waiting_;
    qint64 writtenIds_ = 0;
};

}  // namespace dsm
