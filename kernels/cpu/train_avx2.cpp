// The loops of training for AVX2 with FMA.
#include "kernels/cpu/lanes_avx2.h"
#include "kernels/cpu/train_builds.h"
#include "kernels/cpu/train_loops.h"

namespace dsm::cpu {

constexpr TrainLoops kAvx2Training = TrainBuild<Lanes>::make();

}  // namespace dsm::cpu
