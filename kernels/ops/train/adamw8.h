// AdamW with moments of 8 bits: each a level of a fixed map times the largest magnitude of its block
// of 256 neighbours.
//
//   first  = level(kSignedMap, firstCode) * firstScale of the block; second likewise, kUnsignedMap
//   then first, second and weight as adamw.h says, in float32
//   scale  = largest magnitude of the block; code = that of the nearest level of moment / scale,
//            ties to the lower one; a first moment keeps its sign
//
// Each map has 256 levels in rising order: of the signed one the midpoints of 2^i equal parts of
// [0.1, 1] times 10^(i - 6) for i = 0 .. 6, with both signs, and 0 and 1; of the unsigned one those
// of 2^(i + 1) parts.
//
// Source    Dettmers et al., arXiv 2110.02861; blocks, maps and the rule of signs as bitsandbytes
//           has them (create_dynamic_map, kOptimizerStatic8bit2StateBlockwise), decay as PyTorch.
// Letters   n numbers, b = momentBlocks(n).
// Ownership Borrows every view for the call; allocates nothing.
// Scratch   None.
// Errors    None.
// Parity    To the bit on every backend.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/ops/shapes.h"
#include "kernels/ops/train/adamw.h"

namespace dsm {

inline constexpr std::int64_t kMomentBlock = 256;

constexpr std::int64_t momentBlocks(std::int64_t numbers) {
    return (numbers + kMomentBlock - 1) / kMomentBlock;
}

using MomentMap = std::array<float, 256>;

constexpr MomentMap makeMomentMap(bool isSigned) {
    MomentMap map{};
    std::size_t count = 0;
    double power = 1e-6;
    for (int i = 0; i < 7; ++i) {
        const int parts = 1 << (isSigned ? i : i + 1);
        for (int part = 0; part < parts; ++part) {
            const double middle = 0.1 + 0.9 * (part + 0.5) / parts;
            map[count++] = static_cast<float>(power * middle);
            if (isSigned) map[count++] = static_cast<float>(-power * middle);
        }
        power *= 10;
    }
    map[count++] = 0;
    map[count++] = 1;
    for (std::size_t i = 1; i < map.size(); ++i) {
        const float level = map[i];
        std::size_t place = i;
        for (; place > 0 && map[place - 1] > level; --place)
            map[place] = map[place - 1];
        map[place] = level;
    }
    return map;
}

inline constexpr MomentMap kSignedMap = makeMomentMap(true);
inline constexpr MomentMap kUnsignedMap = makeMomentMap(false);
// Codes of 0. Moments begin with any code and a scale of 0.
inline constexpr int kSignedZero = 127;
inline constexpr int kUnsignedZero = 0;
static_assert(kSignedMap[kSignedZero] == 0 && kUnsignedMap[kUnsignedZero] == 0);

struct AdamW8Args {
    std::span<float> weight;          // [n]
    std::span<const float> gradient;  // [n]
    std::span<std::uint8_t> first;    // [n], codes
    std::span<std::uint8_t> second;   // [n]
    std::span<float> firstScale;      // [b]
    std::span<float> secondScale;     // [b]
    std::int64_t step = 1;            // from 1 on
    double rate = 0;
    double beta1 = 0.9, beta2 = 0.999;
    double epsilon = 1e-8;
    double decay = 0;
    double gradientScale = 1;
    GradientClip clip = {};
};

// What every number of a step is computed with.
struct AdamW8Step {
    float kept, rate, beta1, beta2, fresh1, fresh2, epsilon, secondScale, gradientScale;
};
// `clip` is clipOf(args.clip); 1 where the device is to clip.
AdamW8Step stepOf(const AdamW8Args& args, double clip);
// One block of moments, on the host.
void stepBlock(const AdamW8Args& args, const AdamW8Step& step, std::int64_t block);

inline void checkShapes(const AdamW8Args& a) {
    DSM_CHECK(a.step >= 1 && a.gradient.size() == a.weight.size());
    DSM_CHECK(a.first.size() == a.weight.size() && a.second.size() == a.weight.size());
    const auto blocks =
        static_cast<std::size_t>(momentBlocks(static_cast<std::int64_t>(a.weight.size())));
    DSM_CHECK(a.firstScale.size() == blocks && a.secondScale.size() == blocks);
}

namespace reference {
void adamW8(OpContext& context, const AdamW8Args& args);
}
namespace cpu {
void adamW8(OpContext& context, const AdamW8Args& args);
}
namespace cuda {
void adamW8(OpContext& context, const AdamW8Args& args);
}

}  // namespace dsm
