// Answer check: whether what a model wrote is the answer, by the filters and the exact match of lm-eval.
//
// Source   lm-eval 0.4.9.1: filters/extraction.py, exact_match_hf_evaluate() in api/metrics.py, and the
//          filter_list and metric_list of tasks/{triviaqa,nq_open,gsm8k}.
// Threads  Any.
// Errors   Unsupported where a pattern does not get through a text.
#pragma once

#include <string>
#include <vector>

#include "engine/evaluate/tasks/task.h"
#include "kernels/base/result.h"

namespace dsm {

struct CheckedAnswer {
    std::string taken;  // of what was written
    bool isRight = false;
};

// For each measure of a task of TaskForm::Written, in their order.
Result<std::vector<CheckedAnswer>> checkAnswer(TaskName task, const std::string& written,
                                               const std::vector<std::string>& targets);

}  // namespace dsm
