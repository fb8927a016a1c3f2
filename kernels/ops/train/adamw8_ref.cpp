#include <algorithm>
#include <cmath>

#include "kernels/ops/train/adamw8.h"

namespace dsm {

AdamW8Step stepOf(const AdamW8Args& args, double clip) {
    const auto steps = static_cast<double>(args.step);
    const double bias1 = 1 - std::pow(args.beta1, steps);
    const double bias2 = 1 - std::pow(args.beta2, steps);
    return {.kept = static_cast<float>(1 - args.rate * args.decay),
            .rate = static_cast<float>(args.rate / bias1),
            .beta1 = static_cast<float>(args.beta1),
            .beta2 = static_cast<float>(args.beta2),
            .fresh1 = static_cast<float>(1 - args.beta1),
            .fresh2 = static_cast<float>(1 - args.beta2),
            .epsilon = static_cast<float>(args.epsilon),
            .secondScale = static_cast<float>(1 / std::sqrt(bias2)),
            .gradientScale = static_cast<float>(args.gradientScale * clip)};
}

namespace {

// That of the nearest level, the lower one of two that are as near.
int nearest(const MomentMap& map, float x) {
    const auto* const above = std::lower_bound(map.begin(), map.end(), x);
    if (above == map.begin()) return 0;
    const auto upper = static_cast<int>(std::min(above, map.end() - 1) - map.begin());
    const auto i = static_cast<std::size_t>(upper);
    return x - map[i - 1] <= map[i] - x ? upper - 1 : upper;
}

std::uint8_t signedCode(float moment, float scale) {
    if (moment == 0) return kSignedZero;
    const int code = nearest(kSignedMap, moment / scale);
    // Below 0 nothing rounds to 0, and nothing changes its sign.
    if (moment < 0 && code >= kSignedZero) return kSignedZero - 1;
    return static_cast<std::uint8_t>(moment > 0 ? std::max(code, kSignedZero) : code);
}

std::uint8_t unsignedCode(float moment, float scale) {
    return static_cast<std::uint8_t>(moment == 0 ? kUnsignedZero
                                                 : nearest(kUnsignedMap, moment / scale));
}

}  // namespace

// One block of moments.
void stepBlock(const AdamW8Args& args, const AdamW8Step& step, std::int64_t block) {
    const auto first = static_cast<std::size_t>(block * kMomentBlock);
    const std::size_t count =
        std::min(args.weight.size() - first, static_cast<std::size_t>(kMomentBlock));
    float& firstScale = args.firstScale[static_cast<std::size_t>(block)];
    float& secondScale = args.secondScale[static_cast<std::size_t>(block)];
    float m[kMomentBlock];
    float v[kMomentBlock];
    float largestFirst = 0;
    float largestSecond = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t i = first + k;
        const float g = step.gradientScale * args.gradient[i];
        m[k] = step.beta1 * (kSignedMap[args.first[i]] * firstScale) + step.fresh1 * g;
        v[k] = step.beta2 * (kUnsignedMap[args.second[i]] * secondScale) + step.fresh2 * g * g;
        largestFirst = std::max(largestFirst, std::abs(m[k]));
        largestSecond = std::max(largestSecond, v[k]);
        args.weight[i] = step.kept * args.weight[i] -
                         step.rate * m[k] / (std::sqrt(v[k]) * step.secondScale + step.epsilon);
    }
    firstScale = largestFirst;
    secondScale = largestSecond;
    for (std::size_t k = 0; k < count; ++k) {
        args.first[first + k] = signedCode(m[k], largestFirst);
        args.second[first + k] = unsignedCode(v[k], largestSecond);
    }
}

namespace reference {

void adamW8(OpContext&, const AdamW8Args& args) {
    checkShapes(args);
    const auto clip = clipOf(args.clip);
    if (!clip) return;
    const AdamW8Step step = stepOf(args, *clip);
    const std::int64_t blocks = momentBlocks(static_cast<std::int64_t>(args.weight.size()));
    for (std::int64_t block = 0; block < blocks; ++block)
        stepBlock(args, step, block);
}

}  // namespace reference

}  // namespace dsm
