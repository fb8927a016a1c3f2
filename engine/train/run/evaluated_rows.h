// Evaluated rows: the rows of an evaluation that a model answers best and worst, as they are kept
// beside a run.
//
//   evaluation_rows.json   {"step": 20, "rows": 100, "loss": 1.25,
//                           "best": [row, ..], "worst": [row, ..]}   the first is the best, the worst
//                          row: {"file": "rows.csv", "unit": "line" | "row", "number": 7,
//                          "loss": 0.1, "trained_tokens": 5, "turns": [turn, ..]}
//                          turn: {"speaker": "system" | "user" | "assistant" | "text",
//                          "parts": [{"text": "..", "trained": true, "token": true}, ..]}
//
// A row's loss is the mean over its tokens that count. Of fewer rows than are shown twice, none is
// both among the best and the worst.
//
// Threads   Any.
// Errors    Io.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "engine/train/data/sample_turns.h"
#include "engine/train/data/text_dataset.h"
#include "engine/train/sample_loss.h"

namespace dsm {

inline constexpr const char* kEvaluatedRowsName = "evaluation_rows.json";

struct EvaluatedRow {
    ReportedFile file;
    std::int64_t number = 0;  // of its line or row
    double loss = 0;          // the mean
    std::int64_t labels = 0;
    std::vector<SampleTurn> turns;
};

struct EvaluatedRows {
    static constexpr std::size_t kShown = 5;  // of each end

    std::int64_t step = 0;
    std::int64_t rows = 0;
    double loss = 0;  // of all tokens that count
    std::vector<EvaluatedRow> best, worst;
};

// How the evaluated samples are found again in the data that was read.
struct EvaluatedData {
    const TextDataset& data;
    std::function<std::int64_t(std::int64_t)> place;  // of a sample of the evaluation in `data`
    SampleTemplate sampleTemplate = SampleTemplate::Chat;
    const Tokenizer& tokenizer;
};

// Rows whose samples can no longer be read are left out.
EvaluatedRows bestAndWorst(std::span<const SampleLoss> losses, const EvaluatedData& from);

// "best" and "worst" alone.
nlohmann::json rowsJson(const EvaluatedRows& rows);
Result<void> writeEvaluatedRows(const std::filesystem::path& folder, const EvaluatedRows& rows);

}  // namespace dsm
