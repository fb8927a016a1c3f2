#include "app/services/transfer/chat_reader.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "app/services/program/said.h"
#include "app/services/transfer/foreign_chats.h"
#include "app/services/transfer/gpt4all_chat.h"
#include "app/services/transfer/own_chats.h"

namespace dsm {
namespace {

struct ChatReader {
    Q_DECLARE_TR_FUNCTIONS(dsm::ChatReader)
};

QString programOf(ChatSource source) {
    switch (source) {
        case ChatSource::ChatGpt:
            return QStringLiteral("ChatGPT");
        case ChatSource::Claude:
            return QStringLiteral("Claude");
        case ChatSource::OpenWebUi:
            return QStringLiteral("Open WebUI");
        case ChatSource::LmStudio:
            return QStringLiteral("LM Studio");
    }
    return {};
}

void take(ReadChats& read, ChatRecord chat) {
    if (chat.messages.isEmpty()) {
        ++read.empty;
    } else {
        read.chats.append(std::move(chat));
    }
}

ReadChats readGpt4AllFile(const QByteArray& bytes) {
    auto chat = readGpt4All(bytes);
    if (!chat) {
        return unreadChats(said([] {
            return ChatReader::tr(
                "The file is a chat of GPT4All that is damaged, calls tools, or is of a version "
                "that "
                "cannot be read (8 to 12 can).");
        }));
    }
    ReadChats read;
    read.program = QStringLiteral("GPT4All");
    take(read, std::move(*chat));
    return read;
}

ReadChats readOwnFile(const QJsonObject& file) {
    if (versionOfOwnChats(file) != kOwnChatsVersion) {
        return unreadChats(said([] {
            return ChatReader::tr(
                "The file was written by a newer version of this program: use that one.");
        }));
    }
    ReadChats read;
    read.program = QStringLiteral("DeepSeekMoE Desktop");
    for (ChatRecord& chat : readOwnChats(file))
        take(read, std::move(chat));
    return read;
}

// One chat, or a list of them, alone or under the key that some exports have.
QJsonArray listOf(const QJsonDocument& document) {
    if (document.isArray()) return document.array();
    const QJsonValue inner = document.object().value(QLatin1String("conversations"));
    return inner.isArray() ? inner.toArray() : QJsonArray{document.object()};
}

ReadChats readForeignFile(const QJsonDocument& document) {
    ReadChats read;
    for (const QJsonValue& value : listOf(document)) {
        const QJsonObject object = value.toObject();
        const auto source = sourceOf(object);
        if (!source) {
            ++read.empty;
            continue;
        }
        read.program = programOf(*source);
        take(read, readForeign(*source, object));
    }
    if (!read.program.isEmpty()) return read;
    return unreadChats(said([] {
        return ChatReader::tr(
            "The file holds no chats that can be read. Exports of this program, ChatGPT, Claude, "
            "Open "
            "WebUI, LM Studio and GPT4All can.");
    }));
}

}  // namespace

ReadChats readChats(const QByteArray& bytes) {
    if (isGpt4All(bytes)) return readGpt4AllFile(bytes);
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (document.isNull()) {
        const auto line = bytes.left(error.offset).count('\n') + 1;
        return unreadChats(said([] { return ChatReader::tr("The file is no JSON: line %1: %2"); },
                                {QString::number(line), error.errorString()}));
    }
    if (document.isObject() && isOwnChats(document.object())) return readOwnFile(document.object());
    return readForeignFile(document);
}

}  // namespace dsm
