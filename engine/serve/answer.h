// Answers: what was written, in the shapes of the OpenAI API, whole or as the events of a stream.
//
//   logprobs of completions  tokens, token_logprobs, top_logprobs and text_offset have an entry for
//                            each token, those of the prompt too where it is echoed; the token that
//                            ended the text is one of them. A chosen token is among the likeliest of
//                            its place, with the same number.
//   text of a chat           without the space that a reply begins with
//   names of tokens          its text; "bytes:\xe4\xbd" where that is part of a character
//   text_offset              in bytes of UTF-8
//
// Source  The OpenAI API reference; vLLM and lm-eval for what that leaves open.
// Threads Pure functions: any.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/serve/reply_board.h"
#include "engine/text/tokenizer.h"

namespace dsm {

// What all parts of an answer say.
struct AnswerHead {
    std::string id;
    std::int64_t created = 0;  // seconds of UTC since 1970
    std::string model;
    const Tokenizer* tokenizer = nullptr;
    bool isChat = false;
    bool goesOn = false;  // with a reply that was begun before: what comes first is in its middle
    bool hasScores = false;
};

// One choice; the prompt's text is echoed where it is not nullptr.
nlohmann::json choiceOf(const AnswerHead& head, std::size_t index, const ReplyState& state,
                        const std::string* echoed);
// What came of a choice since `from`, the index of a token, and its end where it has ended.
nlohmann::json pieceOf(const AnswerHead& head, std::size_t index, const ReplyState& state,
                       std::size_t from, const std::string* echoed);
// The beginning of a choice in a stream of a chat.
nlohmann::json beginningOf(std::size_t index);

// Around choices.
nlohmann::json answerOf(const AnswerHead& head, nlohmann::json choices, bool isPiece);

// What can be asked for; `limit` is how many tokens a context of each holds, where that is known.
nlohmann::json modelList(std::span<const std::string> names, std::int64_t created,
                         std::optional<std::int64_t> limit);

// `choices` of each prompt stand one after the other and share its tokens.
nlohmann::json usageOf(std::span<const ReplyState> states, std::size_t choices);

int statusOf(const Error& error);  // of HTTP
nlohmann::json errorOf(const Error& error, int status);

std::string tokenName(const Tokenizer& tokenizer, TokenId id);

}  // namespace dsm
