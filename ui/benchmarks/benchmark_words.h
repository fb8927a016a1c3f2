// How runs of benchmarks, their figures and comparisons are worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include <QString>

#include "app/services/benchmarks/benchmark_types.h"

namespace dsm {

// "62.5 % ± 1.2 %"
QString presentFigure(const BenchmarkFigure& figure);
// All of them, with the names of the measures.
QString presentFigures(const BenchmarkRunInfo& run);
// What a cell of the table says: the first figure, and how far a run is that is not over.
QString presentCell(const BenchmarkRunInfo& run);
// Model, format and adapter.
QString presentAsked(const BenchmarkRunInfo& run);
// "PIQA, 0-shot: chat-q4 · 3/12/26 4:15 PM · 62.5 % ± 1.2 %"
QString presentRun(const BenchmarkRunInfo& run);
QString presentJudgement(Judgement judgement);
QString presentComparison(const BenchmarkRunInfo& first, const BenchmarkRunInfo& second,
                          const BenchmarkCompared& compared);
QString presentLeft(double seconds);

}  // namespace dsm
