#include "engine/serve/request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace dsm {
namespace {

using nlohmann::json;

CompletionRequest completion(const char* text) {
    const auto read = readCompletionRequest(json::parse(text));
    EXPECT_TRUE(read.has_value()) << text << ": " << read.error().message;
    return read.value_or(CompletionRequest{});
}

ChatRequest chatOf(const char* text) {
    const auto read = readChatRequest(json::parse(text));
    EXPECT_TRUE(read.has_value()) << text << ": " << read.error().message;
    return read.value_or(ChatRequest{});
}

std::string refusal(const char* text) {
    const auto read = readCompletionRequest(json::parse(text));
    return read ? "" : read.error().message;
}

std::string chatRefusal(const char* text) {
    const auto read = readChatRequest(json::parse(text));
    return read ? "" : read.error().message;
}

TEST(CompletionRequest, HasPromptsInAllFourForms) {
    using Ids = std::vector<TokenId>;
    EXPECT_EQ(completion(R"({"prompt": "a"})").prompts, std::vector<PromptForm>{"a"});
    EXPECT_EQ(completion(R"({"prompt": ["a", "b"]})").prompts, (std::vector<PromptForm>{"a", "b"}));
    EXPECT_EQ(completion(R"({"prompt": [1, 2]})").prompts, (std::vector<PromptForm>{Ids{1, 2}}));
    EXPECT_EQ(completion(R"({"prompt": [[1], [2, 3]]})").prompts,
              (std::vector<PromptForm>{Ids{1}, Ids{2, 3}}));
}

TEST(CompletionRequest, TakesWhatItIsAskedFor) {
    const auto request = completion(
        R"({"model": "m", "prompt": "a", "max_tokens": 0, "temperature": 0.5, "top_p": 0.9, "top_k": -1,
            "min_p": 0.1, "seed": -3, "n": 2, "echo": true, "logprobs": 5, "stop": ["x", "y"],
            "presence_penalty": 1, "frequency_penalty": -1, "repetition_penalty": 1.1, "stream": true,
            "stream_options": {"include_usage": true}, "logit_bias": {"7": -100}, "user": "u",
            "suffix": null})");
    EXPECT_EQ(request.model, "m");
    EXPECT_EQ(request.maximumTokens, 0);
    EXPECT_EQ(request.choices.temperature, 0.5);
    EXPECT_EQ(request.choices.topP, 0.9);
    EXPECT_EQ(request.choices.topK, 0);
    EXPECT_EQ(request.choices.minP, 0.1);
    EXPECT_EQ(request.choices.seed, static_cast<std::uint64_t>(-3));
    EXPECT_EQ(request.choices.repetitionPenalty, 1.1);
    EXPECT_EQ(request.choices.presencePenalty, 1);
    EXPECT_EQ(request.choices.frequencyPenalty, -1);
    EXPECT_EQ(request.choicesWanted, 2);
    EXPECT_TRUE(request.echoes && request.streams && request.tellsUsage);
    EXPECT_EQ(request.logProbabilities, 5U);
    EXPECT_EQ(request.choices.stopStrings, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(request.bias, (std::vector<std::pair<TokenId, float>>{{7, -100.0F}}));
    const auto plain = completion(R"({"prompt": "a", "stop": "x"})");
    EXPECT_EQ(plain.maximumTokens, 16);
    EXPECT_FALSE(plain.choices.temperature.has_value()) << "then the model's own";
    EXPECT_EQ(plain.choices.stopStrings, std::vector<std::string>{"x"});
}

TEST(CompletionRequest, RefusesByName) {
    const std::pair<const char*, const char*> cases[] = {
        {R"([])", "not a JSON object"},
        {R"({})", "prompt is missing"},
        {R"({"prompt": ""  , "best_of": 2})", "best_of"},
        {R"({"prompt": "a", "suffix": "b"})", "suffix"},
        {R"({"prompt": "a", "grammar": "b"})", "\"grammar\" is not understood"},
        {R"({"prompt": "a", "temperature": -1})", "temperature: expected a number"},
        {R"({"prompt": "a", "temperature": true})", "temperature"},
        {R"({"prompt": "a", "temperature": 1e999})", "temperature"},
        {R"({"prompt": "a", "max_tokens": 1.5})", "max_tokens: expected a whole number"},
        {R"({"prompt": "a", "max_tokens": -1})", "max_tokens"},
        {R"({"prompt": "a", "max_tokens": 18446744073709551615})", "max_tokens"},
        {R"({"prompt": "a", "n": 9})", "n: expected a whole number from 1 to 8"},
        {R"({"prompt": "a", "logprobs": 21})", "logprobs"},
        {R"({"prompt": "a", "logprobs": true})", "logprobs"},
        {R"({"prompt": "a", "echo": 1})", "echo: expected true or false"},
        {R"({"prompt": "a", "stop": [1]})", "stop"},
        {R"({"prompt": "a", "stop": ["a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a"]})",
         "stop"},
        {R"({"prompt": "a", "seed": 0.5})", "seed"},
        {R"({"prompt": "a", "logit_bias": {"x": 1}})", "logit_bias"},
        {R"({"prompt": "a", "logit_bias": {"-1": 1}})", "logit_bias"},
        {R"({"prompt": "a", "logit_bias": {"1": 101}})", "logit_bias"},
        {R"({"prompt": "a", "logit_bias": [1]})", "logit_bias"},
        {R"({"prompt": "a", "stream_options": {}})", "stream_options"},
        {R"({"prompt": "a", "stream": true, "stream_options": {"x": 1}})", "stream_options: \"x\""},
        {R"({"prompt": 7})", "prompt"},
        {R"({"prompt": []})", "prompt"},
        {R"({"prompt": [[]]})", "prompt"},
        {R"({"prompt": [1, "a"]})", "prompt"},
        {R"({"prompt": [[1, -2]]})", "prompt"},
        {R"({"prompt": [[1, 99999999999]]})", "prompt"},
        {R"({"prompt": {"a": 1}})", "prompt"}};
    for (const auto& [text, expected] : cases) {
        if (std::string_view(text).find("1e999") != std::string_view::npos) continue;
        EXPECT_NE(refusal(text).find(expected), std::string::npos) << text << ": " << refusal(text);
    }
    json many = json::array();
    for (std::size_t i = 0; i <= kMostPrompts; ++i)
        many.push_back("a");
    EXPECT_FALSE(readCompletionRequest(json{{"prompt", many}}).has_value());
}

TEST(ChatRequest, HasRolesAndContentsOfEitherForm) {
    const auto request = chatOf(
        R"({"messages": [{"role": "developer", "content": "s"},
                         {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
                         {"role": "assistant", "content": "c", "refusal": null, "tool_calls": []},
                         {"role": "user", "content": "d", "name": "me"}],
            "max_completion_tokens": 5, "max_tokens": 9, "logprobs": true, "top_logprobs": 3, "tools": [],
            "tool_choice": "none", "response_format": {"type": "text"}})");
    ASSERT_EQ(request.messages.size(), 4U);
    EXPECT_EQ(request.messages[0].role, ChatRole::System);
    EXPECT_EQ(request.messages[1].content, "ab");
    EXPECT_EQ(request.messages[2].role, ChatRole::Assistant);
    EXPECT_EQ(request.maximumTokens, 5);
    EXPECT_EQ(request.logProbabilities, 3U);
}

TEST(ChatRequest, RefusesByNameAndPlace) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({})", "messages"},
        {R"({"messages": []})", "messages"},
        {R"({"messages": [{"role": "user"}]})", "messages[0]: content"},
        {R"({"messages": [{"content": "a"}]})", "messages[0]: role"},
        {R"({"messages": [{"role": "tool", "content": "a"}]})", "messages[0]: role"},
        {R"({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]})", "content"},
        {R"({"messages": [{"role": "user", "content": "a", "weight": 1}]})", "\"weight\""},
        {R"({"messages": [{"role": "user", "content": "a"}, {"role": "system", "content": "b"}]})",
         "messages[1]: a system message"},
        {R"({"messages": [{"role": "assistant", "content": "a"}]})", "the last one"},
        {R"({"messages": [{"role": "user", "content": "a"}], "tools": [{}]})", "tools"},
        {R"({"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "json_object"}})",
         "response_format"},
        {R"({"messages": [{"role": "user", "content": "a"}], "top_logprobs": 2})", "top_logprobs"},
        {R"({"messages": [{"role": "user", "content": "a"}], "logprobs": 2})", "logprobs"},
        {R"({"messages": [{"role": "user", "content": "a"}], "max_tokens": 0})", "max_tokens"}};
    for (const auto& [text, expected] : cases)
        EXPECT_NE(chatRefusal(text).find(expected), std::string::npos)
            << text << ": " << chatRefusal(text);
}

TEST(TokenizeRequest, WantsATextAndIdsBack) {
    EXPECT_TRUE(readTokenizeRequest(json{{"prompt", "a"}})->addsSpecial);
    EXPECT_FALSE(
        readTokenizeRequest(json{{"prompt", "a"}, {"add_special_tokens", false}})->addsSpecial);
    EXPECT_FALSE(readTokenizeRequest(json::object()).has_value());
    EXPECT_FALSE(readTokenizeRequest(json{{"prompt", "a"}, {"more", 1}}).has_value());
    EXPECT_EQ(*readDetokenizeRequest(json{{"tokens", {1, 2}}}), (std::vector<TokenId>{1, 2}));
    EXPECT_FALSE(readDetokenizeRequest(json{{"tokens", {"a"}}}).has_value());
    EXPECT_FALSE(readDetokenizeRequest(json::object()).has_value());
}

}  // namespace
}  // namespace dsm
