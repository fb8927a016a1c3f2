// What a chat asks a model for and what comes back, in the types of the user interface.
//
// Threads  Plain values.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <algorithm>

#include "engine/text/chat_values.h"

namespace dsm {

struct PromptMessage {
    ChatRole role = ChatRole::User;
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

// What of a request may not be left out, in tokens, what there is room for, and what is read of it.
struct PromptFit {
    qint64 tokens = 0;
    qint64 room = 0;     // 0: not known, as while no model is loaded
    qint64 read = 0;     // of all that there is room for
    qint64 leftOut = 0;  // the oldest messages, for which there is none

    // Of the room, also where too much.
    qint64 taken() const { return std::max(tokens, read); }
    bool fits() const { return room == 0 || tokens <= room; }
    bool fitsWhole() const { return fits() && leftOut == 0; }
};

// How a generation ended; its text came in pieces (text_generator.h).
struct GenerationOutcome {
    StopReason end = StopReason::EndOfText;
    GenerationStatistics statistics;
    qint64 droppedMessages = 0;  // oldest messages that did not fit into the context
    QString error;               // not empty: generation failed, after the pieces that came
    QString modelName;
};

}  // namespace dsm

Q_DECLARE_METATYPE(dsm::GenerationOutcome)
