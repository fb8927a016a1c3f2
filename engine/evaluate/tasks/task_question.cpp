#include "engine/evaluate/tasks/task_question.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "engine/evaluate/tasks/python_text.h"
#include "engine/evaluate/tasks/subjects.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

constexpr std::string_view kBetweenShots = "\n\n";
constexpr std::array<std::string_view, 4> kLetters{"A", "B", "C", "D"};

using Made = Result<TaskQuestion>;

Result<std::string> textAt(const JsonField& row, std::string_view column) {
    const auto field = row.at(column);
    return field ? field->string() : tl::unexpected(field.error());
}

Result<std::vector<std::string>> textsAt(const JsonField& row, std::string_view column) {
    const auto field = row.at(column);
    if (!field) return tl::unexpected(field.error());
    auto texts = field->strings();
    if (!texts) return texts;
    if (texts->empty()) return field->malformed(ReasonCode::TaskNoText);
    return texts;
}

// A whole number, also one that is spelled, from `first` to first + count - 1; counted from 0.
Result<std::size_t> placeAt(const JsonField& row, std::string_view column, std::int64_t first,
                            std::size_t count) {
    const auto field = row.at(column);
    if (!field) return tl::unexpected(field.error());
    std::int64_t number = -1;
    if (const auto text = field->string(); text) {
        const auto [end, error] =
            std::from_chars(text->data(), text->data() + text->size(), number);
        if (error != std::errc() || end != text->data() + text->size()) number = -1;
    } else if (const auto whole = field->integer(); whole) {
        number = *whole;
    }
    const std::int64_t place = number - first;
    if (number >= 0 && place >= 0 && place < static_cast<std::int64_t>(count))
        return static_cast<std::size_t>(place);
    return field->malformed(
        {ReasonCode::TaskAnswerNumber,
         {std::to_string(first), std::to_string(first + static_cast<std::int64_t>(count) - 1)}});
}

Result<std::size_t> letterAt(const JsonField& row, std::string_view column) {
    const auto field = row.at(column);
    if (!field) return tl::unexpected(field.error());
    const auto letter = field->string();
    for (std::size_t i = 0; letter && i < kLetters.size(); ++i) {
        if (*letter == kLetters[i]) return i;
    }
    return field->malformed(ReasonCode::TaskAnswerLetter);
}

// The question again with what is right behind it, and what parts it from the next.
std::string shotOf(const std::string& asked, const std::string& target, std::string_view before,
                   std::string_view after) {
    if (target.empty()) return asked;
    return asked + std::string(before) + target + std::string(after);
}

TaskQuestion ofChoices(std::string asked, std::vector<std::string> texts, std::size_t right) {
    TaskQuestion question{.asked = std::move(asked), .right = right};
    question.shot = shotOf(question.asked, texts[right], " ", kBetweenShots);
    for (std::string& text : texts)
        question.choices.push_back({.continuation = " " + text, .text = std::move(text)});
    return question;
}

Result<std::string> cleanHellaSwag(const std::string& text) {
    static const PythonPattern brackets("\\[.*?\\]");
    auto clean = brackets.replaced(replacedAll(stripped(text), " [title]", ". "), "");
    if (!clean) return clean;
    return replacedAll(std::move(*clean), "  ", " ");
}

Made hellaSwag(const JsonField& row) {
    const auto label = textAt(row, "activity_label");
    const auto a = textAt(row, "ctx_a");
    const auto b = textAt(row, "ctx_b");
    auto endings = textsAt(row, "endings");
    for (const auto* text : {&label, &a, &b}) {
        if (!*text) return tl::unexpected(text->error());
    }
    if (!endings) return tl::unexpected(endings.error());
    const auto right = placeAt(row, "label", 0, endings->size());
    if (!right) return tl::unexpected(right.error());
    auto asked = cleanHellaSwag(*label + ": " + *a + " " + capitalized(*b));
    if (!asked) return row.malformed(reasonOf(asked.error()));
    for (std::string& ending : *endings) {
        auto clean = cleanHellaSwag(ending);
        if (!clean) return row.malformed(reasonOf(clean.error()));
        ending = std::move(*clean);
    }
    return ofChoices(std::move(*asked), std::move(*endings), *right);
}

Made piqa(const JsonField& row) {
    const auto goal = textAt(row, "goal");
    auto first = textAt(row, "sol1");
    auto second = textAt(row, "sol2");
    for (const auto* text : {&goal, &std::as_const(first), &std::as_const(second)}) {
        if (!*text) return tl::unexpected(text->error());
    }
    const auto right = placeAt(row, "label", 0, 2);
    if (!right) return tl::unexpected(right.error());
    return ofChoices("Question: " + *goal + "\nAnswer:", {std::move(*first), std::move(*second)},
                     *right);
}

Made arc(const JsonField& row) {
    const auto asked = textAt(row, "question");
    const auto choices = row.at("choices");
    const auto key = textAt(row, "answerKey");
    if (!asked) return tl::unexpected(asked.error());
    if (!choices) return tl::unexpected(choices.error());
    if (!key) return tl::unexpected(key.error());
    auto texts = textsAt(*choices, "text");
    const auto labels = textsAt(*choices, "label");
    if (!texts) return tl::unexpected(texts.error());
    if (!labels) return tl::unexpected(labels.error());
    for (std::size_t i = 0; i < std::min(labels->size(), texts->size()); ++i) {
        if ((*labels)[i] == *key)
            return ofChoices("Question: " + *asked + "\nAnswer:", std::move(*texts), i);
    }
    return row.malformed(ReasonCode::TaskAnswerKey);
}

Made winoGrande(const JsonField& row) {
    const auto sentence = textAt(row, "sentence");
    const auto first = textAt(row, "option1");
    const auto second = textAt(row, "option2");
    for (const auto* text : {&sentence, &first, &second}) {
        if (!*text) return tl::unexpected(text->error());
    }
    const auto right = placeAt(row, "answer", 1, 2);
    if (!right) return tl::unexpected(right.error());
    const std::size_t gap = sentence->find('_');
    if (gap == std::string::npos) return row.malformed(ReasonCode::TaskGap);
    const std::string before = sentence->substr(0, gap);
    const std::string rest = stripped(sentence->substr(gap + 1));
    TaskQuestion question{.right = *right};
    for (const auto* option : {&first, &second}) {
        const std::string filled = before + **option;
        question.choices.push_back({.context = filled, .continuation = " " + rest, .text = filled});
    }
    question.shot = shotOf(question.choices[*right].text, rest, " ", kBetweenShots);
    return question;
}

// A question with four answers under it, of which the letter is chosen.
TaskQuestion ofLetters(const std::string& asked, const std::array<std::string, 4>& answers,
                       std::string_view end, std::size_t right) {
    std::string text = stripped(asked);
    for (std::size_t i = 0; i < answers.size(); ++i)
        text += "\n" + std::string(kLetters[i]) + ". " + answers[i];
    return ofChoices(text + "\n" + std::string(end), {"A", "B", "C", "D"}, right);
}

Made mmlu(const JsonField& row, const std::string& subject) {
    const auto asked = textAt(row, "question");
    const auto choices = textsAt(row, "choices");
    if (!asked) return tl::unexpected(asked.error());
    if (!choices) return tl::unexpected(choices.error());
    if (choices->size() != 4) return row.malformed(ReasonCode::TaskFourTexts);
    auto right = letterAt(row, "answer");
    if (!right) right = placeAt(row, "answer", 0, 4);
    if (!right) return tl::unexpected(right.error());
    const auto& c = *choices;
    TaskQuestion question = ofLetters(*asked, {c[0], c[1], c[2], c[3]}, "Answer:", *right);
    question.description = "The following are multiple choice questions (with answers) about " +
                           replacedAll(subject, "_", " ") + ".\n\n";
    return question;
}

struct ChineseForm {
    std::string_view question;  // the columns
    std::string_view answer;
    std::string_view before;  // the subject in the description
    std::string_view after;
};

Made chinese(const JsonField& row, const ChineseForm& form, std::string_view subject) {
    const auto asked = textAt(row, form.question);
    if (!asked) return tl::unexpected(asked.error());
    std::array<std::string, 4> answers;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto answer = textAt(row, kLetters[i]);
        if (!answer) return tl::unexpected(answer.error());
        answers[i] = std::move(*answer);
    }
    const auto right = letterAt(row, form.answer);
    if (!right) return tl::unexpected(right.error());
    TaskQuestion question = ofLetters(*asked, answers, "答案：", *right);
    question.description =
        std::string(form.before) + std::string(subject) + std::string(form.after) + "\n\n";
    return question;
}

TaskQuestion toWrite(std::string asked, std::vector<std::string> targets, std::string_view after) {
    TaskQuestion question{.asked = std::move(asked), .targets = std::move(targets)};
    question.shot = shotOf(question.asked, question.targets.front(), " ", after);
    return question;
}

Made triviaQa(const JsonField& row) {
    const auto asked = textAt(row, "question");
    const auto answer = row.at("answer");
    if (!asked) return tl::unexpected(asked.error());
    if (!answer) return tl::unexpected(answer.error());
    auto aliases = textsAt(*answer, "aliases");
    if (!aliases) return tl::unexpected(aliases.error());
    return toWrite("Question: " + *asked + "?\nAnswer:", std::move(*aliases), kBetweenShots);
}

Made naturalQuestions(const JsonField& row) {
    const auto asked = textAt(row, "question");
    auto answers = textsAt(row, "answer");
    if (!asked) return tl::unexpected(asked.error());
    if (!answers) return tl::unexpected(answers.error());
    TaskQuestion question = toWrite("Q: " + *asked + "?\nA:", std::move(*answers), "\n");
    question.description = "Answer these questions:\n\n";
    return question;
}

Made gsm8k(const JsonField& row) {
    const auto asked = textAt(row, "question");
    auto answer = textAt(row, "answer");
    if (!asked) return tl::unexpected(asked.error());
    if (!answer) return tl::unexpected(answer.error());
    return toWrite("Question: " + *asked + "\nAnswer:", {std::move(*answer)}, kBetweenShots);
}

Made humanEval(const JsonField& row) {
    auto prompt = textAt(row, "prompt");
    if (!prompt) return tl::unexpected(prompt.error());
    return TaskQuestion{.asked = *prompt, .shot = std::move(*prompt)};
}

Made mbpp(const JsonField& row) {
    const auto task = textAt(row, "text");
    const auto code = textAt(row, "code");
    const auto tests = textsAt(row, "test_list");
    if (!task) return tl::unexpected(task.error());
    if (!code) return tl::unexpected(code.error());
    if (!tests) return tl::unexpected(tests.error());
    if (tests->size() < 3) return row.malformed(ReasonCode::TaskThreeTests);
    TaskQuestion question{.asked = "You are an expert Python programmer, and here is your task: " +
                                   *task + " Your code should pass these tests:\n\n" + (*tests)[0] +
                                   "\n" + (*tests)[1] + "\n" + (*tests)[2] + "\n[BEGIN]\n"};
    question.shot = shotOf(question.asked, *code + "\n[DONE]", "", kBetweenShots);
    return question;
}

// As it was before it was cut into tokens: the page without the spaces that that left.
Result<std::string> joinedWikiText(std::string page) {
    struct Step {
        PythonPattern pattern;
        const char* with;
    };
    // The harness puts the text of its first pattern there.
    static const std::array<Step, 1> kContractions{{{PythonPattern("/' [0-9]/"), "/'[0-9]/"}}};
    static const std::array<Step, 5> kPairs{{{PythonPattern("\\(\\s*([^\\)]*?)\\s*\\)"), "($1)"},
                                             {PythonPattern("\\[\\s*([^\\]]*?)\\s*\\]"), "[$1]"},
                                             {PythonPattern("{\\s*([^}]*?)\\s*}"), "{$1}"},
                                             {PythonPattern("\"\\s*([^\"]*?)\\s*\""), "\"$1\""},
                                             {PythonPattern("'\\s*([^']*?)\\s*'"), "'$1'"}}};
    const auto each = [&](std::span<const Step> steps) -> Result<void> {
        for (const Step& step : steps) {
            auto made = step.pattern.replaced(page, step.with);
            if (!made) return tl::unexpected(made.error());
            page = std::move(*made);
        }
        return {};
    };
    using Pair = std::pair<std::string_view, std::string_view>;
    const auto all = [&](std::initializer_list<Pair> pairs) {
        for (const auto& [what, with] : pairs)
            page = replacedAll(std::move(page), what, with);
    };
    all({{"s '", "s'"}});
    if (auto done = each(kContractions); !done) return tl::unexpected(done.error());
    all({{" @-@ ", "-"},
         {" @,@ ", ","},
         {" @.@ ", "."},
         {" : ", ": "},
         {" ; ", "; "},
         {" . ", ". "},
         {" ! ", "! "},
         {" ? ", "? "},
         {" , ", ", "}});
    if (auto done = each(kPairs); !done) return tl::unexpected(done.error());
    all({{"= = = =", "===="},
         {"= = =", "==="},
         {"= =", "=="},
         {" \u00B0 ", "\u00B0"},
         {" \n", "\n"},
         {"\n ", "\n"},
         {" N ", " 1 "},
         {" 's", "'s"}});
    return page;
}

Made wikiText(const JsonField& row) {
    auto page = textAt(row, "page");
    if (!page) return tl::unexpected(page.error());
    auto joined = joinedWikiText(*page);
    if (!joined) {
        Reason reason(ReasonCode::TaskPage);
        reason.add(reasonOf(joined.error()));
        return row.malformed(reason);
    }
    return TaskQuestion{.text = std::move(*joined), .original = std::move(*page)};
}

Made plainText(const JsonField& row) {
    auto text = textAt(row, "text");
    if (!text) return tl::unexpected(text.error());
    return TaskQuestion{.text = *text, .original = std::move(*text)};
}

}  // namespace

Result<TaskQuestion> questionOf(TaskName task, const JsonField& row, const std::string& subject) {
    switch (task) {
        case TaskName::HellaSwag:
            return hellaSwag(row);
        case TaskName::Piqa:
            return piqa(row);
        case TaskName::ArcEasy:
        case TaskName::ArcChallenge:
            return arc(row);
        case TaskName::WinoGrande:
            return winoGrande(row);
        case TaskName::Mmlu:
            return mmlu(row, subject);
        case TaskName::CEval:
            return chinese(
                row,
                {"question", "answer", "以下是中国关于", "的单项选择题，请选出其中的正确答案。"},
                subjectWords(task, subject));
        case TaskName::Cmmlu:
            return chinese(
                row,
                {"Question", "Answer", "以下是关于", "的单项选择题，请直接给出正确答案的选项。"},
                subjectWords(task, subject));
        case TaskName::TriviaQa:
            return triviaQa(row);
        case TaskName::NaturalQuestions:
            return naturalQuestions(row);
        case TaskName::Gsm8k:
            return gsm8k(row);
        case TaskName::HumanEval:
            return humanEval(row);
        case TaskName::Mbpp:
            return mbpp(row);
        case TaskName::WikiText:
            return wikiText(row);
        case TaskName::Text:
            return plainText(row);
    }
    DSM_CHECK(false);
}

}  // namespace dsm
