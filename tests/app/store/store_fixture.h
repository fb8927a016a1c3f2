// What the tests of the store share: a folder of their own, a clock they set, short messages.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/store/conversation_store.h"
#include "tests/support/temporary_folder.h"

namespace dsm {

class StoreTest : public testing::Test {
  protected:
    using State = StoredMessage::State;
    static constexpr auto kFull = Durability::Full;
    static constexpr auto kNormal = Durability::Normal;

    std::filesystem::path file() const { return folder_.path() / "conversations.db"; }
    StoreClock clock() {
        return [this] { return now_; };
    }

    std::unique_ptr<ConversationStore> open() {
        auto store = ConversationStore::open(file(), clock());
        if (!store) {
            ADD_FAILURE() << store.error().message;
            return nullptr;
        }
        return std::move(*store);
    }

    // What the program does beside the use, here at once.
    UpkeepReport keepUp(ConversationStore& store) {
        const UpkeepReport report = ConversationStore::keepUp(file(), store.dueUpkeep(), now_);
        store.noteUpkeep(report);
        return report;
    }

    // A session of one day: opens, looks after the file, begins a chat with one question.
    void liveADay(const std::string& title) {
        auto store = open();
        ASSERT_NE(store, nullptr);
        keepUp(*store);
        const std::int64_t id = begin(*store, title);
        add(*store, question(id, 0, "about " + title));
        store.reset();
        now_ += std::chrono::days(1);
    }

    static std::vector<std::string> titles(ConversationStore& store) {
        std::vector<std::string> result;
        auto conversations = store.conversations();
        if (!conversations) {
            ADD_FAILURE() << conversations.error().message;
            return result;
        }
        for (const StoredConversation& conversation : *conversations)
            result.push_back(conversation.title);
        std::sort(result.begin(), result.end());
        return result;
    }

    std::vector<std::filesystem::path> filesNamed(const std::string& part) const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
            const std::string name = entry.path().filename().string();
            const bool side = name.ends_with("-wal") || name.ends_with("-shm");
            if (!side && name.find(part) != std::string::npos) found.push_back(entry.path());
        }
        return found;
    }

    static StoredMessage question(std::int64_t conversation, std::int64_t parent,
                                  std::string text) {
        StoredMessage message;
        message.conversationId = conversation;
        message.parentId = parent;
        message.text = std::move(text);
        return message;
    }

    static StoredMessage reply(std::int64_t conversation, std::int64_t parent, std::string text,
                               State state = State::Complete) {
        StoredMessage message = question(conversation, parent, std::move(text));
        message.role = ChatRole::Assistant;
        message.state = state;
        return message;
    }

    static std::int64_t add(ConversationStore& store, StoredMessage message) {
        auto ids = store.addMessages({std::move(message)}, kNormal);
        if (!ids) {
            ADD_FAILURE() << ids.error().message;
            return 0;
        }
        return ids->front();
    }

    static std::int64_t begin(ConversationStore& store, const std::string& title) {
        auto id = store.createConversation(title, true);
        if (!id) {
            ADD_FAILURE() << id.error().message;
            return 0;
        }
        return *id;
    }

    static std::vector<std::string> texts(ConversationStore& store, std::int64_t conversation) {
        std::vector<std::string> result;
        auto path = store.path(conversation);
        if (!path) {
            ADD_FAILURE() << path.error().message;
            return result;
        }
        for (const StoredMessage& message : *path)
            result.push_back(message.text);
        return result;
    }

    static std::vector<StoredHit> find(ConversationStore& store, const std::string& text) {
        auto hits = store.search(text, 50);
        if (!hits) {
            ADD_FAILURE() << hits.error().message;
            return {};
        }
        return std::move(*hits);
    }

    TemporaryFolder folder_;
    StoreTime now_ = fromMilliseconds(1'800'000'000'000);
};

}  // namespace dsm
