#include "engine/quantize/nf4.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/model/checkpoint/stored_tensor.h"
#include "kernels/base/check.h"
#include "kernels/base/nf4.h"
#include "kernels/cpu/quantize_simd.h"

namespace dsm {
namespace {

constexpr auto kBlock = static_cast<std::size_t>(kNf4BlockWeights);

// The values of a signed 8-bit number with a dynamic exponent, in PyTorch's arithmetic: linspace()
// steps from either end with one rounding.
std::array<float, 256> makeNestedMap() {
    std::array<float, 256> map{};
    std::size_t filled = 0;
    for (int exponent = 0; exponent < 7; ++exponent) {
        const int intervals = 1 << exponent;
        const float first = 0.1F;
        const float last = 1.0F;
        const float step = (last - first) / static_cast<float>(intervals);
        const auto boundary = [&](int k) {
            return k < (intervals + 1) / 2
                       ? std::fma(step, static_cast<float>(k), first)
                       : std::fma(-step, static_cast<float>(intervals - k), last);
        };
        const auto power = static_cast<float>(std::pow(10.0, exponent - 6));
        for (int k = 0; k < intervals; ++k) {
            const float value = power * ((boundary(k) + boundary(k + 1)) / 2.0F);
            map[filled++] = value;
            map[filled++] = -value;
        }
    }
    map[filled++] = 0.0F;
    map[filled++] = 1.0F;
    DSM_CHECK(filled == map.size());
    std::sort(map.begin(), map.end());
    return map;
}

template <class T>
std::vector<std::byte> bytesOf(const T& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

}  // namespace

void quantizeNf4(std::span<const float> weights, std::span<std::uint8_t> codes,
                 std::span<float> absmax) {
    DSM_CHECK(codes.size() == (weights.size() + 1) / 2);
    DSM_CHECK(absmax.size() == (weights.size() + kBlock - 1) / kBlock);
    const cpu::QuantizeLoops& loops = cpu::quantizeLoopsOf(cpu::machineSimd().isa);
    const std::size_t whole = weights.size() / kBlock;
    loops.nf4(weights.data(), static_cast<std::int64_t>(whole), codes.data(), absmax.data());
    const std::span<const float> rest = weights.subspan(whole * kBlock);
    if (rest.empty()) return;
    std::array<float, kBlock> block{};  // zeros after the rest do not change its largest
    std::array<std::uint8_t, kBlock / 2> blockCodes{};
    std::copy(rest.begin(), rest.end(), block.begin());
    loops.nf4(block.data(), 1, blockCodes.data(), &absmax[whole]);
    const std::span<std::uint8_t> restCodes = codes.subspan(whole * kBlock / 2);
    std::copy_n(blockCodes.begin(), restCodes.size(), restCodes.begin());
}

const std::array<float, 256>& nf4NestedMap() {
    static const std::array<float, 256> map = makeNestedMap();
    return map;
}

NestedNf4Scales nestNf4Scales(std::span<const float> absmax) {
    DSM_CHECK(!absmax.empty());
    const std::array<float, 256>& map = nf4NestedMap();
    std::array<float, 255> bounds{};
    for (std::size_t k = 0; k < bounds.size(); ++k)
        bounds[k] = (map[k] + map[k + 1]) * 0.5F;

    NestedNf4Scales result;
    double sum = 0;
    for (const float value : absmax)
        sum += value;
    result.offset = static_cast<float>(sum / static_cast<double>(absmax.size()));
    result.code.reserve(absmax.size());
    constexpr auto kNested = static_cast<std::size_t>(kNf4NestedBlock);
    for (std::size_t begin = 0; begin < absmax.size(); begin += kNested) {
        const auto block = absmax.subspan(begin, std::min(kNested, absmax.size() - begin));
        float largest = 0;
        for (const float value : block)
            largest = std::max(largest, std::abs(value - result.offset));
        const float inverse = largest > 0 ? 1.0F / largest : 0.0F;
        for (const float value : block) {
            const float scaled = (value - result.offset) * inverse;
            // The first bound that the value is not above.
            const auto bound = std::lower_bound(bounds.begin(), bounds.end(), scaled);
            result.code.push_back(static_cast<std::uint8_t>(bound - bounds.begin()));
        }
        result.absmax.push_back(largest);
    }
    return result;
}

std::vector<std::vector<std::byte>> nf4ScaleParts(const TensorSpec& spec,
                                                  const std::string& dtypeName,
                                                  std::span<const float> absmax, bool nested) {
    std::vector<std::vector<std::byte>> parts;
    std::optional<float> offset;
    if (nested) {
        const NestedNf4Scales scales = nestNf4Scales(absmax);
        offset = scales.offset;
        parts.push_back(bytesOf(scales.code));
        parts.push_back(bytesOf(scales.absmax));
        parts.push_back(bytesOf(nf4NestedMap()));
    } else {
        parts.push_back(bytesOf(absmax));
    }
    parts.push_back(bytesOf(kNf4Levels));
    parts.push_back(bytesOf(nf4QuantState(spec, dtypeName, offset)));
    return parts;
}

}  // namespace dsm
