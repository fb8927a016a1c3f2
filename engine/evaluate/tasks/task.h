// Task: a benchmark that is known here, as lm-eval has it: which columns a row has, what the model is
// asked, and how its answer is judged.
//
// Source   lm-eval 0.4.9.1 (EleutherAI), lm_eval/tasks/NAME; shots() are those of the paper,
//          DeepSeekMoE (arXiv 2401.06066), table 3.
// Threads  Constant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dsm {

enum class TaskName {
    HellaSwag,
    Piqa,
    ArcEasy,
    ArcChallenge,
    WinoGrande,
    Mmlu,
    CEval,
    Cmmlu,
    TriviaQa,
    NaturalQuestions,
    Gsm8k,
    HumanEval,
    Mbpp,
    WikiText,
    Text,
};

enum class TaskForm {
    Choices,     // the likeliest of given continuations
    Written,     // a text is written, and compared
    Code,        // a program is written, and not run: nothing is judged
    Likelihood,  // how likely a text is: perplexity
};

struct Task {
    TaskName task = TaskName::HellaSwag;
    std::string_view name;     // as on a command line
    std::string_view title;    // as in the paper
    std::string_view source;   // whose forms these are, with the version
    std::string_view columns;  // of a row, for people
    TaskForm form = TaskForm::Choices;
    // What an item is given, in this order; the first says whether it is right. Of a likelihood: the
    // log-likelihood, and the words and bytes that it is of.
    std::span<const std::string_view> measures;
    int shots = 0;              // in the paper
    bool drawsShots = true;     // at random, as Python does with seed 1234; else the first ones
    bool drawsOneMore = false;  // and leaves one out: lm-eval, where it knows no test split
    bool hasSubjects = false;   // shots are of the same subject
    std::span<const std::string_view> stops = {};  // what is written ends before the first of these
    int mostTokens = 256;                          // that are written
};

std::span<const Task> allTasks();
// nullptr: no task is called so.
const Task* taskNamed(std::string_view name);
// "hellaswag, piqa, .."
std::string taskNames();

}  // namespace dsm
