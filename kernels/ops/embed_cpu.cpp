#include <algorithm>
#include <span>

#include "kernels/base/weight_blocks.h"
#include "kernels/ops/embed.h"

namespace dsm::cpu {
namespace {

// Block by block, where a number alone would unpack its whole block.
void unpackRow(const Weight& table, std::int64_t row, float* x) {
    for (std::int64_t c = 0; c < table.cols; c += kBlockCols) {
        float block[kBlockCols];
        blockWeights(table.type, table.data, table.cols, row, c / kBlockCols,
                     std::span<float, kBlockCols>(block));
        const std::int64_t count = std::min(table.cols - c, kBlockCols);
        std::copy(block, block + count, x + c);
    }
}

}  // namespace

// A copy of T rows: a few microseconds, nothing to share out.
void embed(OpContext& context, const EmbedArgs& args) {
    if (!isBlocked(args.table.type)) return reference::embed(context, args);
    checkShapes(args);
    for (std::size_t t = 0; t < args.ids.size(); ++t)
        unpackRow(args.table, args.ids[t], args.x.row(static_cast<std::int64_t>(t)));
}

}  // namespace dsm::cpu
