#include "engine/train/data/example.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace dsm {
namespace {

using nlohmann::json;
using Role = ChatRole;

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

std::string refusal(const char* row, const ColumnMap& columns = {}) {
    const auto example = readExample(json::parse(row), columns);
    EXPECT_FALSE(example.has_value()) << row;
    return example ? "" : example.error().message;
}

// Which answers are trained, as a text of 0 and 1.
std::string trained(const char* row) {
    std::string marks;
    for (const Turn& turn : read(row).messages) {
        if (turn.role == Role::Assistant) marks += turn.isTrained ? '1' : '0';
    }
    return marks;
}

TEST(Example, UnderstandsTheKeysOfEitherFormOfConversation) {
    expectTurns(read(R"({"conversations": [{"role": "user", "content": "q"},
                         {"role": "assistant", "content": "a"}]})"),
                {{Role::User, "q"}, {Role::Assistant, "a"}});
    expectTurns(read(R"({"messages": [{"from": "human", "value": "q", "role": "user"},
                         {"from": "gpt", "value": "a", "content": null}]})"),
                {{Role::User, "q"}, {Role::Assistant, "a"}});
    EXPECT_NE(refusal(R"({"messages": [{"role": "user", "content": "q", "value": "r"}]})")
                  .find("hold different texts"),
              std::string::npos);
}

TEST(Example, PutsASystemTextOfItsOwnColumnFirst) {
    for (
        const char* turns :
        {R"("messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}])",
         R"("conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "q"},
             {"from": "gpt", "value": "a"}])"}) {
        expectTurns(read((R"({"system": "s", )" + std::string(turns) + "}").c_str()),
                    {{Role::System, "s"}, {Role::User, "q"}, {Role::Assistant, "a"}});
    }
    EXPECT_NE(refusal(R"({"system": "t", "messages": [{"role": "system", "content": "s"},
                          {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]})")
                  .find("system text in messages[0] and another"),
              std::string::npos);
    EXPECT_NE(refusal(R"({"system": "t", "messages": [{"role": "user", "content": "q"}]})")
                  .find("messages ends without an answer"),
              std::string::npos);
}

TEST(Example, ReadsHistoryAsEarlierTurnsThatAreTrained) {
    const char* row = R"({"instruction": "q", "input": "i", "output": "a", "system": "s",
                          "history": [["q1", "a1"], ["q2", "a2"]]})";
    expectTurns(read(row), {{Role::System, "s"},
                            {Role::User, "q1"},
                            {Role::Assistant, "a1"},
                            {Role::User, "q2"},
                            {Role::Assistant, "a2"},
                            {Role::User, "q\ni"},
                            {Role::Assistant, "a"}});
    EXPECT_EQ(trained(row), "111");
    EXPECT_TRUE(read(row).hasHistory);
    EXPECT_TRUE(read(row).unusedColumns.empty());
    // As a CSV file holds it.
    EXPECT_EQ(trained(R"({"instruction": "q", "output": "a", "history": "[[\"q1\", \"a1\"]]"})"),
              "11");
    for (const char* none : {"[]", "null", "\"\"", "\"[]\""}) {
        const std::string text =
            R"({"instruction": "q", "output": "a", "history": )" + std::string(none) + "}";
        EXPECT_EQ(read(text.c_str()).messages.size(), 2U) << none;
    }
    for (const char* wrong : {R"([["q1"]])", R"([["q1", 2]])", R"(["q1", "a1"])",
                              R"([["q1", " "]])", R"("[[")", R"({"q1": "a1"})", "3"}) {
        const std::string text =
            R"({"instruction": "q", "output": "a", "history": )" + std::string(wrong) + "}";
        EXPECT_NE(refusal(text.c_str()).find("history"), std::string::npos) << wrong;
    }
}

TEST(Example, ReadsEarlierAnswersAsContextWhereHistoryIsContext) {
    const auto marks = [](const char* row) {
        const auto example = readExample(json::parse(row), {}, HistoryUse::Context);
        EXPECT_TRUE(example.has_value()) << row;
        std::string text;
        for (const Turn& turn : example ? example->messages : std::vector<Turn>()) {
            if (turn.role == Role::Assistant) text += turn.isTrained ? '1' : '0';
        }
        return text;
    };
    EXPECT_EQ(marks(R"({"instruction": "q", "output": "a", "history": [["p", "b"], ["o", "c"]]})"),
              "001");
    EXPECT_EQ(marks(R"({"instruction": "q", "output": "a"})"), "1");
    const std::string turns = R"([{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"},
        {"from": "human", "value": "r"}, {"from": "gpt", "value": "b"}])";
    EXPECT_EQ(marks((R"({"conversations": )" + turns + "}").c_str()), "01");
    // What the data says of a single answer counts for more than what is said of all.
    EXPECT_EQ(marks(R"({"messages": [{"role": "user", "content": "q"},
                        {"role": "assistant", "content": "a", "weight": 1},
                        {"role": "user", "content": "r"}, {"role": "assistant", "content": "b"},
                        {"role": "user", "content": "s"},
                        {"role": "assistant", "content": "c", "weight": 0}]})"),
              "100");
    EXPECT_EQ(marks((R"({"weight": 0, "conversations": )" + turns + "}").c_str()), "00");
    EXPECT_EQ(historyUseNamed("context"), HistoryUse::Context);
    EXPECT_EQ(historyUseNamed("ignored"), std::nullopt);
}

TEST(Example, RefusesHistoryThatHasNoPlace) {
    for (const char* row : {R"({"messages": [{"role": "user", "content": "q"},
                                {"role": "assistant", "content": "a"}], "history": [["p", "b"]]})",
                            R"({"text": "t", "history": [["p", "b"]]})"}) {
        EXPECT_NE(refusal(row).find("it has a column history, which belongs to output"),
                  std::string::npos)
            << refusal(row);
    }
    EXPECT_EQ(read(R"({"text": "t", "history": []})").text, "t");
}

TEST(Example, SaysWhichColumnsAreLikelyMeant) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"prompt": "q", "completion": "a"})", "map instruction=prompt output=completion ("},
        {R"({"input": "q", "target": "a"})", "map output=target ("},
        {R"({"conversation": [{"role": "user", "content": "q"}]})", "map messages=conversation ("},
    };
    for (const auto& [row, hint] : cases)
        EXPECT_NE(refusal(row).find(hint), std::string::npos) << refusal(row);
    EXPECT_TRUE(refusal(R"({"a": "q", "b": "a"})").ends_with("Its columns are: a, b."));
}

// As in the second of two files that call their columns otherwise.
TEST(Example, NamesTheChosenColumnThatARowLacks) {
    EXPECT_EQ(refusal(R"({"instruction": "q", "output": "a"})",
                      {{"instruction", "A"}, {"output", "B"}, {"text", ""}}),
              "the column B is empty.");
}

// With the map that its other columns ask for, the row would be refused all the same.
TEST(Example, ProposesNoMapForAPreferenceOfAnswers) {
    for (const char* row : {R"({"prompt": "q", "chosen": "a", "rejected": "b"})",
                            R"({"prompt": "q", "completion": "a", "label": true})",
                            R"({"chosen": [{"role": "user", "content": "q"}], "rejected": []})"}) {
        const std::string reason = refusal(row);
        EXPECT_NE(reason.find("better and worse answers are not trained. Put"), std::string::npos)
            << reason;
        EXPECT_EQ(reason.find("map "), std::string::npos) << reason;
    }
}

TEST(Example, SaysOfAWholeTableWhichFormItHas) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"instruction": ["q", "r"], "output": ["a", "b"]})",
         "a table by columns, each with the"},
        {R"({"messages": [[{"role": "user", "content": "q"}]], "id": [1]})", "a table by columns,"},
        {R"({"text": ["a", "b"]})", "a table by columns, each with the list"},
        {R"({"instruction": {"0": "q", "1": "r"}, "output": {"0": "a", "1": "b"}})",
         "a table by columns, each with its values under the numbers"},
        {R"({"0": {"instruction": "q", "output": "a"}})", "rows stand under their numbers"},
        {R"({"columns": ["instruction", "output"], "index": [0], "data": [["q", "a"]]})",
         "a table"},
    };
    for (const auto& [table, form] : cases) {
        const std::string reason = refusal(table);
        EXPECT_NE(reason.find(form), std::string::npos) << reason;
        EXPECT_NE(reason.find("orient=\"records\", lines=True"), std::string::npos) << reason;
    }
    // Rows, though all their columns are lists.
    EXPECT_EQ(refusal(R"({"messages": ["q"]})").find("table"), std::string::npos);
    EXPECT_EQ(trained(R"({"messages": [{"role": "user", "content": "q"},
                                       {"role": "assistant", "content": "a"}],
                          "topics": ["x", "y"]})"),
              "1");
}

TEST(Example, NamesTheCallOfAToolBeforeTheTextItLacks) {
    EXPECT_NE(refusal(R"({"messages": [{"role": "user", "content": "q"},
        {"role": "assistant", "content": null, "tool_calls": [{"id": "1"}]}]})")
                  .find("messages[1]: the key \"tool_calls\""),
              std::string::npos);
}

TEST(Example, DoesNotTrainAnswersWhoseWeightIsNought) {
    for (const char* no : {R"("weight": 0)", R"("weight": 0.0)", R"("weight": false)",
                           R"("weight": "0")", R"("train": false)", R"("training": false)",
                           R"("trainable": false)", R"("loss": false)", R"("loss_weight": 0)"}) {
        const std::string row = R"({"messages": [{"role": "user", "content": "q", "weight": 0},
            {"role": "assistant", "content": "a", )" +
                                std::string(no) +
                                R"(}, {"role": "user", "content": "q"},
            {"role": "assistant", "content": "b", "weight": 1}]})";
        EXPECT_EQ(trained(row.c_str()), "01") << no;
    }
    EXPECT_EQ(trained(R"({"instruction": "q", "output": "a", "weight": 0})"), "0");
    EXPECT_EQ(trained(R"({"instruction": "q", "output": "a", "weight": "1.0"})"), "1");
    EXPECT_EQ(trained(R"({"instruction": "q", "output": "a", "weight": null})"), "1");
    EXPECT_NE(refusal(R"({"text": "t", "train": false})").find("weight is 0"), std::string::npos);
}

TEST(Example, RefusesWeightsThatItCannotHonour) {
    for (const char* weight :
         {R"("weight": 0.5)", R"("weight": 2)", R"("weight": -1)", R"("train": "maybe")",
          R"("loss": [0, 1])", R"("weight": 0, "train": true)"}) {
        const std::string turn = R"({"messages": [{"role": "user", "content": "q"},
            {"role": "assistant", "content": "a", )" +
                                 std::string(weight) + "}]}";
        EXPECT_TRUE(refusal(turn.c_str()).starts_with("messages[1]: \"")) << weight;
        const std::string row = R"({"text": "t", )" + std::string(weight) + "}";
        EXPECT_TRUE(refusal(row.c_str()).starts_with("\"")) << weight;
    }
    EXPECT_NE(refusal(R"({"messages": [{"role": "user", "content": "q", "train": true},
                          {"role": "assistant", "content": "a"}]})")
                  .find("messages[0]: its weight asks that it be trained"),
              std::string::npos);
}

TEST(Example, RefusesKeysOfAMessageThatItDoesNotUnderstand) {
    for (const char* key : {R"("mask": 1)", R"("mask": false)", R"("prefix": true)",
                            R"("name": "Ann")", R"("tool_calls": [{}])",
                            R"("function_call": {"name": "f"})", R"("reasoning_content": "hm")",
                            R"("refusal": "no")", R"("wieght": 0)", R"("images": ["a.png"])"}) {
        const std::string row = R"({"messages": [{"role": "user", "content": "q"},
            {"role": "assistant", "content": "a", )" +
                                std::string(key) + "}]}";
        const std::string name(key, 0, std::string_view(key).find(':'));
        EXPECT_NE(refusal(row.c_str()).find("messages[1]: the key " + name), std::string::npos)
            << refusal(row.c_str());
    }
    for (const char* key :
         {R"("id": 7)", R"("timestamp": "now")", R"("tool_calls": [])", R"("name": null)",
          R"("reasoning_content": "")", R"("prefix": false)", R"("model": "x", "tokens": 3)"}) {
        const std::string row = R"({"messages": [{"role": "user", "content": "q"},
            {"role": "assistant", "content": "a", )" +
                                std::string(key) + "}]}";
        EXPECT_EQ(trained(row.c_str()), "1") << key;
    }
}

TEST(Example, RefusesColumnsThatWouldChangeWhatIsLearnt) {
    for (const char* column :
         {R"("tools": "[{\"name\": \"f\"}]")", R"("images": ["a.png"])", R"("chosen": "x")",
          R"("rejected": {"value": "y"})", R"("kto_tag": false)", R"("label": true)",
          R"("labels": [1])", R"("loss_mask": [0, 1])", R"("mask_history": true)",
          R"("train_on_history": false)", R"("sample_weight": 0.5)", R"("weights": [0, 1])"}) {
        const std::string row =
            R"({"instruction": "q", "output": "a", )" + std::string(column) + "}";
        const std::string name(column + 1, std::string_view(column + 1).find('"'));
        EXPECT_NE(refusal(row.c_str()).find("a column " + name), std::string::npos)
            << refusal(row.c_str());
    }
    for (const char* column : {R"("tools": "[]")", R"("images": [])", R"("label": "sports")",
                               R"("rejected": null)", R"("mask_history": false)"}) {
        const std::string row =
            R"({"instruction": "q", "output": "a", )" + std::string(column) + "}";
        EXPECT_EQ(trained(row.c_str()), "1") << column;
    }
    // Who maps the better answer means to learn it alone.
    EXPECT_EQ(read(R"({"prompt": "q", "chosen": "a", "rejected": "b"})",
                   {{"instruction", "prompt"}, {"output", "chosen"}})
                  .messages.size(),
              2U);
}

TEST(Example, NamesColumnsThatItDoesNotUse) {
    EXPECT_EQ(read(R"({"instruction": "q", "output": "a", "id": 7, "source": "web", "topic": null,
                       "notes": ""})")
                  .unusedColumns,
              (std::vector<std::string>{"id", "source"}));
    EXPECT_EQ(read(R"({"messages": [{"role": "user", "content": "q"},
                       {"role": "assistant", "content": "a"}], "output": "b", "text": "t"})")
                  .unusedColumns,
              (std::vector<std::string>{"output", "text"}));
    EXPECT_EQ(read(R"({"text": "t", "weight": 1})").unusedColumns, std::vector<std::string>());
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
    EXPECT_TRUE(checkColumnMap({{"history", "turns"}, {"output", "a"}}).has_value());
    EXPECT_TRUE(checkColumnMap({{"output", ""}}).has_value());
    const auto unknown = checkColumnMap({{"answer", "a"}});
    ASSERT_FALSE(unknown.has_value());
    EXPECT_NE(unknown.error().message.find("columns: \"answer\" is unknown"), std::string::npos);
}

}  // namespace
}  // namespace dsm
