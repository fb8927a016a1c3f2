// Benchmark comparison: two answers to the same questions, question by question.
//
//   difference = (only the second is right - only the first is right) / questions
//   error      = s / sqrt(n), s of the n differences of single questions (-1, 0, 1), with n - 1
//   chance     = McNemar's exact test: of b + c questions of which one answer alone is right, how likely
//                a fair coin falls as unevenly as b to c, either way
//
// Source   McNemar, Psychometrika 12 (1947); the exact binomial form, two-sided.
// Threads  Plain values.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace dsm {

struct BenchmarkComparison {
    std::int64_t both = 0;  // are right
    std::int64_t onlyFirst = 0;
    std::int64_t onlySecond = 0;
    std::int64_t neither = 0;

    std::int64_t questions() const { return both + onlyFirst + onlySecond + neither; }
    double difference() const;  // 0 of no questions
    double error() const;       // 0 of fewer than two
    double chance() const;      // 1 where nothing differs
};

// Pairs of (the first is right, the second is right), of the same question.
BenchmarkComparison compareAnswers(std::span<const std::pair<bool, bool>> answers);

}  // namespace dsm
