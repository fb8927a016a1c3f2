#include "app/services/chat/stored_chat.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTextBoundaryFinder>
#include <array>
#include <utility>

#include "app/services/program/settings.h"

namespace dsm {
namespace {

// Roughly what fits into the sidebar: CJK characters are twice as wide as letters.
constexpr int kTitleWidth = 44;

constexpr std::array kEndWords = {
    std::pair{ReplyEnd::EndOfText, "end_of_text"},
    std::pair{ReplyEnd::StopString, "stop_string"},
    std::pair{ReplyEnd::MaximumTokens, "maximum_tokens"},
    std::pair{ReplyEnd::ContextFull, "context_full"},
    std::pair{ReplyEnd::Cancelled, "cancelled"},
};

std::string toWord(ReplyEnd end) {
    for (const auto& [known, word] : kEndWords) {
        if (known == end) return word;
    }
    return {};
}

ReplyEnd toEnd(const std::string& word) {
    for (const auto& [end, known] : kEndWords) {
        if (word == known) return end;
    }
    return ReplyEnd::EndOfText;
}

MessageRole toRole(StoredMessage::Role role) {
    switch (role) {
        case StoredMessage::Role::System:
            return MessageRole::System;
        case StoredMessage::Role::User:
            return MessageRole::User;
        case StoredMessage::Role::Assistant:
            return MessageRole::Assistant;
    }
    return MessageRole::User;
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
    info.created = toLocalTime(conversation.created);
    info.updated = toLocalTime(conversation.updated);
    info.group = conversation.pinned ? DateGroup::Pinned : dateGroup(info.updated, now);
    return info;
}

MessageInfo toInfo(const StoredMessage& message) {
    MessageInfo info;
    info.id = message.id;
    info.conversationId = message.conversationId;
    info.role = toRole(message.role);
    info.text = QString::fromStdString(message.text);
    info.state = toState(message.state);
    info.created = toLocalTime(message.created);
    info.modelName = QString::fromStdString(message.modelName);
    info.statistics.promptTokens = message.statistics.promptTokens;
    info.statistics.reusedTokens = message.statistics.reusedTokens;
    info.statistics.generatedTokens = message.statistics.generatedTokens;
    info.statistics.promptTokensPerSecond = message.statistics.promptTokensPerSecond;
    info.statistics.tokensPerSecond = message.statistics.tokensPerSecond;
    info.statistics.timeToFirstToken =
        std::chrono::milliseconds(message.statistics.timeToFirstTokenMs);
    info.end = toEnd(message.stopReason);
    info.droppedMessages = message.statistics.droppedMessages;
    info.error = QString::fromStdString(message.error);
    return info;
}

PromptMessage toPrompt(const StoredMessage& message) {
    PromptMessage prompt;
    prompt.role = toRole(message.role);
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
    const bool stopped = outcome.end == ReplyEnd::Cancelled;
    reply.state = stopped ? StoredMessage::State::Stopped : StoredMessage::State::Complete;
    if (!outcome.error.isEmpty()) reply.state = StoredMessage::State::Failed;
    reply.error = outcome.error.toStdString();
    reply.stopReason = toWord(outcome.end);
    if (!outcome.modelName.isEmpty()) reply.modelName = outcome.modelName.toStdString();
    reply.statistics.promptTokens = outcome.statistics.promptTokens;
    reply.statistics.reusedTokens = outcome.statistics.reusedTokens;
    reply.statistics.generatedTokens = outcome.statistics.generatedTokens;
    reply.statistics.promptTokensPerSecond = outcome.statistics.promptTokensPerSecond;
    reply.statistics.tokensPerSecond = outcome.statistics.tokensPerSecond;
    reply.statistics.timeToFirstTokenMs = outcome.statistics.timeToFirstToken.count();
    reply.statistics.droppedMessages = outcome.droppedMessages;
}

std::string toJson(const GenerationChoices& choices) {
    QJsonObject object{
        {QStringLiteral("minP"), choices.minP},
        {QStringLiteral("presencePenalty"), choices.presencePenalty},
        {QStringLiteral("frequencyPenalty"), choices.frequencyPenalty},
    };
    const auto insertChosen = [&](const char* key, const auto& value) {
        if (value) object.insert(QLatin1String(key), *value);
    };
    insertChosen("temperature", choices.temperature);
    insertChosen("topK", choices.topK);
    insertChosen("topP", choices.topP);
    insertChosen("repetitionPenalty", choices.repetitionPenalty);
    insertChosen("maximumTokens", choices.maximumTokens);
    // As text: a number of JSON does not hold 64 bits.
    if (choices.seed) object.insert(QStringLiteral("seed"), QString::number(*choices.seed));
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

std::optional<GenerationChoices> choicesFromJson(const std::string& json) {
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(json));
    if (!document.isObject()) return std::nullopt;
    const QJsonObject object = document.object();
    const auto number = [&](const char* key) {
        const QJsonValue value = object.value(QLatin1String(key));
        return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
    };
    const auto whole = [&](const char* key) {
        // Two fallbacks tell a whole number from anything else.
        const QJsonValue value = object.value(QLatin1String(key));
        const bool fits = value.toInt(0) == value.toInt(1);
        return fits ? std::optional(value.toInt()) : std::nullopt;
    };
    GenerationChoices choices;
    choices.temperature = number("temperature");
    choices.topK = whole("topK");
    choices.topP = number("topP");
    choices.repetitionPenalty = number("repetitionPenalty");
    choices.maximumTokens = whole("maximumTokens");
    choices.minP = number("minP").value_or(choices.minP);
    choices.presencePenalty = number("presencePenalty").value_or(choices.presencePenalty);
    choices.frequencyPenalty = number("frequencyPenalty").value_or(choices.frequencyPenalty);
    bool hasSeed = false;
    const quint64 seed = object.value(QLatin1String("seed")).toString().toULongLong(&hasSeed);
    if (hasSeed) choices.seed = seed;
    return clamped(choices);
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
