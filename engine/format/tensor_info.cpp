#include "engine/format/tensor_info.h"

#include <array>
#include <limits>

namespace dsm {
namespace {

struct DtypeSize {
    std::string_view name;
    std::uint64_t bits;
};

constexpr std::array kDtypes{
    DtypeSize{"BOOL", 8},    DtypeSize{"U8", 8},      DtypeSize{"I8", 8},
    DtypeSize{"U16", 16},    DtypeSize{"I16", 16},    DtypeSize{"U32", 32},
    DtypeSize{"I32", 32},    DtypeSize{"U64", 64},    DtypeSize{"I64", 64},
    DtypeSize{"F4", 4},      DtypeSize{"F6_E2M3", 6}, DtypeSize{"F6_E3M2", 6},
    DtypeSize{"F8_E4M3", 8}, DtypeSize{"F8_E5M2", 8}, DtypeSize{"F8_E8M0", 8},
    DtypeSize{"F16", 16},    DtypeSize{"BF16", 16},   DtypeSize{"F32", 32},
    DtypeSize{"F64", 64},    DtypeSize{"C64", 64},
};

}  // namespace

std::optional<std::uint64_t> dtypeBits(std::string_view dtypeName) {
    for (const DtypeSize& dtype : kDtypes) {
        if (dtype.name == dtypeName) return dtype.bits;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> tensorBytes(std::string_view dtypeName,
                                         std::span<const std::int64_t> shape) {
    const auto bits = dtypeBits(dtypeName);
    if (!bits) return std::nullopt;
    // Also the product without the zeros must fit, whatever their place in the shape.
    std::uint64_t product = *bits;
    bool isEmpty = false;
    for (const std::int64_t extent : shape) {
        if (extent < 0) return std::nullopt;
        if (extent == 0) {
            isEmpty = true;
            continue;
        }
        const auto factor = static_cast<std::uint64_t>(extent);
        if (product > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
        product *= factor;
    }
    if (isEmpty) return 0;
    if (product % 8 != 0) return std::nullopt;
    return product / 8;
}

}  // namespace dsm
