// Benchmark: a model asked the questions of a task, one after the other or several at once, each answer
// handed out as soon as it is there.
//
//   acc        the likeliest continuation is the right one; the first of equal ones counts
//   acc_norm   the same with log-likelihood / characters of the choice
//
// Greedy and exact: an answer does not depend on what else is asked, or on where a run was stopped and
// resumed. A prompt that is longer than the context loses its beginning, as in lm-eval. Texts are taken
// as plain text: names of special tokens in them are no special tokens, which they are in lm-eval.
//
// Source    lm-eval 0.4.9.1: process_results() in api/task.py, loglikelihood(), loglikelihood_rolling()
//           and generate_until() in api/model.py and models/huggingface.py (add_bos_token as there:
//           off where nobody asks for it).
// Ownership Borrows model and data for the call.
// Threads   One, which has the model; the sink is called there.
// Errors    Those of continuation_scores.h, batch.h and answer_check.h; Unsupported: a context too
//           small for what is to be written; Cancelled.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>

#include "engine/evaluate/benchmark_item.h"
#include "engine/evaluate/tasks/task_data.h"
#include "engine/generate/language_model.h"
#include "kernels/base/result.h"

namespace dsm {

struct BenchmarkOptions {
    int mostTokens = 0;       // of what is written; 0: as many as the task allows
    bool addsBos = false;     // before each prompt, where the model has such a token
    std::size_t streams = 8;  // texts that are written at once, 1 .. kMostStreams
};

// An error ends the run, and is its error.
using BenchmarkSink = std::function<Result<void>(BenchmarkItem item)>;

// All questions but those whose numbers are `done`.
Result<void> runBenchmark(LanguageModel& model, const TaskData& data,
                          const std::set<std::int64_t>& done, const BenchmarkOptions& options,
                          const BenchmarkSink& sink, const std::stop_token& stop);

}  // namespace dsm
