// WriteOrder: a reply that is asked for, in the engine's words.
//
// Threads  Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/generate/generation.h"
#include "engine/text/chat_template.h"

namespace dsm {

struct WriteOrder {
    std::uint64_t id = 0;
    std::int64_t conversation = 0;      // whose context is worth keeping; 0: none
    std::vector<ChatMessage> messages;  // empty: continue `rawText`
    ChatMessage replySoFar;             // to be continued, when it has content
    std::string rawText;
    GenerationChoices choices;
};

}  // namespace dsm
