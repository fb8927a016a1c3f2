// Benchmark item: what came of one question, and the sums of many.
//
//   value   the mean over the items of a measure; of perplexities e^(-sum ll / sum words or bytes)
//   error   of a mean: s / sqrt(n), s with n - 1; of a perplexity by the delta method, as the ratio
//           of two sums
//
// Source   lm-eval 0.4.9.1, mean_stderr() and weighted_perplexity() in api/metrics.py (which finds the
//          error of a perplexity by drawing samples).
// Threads  Plain values.
// Errors   itemFrom(): Malformed, naming the file and the key.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/evaluate/tasks/task.h"
#include "engine/format/json_field.h"
#include "kernels/base/result.h"

namespace dsm {

struct ScoredChoice {
    std::string text = {};  // the continuation, or what of WinoGrande's choices differs before it
    double logLikelihood = 0;
    bool isGreedy = false;  // it is what would be written
};

struct BenchmarkItem {
    std::int64_t number = 0;  // of the questions asked, from 0
    std::string file = {};
    std::string unit = {};  // "row" or "line"
    std::int64_t line = 0;
    std::string prompt = {};
    std::int64_t ownBegin = 0;  // the byte of the prompt where the question itself begins
    std::vector<ScoredChoice> choices = {};
    std::int64_t right = -1;   // of the choices
    std::int64_t chosen = -1;  // the likeliest of them
    std::string written = {};
    std::vector<std::string> taken = {};    // of it by each measure
    std::vector<std::string> targets = {};  // any of which is right
    std::vector<double> measures = {};      // in the task's order
    bool isCut = false;                     // the beginning of the prompt did not fit the context

    // Nothing where the task judges nothing.
    std::optional<bool> isRight(const Task& task) const;
};

nlohmann::json itemJson(const BenchmarkItem& item);
Result<BenchmarkItem> itemFrom(const JsonField& field);

struct BenchmarkValue {
    std::string name;
    double value = 0;
    std::optional<double> error = std::nullopt;  // of two items at least
};

class BenchmarkTotals {
  public:
    explicit BenchmarkTotals(const Task& task) : task_(task) {}

    // Only the measures of the item are kept.
    void add(const std::vector<double>& measures) { items_.push_back(measures); }
    std::int64_t count() const { return static_cast<std::int64_t>(items_.size()); }
    // In the task's order; nothing where there is no item.
    std::vector<BenchmarkValue> values() const;

  private:
    const Task& task_;
    std::vector<std::vector<double>> items_;
};

}  // namespace dsm
