// ChatsFixture: a chat service over a file of its own, a generator that answers at once when told to,
// and a clock that the test sets.
#pragma once

#include <QTemporaryDir>
#include <memory>

#include "app/services/chat/chat_service.h"
#include "app/services/program/settings.h"
#include "tests/app/services/chat/fake_generator.h"

namespace dsm {

class ChatsFixture {
  public:
    enum class Begins { Open, Closed };

    explicit ChatsFixture(Begins begins = Begins::Open) {
        if (begins == Begins::Open) open();
    }
    ~ChatsFixture() { chats.reset(); }

    // Ends the program and starts it again.
    void open() {
        chats.reset();
        chats = std::make_unique<ChatService>(file(), generator, settings, nullptr,
                                              [this] { return now; });
    }

    QString file() const { return folder.filePath(QStringLiteral("chats.db")); }

    // A question and its whole answer; 0 begins a chat. Returns the chat, 0 where it was refused.
    qint64 say(const QString& question, const QString& answer, qint64 conversation = 0) {
        const qint64 id = chats->send(conversation, question);
        if (id == 0) return 0;
        generator.begin(generator.lastId());
        generator.write(generator.lastId(), answer, {1, 2, 3});
        generator.end(generator.lastId());
        return id;
    }

    QStringList texts(qint64 conversation) const {
        QStringList texts;
        for (const MessageInfo& message : chats->messages(conversation))
            texts.append(message.text);
        return texts;
    }

    QTemporaryDir folder;
    Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
    FakeGenerator generator;
    QDateTime now{QDate(2026, 3, 18), QTime(15, 0)};
    std::unique_ptr<ChatService> chats;
};

}  // namespace dsm
