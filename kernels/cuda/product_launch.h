// What the launches of panel products share: the grid, the choice between the two families of
// weight types, and how many tokens a block takes at once.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/panel_product.h"

namespace dsm::cuda {

constexpr std::int64_t divideUp(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}
constexpr std::int64_t panelsOf(std::int64_t rows) {
    return divideUp(rows, kPanelRows);
}
constexpr unsigned gridOf(std::int64_t blocks) {
    return static_cast<unsigned>(blocks);
}

template <bool Value>
using Choice = std::integral_constant<bool, Value>;
template <int Value>
using Count = std::integral_constant<int, Value>;

inline constexpr int kMostTokens = 4;  // of a block at once

// body(Choice<are blocked>, Count<tokens of a block>) for weights of `type` and a call of `tokens`.
template <class Body>
void withProduct(DType type, std::int64_t tokens, const Body& body) {
    if (isBlocked(type)) {
        if (tokens == 1) return body(Choice<true>(), Count<1>());
        return body(Choice<true>(), Count<kMostTokens>());
    }
    if (tokens == 1) return body(Choice<false>(), Count<1>());
    return body(Choice<false>(), Count<kMostTokens>());
}

// Asks for the panel of `row`, up to 128 bytes a thread: before a kernel waits for its inputs.
__device__ __forceinline__ void fetchPanel(const DeviceWeight& w, std::int64_t row) {
    if (row >= w.rows) return;
    const std::int64_t rows = w.rows - row < kPanelRows ? w.rows - row : kPanelRows;
    std::int64_t begin = row / kPanelRows * panelBytes(DType::Q8, w.cols);
    std::int64_t bytes = panelBytes(DType::Q8, w.cols);
    if (w.type == DType::Q4) {
        begin = row / kPanelRows * panelBytes(DType::Q4, w.cols);
        bytes = panelBytes(DType::Q4, w.cols);
    } else if (w.type == DType::NF4) {
        begin = row * w.cols / 2;
        bytes = rows * w.cols / 2;
    } else if (w.type != DType::Q8) {
        begin = row * w.cols * static_cast<std::int64_t>(sizeBytes(w.type));
        bytes = rows * w.cols * static_cast<std::int64_t>(sizeBytes(w.type));
    }
    constexpr std::int64_t kLine = 128;
    const std::int64_t at = static_cast<std::int64_t>(threadIdx.x) * kLine;
    if (at < bytes) ptx::fetchToL2(w.data + begin + at);
}

}  // namespace dsm::cuda
