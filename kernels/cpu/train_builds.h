// The builds of the loops of training, one translation unit each. Calling into one that the machine
// lacks ends the program with an illegal instruction: go through trainLoopsOf().
#pragma once

#include "kernels/cpu/train_simd.h"

namespace dsm::cpu {

extern const TrainLoops kPortableTraining;
extern const TrainLoops kAvx2Training;
extern const TrainLoops kAvx512Training;

}  // namespace dsm::cpu
