#include "kernels/ops/train/embedding.h"

namespace dsm::reference {

template <class T>
void embeddingForward(OpContext&, const EmbeddingForwardArgs<T>& args) {
    checkShapes(args);
    for (std::size_t t = 0; t < args.ids.size(); ++t) {
        for (std::int64_t d = 0; d < args.x.cols; ++d) {
            args.x.row(static_cast<std::int64_t>(t))[d] =
                static_cast<T>(args.table.at(args.ids[t], d));
        }
    }
}

template <class T>
void embeddingBackward(OpContext&, const EmbeddingBackwardArgs<T>& args) {
    checkShapes(args);
    for (std::size_t t = 0; t < args.ids.size(); ++t) {
        for (std::int64_t d = 0; d < args.dx.cols; ++d)
            args.dTable.row(args.ids[t])[d] += args.dx.row(static_cast<std::int64_t>(t))[d];
    }
}

template void embeddingForward(OpContext&, const EmbeddingForwardArgs<float>&);
template void embeddingForward(OpContext&, const EmbeddingForwardArgs<double>&);
template void embeddingBackward(OpContext&, const EmbeddingBackwardArgs<float>&);
template void embeddingBackward(OpContext&, const EmbeddingBackwardArgs<double>&);

}  // namespace dsm::reference
