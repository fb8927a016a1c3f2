// The loops of training for AVX-512 (F, BW, DQ, VL).
#include "kernels/cpu/lanes_avx512.h"
#include "kernels/cpu/train_builds.h"
#include "kernels/cpu/train_loops.h"

namespace dsm::cpu {

constexpr TrainLoops kAvx512Training = TrainBuild<Lanes>::make();

}  // namespace dsm::cpu
