// Which loops of training an x86-64 machine runs.
#include "kernels/cpu/train_builds.h"

namespace dsm::cpu {

const TrainLoops& trainLoopsOf(Isa isa) {
    switch (isa) {
        case Isa::Avx512:
        case Isa::Avx512Vnni:
            return kAvx512Training;
        case Isa::Avx2:
            return kAvx2Training;
        case Isa::Portable:
        case Isa::Neon:
            break;
    }
    return kPortableTraining;
}

}  // namespace dsm::cpu
