#include "app/services/chat/stored_chat.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextBoundaryFinder>
#include <algorithm>
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
    info.hasOwnTitle = !conversation.titleIsAutomatic;
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
    info.attachments = unpackAttachments(message.attached);
    if (message.seed) info.seed = *message.seed;
    return info;
}

PromptMessage toPrompt(const StoredMessage& message) {
    PromptMessage prompt;
    prompt.role = message.role;
    prompt.text = QString::fromStdString(message.prompt.empty() ? message.text : message.prompt);
    prompt.tokenIds = QList<int>(message.tokenIds.begin(), message.tokenIds.end());
    return prompt;
}

std::string packAttachments(const QList<Attachment>& attachments) {
    if (attachments.isEmpty()) return {};
    QJsonArray files;
    for (const Attachment& attachment : attachments) {
        QJsonArray read;
        for (const TextRange& range : attachment.read)
            read.append(QJsonArray{range.begin, range.end});
        QJsonArray places;
        for (const PlaceRange& range : attachment.places)
            places.append(QJsonArray{range.first, range.last});
        files.append(QJsonObject{{QStringLiteral("name"), attachment.name},
                                 {QStringLiteral("pages"), attachment.pages},
                                 {QStringLiteral("characters"), attachment.characters},
                                 {QStringLiteral("read"), read},
                                 {QStringLiteral("places"), places},
                                 {QStringLiteral("partsSeen"), attachment.partsSeen}});
    }
    return QJsonDocument(files).toJson(QJsonDocument::Compact).toStdString();
}

QList<Attachment> unpackAttachments(const std::string& json) {
    QList<Attachment> attachments;
    if (json.empty()) return attachments;
    const auto whole = [](const QJsonValue& value) {
        return static_cast<qsizetype>(std::max<qint64>(0, value.toInteger()));
    };
    for (const QJsonValue& value :
         QJsonDocument::fromJson(QByteArray::fromStdString(json)).array()) {
        const QJsonObject file = value.toObject();
        Attachment attachment;
        attachment.name = file[QStringLiteral("name")].toString();
        attachment.pages = static_cast<int>(whole(file[QStringLiteral("pages")]));
        attachment.characters = whole(file[QStringLiteral("characters")]);
        for (const QJsonValue& read : file[QStringLiteral("read")].toArray()) {
            const TextRange range{whole(read[0]), whole(read[1])};
            const bool isWithin = range.begin < range.end && range.end <= attachment.characters;
            if (isWithin) attachment.read.append(range);
        }
        for (const QJsonValue& place : file[QStringLiteral("places")].toArray())
            attachment.places.append({whole(place[0]), whole(place[1])});
        attachment.partsSeen = static_cast<int>(whole(file[QStringLiteral("partsSeen")]));
        attachments.append(attachment);
    }
    return attachments;
}

std::string packTexts(const QStringList& texts) {
    if (texts.isEmpty()) return {};
    return QJsonDocument(QJsonArray::fromStringList(texts))
        .toJson(QJsonDocument::Compact)
        .toStdString();
}

QStringList unpackTexts(const std::string& json) {
    QStringList texts;
    for (const QJsonValue& text : QJsonDocument::fromJson(QByteArray::fromStdString(json)).array())
        texts.append(text.toString());
    return texts;
}

QList<DocumentPointer> unpackDocuments(const StoredMessage& message, const std::string& texts) {
    QList<DocumentPointer> documents;
    const QStringList all = unpackTexts(texts);
    const QList<Attachment> attachments = unpackAttachments(message.attached);
    for (qsizetype i = 0; i < std::min(all.size(), attachments.size()); ++i) {
        documents.append(
            std::make_shared<const Document>(attachments[i].name, all[i], attachments[i].pages));
    }
    return documents;
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
