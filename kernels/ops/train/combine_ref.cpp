#include "kernels/ops/train/combine.h"

namespace dsm::reference {

template <class T>
void combine(OpContext&, const CombineArgs<T>& args) {
    checkShapes(args);
    for (std::int64_t t = 0; t < args.out.rows; ++t) {
        for (std::int64_t a = 0; a < args.active; ++a) {
            const T* row = args.rows.row(args.place[static_cast<std::size_t>(t * args.active + a)]);
            for (std::int64_t d = 0; d < args.out.cols; ++d)
                args.out.row(t)[d] += row[d];
        }
    }
}

template void combine(OpContext&, const CombineArgs<float>&);
template void combine(OpContext&, const CombineArgs<double>&);

}  // namespace dsm::reference
