// The engine's side of an export: what it will take, and making it. For run_export.cpp alone.
//
// Threads  Any; one export to a folder at a time.
// Errors   Those of adapter_file.h, merge.h and convert.h; Io where the place is taken, or too small;
//          Cancelled. Nothing is left in the place then.
#pragma once

#include <functional>
#include <stop_token>

#include "app/services/training/results/run_export_types.h"
#include "kernels/base/result.h"

namespace dsm {

RunExportPlan planExport(const RunExportTask& task);
Result<void> makeExport(const RunExportTask& task, const std::function<void(double)>& progress,
                        const std::stop_token& stop);

}  // namespace dsm
