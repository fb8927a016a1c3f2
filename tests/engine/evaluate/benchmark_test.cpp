// Benchmarks without the harness: what is scored together is what is scored alone, examples are drawn as
// Python draws them, and sums, comparisons and files are what they should be. harness_items.py holds it all
// against lm-eval.
#include "engine/evaluate/benchmark.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/evaluate/benchmark_comparison.h"
#include "engine/evaluate/benchmark_file.h"
#include "engine/evaluate/continuation_scores.h"
#include "engine/evaluate/tasks/answer_check.h"
#include "engine/evaluate/tasks/python_random.h"
#include "engine/evaluate/tasks/python_text.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using Places = std::vector<std::uint32_t>;

// What CPython 3.11 gave.
TEST(PythonRandom, DrawsAsPythonDoes) {
    PythonRandom random(1234);
    EXPECT_EQ(random.sample(50, 5), (Places{49, 28, 7, 0, 5}));
    EXPECT_EQ(random.sample(50, 5), (Places{37, 2, 42, 44, 5}));
    EXPECT_EQ(random.sample(1000, 8), (Places{100, 784, 363, 242, 17, 31, 807, 16}));
    EXPECT_EQ(random.sample(85, 8), (Places{44, 82, 79, 61, 78, 59, 19, 11}));
    EXPECT_EQ(random.sample(86, 8), (Places{23, 14, 1, 64, 62, 31, 8, 85}));
    EXPECT_EQ(random.sample(3, 3), (Places{2, 1, 0}));
}

TEST(PythonText, StripsAndCapitalizesAllOfUnicode) {
    EXPECT_EQ(stripped("\u3000 a b\u2003\n"), "a b");
    EXPECT_EQ(stripped(" \x1c "), "");
    EXPECT_EQ(leftStripped("  a "), "a ");
    EXPECT_EQ(trailingSpaceBytes("a\u3000 "), 4U);
    EXPECT_EQ(capitalized("\u00E9TWAS \u00C4"), "\u00C9twas \u00E4");
    EXPECT_EQ(capitalized(""), "");
    EXPECT_EQ(characterCount("\u00C9a\u3000"), 3U);
}

TEST(AnswerCheck, TakesTheNumberAndLeavesOutWhatDoesNotCount) {
    const auto math =
        checkAnswer(TaskName::Gsm8k, "So 3.\n#### 1,018 dogs, not $7.", {"x\n#### 1018"});
    ASSERT_TRUE(math.has_value());
    EXPECT_EQ((*math)[0].taken, "1,018");
    EXPECT_TRUE((*math)[0].isRight);
    EXPECT_EQ((*math)[1].taken, "$7.");
    EXPECT_FALSE((*math)[1].isRight);
    EXPECT_EQ(checkAnswer(TaskName::Gsm8k, "none", {"#### 1"})->at(0).taken, "[invalid]");
    EXPECT_TRUE(checkAnswer(TaskName::TriviaQa, " The \u00C9cole!", {"a", "the \u00E9cole"})
                    ->at(0)
                    .isRight);
    EXPECT_FALSE(checkAnswer(TaskName::TriviaQa, "\u00E9cole", {"the \u00E9cole"})->at(0).isRight);
    EXPECT_TRUE(
        checkAnswer(TaskName::NaturalQuestions, "\u00E9cole", {"the \u00E9cole"})->at(0).isRight);
}

TEST(BenchmarkComparison, TestsWhatDiffersOnly) {
    std::vector<std::pair<bool, bool>> answers(80, {true, true});
    answers.insert(answers.end(), 10, {false, false});
    answers.insert(answers.end(), 8, {true, false});
    answers.insert(answers.end(), 2, {false, true});
    const BenchmarkComparison found = compareAnswers(answers);
    EXPECT_DOUBLE_EQ(found.difference(), -0.06);
    // Of 10 throws of a coin at most 2 or at least 8 fall one way: 2 (1 + 10 + 45) / 1024.
    EXPECT_NEAR(found.chance(), 112.0 / 1024, 1e-12);
    EXPECT_NEAR(found.error(), std::sqrt((10 - 100 * 0.0036) / 99 / 100), 1e-12);
    EXPECT_EQ(compareAnswers({}).chance(), 1);
    EXPECT_EQ(compareAnswers({}).error(), 0);
}

TEST(BenchmarkTotals, GiveMeansAndPerplexitiesWithTheirErrors) {
    BenchmarkTotals shares(*taskNamed("hellaswag"));
    for (int i = 0; i < 4; ++i)
        shares.add({i == 0 ? 1.0 : 0.0, 1.0});
    EXPECT_DOUBLE_EQ(shares.values()[0].value, 0.25);
    EXPECT_DOUBLE_EQ(*shares.values()[0].error, 0.25);
    EXPECT_DOUBLE_EQ(*shares.values()[1].error, 0);
    BenchmarkTotals texts(*taskNamed("text"));
    texts.add({-20, 10, 40});
    EXPECT_FALSE(texts.values()[0].error.has_value());
    texts.add({-40, 20, 80});
    EXPECT_NEAR(texts.values()[0].value, std::exp(2), 1e-9);
    EXPECT_NEAR(texts.values()[2].value, 0.5 / std::log(2), 1e-9);
    EXPECT_NEAR(*texts.values()[0].error, 0, 1e-9) << "both texts are equally likely, word by word";
}

class BenchmarkTest : public testing::Test {
  protected:
    void SetUp() override {
        auto loaded = LanguageModel::load({.folder = test::goldenFolder("tiny"),
                                           .backend = "cpu",
                                           .threads = 1,
                                           .kv = KvType::F32},
                                          {}, {});
        ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
        model_ = std::move(*loaded);
        std::string rows;
        for (int i = 0; i < 7; ++i) {
            const std::string n = std::to_string(i);
            rows += R"({"goal": "Find )" + n + R"(", "sol1": "look at )" + n +
                    R"( and then at what is beside it", "sol2": "go", "label": )" +
                    std::to_string(i % 2) + "}\n";
        }
        file_ = folder_.write("rows.jsonl", rows);
    }
    Result<TaskData> data(int shots, std::int64_t limit = 0) {
        return TaskData::read({.task = taskNamed("piqa"),
                               .files = {file_},
                               .shotFiles = {file_},
                               .shots = shots,
                               .limit = limit},
                              {});
    }
    std::map<std::int64_t, BenchmarkItem> run(const TaskData& data,
                                              const std::set<std::int64_t>& done = {}) {
        std::map<std::int64_t, BenchmarkItem> items;
        const auto ended = runBenchmark(*model_, data, done, {},
                                        [&](BenchmarkItem item) -> Result<void> {
                                            items[item.number] = std::move(item);
                                            return {};
                                        },
                                        {});
        EXPECT_TRUE(ended.has_value()) << ended.error().message;
        return items;
    }

    TemporaryFolder folder_;
    std::filesystem::path file_;
    std::unique_ptr<LanguageModel> model_;
};

TEST_F(BenchmarkTest, ScoresContinuationsTogetherAsTheyAreAlone) {
    // Beginnings that all share, that some share, none; more than a pass takes; one token behind.
    const auto ids = [&](const std::string& text) { return model_->tokenizer().encode(text); };
    std::vector<ScoredText> texts;
    for (const std::string end :
         {" a", " a cat sat on a mat and was seen there", " dog", " a cat"}) {
        std::vector<TokenId> all = ids("The question is what comes behind it");
        const std::size_t from = all.size();
        for (const TokenId id : ids(end))
            all.push_back(id);
        texts.push_back({all, from});
    }
    for (int more = 0; more < 16; ++more)
        texts.push_back({ids("The other " + std::to_string(more) + " of all"), 1});
    ContinuationScorer together(*model_);
    for (const std::size_t count : {std::size_t{1}, std::size_t{4}, texts.size()}) {
        const auto found = together.score(std::span(texts).first(count), {});
        ASSERT_TRUE(found.has_value());
        for (std::size_t i = 0; i < count; ++i) {
            const auto alone =
                model_->score(texts[i].ids, {.from = texts[i].from, .likeliest = 1}, {});
            ASSERT_TRUE(alone.has_value());
            double sum = 0;
            bool isGreedy = true;
            for (const TokenScore& score : *alone) {
                sum += *score.logProbability;
                isGreedy = isGreedy && score.likeliest.front().id == score.id;
            }
            EXPECT_NEAR((*found)[i].logLikelihood, sum, 1e-9) << i << " of " << count;
            EXPECT_EQ((*found)[i].isGreedy, isGreedy) << i;
        }
    }
}

TEST_F(BenchmarkTest, NeverGivesAQuestionItselfAsAnExample) {
    const auto found = data(5);
    ASSERT_TRUE(found.has_value()) << found.error().message;
    for (const TaskItem& item : found->items()) {
        ASSERT_EQ(item.shots.size(), 5U);
        EXPECT_EQ(found->beforeOf(item).find(item.question.asked), std::string::npos);
    }
    EXPECT_EQ(data(0, 2)->items().size(), 2U);
    const auto refused = data(7);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("are 7, but 8 are needed"), std::string::npos)
        << refused.error().message;
}

TEST_F(BenchmarkTest, GivesTheSameAnswersWhereverItWasStopped) {
    const auto asked = data(2);
    ASSERT_TRUE(asked.has_value());
    const auto whole = run(*asked);
    ASSERT_EQ(whole.size(), 7U);
    const auto rest = run(*asked, {0, 1, 2, 5});
    ASSERT_EQ(rest.size(), 3U);
    for (const auto& [number, item] : rest)
        EXPECT_EQ(itemJson(item), itemJson(whole.at(number)));
}

TEST_F(BenchmarkTest, CutsTheBeginningOfAPromptThatTheContextDoesNotHold) {
    const auto loaded = LanguageModel::load({.folder = test::goldenFolder("tiny"),
                                             .backend = "cpu",
                                             .threads = 1,
                                             .contextLimit = 24,
                                             .kv = KvType::F32},
                                            {}, {});
    ASSERT_TRUE(loaded.has_value());
    model_ = std::move(const_cast<std::unique_ptr<LanguageModel>&>(*loaded));
    const auto asked = TaskData::read(
        {.task = taskNamed("arc_easy"),
         .files = {folder_.write(
             "arc.jsonl",
             R"({"question": "What is far away, and further, and still further than all of what is far?", "choices": {"text": ["a", "b"], "label": ["1", "2"]}, "answerKey": "2"})"
             "\n")}},
        {});
    ASSERT_TRUE(asked.has_value()) << asked.error().message;
    const auto items = run(*asked);
    EXPECT_TRUE(items.at(0).isCut);
    EXPECT_EQ(items.at(0).right, 1);
}

TEST_F(BenchmarkTest, FilesTakeOffALineThatIsNotWholeAndRefuseOthers) {
    const nlohmann::json benchmark{{"task", "piqa"}, {"few_shot", 0}};
    const auto path = folder_ / "items.jsonl";
    BenchmarkItem item{.number = 3, .file = "a", .unit = "line", .line = 4, .prompt = "p\n"};
    item.choices = {{"x", -1.5, true}};
    item.measures = {1, 0};
    {
        auto file = BenchmarkFile::open(path, benchmark, {});
        ASSERT_TRUE(file.has_value()) << file.error().message;
        ASSERT_TRUE(file->add(item) && file->finish());
        EXPECT_NE(BenchmarkFile::open(path, benchmark, {}).error().message.find("another program"),
                  std::string::npos);
    }
    const std::string whole = contentOf(path);
    folder_.write("items.jsonl", whole + "{\"number\": 4, ");
    std::vector<BenchmarkItem> found;
    {
        const auto file = BenchmarkFile::open(
            path, benchmark, [&](BenchmarkItem one) { found.push_back(std::move(one)); });
        ASSERT_TRUE(file.has_value()) << file.error().message;
    }
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(itemJson(found[0]), itemJson(item));
    EXPECT_EQ(contentOf(path), whole);
    const auto other = BenchmarkFile::open(path, {{"task", "piqa"}, {"few_shot", 5}}, {});
    EXPECT_NE(other.error().message.find("(few_shot)"), std::string::npos) << other.error().message;
    folder_.write("items.jsonl", whole + "{\"number\": -4}\n");
    const auto broken = BenchmarkFile::open(path, benchmark, {});
    EXPECT_NE(broken.error().message.find("items.jsonl, line 3"), std::string::npos)
        << broken.error().message;
}

}  // namespace
}  // namespace dsm
