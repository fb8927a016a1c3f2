// Machines other than x86-64: the portable loops of training alone.
#include "kernels/cpu/train_builds.h"

namespace dsm::cpu {

const TrainLoops& trainLoopsOf(Isa) {
    return kPortableTraining;
}

}  // namespace dsm::cpu
