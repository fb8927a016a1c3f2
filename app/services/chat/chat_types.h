// What the chat service tells of conversations and messages.
//
// Conversation and message ids are positive and never reused; 0 means none.
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>
#include <functional>
#include <optional>

#include "app/services/chat/attachment.h"
#include "app/services/program/generation_types.h"

namespace dsm {

using ChatClock = std::function<QDateTime()>;  // now

enum class DateGroup { Pinned, Today, Yesterday, Previous7Days, Previous30Days, Older };

struct ConversationInfo {
    qint64 id = 0;
    QString title;
    bool isPinned = false;
    bool isArchived = false;
    bool hasOwnTitle = false;   // which a person gave it
    bool isTemporary = false;   // never written: gone when the program ends
    QString folder;             // "": in none
    QStringList tags;           // sorted
    bool isGenerating = false;  // its reply streams or waits for its turn
    QDateTime created;          // local time
    QDateTime updated;
    DateGroup group = DateGroup::Today;
};

// Which conversations, or where to search. What is not said stays open; only the archive is left
// out unless it is asked for.
struct ConversationFilter {
    QString words;  // all of them, in the title or in one message
    QDate from;     // of the last change; of a found message, of when it was written
    QDate to;       // inclusive
    bool pinnedOnly = false;
    bool ratedOnly = false;  // with a thumb up on a reply
    QString folder;
    QString tag;
    std::optional<bool> archived = false;  // nullopt: within and outside
    std::optional<ChatRole> role;          // who wrote the words
    QString model;                         // that wrote a reply; of a found message, this one
};

// Pinned ones come first in each.
enum class ConversationOrder { LastChange, Created, Title };

// What happens where a chat has grown longer than the context. Whatever it is, the user sees it.
enum class WhenFull {
    DropOldest,  // the model no longer sees the oldest messages
    Summarize,   // it reads a summary of them, which it wrote
    Stop         // nothing more is sent
};

enum class MessageState { Complete, Waiting, Generating, Stopped, Failed };

struct MessageInfo {
    qint64 id = 0;
    qint64 conversationId = 0;
    ChatRole role = ChatRole::User;
    QString text;
    MessageState state = MessageState::Complete;
    QDateTime created;

    // Messages that stand at the same place, oldest first, this one at siblingIndex.
    QList<qint64> siblings;
    int siblingIndex = 0;

    // Files that were sent with it, and what of them the model reads.
    QList<Attachment> attachments;

    // What the model reads in place of this message and all before it; "": the messages themselves.
    QString summary;

    // Of a reply:
    QString modelName;
    GenerationStatistics statistics;
    StopReason end = StopReason::EndOfText;  // meaningful when Complete or Stopped
    qint64 droppedMessages = 0;              // oldest messages the model did not see
    QString error;                           // of state Failed
    ReplyRating rating = ReplyRating::None;
    std::optional<quint64> seed;  // that it was drawn with
    bool isSummarizing = false;   // it waits for a summary of the older messages
    // It waits until the model has chosen what to read of the files: parts it has looked at, of so many.
    int partsSeen = 0;
    int partsToSee = 0;
    // Stopped, failed, or cut by a limit: continueReply() can go on with it.
    bool canContinue = false;
};

// A reply that the disk did not take, or not to its end.
struct UnsavedReply {
    QString title;  // of its chat; "" where it cannot be read
    qint64 characters = 0;
    QString reason;  // a sentence
};

struct SearchHit {
    qint64 conversationId = 0;
    qint64 messageId = 0;  // 0: the title was found
    QString title;
    QString snippet;  // plain text; each found part lies between kHitBegin and kHitEnd
    QDateTime updated;

    static constexpr QChar kHitBegin{u'\x02'};
    static constexpr QChar kHitEnd{u'\x03'};
};

struct TrashedChat {
    qint64 id = 0;
    QString title;
    QDateTime deleted;  // local time
    int daysLeft = 0;   // until it is removed for good, of days on which the program is used
};

struct BackupInfo {
    QString file;
    QDateTime made;  // local time, as its name says
    bool isReadable = false;
    qint64 conversations = 0;
    qint64 messages = 0;
};

}  // namespace dsm
