#include "kernels/ops/embed.h"
#include "kernels/ops/shapes.h"

namespace dsm {

void checkShapes(const EmbedArgs& args, Memory memory) {
    DSM_CHECK(hasShape(args.x, lengthOf(args.ids), args.table.cols));
    DSM_CHECK(args.table.type != DType::F16);
    if (memory == Memory::Device) return;
    for (const std::int32_t id : args.ids)
        DSM_CHECK(id >= 0 && id < args.table.rows);
}

}  // namespace dsm

namespace dsm::reference {

void embed(OpContext&, const EmbedArgs& args) {
    checkShapes(args);
    for (std::int64_t t = 0; t < args.x.rows; ++t) {
        const std::int32_t id = args.ids[static_cast<std::size_t>(t)];
        for (std::int64_t d = 0; d < args.x.cols; ++d)
            args.x.row(t)[d] = args.table.at(id, d);
    }
}

}  // namespace dsm::reference
