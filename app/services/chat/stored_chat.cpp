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

QJsonValue toJsonValue(double value) {
    return value;
}

QJsonValue toJsonValue(std::int64_t value) {
    return static_cast<qint64>(value);
}

QJsonValue toJsonValue(std::int32_t value) {
    return value;
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

std::string toJson(const GenerationChoices& choices) {
    QJsonObject object{
        {QStringLiteral("presencePenalty"), choices.presencePenalty},
        {QStringLiteral("frequencyPenalty"), choices.frequencyPenalty},
    };
    const auto insertChosen = [&](const char* key, const auto& value) {
        if (value) object.insert(QLatin1String(key), toJsonValue(*value));
    };
    insertChosen("temperature", choices.temperature);
    insertChosen("topK", choices.topK);
    insertChosen("topP", choices.topP);
    insertChosen("minP", choices.minP);
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
    // Earlier versions wrote 0 where nothing was chosen.
    if (const auto minP = number("minP"); minP && *minP > 0) choices.minP = minP;
    choices.repetitionPenalty = number("repetitionPenalty");
    choices.maximumTokens = whole("maximumTokens");
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
