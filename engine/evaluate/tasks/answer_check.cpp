#include "engine/evaluate/tasks/answer_check.h"

#include <array>
#include <span>
#include <utility>

#include "engine/evaluate/tasks/python_text.h"

namespace dsm {
namespace {

struct MatchRule {
    std::span<const PythonPattern> ignored = {};
    bool ignoresPunctuation = false;
};

Result<std::string> comparable(std::string text, const MatchRule& rule) {
    for (const PythonPattern& pattern : rule.ignored) {
        auto rest = pattern.replaced(text, "");
        if (!rest) return rest;
        text = std::move(*rest);
    }
    text = lowered(text);
    return rule.ignoresPunctuation ? withoutPunctuation(text) : text;
}

Result<CheckedAnswer> checked(std::string taken, const std::vector<std::string>& targets,
                              const MatchRule& rule) {
    const auto answer = comparable(taken, rule);
    if (!answer) return tl::unexpected(answer.error());
    bool isRight = false;
    for (const std::string& target : targets) {
        const auto wanted = comparable(target, rule);
        if (!wanted) return tl::unexpected(wanted.error());
        isRight = isRight || *wanted == *answer;
    }
    return CheckedAnswer{std::move(taken), isRight};
}

// The first or the last of what the pattern finds.
Result<std::string> taken(const PythonPattern& pattern, const std::string& text, bool takesLast) {
    const auto found = pattern.found(text);
    if (!found) return tl::unexpected(found.error());
    if (found->empty()) return "[invalid]";
    return stripped(takesLast ? found->back() : found->front());
}

using Checked = Result<std::vector<CheckedAnswer>>;

Checked mathAnswer(const std::string& written, const std::vector<std::string>& targets) {
    static const PythonPattern strict("#### (\\-?[0-9\\.\\,]+)");
    static const PythonPattern flexible("(-?[$0-9.,]{2,})|(-?[0-9]+)");
    static const std::array<PythonPattern, 4> ignored{PythonPattern(","), PythonPattern("\\$"),
                                                      PythonPattern("(?s).*#### "),
                                                      PythonPattern("\\.$")};
    std::vector<CheckedAnswer> answers;
    for (const bool isFlexible : {false, true}) {
        auto number = taken(isFlexible ? flexible : strict, written, isFlexible);
        if (!number) return tl::unexpected(number.error());
        auto one = checked(std::move(*number), targets, {.ignored = ignored});
        if (!one) return tl::unexpected(one.error());
        answers.push_back(std::move(*one));
    }
    return answers;
}

}  // namespace

Result<std::vector<CheckedAnswer>> checkAnswer(TaskName task, const std::string& written,
                                               const std::vector<std::string>& targets) {
    if (task == TaskName::Gsm8k) return mathAnswer(written, targets);
    static const std::array<PythonPattern, 1> articles{
        PythonPattern("\\b(?:The |the |An |A |The |a |an )")};
    MatchRule rule{.ignoresPunctuation = true};
    if (task == TaskName::NaturalQuestions) rule.ignored = articles;
    auto one = checked(leftStripped(written), targets, rule);
    if (!one) return tl::unexpected(one.error());
    return std::vector{std::move(*one)};
}

}  // namespace dsm
