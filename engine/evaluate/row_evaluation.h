// Row evaluation: how well a model, with an adapter or without, answers the rows of a data set.
//
//   loss        mean over the tokens that a run would train of -log p(token | all before it)
//   perplexity  e^loss
//   exact       answers of which each token, the end included, is the likeliest after those before
//               it: what the model writes at temperature 0. An answer is a stretch of tokens that
//               would be trained; of a row that was cut, what is left of it.
//
// Computed by the pass that writes replies, with a cache of float32, so that it is the model as it
// answers: where weights have fewer than 16 bits, numbers differ from a training run's evaluation by
// what that pass rounds.
//
// Threads   One thread; progress is called there. The model uses its own.
// Errors    Those of text_dataset.h, language_model.h and adapter_folder.h; Malformed where the
//           model's numbers are not finite; Cancelled.
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>

#include "engine/generate/adapter_choice.h"
#include "engine/train/data/text_dataset.h"
#include "engine/train/run/evaluated_rows.h"

namespace dsm {

struct RowEvaluationOptions {
    std::filesystem::path model;
    std::optional<AdapterChoice> adapter = std::nullopt;
    TextDatasetOptions data;
    // Of the data only what a run with this share and seed puts aside to evaluate with; 0: all.
    double share = 0;
    std::uint64_t seed = 0;
    std::optional<std::string> backend = std::nullopt;  // as in model.h
};

struct RowEvaluation {
    std::int64_t rows = 0;     // that were evaluated
    std::int64_t refused = 0;  // that cannot be read as examples
    std::int64_t cut = 0;      // longer than the limit, of all that were read
    std::int64_t tokens = 0;   // that the loss is of
    double loss = 0;
    std::int64_t answers = 0;
    std::int64_t exact = 0;  // of the answers
    EvaluatedRows ends;      // the easiest and the hardest rows

    double perplexity() const { return std::exp(loss); }
};

// "Reading data", "Loading", "Evaluating"; from 0 to 1 of each.
using EvaluationProgress = std::function<void(const char* what, double share)>;

Result<RowEvaluation> evaluateRows(const RowEvaluationOptions& options,
                                   const EvaluationProgress& progress, const std::stop_token& stop);

// {"rows", "refused", "cut", "tokens", "loss", "perplexity", "answers", "exact", "best", "worst"}
nlohmann::json evaluationJson(const RowEvaluation& evaluation);

}  // namespace dsm
