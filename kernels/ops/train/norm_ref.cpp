#include <cmath>

#include "kernels/ops/train/norm.h"

namespace dsm::reference {

template <class T>
void normForward(OpContext&, const NormForwardArgs<T>& args) {
    checkShapes(args);
    const std::int64_t hidden = args.x.cols;
    for (std::int64_t t = 0; t < args.x.rows; ++t) {
        const T* x = args.x.row(t);
        double squares = 0;
        for (std::int64_t d = 0; d < hidden; ++d)
            squares += static_cast<double>(x[d]) * static_cast<double>(x[d]);
        const double mean = squares / static_cast<double>(hidden);
        const auto scale =
            static_cast<T>(1.0 / std::sqrt(mean + static_cast<double>(args.epsilon)));
        args.scale[static_cast<std::size_t>(t)] = scale;
        for (std::int64_t d = 0; d < hidden; ++d)
            args.out.row(t)[d] = x[d] * scale * static_cast<T>(args.weight.at(0, d));
    }
}

template <class T>
void normBackward(OpContext&, const NormBackwardArgs<T>& args) {
    checkShapes(args);
    const std::int64_t hidden = args.x.cols;
    for (std::int64_t t = 0; t < args.x.rows; ++t) {
        const T* x = args.x.row(t);
        const T* dOut = args.dOut.row(t);
        const T scale = args.scale[static_cast<std::size_t>(t)];
        double sum = 0;
        for (std::int64_t d = 0; d < hidden; ++d) {
            sum += static_cast<double>(dOut[d]) * static_cast<double>(args.weight.at(0, d)) *
                   static_cast<double>(x[d]);
        }
        const auto mean = static_cast<T>(sum / static_cast<double>(hidden));
        for (std::int64_t d = 0; d < hidden; ++d) {
            const T g = dOut[d] * static_cast<T>(args.weight.at(0, d));
            args.dx.row(t)[d] += scale * g - x[d] * scale * scale * scale * mean;
            if (args.dWeight.data != nullptr) args.dWeight.data[d] += dOut[d] * x[d] * scale;
        }
    }
}

template void normForward(OpContext&, const NormForwardArgs<float>&);
template void normForward(OpContext&, const NormForwardArgs<double>&);
template void normBackward(OpContext&, const NormBackwardArgs<float>&);
template void normBackward(OpContext&, const NormBackwardArgs<double>&);

}  // namespace dsm::reference
