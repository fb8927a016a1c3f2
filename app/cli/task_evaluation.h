// Task evaluation: `evaluate --task`, a model asked the questions of a benchmark's files.
#pragma once

#include "app/cli/training_command.h"

namespace dsm::cli {

int evaluateTask(const EvaluateOptions& options);

}  // namespace dsm::cli
