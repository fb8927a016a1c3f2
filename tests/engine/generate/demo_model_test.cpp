// The bundled model, asked the questions of its test list, in words that its training never saw.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

#include "engine/generate/language_model.h"

namespace dsm {
namespace {

const std::filesystem::path kDemoModel = DSM_SOURCE_DIR "/resources/demo_model";

// What the README of the model reports, less two for another machine's arithmetic.
constexpr int kLeastRight = 76;

std::unique_ptr<LanguageModel> loadDemoModel() {
    auto model = LanguageModel::load(
        {.folder = kDemoModel, .backend = "cpu", .threads = 2, .contextLimit = 512}, {}, {});
    if (!model) {
        ADD_FAILURE() << model.error().message;
        return nullptr;
    }
    return std::move(*model);
}

// A Python expression, searched for without regard to case; std::regex knows no lookbehind.
bool contains(const std::string& text, std::string expression) {
    const std::string noDigitBefore = "(?<!\\d)";
    if (expression.starts_with(noDigitBefore)) {
        expression.replace(0, noDigitBefore.size(), "(?:^|\\D)");
    }
    return std::regex_search(text, std::regex(expression, std::regex::icase));
}

bool isRight(const std::string& reply, const nlohmann::json& expected) {
    return std::any_of(expected.begin(), expected.end(), [&](const nlohmann::json& expression) {
        return contains(reply, expression.get<std::string>());
    });
}

TEST(DemoModel, AnswersTheQuestionsOfItsTestList) {
    const auto model = loadDemoModel();
    ASSERT_NE(model, nullptr);
    std::ifstream questions(kDemoModel / "questions.jsonl");
    int asked = 0;
    int right = 0;
    std::string wrong;
    for (std::string line; std::getline(questions, line); ++asked) {
        const nlohmann::json row = nlohmann::json::parse(line);
        const std::vector<ChatMessage> messages{
            {ChatRole::User, row["question"].get<std::string>(), {}}};
        const auto prompt = model->encodeChat(messages, 128);
        ASSERT_TRUE(prompt) << prompt.error().message;
        const auto reply = model->generate(prompt->ids, model->ownSettings(), {}, {});
        ASSERT_TRUE(reply) << reply.error().message;
        if (isRight(reply->text, row["expect"])) {
            ++right;
        } else {
            wrong += messages[0].content + " ->" + reply->text + "\n";
        }
    }
    EXPECT_EQ(asked, 80);
    EXPECT_GE(right, kLeastRight) << wrong;
    RecordProperty("right", right);
    if (!wrong.empty())
        std::cout << right << " of " << asked << " are right; not these:\n" << wrong;
}

// Its generation_config.json asks for the likeliest token: drawn at random it babbles.
TEST(DemoModel, WantsToBeAskedGreedily) {
    const auto model = loadDemoModel();
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(model->ownSettings().sampling.temperature, 0);
    EXPECT_EQ(model->ownSettings().maximumTokens, 256);
}

}  // namespace
}  // namespace dsm
