// Broken variants of what other programs ask the server: each is refused in words, or understood as
// something within its bounds.
//
// tests/support/attack.h says how the long run is asked for.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/format/json_file.h"
#include "engine/generate/setting_range.h"
#include "engine/serve/request.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"

namespace dsm {
namespace {

constexpr std::string_view kCompletion =
    R"({"model": "m", "prompt": ["a text", [1, 2, 3]], "max_tokens": 5, "temperature": 0.5, "top_p": 0.9,
 "top_k": 40, "min_p": 0.1, "seed": 7, "n": 2, "echo": true, "logprobs": 3, "stop": ["x", "y"],
 "presence_penalty": 1.5, "frequency_penalty": -1, "repetition_penalty": 1.1, "stream": true,
 "stream_options": {"include_usage": true}, "logit_bias": {"7": -100, "9": 3.5}, "user": "u"})";
constexpr std::string_view kChat =
    R"({"model": "m", "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"},
 {"role": "assistant", "content": "b"}, {"role": "user", "content": [{"type": "text", "text": "c"}]}],
 "max_completion_tokens": 5, "temperature": 0, "logprobs": true, "top_logprobs": 3, "tools": [],
 "response_format": {"type": "text"}, "seed": -3, "stop": "x"})";

void expectWithin(const ReplyRequest& request) {
    const auto holds = [](const std::optional<double>& value, const SettingRange& range) {
        return !value || range.holds(*value);
    };
    const GenerationChoices& choices = request.choices;
    EXPECT_TRUE(holds(choices.temperature, kTemperatureRange));
    EXPECT_TRUE(holds(choices.topP, kTopPRange));
    EXPECT_TRUE(holds(choices.minP, kMinPRange));
    EXPECT_TRUE(holds(choices.repetitionPenalty, kRepetitionPenaltyRange));
    EXPECT_TRUE(kPenaltyRange.holds(choices.presencePenalty));
    EXPECT_TRUE(kPenaltyRange.holds(choices.frequencyPenalty));
    EXPECT_TRUE(!choices.topK || *choices.topK >= 0);
    EXPECT_LE(choices.stopStrings.size(), kMostStops);
    EXPECT_TRUE(request.choicesWanted >= 1 && request.choicesWanted <= kMostChoices);
    EXPECT_GE(request.maximumTokens.value_or(0), 0);
    EXPECT_LE(request.logProbabilities.value_or(0),
              static_cast<std::size_t>(kMostLogProbabilities));
    for (const auto& [id, bias] : request.bias)
        EXPECT_TRUE(id >= 0 && bias >= -100 && bias <= 100);
    EXPECT_TRUE(request.streams || !request.tellsUsage);
}

// False where it was refused, in words.
template <class Request>
bool isUnderstood(const Result<Request>& request) {
    if (request) {
        expectWithin(*request);
        return true;
    }
    EXPECT_GT(request.error().message.size(), 5U);
    EXPECT_LT(request.error().message.size(), 1000U) << "it is for people";
    return false;
}

template <class Read>
void walk(const char* name, std::string_view good, const Read& read) {
    const auto use = [&](const std::string& text) {
        const auto body = parseJson(text, "the body");
        return body && read(*body);
    };
    ASSERT_TRUE(use(std::string(good)));
    Attack(name, 2000)
        .walk([&](std::uint64_t seed) { return Mutation(seed)(good); },
              [&](const std::string& variant) {
                  use(variant);
                  return !testing::Test::HasFailure();
              });
}

TEST(BrokenRequest, ForACompletionIsRefusedOrWithinItsBounds) {
    walk("completions", kCompletion, [](const nlohmann::json& body) {
        const auto request = readCompletionRequest(body);
        if (!isUnderstood(request)) return false;
        EXPECT_TRUE(!request->prompts.empty() && request->prompts.size() <= kMostPrompts);
        return true;
    });
}

TEST(BrokenRequest, ForAChatIsRefusedOrWithinItsBounds) {
    walk("chats", kChat, [](const nlohmann::json& body) {
        const auto request = readChatRequest(body);
        if (!isUnderstood(request)) return false;
        EXPECT_EQ(request->messages.back().role, ChatRole::User);
        return true;
    });
}

}  // namespace
}  // namespace dsm
