// What a chat asks a model for and what comes back, in the types of the user interface.
//
// Threads  Plain values.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <chrono>
#include <optional>

namespace dsm {

enum class MessageRole { System, User, Assistant };

// Sampling and limits of a reply; the same meanings and bounds as the engine's settings.
struct GenerationChoices {
    // None: what the model itself asks for.
    std::optional<double> temperature;  // 0 always takes the likeliest token
    std::optional<int> topK;            // 0 keeps all
    std::optional<double> topP;         // 1 keeps all
    std::optional<double> repetitionPenalty;
    std::optional<int> maximumTokens;
    double minP = 0.0;  // 0 keeps all
    double presencePenalty = 0.0;
    double frequencyPenalty = 0.0;
    std::optional<quint64> seed;  // none: another text each time

    bool operator==(const GenerationChoices&) const = default;
};

enum class ReplyEnd { EndOfText, StopString, MaximumTokens, ContextFull, Cancelled };

struct ReplyStatistics {
    qint64 promptTokens = 0;
    qint64 reusedTokens = 0;  // of the prompt, not computed again
    qint64 generatedTokens = 0;
    double promptTokensPerSecond = 0;
    double tokensPerSecond = 0;  // after the first token
    std::chrono::milliseconds timeToFirstToken{0};
};

struct PromptMessage {
    MessageRole role = MessageRole::User;
    QString text;
    QList<int> tokenIds;  // of a generated reply; used only where they spell `text`
};

struct GenerationRequest {
    quint64 id = 0;  // of TextGenerator::newRequestId()
    // What was read of it may be kept on the disk; 0: nothing is.
    qint64 conversationId = 0;
    // A conversation that ends with the user's message; a model that does not chat goes on with
    // its texts as one...
    QList<PromptMessage> messages;
    // ...and the beginning of the reply that is to be continued, if any; or else
    PromptMessage replySoFar;
    // a raw text to go on with, for a model that does not chat.
    QString rawText;
    GenerationChoices choices;
};

// What of a request may not be left out, in tokens, and what there is room for.
struct PromptFit {
    qint64 tokens = 0;
    qint64 room = 0;  // 0: not known, as while no model is loaded

    bool fits() const { return room == 0 || tokens <= room; }
};

struct GenerationOutcome {
    QString text;  // all that was generated, equal to the pieces joined
    QList<int> tokenIds;
    ReplyEnd end = ReplyEnd::EndOfText;
    ReplyStatistics statistics;
    qint64 droppedMessages = 0;  // oldest messages that did not fit into the context
    QString error;               // not empty: generation failed after `text`
    QString modelName;
};

}  // namespace dsm

Q_DECLARE_METATYPE(dsm::GenerationOutcome)
