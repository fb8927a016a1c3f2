// Requests: the bodies of the OpenAI API as far as they are understood here. A member that would
// change the answer and is not understood is refused by its name; those that only tell about the
// caller are read over.
//
// Source  The OpenAI API reference (completions, chat completions); vLLM's for top_k, min_p,
//         repetition_penalty and max_tokens of 0; lm-eval's local-completions for prompts of ids.
// Threads Plain values and pure functions: any.
// Errors  Malformed or Unsupported, naming the member, what it is and what was expected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/generate/generation.h"
#include "engine/text/chat_template.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::int64_t kMostChoices = 8;            // of one prompt
inline constexpr std::size_t kMostPrompts = 256;           // of one request
inline constexpr std::int64_t kMostLogProbabilities = 20;  // beside each token
inline constexpr std::size_t kMostStops = 16;

// What both kinds of request ask for.
struct ReplyRequest {
    std::string model;  // "": whichever is there
    GenerationChoices choices;
    std::int64_t choicesWanted = 1;  // "n"
    bool streams = false;
    bool tellsUsage = false;                                     // at the end of a stream
    std::optional<std::int64_t> maximumTokens = std::nullopt;    // 0: nothing is written
    std::optional<std::size_t> logProbabilities = std::nullopt;  // so many beside each token
    std::vector<std::pair<TokenId, float>> bias = {};
};

using PromptForm = std::variant<std::string, std::vector<TokenId>>;

struct CompletionRequest : ReplyRequest {
    std::vector<PromptForm> prompts;  // not empty
    bool echoes = false;
};

struct ChatRequest : ReplyRequest {
    std::vector<ChatMessage> messages;  // not empty, the last is the user's
    std::string replySoFar;             // that is to be gone on with; "": none
};

Result<CompletionRequest> readCompletionRequest(const nlohmann::json& body);
Result<ChatRequest> readChatRequest(const nlohmann::json& body);

struct TokenizeRequest {
    std::string text;
    bool addsSpecial = true;  // a beginning-of-sentence id where the tokenizer adds one
};
Result<TokenizeRequest> readTokenizeRequest(const nlohmann::json& body);
// Ids of the vocabulary or not: who decodes them looks.
Result<std::vector<TokenId>> readDetokenizeRequest(const nlohmann::json& body);

}  // namespace dsm
