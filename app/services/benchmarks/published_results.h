// Published results: what DeepSeek's README of the model says that DeepSeekMoE 16B reaches.
//
// Source   README of https://github.com/deepseek-ai/DeepSeek-MoE, tables of Base and Chat.
// Threads  Constant.
#pragma once

#include "app/services/benchmarks/benchmark_types.h"

namespace dsm {

PublishedResult publishedResult(const QString& task);

}  // namespace dsm
