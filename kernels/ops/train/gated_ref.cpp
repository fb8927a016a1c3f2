#include <cmath>

#include "kernels/ops/train/gated.h"

namespace dsm::reference {
namespace {

template <class T>
T rowFactor(std::span<const T> factor, std::int64_t m) {
    return factor.empty() ? T{1} : factor[static_cast<std::size_t>(m)];
}

}  // namespace

template <class T>
void gatedForward(OpContext&, const GatedForwardArgs<T>& args) {
    checkShapes(args);
    for (std::int64_t m = 0; m < args.gate.rows; ++m) {
        for (std::int64_t f = 0; f < args.gate.cols; ++f) {
            const T z = args.gate.row(m)[f];
            const T silu = z / (T{1} + std::exp(-z));
            args.out.row(m)[f] = rowFactor(args.factor, m) * silu * args.up.row(m)[f];
        }
    }
}

template <class T>
void gatedBackward(OpContext&, const GatedBackwardArgs<T>& args) {
    checkShapes(args);
    for (std::int64_t m = 0; m < args.gate.rows; ++m) {
        const T factor = rowFactor(args.factor, m);
        T sum = 0;
        for (std::int64_t f = 0; f < args.gate.cols; ++f) {
            const T z = args.gate.row(m)[f];
            const T up = args.up.row(m)[f];
            const T d = args.dOut.row(m)[f];
            const T sigmoid = T{1} / (T{1} + std::exp(-z));
            sum += d * z * sigmoid * up;
            args.dGate.row(m)[f] = d * factor * up * sigmoid * (T{1} + z * (T{1} - sigmoid));
            args.dUp.row(m)[f] = d * factor * z * sigmoid;
        }
        if (!args.dFactor.empty()) args.dFactor[static_cast<std::size_t>(m)] = sum;
    }
}

template void gatedForward(OpContext&, const GatedForwardArgs<float>&);
template void gatedForward(OpContext&, const GatedForwardArgs<double>&);
template void gatedBackward(OpContext&, const GatedBackwardArgs<float>&);
template void gatedBackward(OpContext&, const GatedBackwardArgs<double>&);

}  // namespace dsm::reference
