// ChatWindow: the part of a conversation that a context has room for.
//
// A system message and the last question are always part of it; before these, the newest messages, from
// a question on. Several exchanges are left out at a time: what is kept then begins the same for the
// next few turns, and with it the cache.
//
// The cost is that of the context, however long the conversation is.
//
// Threads  Any.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/text/chat_template.h"
#include "engine/text/tokenizer.h"

namespace dsm {

struct ChatWindow {
    std::vector<TokenId>
        ids;  // of what is kept; more than the room where too little can be left out
    std::int64_t droppedMessages = 0;  // the oldest, a system message not counted
};

// `messages` hold one besides a system message at the front; token ids are used only where they spell
// their message.
ChatWindow chatWindow(std::span<const ChatMessage> messages, const ChatTemplate& chatTemplate,
                      const Tokenizer& tokenizer, std::int64_t room);

// Ids come from a file and maybe from another model: they are used only if they spell the text.
bool spells(const Tokenizer& tokenizer, const ChatMessage& message);

}  // namespace dsm
