// A build without cuBLAS.
#include "kernels/cuda/dense_product.h"

namespace dsm {

struct DenseProduct::Library {};

namespace {

tl::unexpected<Error> withoutCublas() {
    return failure(ErrorCode::Unsupported, "This program was built without cuBLAS.");
}

}  // namespace

Result<std::unique_ptr<DenseProduct>> DenseProduct::make(GpuSession&) {
    return withoutCublas();
}

// Nothing below is reached: none can be made.
DenseProduct::~DenseProduct() = default;
Result<void> DenseProduct::measure(std::span<const DenseSample>, std::span<std::byte>) {
    return withoutCublas();
}
bool DenseProduct::takes(const Weight&, std::int64_t) const {
    return false;
}
void DenseProduct::split(const DeviceRun&, const float*, std::int64_t, std::byte*) {}
void DenseProduct::multiply(const DeviceRun&, const std::byte*, const Weight&, std::int64_t, bool,
                            float*) {}

}  // namespace dsm
