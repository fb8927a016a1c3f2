// The trainer of the program: the engine's, in the types of the training service.
//
// A job's settings are those of engine/train/job/job.h; its folder takes the place of "output".
#pragma once

#include "app/services/training/training_types.h"

namespace dsm {

TrainingEnd trainWithEngine(const TrainingTask& task, const TrainingReport& report,
                            const std::stop_token& stop);

}  // namespace dsm
