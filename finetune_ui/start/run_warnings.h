// What a person should think of before a run begins, in plain words.
//
// Threads  Main thread (translations).
#pragma once

#include <QStringList>

#include "app/services/training/data/data_types.h"
#include "app/services/training/job/job_draft.h"
#include "app/services/training/job/run_forecast.h"

namespace dsm {

// The gravest first.
QStringList runWarnings(const RunNumbers& numbers, const DataFindings& findings,
                        const JobDraft& job);

}  // namespace dsm
