#include "app/services/transfer/foreign_chats.h"

#include <QJsonArray>
#include <cmath>

#include "app/services/transfer/chat_tree.h"

namespace dsm {
namespace {

QString text(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toString();
}

QJsonObject object(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toObject();
}

QJsonArray array(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toArray();
}

// nullopt: a tool, or nobody known.
std::optional<ChatRole> roleOf(const QString& name) {
    if (name == QLatin1String("user") || name == QLatin1String("human")) return ChatRole::User;
    if (name == QLatin1String("assistant")) return ChatRole::Assistant;
    if (name == QLatin1String("system")) return ChatRole::System;
    return std::nullopt;
}

// What a person would read of a list of pieces: texts, and objects that have one.
QString textOfPieces(const QJsonArray& pieces) {
    QStringList texts;
    for (const QJsonValue& piece : pieces) {
        const QString part = piece.isString() ? piece.toString() : text(piece.toObject(), "text");
        if (!part.trimmed().isEmpty()) texts.append(part);
    }
    return texts.join(QStringLiteral("\n\n"));
}

QString textOfContent(const QJsonValue& content) {
    return content.isString() ? content.toString() : textOfPieces(content.toArray());
}

// --- ChatGPT

// Its own thoughts, code it runs and what it found are no part of the conversation.
QString textOfChatGpt(const QJsonObject& message) {
    const QJsonObject content = object(message, "content");
    const QString type = text(content, "content_type");
    if (type == QLatin1String("text") || type == QLatin1String("multimodal_text"))
        return textOfPieces(array(content, "parts"));
    return {};
}

ChatRecord readChatGpt(const QJsonObject& source) {
    ChatRecord chat;
    chat.title = text(source, "title");
    chat.created = timeIn(source[QStringLiteral("create_time")]);
    chat.updated = timeIn(source[QStringLiteral("update_time")]);
    chat.isArchived = source[QStringLiteral("is_archived")].toBool();
    ChatTree tree;
    const QJsonObject mapping = object(source, "mapping");
    for (auto node = mapping.begin(); node != mapping.end(); ++node) {
        const QJsonObject message = object(node->toObject(), "message");
        const auto role = roleOf(text(object(message, "author"), "role"));
        MessageRecord record;
        record.role = role.value_or(ChatRole::Assistant);
        const bool isHidden = object(message, "metadata")
                                  .value(QLatin1String("is_visually_hidden_from_conversation"))
                                  .toBool();
        if (role && !isHidden) record.text = textOfChatGpt(message);
        record.created = timeIn(message[QStringLiteral("create_time")]);
        record.modelName = text(object(message, "metadata"), "model_slug");
        tree.add(node.key(), text(node->toObject(), "parent"), std::move(record));
    }
    tree.build(text(source, "current_node"), chat);
    return chat;
}

// --- Claude

ChatRecord readClaude(const QJsonObject& source) {
    ChatRecord chat;
    chat.title = text(source, "name");
    chat.created = timeIn(source[QStringLiteral("created_at")]);
    chat.updated = timeIn(source[QStringLiteral("updated_at")]);
    ChatTree tree;
    QString last;
    int number = 0;
    for (const QJsonValue& value : array(source, "chat_messages")) {
        const QJsonObject message = value.toObject();
        MessageRecord record;
        const auto role = roleOf(text(message, "sender"));
        record.role = role.value_or(ChatRole::Assistant);
        // The newer field holds the text without what tools did.
        const QString pieces = textOfPieces(array(message, "content"));
        if (role) record.text = pieces.isEmpty() ? text(message, "text") : pieces;
        record.created = timeIn(message[QStringLiteral("created_at")]);
        QString id = text(message, "uuid");
        if (id.isEmpty()) id = QStringLiteral("#%1").arg(number);
        const QString named = text(message, "parent_message_uuid");
        tree.add(id, named.isEmpty() ? last : named, std::move(record));
        last = id;
        ++number;
    }
    tree.build(last, chat);
    return chat;
}

// --- Open WebUI

ChatRecord readOpenWebUi(const QJsonObject& source) {
    const QJsonObject inner = object(source, "chat");
    ChatRecord chat;
    chat.title = text(source, "title");
    if (chat.title.isEmpty()) chat.title = text(inner, "title");
    chat.created = timeIn(source[QStringLiteral("created_at")]);
    if (!chat.created.isValid()) chat.created = timeIn(inner[QStringLiteral("timestamp")]);
    chat.updated = timeIn(source[QStringLiteral("updated_at")]);
    chat.isPinned = source[QStringLiteral("pinned")].toBool();
    chat.isArchived = source[QStringLiteral("archived")].toBool();
    chat.systemPrompt = text(object(inner, "params"), "system");
    QJsonArray tags = array(object(source, "meta"), "tags");
    if (tags.isEmpty()) tags = array(inner, "tags");
    for (const QJsonValue& tag : tags)
        chat.tags.append(tag.isString() ? tag.toString() : text(tag.toObject(), "name"));
    ChatTree tree;
    const auto add = [&tree](const QString& id, const QJsonObject& message, const QString& parent) {
        MessageRecord record;
        const auto role = roleOf(text(message, "role"));
        record.role = role.value_or(ChatRole::Assistant);
        if (role) record.text = textOfContent(message.value(QLatin1String("content")));
        record.created = timeIn(message[QStringLiteral("timestamp")]);
        record.modelName = text(message, "model");
        tree.add(id, parent, std::move(record));
    };
    const QJsonObject history = object(inner, "history");
    const QJsonObject messages = object(history, "messages");
    for (auto message = messages.begin(); message != messages.end(); ++message)
        add(message.key(), message->toObject(), text(message->toObject(), "parentId"));
    QString last = text(history, "currentId");
    if (messages.isEmpty()) {  // of its first versions
        int number = 0;
        for (const QJsonValue& message : array(inner, "messages")) {
            const QString id = QStringLiteral("#%1").arg(number++);
            add(id, message.toObject(), last);
            last = id;
        }
    }
    tree.build(last, chat);
    return chat;
}

// --- LM Studio

QString textOfVersion(const QJsonObject& version) {
    const QJsonArray steps = array(version, "steps");
    if (steps.isEmpty()) return textOfContent(version.value(QLatin1String("content")));
    QStringList texts;
    for (const QJsonValue& value : steps) {
        const QJsonObject step = value.toObject();
        // A model's thoughts lie in a block with a style of their own.
        const bool isThought = text(object(step, "style"), "type") == QLatin1String("thinking");
        if (text(step, "type") != QLatin1String("contentBlock") || isThought) continue;
        const QString part = textOfContent(step.value(QLatin1String("content")));
        if (!part.trimmed().isEmpty()) texts.append(part);
    }
    return texts.join(QStringLiteral("\n\n"));
}

// Each message has versions, of which the next ones follow the selected.
ChatRecord readLmStudio(const QJsonObject& source) {
    ChatRecord chat;
    chat.title = text(source, "name");
    chat.created = timeIn(source[QStringLiteral("createdAt")]);
    chat.updated = timeIn(source[QStringLiteral("userLastMessagedAt")]);
    chat.isPinned = source[QStringLiteral("pinned")].toBool();
    chat.systemPrompt = text(source, "systemPrompt");
    ChatTree tree;
    QString parent;
    int number = 0;
    for (const QJsonValue& value : array(source, "messages")) {
        const QJsonObject message = value.toObject();
        const QJsonArray versions = array(message, "versions");
        const int selected = message[QStringLiteral("currentlySelected")].toInt();
        QString chosen = parent;
        for (int i = 0; i < versions.size(); ++i) {
            const QJsonObject version = versions[i].toObject();
            MessageRecord record;
            const auto role = roleOf(text(version, "role"));
            record.role = role.value_or(ChatRole::Assistant);
            if (role) record.text = textOfVersion(version);
            record.modelName = text(object(version, "senderInfo"), "senderName");
            const QString id = QStringLiteral("%1.%2").arg(number).arg(i);
            if (i == selected || i == 0) chosen = id;
            tree.add(id, parent, std::move(record));
        }
        parent = chosen;
        ++number;
    }
    tree.build(parent, chat);
    return chat;
}

}  // namespace

std::optional<ChatSource> sourceOf(const QJsonObject& chat) {
    if (chat.value(QLatin1String("mapping")).isObject()) return ChatSource::ChatGpt;
    if (chat.value(QLatin1String("chat_messages")).isArray()) return ChatSource::Claude;
    if (chat.value(QLatin1String("chat")).isObject()) return ChatSource::OpenWebUi;
    const QJsonValue first = array(chat, "messages").first();
    if (first.toObject().value(QLatin1String("versions")).isArray()) return ChatSource::LmStudio;
    return std::nullopt;
}

ChatRecord readForeign(ChatSource source, const QJsonObject& chat) {
    switch (source) {
        case ChatSource::ChatGpt:
            return readChatGpt(chat);
        case ChatSource::Claude:
            return readClaude(chat);
        case ChatSource::OpenWebUi:
            return readOpenWebUi(chat);
        case ChatSource::LmStudio:
            return readLmStudio(chat);
    }
    return {};
}

QDateTime timeIn(const QJsonValue& value) {
    constexpr double kLastSecond = 253402300799.0;  // of the year 9999
    constexpr double kSurelyMilliseconds = 1e11;    // as seconds, the year 5138
    QDateTime time;
    if (value.isString()) {
        time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    } else if (value.isDouble()) {
        double seconds = value.toDouble();
        if (seconds > kSurelyMilliseconds) seconds /= 1000;
        if (!(seconds > 0 && seconds <= kLastSecond)) return {};
        time = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(std::llround(seconds * 1000)));
    }
    if (!time.isValid()) return {};
    const qint64 milliseconds = time.toMSecsSinceEpoch();
    if (milliseconds <= 0 || static_cast<double>(milliseconds) > kLastSecond * 1000) return {};
    return time.toLocalTime();
}

}  // namespace dsm
