#include "engine/serve/open_api.h"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/serve/request.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr const char* kJson = "application/json";
constexpr std::int64_t kMostId = std::numeric_limits<TokenId>::max();

// Members without a value are as if they were missing.
json orNull(json schema) {
    schema["type"] = json::array({schema["type"], "null"});
    return schema;
}

json number(const SettingRange& range) {
    return {{"type", "number"}, {"minimum", range.least}, {"maximum", range.most}};
}

json whole(std::int64_t least, std::int64_t most) {
    return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

json text() {
    return {{"type", "string"}};
}

json flag() {
    return {{"type", "boolean"}};
}

json list(const json& of, std::size_t least = 0, std::size_t most = 0) {
    json schema = {{"type", "array"}, {"items", of}, {"minItems", least}};
    if (most > 0) schema["maxItems"] = most;
    return schema;
}

json object(json members, const json& required = json::array()) {
    return {{"type", "object"},
            {"properties", std::move(members)},
            {"required", required},
            {"additionalProperties", false}};
}

json anyOf(const json& schemas) {
    return {{"anyOf", schemas}};
}

json schemaNamed(const char* name) {
    return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

json only(const json& value) {
    return {{"enum", json::array({value, nullptr})}};
}

// Of a reply, however it is asked for.
json replyMembers() {
    const auto mostTokens = static_cast<std::int64_t>(kMaximumTokensRange.most);
    json members = {
        {"model", orNull(text())},
        {"temperature", orNull(number(kTemperatureRange))},
        {"top_p", orNull(number(kTopPRange))},
        {"top_k", orNull(whole(-1, static_cast<std::int64_t>(kTopKRange.most)))},
        {"min_p", orNull(number(kMinPRange))},
        {"repetition_penalty", orNull(number(kRepetitionPenaltyRange))},
        {"presence_penalty", orNull(number(kPenaltyRange))},
        {"frequency_penalty", orNull(number(kPenaltyRange))},
        {"seed", orNull(whole(std::numeric_limits<std::int64_t>::min(),
                              std::numeric_limits<std::int64_t>::max()))},
        {"stop", anyOf({orNull(text()), list(text(), 0, kMostStops)})},
        {"n", orNull(whole(1, kMostChoices))},
        {"stream", orNull(flag())},
        {"stream_options", orNull(object({{"include_usage", orNull(flag())},
                                          {"continuous_usage_stats", json::object()}}))},
        {"logit_bias", orNull({{"type", "object"},
                               {"propertyNames", {{"pattern", "^[0-9]{1,9}$"}}},
                               {"additionalProperties", number({-100, 100})}})},
        {"max_tokens", orNull(whole(0, mostTokens))}};
    // They tell about the caller, and are read over.
    for (const char* key : {"user", "metadata", "store", "service_tier", "safety_identifier"})
        members[key] = json::object();
    return members;
}

json completionRequest() {
    json members = replyMembers();
    const json ids = list(whole(0, kMostId), 1);
    const json some = {{"type", "string"}, {"minLength", 1}};
    members["prompt"] = anyOf({some, ids, list(anyOf({some, ids}), 1, kMostPrompts)});
    members["echo"] = orNull(flag());
    members["logprobs"] = orNull(whole(0, kMostLogProbabilities));
    members["suffix"] = only("");
    return object(std::move(members), json::array({"prompt"}));
}

json message() {
    const json part = {{"type", "object"},
                       {"properties", {{"type", {{"const", "text"}}}, {"text", text()}}},
                       {"required", {"type", "text"}}};
    json members = {{"role", {{"enum", {"system", "developer", "user", "assistant"}}}},
                    {"content", anyOf({text(), list(part)})},
                    {"tool_calls", only(json::array())}};
    for (const char* key : {"name", "refusal", "audio", "annotations"})
        members[key] = json::object();
    return object(std::move(members), {"role", "content"});
}

json chatRequest() {
    const auto mostTokens = static_cast<std::int64_t>(kMaximumTokensRange.most);
    json members = replyMembers();
    members["messages"] = list(message(), 1);
    members["max_tokens"] = orNull(whole(1, mostTokens));
    members["max_completion_tokens"] = members["max_tokens"];
    members["logprobs"] = orNull(flag());
    members["top_logprobs"] = orNull(whole(0, kMostLogProbabilities));
    members["tools"] = only(json::array());
    members["tool_choice"] = only("none");
    members["functions"] = only(json::array());
    members["function_call"] = only("none");
    members["response_format"] = only({{"type", "text"}});
    members["modalities"] = only(json::array({"text"}));
    members["parallel_tool_calls"] = json::object();
    members["continue_final_message"] = orNull(flag());
    members["add_generation_prompt"] = orNull(flag());
    return object(std::move(members), json::array({"messages"}));
}

json usage() {
    const json count = {{"type", "integer"}, {"minimum", 0}};
    return {{"type", "object"},
            {"properties",
             {{"prompt_tokens", count}, {"completion_tokens", count}, {"total_tokens", count}}},
            {"required", {"prompt_tokens", "completion_tokens", "total_tokens"}}};
}

json answer(const char* kind, const json& choice) {
    return {{"type", "object"},
            {"properties",
             {{"id", text()},
              {"object", {{"const", kind}}},
              {"created", {{"type", "integer"}}},
              {"model", text()},
              {"choices", list(choice, 1)},
              {"usage", schemaNamed("Usage")}}},
            {"required", {"id", "object", "created", "model", "choices", "usage"}}};
}

json choice(const char* member, const json& what) {
    return {{"type", "object"},
            {"properties",
             {{"index", {{"type", "integer"}}},
              {member, what},
              {"finish_reason", {{"enum", {"stop", "length"}}}},
              {"logprobs", {{"type", {"object", "null"}}}}}},
            {"required", {"index", member, "finish_reason"}}};
}

json schemas() {
    const json writtenMessage = {
        {"type", "object"},
        {"properties", {{"role", {{"const", "assistant"}}}, {"content", text()}}},
        {"required", {"role", "content"}}};
    const json model = {{"type", "object"},
                        {"properties",
                         {{"id", text()},
                          {"object", {{"const", "model"}}},
                          {"created", {{"type", "integer"}}},
                          {"owned_by", text()},
                          {"max_model_len", {{"type", "integer"}}}}},
                        {"required", {"id", "object", "created", "owned_by"}}};
    const json problem = {
        {"type", "object"},
        {"properties", {{"message", text()}, {"type", text()}, {"code", json::object()}}},
        {"required", {"message", "type"}}};
    const json ids = list(whole(0, kMostId));
    return {{"CompletionRequest", completionRequest()},
            {"ChatRequest", chatRequest()},
            {"TokenizeRequest", object({{"prompt", text()},
                                        {"add_special_tokens", orNull(flag())},
                                        {"model", json::object()}},
                                       json::array({"prompt"}))},
            {"DetokenizeRequest",
             object({{"tokens", ids}, {"model", json::object()}}, json::array({"tokens"}))},
            {"Usage", usage()},
            {"Completion", answer("text_completion", choice("text", text()))},
            {"ChatCompletion", answer("chat.completion", choice("message", writtenMessage))},
            {"Models",
             {{"type", "object"},
              {"properties", {{"object", {{"const", "list"}}}, {"data", list(model, 1)}}},
              {"required", {"object", "data"}}}},
            {"Tokens",
             {{"type", "object"},
              {"properties",
               {{"tokens", ids},
                {"count", {{"type", "integer"}}},
                {"max_model_len", {{"type", "integer"}}}}},
              {"required", {"tokens", "count"}}}},
            {"Text",
             {{"type", "object"}, {"properties", {{"prompt", text()}}}, {"required", {"prompt"}}}},
            {"TokenizerInfo",
             {{"type", "object"},
              {"properties", {{"bos_token", text()}, {"eos_token", text()}, {"pad_token", text()}}},
              {"required", {"bos_token", "eos_token"}}}},
            {"Error",
             {{"type", "object"}, {"properties", {{"error", problem}}}, {"required", {"error"}}}}};
}

json content(const char* type, const json& schema) {
    return {{type, {{"schema", schema}}}};
}

json responses(json contents) {
    const auto refused = [](const char* why) -> json {
        return {{"description", why}, {"content", content(kJson, schemaNamed("Error"))}};
    };
    return {{"200", {{"description", "What was asked for."}, {"content", std::move(contents)}}},
            {"400", refused("The request is not understood, or asks for what cannot be.")},
            {"401", refused("The key is missing or wrong.")},
            {"403", refused("This name of the server, or this page, is not allowed.")},
            {"404", refused("There is no such model here.")},
            {"413", refused("The request is too large.")},
            {"429", refused("Too many wait already: Retry-After says when to ask again.")},
            {"500", refused("The model failed.")},
            {"503", refused("The model could not be loaded.")}};
}

json get(const char* summary, const char* type, const json& schema) {
    return {{"get", {{"summary", summary}, {"responses", responses(content(type, schema))}}}};
}

json post(const char* summary, const char* request, const char* answered, bool streams) {
    json contents = content(kJson, schemaNamed(answered));
    if (streams)
        contents["text/event-stream"] = json::object();  // each event an answer, the last [DONE]
    return {
        {"post",
         {{"summary", summary},
          {"requestBody", {{"required", true}, {"content", content(kJson, schemaNamed(request))}}},
          {"responses", responses(std::move(contents))}}}};
}

}  // namespace

json openApi() {
    const json any = {{"type", "object"}};
    return {
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "DeepSeekMoE Desktop"},
          {"version", "1"},
          {"description",
           "Chats, completions and scores of one model, as OpenAI's API has them."}}},
        {"paths",
         {{"/v1/models", get("The models there are", kJson, schemaNamed("Models"))},
          {"/v1/completions", post("Go on from a text", "CompletionRequest", "Completion", true)},
          {"/v1/chat/completions",
           post("Answer a conversation", "ChatRequest", "ChatCompletion", true)},
          {"/tokenize", post("The ids of a text", "TokenizeRequest", "Tokens", false)},
          {"/detokenize", post("The text of ids", "DetokenizeRequest", "Text", false)},
          {"/tokenizer_info", get("The special tokens", kJson, schemaNamed("TokenizerInfo"))},
          {"/health", get("Whether the server is there", kJson, any)},
          {"/metrics", get("Counters for Prometheus", "text/plain", text())},
          {"/openapi.json", get("This description", kJson, any)}}},
        {"components",
         {{"schemas", schemas()},
          {"securitySchemes", {{"key", {{"type", "http"}, {"scheme", "bearer"}}}}}}},
        {"security", {json::object(), {{"key", json::array()}}}}};
}

}  // namespace dsm
