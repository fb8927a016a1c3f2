// How a chat lies in the store: the words and JSON that stand for the service's types, and the
// title a first question gives.
//
// For the services only: the user interface sees neither this header nor the store's.
#pragma once

#include <QDateTime>
#include <QString>
#include <optional>
#include <string>

#include "app/services/chat/chat_types.h"
#include "app/services/program/generation_json.h"
#include "app/store/conversation_store.h"

namespace dsm {

StoreTime toStoreTime(const QDateTime& time);
QDateTime toLocalTime(StoreTime time);

ConversationInfo toInfo(const StoredConversation& conversation, const QDateTime& now);
// Without siblings, Waiting and canContinue, which the message alone does not know.
MessageInfo toInfo(const StoredMessage& message);
PromptMessage toPrompt(const StoredMessage& message);
// The files of a message, and their texts, in the words of the store.
std::string packAttachments(const QList<Attachment>& attachments);
QList<Attachment> unpackAttachments(const std::string& json);
std::string packTexts(const QStringList& texts);
QStringList unpackTexts(const std::string& json);
QList<DocumentPointer> unpackDocuments(const StoredMessage& message, const std::string& texts);
SearchHit toHit(const StoredHit& hit);

// What an outcome adds to a stored reply: state, reason, statistics, error, model.
void applyOutcome(const GenerationOutcome& outcome, StoredMessage& reply);

// What holds for a chat beside its choices, in the same object.
struct ChatRules {
    QString replyStart;  // what its replies begin with; "": nothing
    WhenFull whenFull = WhenFull::DropOldest;
};
std::string withRules(const std::string& json, const ChatRules& rules);
ChatRules rulesOf(const std::string& json);

// The first line of a question, cut at a word where it is long.
QString titleFor(const QString& question);

// Calendar days of local time decide.
DateGroup dateGroup(const QDateTime& time, const QDateTime& now);

}  // namespace dsm
