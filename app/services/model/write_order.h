// WriteOrder: a reply that is asked for, in the engine's words.
//
// Threads  Plain values.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/generate/generation.h"
#include "engine/text/chat_template.h"

namespace dsm {

// One of several replies to the same order.
struct OrderedAnswer {
    std::uint64_t id = 0;
    std::uint64_t seed = 0;
    std::stop_source stop = {};
};

struct WriteOrder {
    std::uint64_t id = 0;
    std::int64_t conversation = 0;      // whose context is worth keeping; 0: none
    std::vector<ChatMessage> messages;  // empty: continue `rawText`
    ChatMessage replySoFar;             // to be continued, when it has content
    std::string rawText;
    GenerationChoices choices;
    std::vector<OrderedAnswer> answers = {};  // in place of the one of `id`; none: that one
};

}  // namespace dsm
