#include "app/services/chat/stored_chat.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTextBoundaryFinder>
#include <array>
#include <utility>

namespace dsm {
namespace {

// Roughly what fits into the sidebar: CJK characters are twice as wide as letters.
constexpr int kTitleWidth = 44;

// Beside the choices, in the same object.
const QString kReplyStart = QStringLiteral("replyStart");
const QString kWhenFull = QStringLiteral("whenFull");

constexpr std::array kEndWords = {
    std::pair{StopReason::EndOfText, "end_of_text"},
    std::pair{StopReason::StopString, "stop_string"},
    std::pair{StopReason::MaximumTokens, "maximum_tokens"},
    std::pair{StopReason::ContextFull, "context_full"},
    std::pair{StopReason::Cancelled, "cancelled"},
    std::pair{StopReason::NotFinite, "not_finite"},
};

std::string toWord(StopReason end) {
    for (const auto& [known, word] : kEndWords) {
        if (known == end) return word;
    }
    return {};
}

StopReason toEnd(const std::string& word) {
    for (const auto& [end, known] : kEndWords) {
        if (word == known) return end;
    }
    return StopReason::EndOfText;
}

MessageState toState(StoredMessage::State state) {
    switch (state) {
        case StoredMessage::State::Complete:
            return MessageState::Complete;
        case StoredMessage::State::Generating:
            return MessageState::Generating;
        case StoredMessage::State::Stopped:
            return MessageState::Stopped;
        case StoredMessage::State::Failed:
            return MessageState::Failed;
    }
    return MessageState::Complete;
}

// The usual is not written.
const char* wordOf(WhenFull choice) {
    switch (choice) {
        case WhenFull::DropOldest:
            return "";
        case WhenFull::Summarize:
            return "summarize";
        case WhenFull::Stop:
            return "stop";
    }
    return "";
}

int widthOf(QStringView text) {
    int width = 0;
    for (const QChar c : text)
        width += c.unicode() >= 0x2E80 ? 2 : 1;
    return width;
}

}  // namespace

StoreTime toStoreTime(const QDateTime& time) {
    return fromMilliseconds(time.toMSecsSinceEpoch());
}

QDateTime toLocalTime(StoreTime time) {
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time));
}

ConversationInfo toInfo(const StoredConversation& conversation, const QDateTime& now) {
    ConversationInfo info;
    info.id = conversation.id;
    info.title = QString::fromStdString(conversation.title);
    info.isPinned = conversation.pinned;
    info.isArchived = conversation.archived;
    info.folder = QString::fromStdString(conversation.folder);
    for (const std::string& tag : conversation.tags)
        info.tags.append(QString::fromStdString(tag));
    info.created = toLocalTime(conversation.created);
    info.updated = toLocalTime(conversation.updated);
    info.group = conversation.pinned ? DateGroup::Pinned : dateGroup(info.updated, now);
    return info;
}

MessageInfo toInfo(const StoredMessage& message) {
    MessageInfo info;
    info.id = message.id;
    info.conversationId = message.conversationId;
    info.role = message.role;
    info.text = QString::fromStdString(message.text);
    info.state = toState(message.state);
    info.created = toLocalTime(message.created);
    info.modelName = QString::fromStdString(message.modelName);
    info.statistics = message.statistics;
    info.end = toEnd(message.stopReason);
    info.droppedMessages = message.droppedMessages;
    info.error = QString::fromStdString(message.error);
    info.rating = message.rating;
    info.summary = QString::fromStdString(message.summary);
    return info;
}

PromptMessage toPrompt(const StoredMessage& message) {
    PromptMessage prompt;
    prompt.role = message.role;
    prompt.text = QString::fromStdString(message.text);
    prompt.tokenIds = QList<int>(message.tokenIds.begin(), message.tokenIds.end());
    return prompt;
}

SearchHit toHit(const StoredHit& hit) {
    SearchHit result;
    result.conversationId = hit.conversationId;
    result.messageId = hit.messageId;
    result.title = QString::fromStdString(hit.title);
    result.snippet = QString::fromStdString(hit.snippet);
    result.updated = toLocalTime(hit.updated);
    return result;
}

void applyOutcome(const GenerationOutcome& outcome, StoredMessage& reply) {
    const bool stopped = outcome.end == StopReason::Cancelled;
    reply.state = stopped ? StoredMessage::State::Stopped : StoredMessage::State::Complete;
    if (!outcome.error.isEmpty()) reply.state = StoredMessage::State::Failed;
    reply.error = outcome.error.toStdString();
    reply.stopReason = toWord(outcome.end);
    if (!outcome.modelName.isEmpty()) reply.modelName = outcome.modelName.toStdString();
    reply.statistics = outcome.statistics;
    reply.droppedMessages = outcome.droppedMessages;
}

std::string withRules(const std::string& json, const ChatRules& rules) {
    QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    const auto put = [&object](const QString& key, const QString& value) {
        if (value.isEmpty()) {
            object.remove(key);
        } else {
            object[key] = value;
        }
    };
    put(kReplyStart, rules.replyStart);
    put(kWhenFull, QLatin1String(wordOf(rules.whenFull)));
    if (object.isEmpty()) return {};
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

ChatRules rulesOf(const std::string& json) {
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    ChatRules rules;
    rules.replyStart = object[kReplyStart].toString();
    for (const WhenFull known : {WhenFull::Summarize, WhenFull::Stop}) {
        if (object[kWhenFull].toString() == QLatin1String(wordOf(known))) rules.whenFull = known;
    }
    return rules;
}

QString titleFor(const QString& question) {
    const QString line = question.trimmed().section(u'\n', 0, 0).simplified();
    if (widthOf(line) <= kTitleWidth) return line;
    // The last word that fits whole; within a word only where a word fills the title alone.
    QTextBoundaryFinder words(QTextBoundaryFinder::Word, line);
    QTextBoundaryFinder characters(QTextBoundaryFinder::Grapheme, line);
    const auto lastThatFits = [&line](QTextBoundaryFinder& boundaries) {
        qsizetype fitting = 0;
        for (qsizetype at = boundaries.toNextBoundary(); at > 0; at = boundaries.toNextBoundary()) {
            if (widthOf(QStringView(line).left(at)) > kTitleWidth - 1) break;
            fitting = at;
        }
        return fitting;
    };
    qsizetype cut = lastThatFits(words);
    if (cut < 8) cut = lastThatFits(characters);
    return line.left(cut).trimmed() + QChar(0x2026);
}

DateGroup dateGroup(const QDateTime& time, const QDateTime& now) {
    const qint64 days = time.toLocalTime().date().daysTo(now.toLocalTime().date());
    if (days <= 0) return DateGroup::Today;
    if (days == 1) return DateGroup::Yesterday;
    if (days <= 7) return DateGroup::Previous7Days;
    if (days <= 30) return DateGroup::Previous30Days;
    return DateGroup::Older;
}

}  // namespace dsm
