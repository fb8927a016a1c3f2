// What the history holds of conversations and messages, and what is asked of it.
//
// Threads  Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/store/base/store_time.h"
#include "engine/text/chat_values.h"

namespace dsm {

struct StoredConversation {
    std::int64_t id = 0;
    std::string title;
    bool titleIsAutomatic = true;
    bool pinned = false;
    StoreTime created{};
    StoreTime updated{};
    std::optional<StoreTime> deleted;  // in the trash since
    std::int64_t currentLeaf = 0;      // 0: no message yet
    std::string samplingJson;          // this chat's own settings; "" when it has none
    std::string systemPrompt;
    std::string folder;             // "": in none
    std::vector<std::string> tags;  // sorted, each once
    bool archived = false;          // out of the way until somebody writes to it again
};

struct StoredMessage {
    enum class State { Complete = 0, Generating = 1, Stopped = 2, Failed = 3 };

    std::int64_t id = 0;
    std::int64_t conversationId = 0;
    std::int64_t parentId = 0;  // 0: a root
    ChatRole role = ChatRole::User;
    State state = State::Complete;
    std::string text;
    StoreTime created{};
    // What a model reads in place of this message and all before it; "": the messages themselves.
    std::string summary;
    // Of a message with files:
    std::string prompt;    // what a model reads in place of `text`; "": the text
    std::string attached;  // the files, in words of the caller's
    // Their texts; written with the message and not read with it (attachedTexts()).
    std::string attachedTexts = {};
    // Of a reply:
    std::string modelName;
    std::vector<std::int32_t> tokenIds;
    GenerationStatistics statistics;
    std::int64_t droppedMessages = 0;   // oldest messages that did not fit into the context
    std::optional<std::uint64_t> seed;  // that it was drawn with
    std::string stopReason;             // a word of the caller's
    std::string error;
    ReplyRating rating = ReplyRating::None;  // set by setRating() alone
};

// Where to search. What is not said stays open.
struct StoredScope {
    std::optional<ChatRole> role = {};    // of the message; titles have none
    std::string model = {};               // that wrote the message; "": any
    std::optional<StoreTime> from = {};   // the message was written then or later,
    std::optional<StoreTime> until = {};  // and before
    std::string folder = {};              // of the conversation; "": any
    std::string tag = {};
    std::optional<bool> archived = {};

    // Titles were written by no role and no model, and count from the last change.
    bool takesTitles() const { return !role && model.empty(); }
};

struct StoredHit {
    std::int64_t conversationId = 0;
    std::int64_t messageId = 0;  // 0: the title
    std::string title;
    std::string snippet;  // found parts between the bytes 0x02 and 0x03
    StoreTime updated{};
};

}  // namespace dsm
