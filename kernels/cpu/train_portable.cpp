// The loops of training for any machine.
#include "kernels/cpu/lanes_portable.h"
#include "kernels/cpu/train_builds.h"
#include "kernels/cpu/train_loops.h"

namespace dsm::cpu {

constexpr TrainLoops kPortableTraining = TrainBuild<Lanes>::make();

}  // namespace dsm::cpu
