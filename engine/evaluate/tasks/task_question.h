// TaskQuestion: what one row of a task asks of the model, in the words of lm-eval.
//
//   prompt        = description + shots + asked
//   continuation  = what is scored after prompt + choice.context
//
// Source   lm-eval 0.4.9.1: doc_to_text, doc_to_choice, doc_to_target of tasks/NAME, and
//          api/task.py, api/samplers.py.
// Threads  Plain values; pure functions.
// Errors   Malformed, naming the row, its column and what was expected there.
#pragma once

#include <string>
#include <vector>

#include "engine/evaluate/tasks/task.h"
#include "engine/format/json_field.h"
#include "kernels/base/result.h"

namespace dsm {

struct QuestionChoice {
    std::string context = {};  // after `asked`; of WinoGrande the sentence up to the gap, filled
    std::string continuation = {};  // with the space before it
    std::string text = {};  // as the row has it; its characters are what acc_norm divides by
};

struct TaskQuestion {
    std::string description = {};  // before the shots
    std::string asked = {};
    std::vector<QuestionChoice> choices = {};  // of TaskForm::Choices
    std::size_t right = 0;                     // of the choices
    std::vector<std::string> targets = {};     // of Written: any of them is right
    std::string text = {};                     // of Likelihood: what is scored
    std::string original = {};                 // of Likelihood: whose words and bytes are counted
    std::string shot = {};                     // the row as an example before others
};

// `subject`: of a task that has some, as subjects.h knows it.
Result<TaskQuestion> questionOf(TaskName task, const JsonField& row, const std::string& subject);

}  // namespace dsm
