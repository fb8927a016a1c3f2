// Machines without the instruction sets of x86-64.
#include "engine/quantize/loops.h"

namespace dsm {

const QuantizeLoops* avx2Loops() {
    return nullptr;
}

const QuantizeLoops* avx512Loops() {
    return nullptr;
}

}  // namespace dsm
