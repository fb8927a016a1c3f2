#include "app/services/transfer/own_chats.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>

#include "app/services/transfer/chat_tree.h"
#include "app/services/transfer/foreign_chats.h"

namespace dsm {
namespace {

const QString kFormat = QStringLiteral("format");
const QString kFormatName = QStringLiteral("deepseekmoe-chats");
const QString kVersion = QStringLiteral("version");
const QString kConversations = QStringLiteral("conversations");

QString text(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toString();
}

QJsonValue toJson(const QDateTime& time) {
    return time.isValid() ? QJsonValue(time.toUTC().toString(Qt::ISODateWithMs)) : QJsonValue();
}

QString nameOf(ChatRole role) {
    return role == ChatRole::Assistant ? QStringLiteral("assistant") : QStringLiteral("user");
}

QJsonArray filesOf(const MessageRecord& message) {
    QJsonArray files;
    for (qsizetype i = 0; i < message.attachments.size(); ++i) {
        const Attachment& attachment = message.attachments[i];
        QJsonArray read;
        for (const TextRange& range : attachment.read)
            read.append(QJsonArray{range.begin, range.end});
        files.append(QJsonObject{{QStringLiteral("name"), attachment.name},
                                 {QStringLiteral("pages"), attachment.pages},
                                 {QStringLiteral("text"), message.attachedTexts.value(i)},
                                 {QStringLiteral("read"), read},
                                 {QStringLiteral("partsSeen"), attachment.partsSeen}});
    }
    return files;
}

void readFiles(const QJsonArray& files, MessageRecord& message) {
    for (const QJsonValue& value : files) {
        const QJsonObject file = value.toObject();
        Attachment attachment;
        attachment.name = text(file, "name");
        attachment.pages = std::max(0, file[QStringLiteral("pages")].toInt());
        message.attachedTexts.append(text(file, "text"));
        attachment.characters = message.attachedTexts.back().size();
        for (const QJsonValue& read : file[QStringLiteral("read")].toArray()) {
            const TextRange range{read[0].toInteger(-1), read[1].toInteger(-1)};
            const bool isWithin =
                range.begin >= 0 && range.begin < range.end && range.end <= attachment.characters;
            if (isWithin) attachment.read.append(range);
        }
        attachment.places =
            placesOf(message.attachedTexts.back(), attachment.pages, attachment.read);
        attachment.partsSeen = std::max(0, file[QStringLiteral("partsSeen")].toInt());
        message.attachments.append(attachment);
    }
}

QJsonObject toJson(const MessageRecord& message, int place) {
    QJsonObject object{
        {QStringLiteral("id"), place + 1},
        {QStringLiteral("parent"),
         message.parent < 0 ? QJsonValue() : QJsonValue(message.parent + 1)},
        {QStringLiteral("role"), nameOf(message.role)},
        {QStringLiteral("text"), message.text},
        {QStringLiteral("created"), toJson(message.created)},
    };
    if (!message.summary.isEmpty()) object[QStringLiteral("summary")] = message.summary;
    if (!message.attachments.isEmpty()) {
        object[QStringLiteral("prompt")] = message.prompt;
        object[QStringLiteral("files")] = filesOf(message);
    }
    if (message.role != ChatRole::Assistant) return object;
    object[QStringLiteral("model")] = message.modelName;
    object[QStringLiteral("whole")] = message.isWhole;
    object[QStringLiteral("rating")] = static_cast<int>(message.rating);
    return object;
}

QString idOf(const QJsonValue& value) {
    return value.isDouble() ? QString::number(value.toDouble(), 'g', 17) : value.toString();
}

ChatRecord readChat(const QJsonObject& source) {
    ChatRecord chat;
    chat.title = text(source, "title");
    chat.created = timeIn(source[QStringLiteral("created")]);
    chat.updated = timeIn(source[QStringLiteral("updated")]);
    chat.isPinned = source[QStringLiteral("pinned")].toBool();
    chat.isArchived = source[QStringLiteral("archived")].toBool();
    chat.folder = text(source, "folder");
    for (const QJsonValue& tag : source[QStringLiteral("tags")].toArray())
        chat.tags.append(tag.toString());
    chat.systemPrompt = text(source, "systemPrompt");
    const QJsonValue sampling = source[QStringLiteral("sampling")];
    if (sampling.isObject())
        chat.sampling = QJsonDocument(sampling.toObject()).toJson(QJsonDocument::Compact);
    ChatTree tree;
    for (const QJsonValue& value : source[QStringLiteral("messages")].toArray()) {
        const QJsonObject object = value.toObject();
        MessageRecord message;
        const bool isReply = text(object, "role") == QLatin1String("assistant");
        message.role = isReply ? ChatRole::Assistant : ChatRole::User;
        message.text = text(object, "text");
        message.created = timeIn(object[QStringLiteral("created")]);
        message.modelName = text(object, "model");
        message.isWhole = object[QStringLiteral("whole")].toBool(true);
        message.summary = text(object, "summary");
        readFiles(object[QStringLiteral("files")].toArray(), message);
        if (!message.attachments.isEmpty()) message.prompt = text(object, "prompt");
        const int rating = object[QStringLiteral("rating")].toInt();
        if (rating != 0) message.rating = rating > 0 ? ReplyRating::Up : ReplyRating::Down;
        tree.add(idOf(object[QStringLiteral("id")]), idOf(object[QStringLiteral("parent")]),
                 std::move(message));
    }
    tree.build(idOf(source[QStringLiteral("current")]), chat);
    return chat;
}

}  // namespace

QByteArray beginningOfOwnChats(const QDateTime& now) {
    const QJsonObject head{{kFormat, kFormatName},
                           {kVersion, kOwnChatsVersion},
                           {QStringLiteral("exported"), toJson(now)}};
    QByteArray bytes = QJsonDocument(head).toJson(QJsonDocument::Compact);
    bytes.chop(1);
    return bytes + ",\"" + kConversations.toUtf8() + "\":[\n";
}

QByteArray toOwnChat(const ChatRecord& chat) {
    QJsonArray messages;
    for (qsizetype i = 0; i < chat.messages.size(); ++i)
        messages.append(toJson(chat.messages[i], static_cast<int>(i)));
    QJsonObject object{
        {QStringLiteral("title"), chat.title},
        {QStringLiteral("created"), toJson(chat.created)},
        {QStringLiteral("updated"), toJson(chat.updated)},
        {QStringLiteral("pinned"), chat.isPinned},
        {QStringLiteral("archived"), chat.isArchived},
        {QStringLiteral("folder"), chat.folder},
        {QStringLiteral("tags"), QJsonArray::fromStringList(chat.tags)},
        {QStringLiteral("systemPrompt"), chat.systemPrompt},
        {QStringLiteral("messages"), messages},
        {QStringLiteral("current"), chat.current < 0 ? QJsonValue() : QJsonValue(chat.current + 1)},
    };
    const QJsonDocument sampling = QJsonDocument::fromJson(chat.sampling);
    if (sampling.isObject()) object[QStringLiteral("sampling")] = sampling.object();
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray endOfOwnChats() {
    return "\n]}\n";
}

bool isOwnChats(const QJsonObject& file) {
    return file[kFormat].toString() == kFormatName;
}

int versionOfOwnChats(const QJsonObject& file) {
    return file[kVersion].toInt();
}

QList<ChatRecord> readOwnChats(const QJsonObject& file) {
    QList<ChatRecord> chats;
    for (const QJsonValue& chat : file[kConversations].toArray())
        chats.append(readChat(chat.toObject()));
    return chats;
}

}  // namespace dsm
