#include "engine/evaluate/tasks/task.h"

#include <array>

namespace dsm {
namespace {

using Names = std::array<std::string_view, 2>;

constexpr Names kChoiceMeasures{"acc", "acc_norm"};
constexpr std::array<std::string_view, 1> kAccuracy{"acc"};
constexpr std::array<std::string_view, 1> kExact{"exact_match"};
constexpr Names kMathMeasures{"exact_match,strict-match", "exact_match,flexible-extract"};
constexpr std::array<std::string_view, 3> kLikelihoodMeasures{"loglikelihood", "words", "bytes"};

constexpr std::array<std::string_view, 3> kShortAnswerEnds{"\n", ".", ","};
constexpr std::array<std::string_view, 3> kMathEnds{"Question:", "</s>", "<|im_end|>"};
constexpr std::array<std::string_view, 5> kFunctionEnds{"\nclass", "\ndef", "\n#", "\nif",
                                                        "\nprint"};
constexpr std::array<std::string_view, 1> kProgramEnds{"[DONE]"};

constexpr std::array kTasks{
    Task{.task = TaskName::HellaSwag,
         .name = "hellaswag",
         .title = "HellaSwag",
         .source = "lm-eval 0.4.9.1, hellaswag 1.0",
         .columns = "activity_label, ctx_a, ctx_b, endings, label",
         .measures = kChoiceMeasures,
         .drawsOneMore = true},
    Task{.task = TaskName::Piqa,
         .name = "piqa",
         .title = "PIQA",
         .source = "lm-eval 0.4.9.1, piqa 1.0",
         .columns = "goal, sol1, sol2, label",
         .measures = kChoiceMeasures,
         .drawsOneMore = true},
    Task{.task = TaskName::ArcEasy,
         .name = "arc_easy",
         .title = "ARC-easy",
         .source = "lm-eval 0.4.9.1, arc_easy 1.0",
         .columns = "question, choices, answerKey",
         .measures = kChoiceMeasures},
    Task{.task = TaskName::ArcChallenge,
         .name = "arc_challenge",
         .title = "ARC-challenge",
         .source = "lm-eval 0.4.9.1, arc_challenge 1.0",
         .columns = "question, choices, answerKey",
         .measures = kChoiceMeasures},
    Task{.task = TaskName::WinoGrande,
         .name = "winogrande",
         .title = "WinoGrande",
         .source = "lm-eval 0.4.9.1, winogrande 1.0",
         .columns = "sentence, option1, option2, answer",
         .measures = kAccuracy,
         .drawsOneMore = true},
    Task{.task = TaskName::Mmlu,
         .name = "mmlu",
         .title = "MMLU",
         .source = "lm-eval 0.4.9.1, mmlu 1.0",
         .columns = "question, choices, answer, subject",
         .measures = kAccuracy,
         .shots = 5,
         .drawsShots = false,
         .hasSubjects = true},
    Task{.task = TaskName::CEval,
         .name = "ceval",
         .title = "CEval",
         .source = "lm-eval 0.4.9.1, ceval-valid 2.0",
         .columns = "question, A, B, C, D, answer",
         .measures = kChoiceMeasures,
         .shots = 5,
         .drawsShots = false,
         .hasSubjects = true},
    Task{.task = TaskName::Cmmlu,
         .name = "cmmlu",
         .title = "CMMLU",
         .source = "lm-eval 0.4.9.1, cmmlu 1.0",
         .columns = "Question, A, B, C, D, Answer",
         .measures = kChoiceMeasures,
         .shots = 5,
         .drawsShots = false,
         .hasSubjects = true},
    Task{.task = TaskName::TriviaQa,
         .name = "triviaqa",
         .title = "TriviaQA",
         .source = "lm-eval 0.4.9.1, triviaqa 3.0",
         .columns = "question, answer with aliases",
         .form = TaskForm::Written,
         .measures = kExact,
         .shots = 5,
         .drawsOneMore = true,
         .stops = kShortAnswerEnds},
    Task{.task = TaskName::NaturalQuestions,
         .name = "nq_open",
         .title = "NaturalQuestions",
         .source = "lm-eval 0.4.9.1, nq_open 4.0",
         .columns = "question, answer",
         .form = TaskForm::Written,
         .measures = kExact,
         .shots = 5,
         .drawsOneMore = true,
         .stops = kShortAnswerEnds},
    Task{.task = TaskName::Gsm8k,
         .name = "gsm8k",
         .title = "GSM8K",
         .source = "lm-eval 0.4.9.1, gsm8k 3.0",
         .columns = "question, answer",
         .form = TaskForm::Written,
         .measures = kMathMeasures,
         .shots = 8,
         .stops = kMathEnds},
    Task{.task = TaskName::HumanEval,
         .name = "humaneval",
         .title = "HumanEval",
         .source = "lm-eval 0.4.9.1, humaneval 1.0",
         .columns = "prompt",
         .form = TaskForm::Code,
         .measures = {},
         .stops = kFunctionEnds,
         .mostTokens = 1024},
    Task{.task = TaskName::Mbpp,
         .name = "mbpp",
         .title = "MBPP",
         .source = "lm-eval 0.4.9.1, mbpp 1.0",
         .columns = "text, code, test_list",
         .form = TaskForm::Code,
         .measures = {},
         .shots = 3,
         .drawsShots = false,
         .stops = kProgramEnds},
    Task{.task = TaskName::WikiText,
         .name = "wikitext",
         .title = "WikiText-2",
         .source = "lm-eval 0.4.9.1, wikitext 2.0",
         .columns = "page",
         .form = TaskForm::Likelihood,
         .measures = kLikelihoodMeasures},
    Task{.task = TaskName::Text,
         .name = "text",
         .title = "Text",
         .source = "lm-eval 0.4.9.1, as its pile tasks",
         .columns = "text",
         .form = TaskForm::Likelihood,
         .measures = kLikelihoodMeasures},
};

}  // namespace

std::span<const Task> allTasks() {
    return kTasks;
}

const Task* taskNamed(std::string_view name) {
    for (const Task& task : kTasks) {
        if (task.name == name) return &task;
    }
    return nullptr;
}

std::string taskNames() {
    std::string names;
    for (const Task& task : kTasks)
        names += (names.empty() ? "" : ", ") + std::string(task.name);
    return names;
}

}  // namespace dsm
