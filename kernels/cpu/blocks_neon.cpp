// The loops over blocks for AArch64: four vectors of four lanes.
#include <arm_neon.h>

#include "kernels/base/rounded_rows.h"
#include "kernels/cpu/block_loops.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {
namespace {

struct Lanes {
    using F = float32x4_t;
    using I = int32x4_t;
    using Bytes = int8x16_t;
    static constexpr int kLanes = 4;
    static constexpr int kTokens = 4;
    static constexpr Streams kQ8Streams{};
    static constexpr Streams kQ4Streams{};

    static F zero() { return vdupq_n_f32(0); }
    static F set(float v) { return vdupq_n_f32(v); }
    static F mul(F a, F b) { return vmulq_f32(a, b); }
    static F fma(F a, F b, F c) { return vfmaq_f32(c, a, b); }
    static F toFloat(I v) { return vcvtq_f32_s32(v); }
    static void store(float* p, F v) { vst1q_f32(p, v); }
    static F half(const std::byte* p) {
        std::uint16_t bits[kLanes];
        __builtin_memcpy(bits, p, sizeof bits);
        return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(bits)));
    }
    static Bytes q8(const std::byte* p) {
        return vld1q_s8(reinterpret_cast<const std::int8_t*>(p));
    }
    static void q4(const std::byte* p, Bytes& low, Bytes& high) {
        const int8x16_t table = vld1q_s8(kQ4Levels);
        const uint8x16_t bytes = vld1q_u8(reinterpret_cast<const std::uint8_t*>(p));
        low = vqtbl1q_s8(table, vandq_u8(bytes, vdupq_n_u8(0x0f)));
        high = vqtbl1q_s8(table, vshrq_n_u8(bytes, 4));
    }
    static I start(std::int32_t) { return vdupq_n_s32(0); }
    static I dot(I sum, Bytes w, const std::byte* p) {
        std::int32_t four;
        __builtin_memcpy(&four, p, sizeof four);
        const int8x16_t x = vreinterpretq_s8_s32(vdupq_n_s32(four));
#if defined(__ARM_FEATURE_DOTPROD)
        return vdotq_s32(sum, w, x);
#else
        const int16x8_t low = vmull_s8(vget_low_s8(w), vget_low_s8(x));
        const int16x8_t high = vmull_high_s8(w, x);
        return vaddq_s32(sum, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
#endif
    }

    static float largestMagnitude(const float* x) {
        uint32x4_t most = vdupq_n_u32(0);
        for (int i = 0; i < 32; i += 4) {
            const uint32x4_t bits = vreinterpretq_u32_f32(vld1q_f32(x + i));
            most = vmaxq_u32(most, vandq_u32(bits, vdupq_n_u32(0x7fffffffU)));
        }
        const std::uint32_t bits = vmaxvq_u32(most);
        float largest;
        __builtin_memcpy(&largest, &bits, sizeof largest);
        return largest;
    }
    static std::int32_t roundLevels(const float* x, float inverse, std::byte* levels) {
        int32x4_t sum = vdupq_n_s32(0);
        int16x4_t part[8];
        for (int i = 0; i < 8; ++i) {
            const float32x4_t scaled =
                vmulq_f32(vld1q_f32(x + static_cast<std::ptrdiff_t>(i) * 4), vdupq_n_f32(inverse));
            const int32x4_t level = inverse > 0 ? vcvtnq_s32_f32(scaled) : vdupq_n_s32(0);
            sum = vaddq_s32(sum, level);
            part[i] = vmovn_s32(level);
        }
        auto* out = reinterpret_cast<std::int8_t*>(levels);
        for (int i = 0; i < 8; i += 2)
            vst1_s8(out + static_cast<std::ptrdiff_t>(i) * 4,
                    vmovn_s16(vcombine_s16(part[i], part[i + 1])));
        return vaddvq_s32(sum);
    }
};

}  // namespace

constinit const Blocks kNeonBlocks = makeBlocks<Lanes>();

}  // namespace dsm::cpu
