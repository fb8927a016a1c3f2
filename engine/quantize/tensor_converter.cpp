#include "engine/quantize/tensor_converter.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/quantize/nf4.h"
#include "kernels/base/check.h"
#include "kernels/base/mapped_file.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// Weights that one task of the pool reads into float32: whole NF4 blocks, on the stack.
constexpr std::int64_t kTaskWeights = 1 << 14;

std::span<const std::byte> bytesOf(const PlainRows& source, std::int64_t first,
                                   std::int64_t count) {
    const std::size_t each = sizeBytes(source.type);
    return {source.data + static_cast<std::size_t>(first) * each,
            static_cast<std::size_t>(count) * each};
}

std::string torchName(DType type) {
    if (type == DType::F32) return "float32";
    return type == DType::F16 ? "float16" : "bfloat16";
}

std::int64_t tasksOf(std::int64_t weights) {
    return (weights + kTaskWeights - 1) / kTaskWeights;
}

// A part of `whole`, cut at its end.
template <class T>
std::span<T> partOf(std::span<T> whole, std::int64_t first, std::int64_t count) {
    const auto begin = static_cast<std::size_t>(first);
    return whole.subspan(begin, std::min(static_cast<std::size_t>(count), whole.size() - begin));
}

}  // namespace

TensorConverter::TensorConverter(ThreadPool& pool, std::stop_token stop)
    : pool_(pool), stop_(std::move(stop)) {}

template <class Make>
Result<void> TensorConverter::makePiece(const TensorSpec& spec, std::span<const std::byte> read,
                                        std::int64_t count, const Make& make) {
    if (stop_.stop_requested()) return cancelled();
    std::atomic<bool> finite{true};
    // The first task is the longest, so that the others run beside it.
    pool_.run(count + 1, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t task = begin; task < end; ++task) {
            if (task == 0) {
                hash_.update(read);
            } else if (!make(task - 1)) {
                finite = false;
            }
        }
    });
    dropPages(read);
    if (finite) return {};
    return failure(ErrorCode::Malformed, ReasonCode::TensorNotFinite, {spec.name});
}

Result<std::string> TensorConverter::convert(const TensorConversion& conversion,
                                             const ByteSink& sink) {
    const PlainRows& source = conversion.source;
    DSM_CHECK(source.rows == conversion.spec.rows && source.cols == conversion.spec.cols);
    Result<void> converted;
    if (isBlocked(conversion.type)) {
        converted = convertBlocked(conversion, sink);
    } else if (conversion.type == DType::NF4) {
        converted = convertNf4(conversion, sink);
    } else {
        converted = convertPlain(conversion, sink);
    }
    const std::string hash = hash_.finish();
    if (!converted) return tl::unexpected(converted.error());
    return hash;
}

Result<void> TensorConverter::convertBlocked(const TensorConversion& c, const ByteSink& sink) {
    const std::int64_t panelSize = panelBytes(c.type, c.source.cols);
    const std::int64_t atOnce =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(kPieceBytes) / panelSize);
    const std::int64_t panels = blockPanels(c.source.rows);
    for (std::int64_t first = 0; first < panels; first += atOnce) {
        const std::int64_t count = std::min(atOnce, panels - first);
        piece_.resize(static_cast<std::size_t>(count * panelSize));
        const std::int64_t firstRow = first * kBlockRows;
        const std::int64_t rows = std::min(count * kBlockRows, c.source.rows - firstRow);
        const auto made = makePiece(
            c.spec, bytesOf(c.source, firstRow * c.source.cols, rows * c.source.cols), count,
            [&](std::int64_t panel) {
                return quantizePanel(c.source, first + panel, c.type, c.importance,
                                     partOf(std::span(piece_), panel * panelSize, panelSize));
            });
        if (!made) return made;
        if (auto written = sink(piece_); !written) return written;
    }
    return {};
}

Result<void> TensorConverter::convertNf4(const TensorConversion& c, const ByteSink& sink) {
    const std::int64_t weights = c.source.rows * c.source.cols;
    std::vector<float> absmax(static_cast<std::size_t>(nf4Blocks(weights)));
    constexpr std::int64_t kAtOnce = std::int64_t{kPieceBytes} / kTaskWeights * kTaskWeights;
    for (std::int64_t first = 0; first < weights; first += kAtOnce) {
        const std::int64_t count = std::min(kAtOnce, weights - first);
        piece_.resize(static_cast<std::size_t>((count + 1) / 2));
        const auto made = makePiece(
            c.spec, bytesOf(c.source, first, count), tasksOf(count), [&](std::int64_t task) {
                std::array<float, kTaskWeights> scratch;
                const std::int64_t begin = task * kTaskWeights;
                const std::span<float> values =
                    partOf(std::span<float>(scratch), 0, std::min(kTaskWeights, count - begin));
                const bool finite = readWeights(c.source, first + begin, values);
                const std::span<std::byte> codes =
                    partOf(std::span(piece_), begin / 2, kTaskWeights / 2);
                quantizeNf4(values, {reinterpret_cast<std::uint8_t*>(codes.data()), codes.size()},
                            partOf(std::span(absmax), (first + begin) / kNf4BlockWeights,
                                   kTaskWeights / kNf4BlockWeights));
                return finite;
            });
        if (!made) return made;
        if (auto written = sink(piece_); !written) return written;
    }
    for (const auto& part :
         nf4ScaleParts(c.spec, torchName(c.source.type), absmax, c.nestedScales)) {
        if (auto written = sink(part); !written) return written;
    }
    return {};
}

Result<void> TensorConverter::convertPlain(const TensorConversion& c, const ByteSink& sink) {
    DSM_CHECK(c.type == c.source.type || c.type == DType::BF16);
    const std::int64_t weights = c.source.rows * c.source.cols;
    constexpr std::int64_t kAtOnce = std::int64_t{kPieceBytes} / 4 / kTaskWeights * kTaskWeights;
    for (std::int64_t first = 0; first < weights; first += kAtOnce) {
        const std::int64_t count = std::min(kAtOnce, weights - first);
        const std::span<const std::byte> read = bytesOf(c.source, first, count);
        const bool isCopy = c.type == c.source.type;
        if (!isCopy) piece_.resize(static_cast<std::size_t>(count) * sizeof(BFloat16));
        if (isCopy) piece_.assign(read.begin(), read.end());
        const auto made = makePiece(c.spec, read, tasksOf(count), [&](std::int64_t task) {
            const std::int64_t begin = task * kTaskWeights;
            const std::int64_t taskCount = std::min(kTaskWeights, count - begin);
            if (isCopy) {
                std::array<float, kTaskWeights> scratch;
                return readWeights(c.source, first + begin,
                                   partOf(std::span<float>(scratch), 0, taskCount));
            }
            const std::span<BFloat16> all{reinterpret_cast<BFloat16*>(piece_.data()),
                                          static_cast<std::size_t>(count)};
            return readWeights(c.source, first + begin, partOf(all, begin, taskCount));
        });
        if (!made) return made;
        if (auto written = sink(piece_); !written) return written;
    }
    return {};
}

}  // namespace dsm
