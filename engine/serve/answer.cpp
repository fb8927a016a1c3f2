#include "engine/serve/answer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/text/utf8.h"

namespace dsm {
namespace {

using nlohmann::json;

json finishOf(const ReplyState& state) {
    if (!state.end || !*state.end) return nullptr;
    switch ((*state.end)->reason) {
        case StopReason::MaximumTokens:
        case StopReason::ContextFull:
            return "length";
        default:
            return "stop";
    }
}

std::string textOf(std::span<const ReplyToken> tokens) {
    std::string text;
    for (const ReplyToken& token : tokens)
        text += token.text;
    return text;
}

// The likeliest of a place, and the one that stands there.
std::vector<LikelyToken> placeOf(const TokenScore& score) {
    std::vector<LikelyToken> place = score.likeliest;
    const bool isThere =
        std::ranges::any_of(place, [&](const LikelyToken& each) { return each.id == score.id; });
    if (!isThere && score.logProbability) place.push_back({score.id, *score.logProbability});
    return place;
}

// The arrays that completions have.
class ScoreArrays {
  public:
    ScoreArrays(const Tokenizer& tokenizer, std::size_t offset)
        : tokenizer_(tokenizer), offset_(offset) {}

    void add(const TokenScore& score, std::size_t bytes) {
        tokens_.push_back(tokenName(tokenizer_, score.id));
        offsets_.push_back(offset_);
        offset_ += bytes;
        if (!score.logProbability) {
            logProbabilities_.push_back(nullptr);
            top_.push_back(nullptr);
            return;
        }
        logProbabilities_.push_back(*score.logProbability);
        json top = json::object();
        // Of two tokens with the same name the likelier counts, but for the one that stands there.
        for (const LikelyToken& each : placeOf(score)) {
            const std::string name = tokenName(tokenizer_, each.id);
            if (!top.contains(name) || each.id == score.id) top[name] = each.logProbability;
        }
        top_.push_back(std::move(top));
    }
    json value() && {
        return {{"tokens", std::move(tokens_)},
                {"token_logprobs", std::move(logProbabilities_)},
                {"top_logprobs", std::move(top_)},
                {"text_offset", std::move(offsets_)}};
    }

  private:
    const Tokenizer& tokenizer_;
    std::size_t offset_;
    json tokens_ = json::array();
    json logProbabilities_ = json::array();
    json top_ = json::array();
    json offsets_ = json::array();
};

// `before` bytes of the text lie before these tokens.
json completionScores(const Tokenizer& tokenizer, std::span<const TokenScore> prompt,
                      std::span<const ReplyToken> tokens, std::size_t before) {
    ScoreArrays arrays(tokenizer, before);
    for (const TokenScore& score : prompt)
        arrays.add(score, tokenizer.tokenBytes(score.id).size());
    for (const ReplyToken& token : tokens) {
        if (token.score) arrays.add(*token.score, token.text.size());
    }
    return std::move(arrays).value();
}

json chatScore(const Tokenizer& tokenizer, const LikelyToken& token) {
    json bytes = json::array();
    for (const char byte : tokenizer.tokenBytes(token.id))
        bytes.push_back(static_cast<unsigned char>(byte));
    return {{"token", tokenName(tokenizer, token.id)},
            {"logprob", token.logProbability},
            {"bytes", std::move(bytes)}};
}

json chatScores(const Tokenizer& tokenizer, std::span<const ReplyToken> tokens) {
    json content = json::array();
    for (const ReplyToken& token : tokens) {
        if (!token.score || !token.score->logProbability) continue;
        json entry = chatScore(tokenizer, {token.score->id, *token.score->logProbability});
        entry["top_logprobs"] = json::array();
        for (const LikelyToken& each : token.score->likeliest)
            entry["top_logprobs"].push_back(chatScore(tokenizer, each));
        content.push_back(std::move(entry));
    }
    return {{"content", std::move(content)}};
}

// What was written since a token. The template's "Assistant:" leaves its space to the reply, which is
// no part of what a chat's message says (chat_template.cpp puts it back).
std::string writtenSince(const AnswerHead& head, const ReplyState& state, std::size_t from) {
    const std::span<const ReplyToken> tokens(state.tokens);
    std::string text = textOf(tokens.subspan(from));
    const bool isBeginning = head.isChat && !head.goesOn && textOf(tokens.first(from)).empty();
    if (isBeginning && text.starts_with(' ')) text.erase(0, 1);
    return text;
}

json scoresOf(const AnswerHead& head, const ReplyState& state, std::size_t from,
              const std::string* echoed) {
    if (!head.hasScores) return nullptr;
    const auto tokens = std::span<const ReplyToken>(state.tokens).subspan(from);
    if (head.isChat) return chatScores(*head.tokenizer, tokens);
    const auto prompt = echoed != nullptr && from == 0 ? std::span<const TokenScore>(state.prompt)
                                                       : std::span<const TokenScore>();
    std::size_t before = textOf(std::span<const ReplyToken>(state.tokens).first(from)).size();
    if (echoed != nullptr && from > 0) before += echoed->size();
    return completionScores(*head.tokenizer, prompt, tokens, before);
}

}  // namespace

std::string tokenName(const Tokenizer& tokenizer, TokenId id) {
    const std::string_view bytes = tokenizer.tokenBytes(id);
    if (bytes.empty() || validUtf8Prefix(bytes) == bytes.size()) return tokenizer.tokenText(id);
    std::string name = "bytes:";
    for (const char byte : bytes) {
        std::array<char, 5> hex{};
        std::snprintf(hex.data(), hex.size(), "\\x%02x", static_cast<unsigned char>(byte));
        name += hex.data();
    }
    return name;
}

json choiceOf(const AnswerHead& head, std::size_t index, const ReplyState& state,
              const std::string* echoed) {
    const std::string text = writtenSince(head, state, 0);
    json choice{{"index", index},
                {"logprobs", scoresOf(head, state, 0, echoed)},
                {"finish_reason", finishOf(state)}};
    if (head.isChat) {
        choice["message"] = {{"role", "assistant"}, {"content", text}};
    } else {
        choice["text"] = (echoed != nullptr ? *echoed : std::string()) + text;
    }
    return choice;
}

json pieceOf(const AnswerHead& head, std::size_t index, const ReplyState& state, std::size_t from,
             const std::string* echoed) {
    const std::string text = writtenSince(head, state, from);
    json choice{{"index", index},
                {"logprobs", scoresOf(head, state, from, echoed)},
                {"finish_reason", finishOf(state)}};
    if (head.isChat) {
        choice["delta"] = text.empty() ? json::object() : json{{"content", text}};
    } else {
        choice["text"] = (echoed != nullptr && from == 0 ? *echoed : std::string()) + text;
    }
    return choice;
}

json beginningOf(std::size_t index) {
    return {{"index", index},
            {"delta", {{"role", "assistant"}, {"content", ""}}},
            {"logprobs", nullptr},
            {"finish_reason", nullptr}};
}

json answerOf(const AnswerHead& head, json choices, bool isPiece) {
    const char* object = !head.isChat ? "text_completion"
                         : isPiece    ? "chat.completion.chunk"
                                      : "chat.completion";
    return {{"id", head.id},
            {"object", object},
            {"created", head.created},
            {"model", head.model},
            {"choices", std::move(choices)}};
}

json modelList(std::span<const std::string> names, std::int64_t created,
               std::optional<std::int64_t> limit) {
    json list = json::array();
    for (const std::string& name : names) {
        json model = {
            {"id", name}, {"object", "model"}, {"created", created}, {"owned_by", "deepseekmoe"}};
        if (limit) model["max_model_len"] = *limit;
        list.push_back(std::move(model));
    }
    return {{"object", "list"}, {"data", std::move(list)}};
}

json usageOf(std::span<const ReplyState> states, std::size_t choices) {
    std::int64_t prompt = 0;
    std::int64_t reused = 0;
    std::int64_t written = 0;
    for (std::size_t i = 0; i < states.size(); ++i) {
        if (!states[i].end || !*states[i].end) continue;
        const GenerationStatistics& statistics = (*states[i].end)->statistics;
        written += statistics.generatedTokens;
        if (i % choices != 0) continue;
        prompt += statistics.promptTokens;
        reused += statistics.reusedTokens;
    }
    return {{"prompt_tokens", prompt},
            {"completion_tokens", written},
            {"total_tokens", prompt + written},
            {"prompt_tokens_details", {{"cached_tokens", reused}}}};
}

int statusOf(const Error& error) {
    switch (error.code) {
        case ErrorCode::Malformed:
        case ErrorCode::Unsupported:
            return 400;
        case ErrorCode::NotFound:
            return 404;
        case ErrorCode::OutOfMemory:
        case ErrorCode::Cancelled:
            return 503;
        default:
            return 500;
    }
}

json errorOf(const Error& error, int status) {
    return {
        {"error",
         {{"message", error.message},
          {"type", status < 500 ? "invalid_request_error" : "server_error"},
          {"param", nullptr},
          {"code", error.code == ErrorCode::NotFound ? json("model_not_found") : json(nullptr)}}}};
}

}  // namespace dsm
