#include "engine/serve/request.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/format/json_file.h"
#include "engine/serve/request_body.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr SettingRange kBiasRange{-100, 100};

std::optional<std::int32_t> narrow(const std::optional<std::int64_t>& value) {
    return value ? std::optional(static_cast<std::int32_t>(*value)) : std::nullopt;
}

void readBias(RequestBody& body, std::vector<std::pair<TokenId, float>>& bias) {
    const json* value = body.member("logit_bias");
    if (value == nullptr) return;
    if (!value->is_object()) return body.expected("logit_bias", "an object", *value);
    for (const auto& [key, number] : value->items()) {
        const bool isId = !key.empty() && key.size() <= 9 &&
                          std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
        if (!isId) return body.expected("logit_bias", "ids of tokens as keys", json(key));
        if (!number.is_number() || !kBiasRange.holds(number.get<double>()))
            return body.expected("logit_bias", "numbers from -100 to 100", number);
        bias.emplace_back(std::stoi(key), static_cast<float>(number.get<double>()));
    }
}

void readStreaming(RequestBody& body, ReplyRequest& request) {
    request.streams = body.flag("stream", false);
    const json* options = body.member("stream_options");
    if (options == nullptr) return;
    if (!request.streams)
        return body.refuse(
            "stream_options is for streams: give \"stream\": true, or leave it out.");
    RequestBody inner(*options);
    request.tellsUsage = inner.flag("include_usage", false);
    inner.pass({"continuous_usage_stats"});
    if (const auto read = inner.end(); !read)
        body.refuse("stream_options: " + read.error().message);
}

// What both kinds have.
void readCommon(RequestBody& body, ReplyRequest& request) {
    request.model = body.text("model").value_or("");
    GenerationChoices& choices = request.choices;
    choices.temperature = body.number("temperature", kTemperatureRange);
    choices.topP = body.number("top_p", kTopPRange);
    const auto most = static_cast<std::int64_t>(kTopKRange.most);
    choices.topK = narrow(body.whole("top_k", -1, most));
    if (choices.topK == -1) choices.topK = 0;  // "all", as others write it
    choices.minP = body.number("min_p", kMinPRange);
    choices.repetitionPenalty = body.number("repetition_penalty", kRepetitionPenaltyRange);
    choices.presencePenalty = body.number("presence_penalty", kPenaltyRange).value_or(0);
    choices.frequencyPenalty = body.number("frequency_penalty", kPenaltyRange).value_or(0);
    if (const auto seed = body.whole("seed", std::numeric_limits<std::int64_t>::min(),
                                     std::numeric_limits<std::int64_t>::max()))
        choices.seed = static_cast<std::uint64_t>(*seed);
    choices.stopStrings = body.texts("stop", kMostStops);
    request.choicesWanted = body.whole("n", 1, kMostChoices).value_or(1);
    readStreaming(body, request);
    readBias(body, request.bias);
    body.pass({"user", "metadata", "store", "service_tier", "safety_identifier"});
}

std::optional<std::vector<TokenId>> idsOf(const json& list) {
    std::vector<TokenId> ids;
    for (const json& id : list) {
        if (!id.is_number_integer() || id < 0 || id > std::numeric_limits<TokenId>::max())
            return std::nullopt;
        ids.push_back(id.get<TokenId>());
    }
    return ids;
}

// A text, ids, or a list of either.
void readPrompts(RequestBody& body, std::vector<PromptForm>& prompts) {
    constexpr const char* kWhat =
        "a text, a list of ids, or a list of either, of at most 256 and not empty";
    const json* value = body.member("prompt");
    if (value == nullptr) return body.refuse("prompt is missing.");
    if (value->is_string()) return prompts.emplace_back(value->get<std::string>()), void();
    if (!value->is_array() || value->empty()) return body.expected("prompt", kWhat, *value);
    if (value->front().is_number()) {
        const auto ids = idsOf(*value);
        if (!ids) return body.expected("prompt", kWhat, *value);
        return prompts.emplace_back(*ids), void();
    }
    if (value->size() > kMostPrompts) return body.expected("prompt", kWhat, value->size());
    for (const json& each : *value) {
        if (each.is_string()) {
            prompts.emplace_back(each.get<std::string>());
            continue;
        }
        const auto ids = each.is_array() && !each.empty() ? idsOf(each) : std::nullopt;
        if (!ids) return body.expected("prompt", kWhat, each);
        prompts.emplace_back(*ids);
    }
}

// A text, or a list of parts that are texts.
std::optional<std::string> contentOf(const json& content) {
    if (content.is_string()) return content.get<std::string>();
    if (!content.is_array()) return std::nullopt;
    std::string all;
    for (const json& part : content) {
        const bool isText = part.is_object() && part.value("type", json()) == "text" &&
                            part.contains("text") && part["text"].is_string();
        if (!isText) return std::nullopt;
        all += part["text"].get<std::string>();
    }
    return all;
}

std::optional<ChatRole> roleOf(const std::string& name) {
    if (name == "system" || name == "developer") return ChatRole::System;
    if (name == "user") return ChatRole::User;
    if (name == "assistant") return ChatRole::Assistant;
    return std::nullopt;
}

Result<ChatMessage> readMessage(const json& value) {
    RequestBody body(value);
    const std::string name = body.text("role").value_or("");
    const auto role = roleOf(name);
    if (!role) body.expected("role", "system, user or assistant", json(name));
    const json* content = body.member("content");
    const auto text = content != nullptr ? contentOf(*content) : std::nullopt;
    if (!text) body.expected("content", "a text", content != nullptr ? *content : json());
    body.allowOnly("tool_calls", json::array());
    body.pass({"name", "refusal", "audio", "annotations"});
    if (const auto read = body.end(); !read) return tl::unexpected(read.error());
    return ChatMessage{.role = *role, .content = *text, .ids = {}};
}

void readMessages(RequestBody& body, std::vector<ChatMessage>& messages) {
    const json* list = body.member("messages");
    if (list == nullptr || !list->is_array() || list->empty())
        return body.expected("messages", "a list of messages", list != nullptr ? *list : json());
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string place = "messages[" + std::to_string(i) + "]: ";
        const auto message = readMessage((*list)[i]);
        if (!message) return body.refuse(place + message.error().message);
        if (message->role == ChatRole::System && i > 0)
            return body.refuse(place + "a system message can only be the first.");
        messages.push_back(*message);
    }
}

// A reply that was begun comes last, where it is said that it is to be gone on with (as vLLM has it).
void readBegunReply(RequestBody& body, ChatRequest& request) {
    const bool goesOn = body.flag("continue_final_message", false);
    const bool begins = body.flag("add_generation_prompt", !goesOn);
    if (begins == goesOn)
        return body.refuse(goesOn ? "continue_final_message needs \"add_generation_prompt\": false."
                                  : "add_generation_prompt: false needs "
                                    "\"continue_final_message\": true.");
    std::vector<ChatMessage>& messages = request.messages;
    if (goesOn && messages.size() > 1 && messages.back().role == ChatRole::Assistant) {
        request.replySoFar = messages.back().content;
        messages.pop_back();
    } else if (goesOn) {
        return body.refuse(
            "continue_final_message: the last message must be the assistant's, and "
            "not the only one.");
    }
    if (messages.empty() || messages.back().role != ChatRole::User)
        body.refuse("messages: the last one must be the user's.");
}

}  // namespace

Result<CompletionRequest> readCompletionRequest(const json& object) {
    RequestBody body(object);
    CompletionRequest request;
    readCommon(body, request);
    readPrompts(body, request.prompts);
    request.echoes = body.flag("echo", false);
    request.maximumTokens =
        body.whole("max_tokens", 0, static_cast<std::int64_t>(kMaximumTokensRange.most))
            .value_or(16);
    if (const auto beside = body.whole("logprobs", 0, kMostLogProbabilities))
        request.logProbabilities = static_cast<std::size_t>(*beside);
    if (body.member("best_of") != nullptr)
        body.refuse("best_of is not supported here: ask for n answers and choose among them.");
    body.allowOnly("suffix", "");
    if (const auto read = body.end(); !read) return tl::unexpected(read.error());
    return request;
}

Result<ChatRequest> readChatRequest(const json& object) {
    RequestBody body(object);
    ChatRequest request;
    readCommon(body, request);
    readMessages(body, request.messages);
    readBegunReply(body, request);
    const auto most = static_cast<std::int64_t>(kMaximumTokensRange.most);
    request.maximumTokens = body.whole("max_completion_tokens", 1, most);
    const auto older = body.whole("max_tokens", 1, most);
    if (!request.maximumTokens) request.maximumTokens = older;
    const bool wantsScores = body.flag("logprobs", false);
    const auto beside = body.whole("top_logprobs", 0, kMostLogProbabilities);
    if (beside && !wantsScores) body.refuse("top_logprobs needs \"logprobs\": true.");
    if (wantsScores) request.logProbabilities = static_cast<std::size_t>(beside.value_or(0));
    body.allowOnly("tools", json::array());
    body.allowOnly("tool_choice", "none");
    body.allowOnly("functions", json::array());
    body.allowOnly("function_call", "none");
    body.allowOnly("response_format", json{{"type", "text"}});
    body.allowOnly("modalities", json::array({"text"}));
    body.pass({"parallel_tool_calls"});
    if (const auto read = body.end(); !read) return tl::unexpected(read.error());
    return request;
}

Result<TokenizeRequest> readTokenizeRequest(const json& object) {
    RequestBody body(object);
    TokenizeRequest request;
    const auto text = body.text("prompt");
    if (!text) body.refuse("prompt is missing.");
    request.text = text.value_or("");
    request.addsSpecial = body.flag("add_special_tokens", true);
    body.pass({"model"});
    if (const auto read = body.end(); !read) return tl::unexpected(read.error());
    return request;
}

Result<std::vector<TokenId>> readDetokenizeRequest(const json& object) {
    RequestBody body(object);
    const json* list = body.member("tokens");
    const auto ids = list != nullptr && list->is_array() ? idsOf(*list) : std::nullopt;
    if (!ids) body.expected("tokens", "a list of ids", list != nullptr ? *list : json());
    body.pass({"model"});
    if (const auto read = body.end(); !read) return tl::unexpected(read.error());
    return *ids;
}

}  // namespace dsm
