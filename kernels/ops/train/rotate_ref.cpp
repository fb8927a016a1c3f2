#include "kernels/ops/train/rotate.h"

namespace dsm::reference {

template <class T>
void rotate(OpContext&, const RotateArgs<T>& args) {
    checkShapes(args);
    for (std::int64_t t = 0; t < args.rows.rows; ++t)
        rotateRow(args, t);
}

template void rotate(OpContext&, const RotateArgs<float>&);
template void rotate(OpContext&, const RotateArgs<double>&);

}  // namespace dsm::reference
