#include "engine/quantize/loops.h"

namespace dsm {

const QuantizeLoops& quantizeLoops() {
    static const QuantizeLoops& fastest = *[] {
        if (avx512Loops() != nullptr) return avx512Loops();
        return avx2Loops() != nullptr ? avx2Loops() : portableLoops();
    }();
    return fastest;
}

}  // namespace dsm
