#include "engine/train/data/rows/parquet/thrift.h"

namespace dsm::parquet {

void Thrift::skip(int type, bool isElement) {
    if (type == kTrue || type == kFalse) {  // of a field, the type is the value
        if (isElement) static_cast<void>(bytes_.number<std::uint8_t>());
    } else if (type == kByte) {
        static_cast<void>(bytes_.number<std::uint8_t>());
    } else if (type > kByte && type < kDouble) {
        static_cast<void>(bytes_.varint());
    } else if (type == kDouble) {
        static_cast<void>(bytes_.take(8));
    } else if (type == kBinary) {
        static_cast<void>(bytes_.take(bytes_.varint()));
    } else if (type == kList || type == kSet) {
        if (++depth_ > kMostDepth) throw BrokenParquet("its description nests too deep");
        const ListHead head = listHead();
        for (std::uint64_t left = head.count; left > 0; --left)
            skip(head.type, true);
        --depth_;
    } else if (type == kStruct) {
        structure([](std::int64_t, int) { return false; });
    } else {
        throw BrokenParquet("its description holds a value of an unknown type");
    }
}

}  // namespace dsm::parquet
