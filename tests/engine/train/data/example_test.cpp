#include "engine/train/data/example.h"

#include <gtest/gtest.h>

namespace dsm {
namespace {

using nlohmann::json;
using Role = ChatMessage::Role;

Example read(const char* row, const ColumnMap& columns = {}) {
    auto example = readExample(json::parse(row), columns);
    EXPECT_TRUE(example.has_value()) << row << ": " << (example ? "" : example.error().message);
    return example ? *example : Example();
}

void expectTurns(const Example& example, const std::vector<std::pair<Role, std::string>>& turns) {
    ASSERT_EQ(example.messages.size(), turns.size());
    for (std::size_t i = 0; i < turns.size(); ++i) {
        EXPECT_EQ(example.messages[i].role, turns[i].first) << i;
        EXPECT_EQ(example.messages[i].content, turns[i].second) << i;
    }
}

TEST(Example, JoinsInstructionAndInputByALineBreak) {
    const char* row = R"({"instruction": "Add", "input": "1, 2", "output": "3", "id": 7})";
    expectTurns(read(row), {{Role::User, "Add\n1, 2"}, {Role::Assistant, "3"}});
    expectTurns(read(R"({"instruction": "", "input": "q", "output": "a"})"),
                {{Role::User, "q"}, {Role::Assistant, "a"}});
    expectTurns(read(R"({"instruction": "q", "input": null, "output": " a"})"),
                {{Role::User, "q"}, {Role::Assistant, " a"}});
    expectTurns(read(R"({"system": "s", "instruction": "q", "output": "a"})"),
                {{Role::System, "s"}, {Role::User, "q"}, {Role::Assistant, "a"}});
}

TEST(Example, ReadsMessagesAndShareGpt) {
    expectTurns(read(R"({"messages": [{"role": "system", "content": "s"},
                         {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"},
                         {"role": "user", "content": "r"}, {"role": "assistant", "content": "b"}]})"),
                {{Role::System, "s"},
                 {Role::User, "q"},
                 {Role::Assistant, "a"},
                 {Role::User, "r"},
                 {Role::Assistant, "b"}});
    expectTurns(read(R"({"conversations": [{"from": "human", "value": "q"},
                         {"from": "gpt", "value": "a"}]})"),
                {{Role::User, "q"}, {Role::Assistant, "a"}});
}

TEST(Example, ReadsAText) {
    const Example example = read(R"({"text": "once upon"})");
    EXPECT_TRUE(example.messages.empty());
    EXPECT_EQ(example.text, "once upon");
}

TEST(Example, FindsColumnsUnderTheNamesGiven) {
    const auto columns = parseColumnMap(std::vector<std::string>{"instruction=q", "output=a=b"});
    ASSERT_TRUE(columns.has_value());
    expectTurns(read(R"({"q": "x", "a=b": "y", "output": 3})", *columns),
                {{Role::User, "x"}, {Role::Assistant, "y"}});
}

TEST(Example, RefusesMapsThatNameNothing) {
    for (const char* wrong : {"instruction", "instruction=", "=x", "answer=x"}) {
        const auto map = parseColumnMap(std::vector<std::string>{wrong});
        ASSERT_FALSE(map.has_value()) << wrong;
        EXPECT_NE(map.error().message.find(wrong), std::string::npos);
    }
    EXPECT_FALSE(parseColumnMap(std::vector<std::string>{"text=a", "text=b"}).has_value());
}

}  // namespace
}  // namespace dsm
