// NEON, which every AArch64 processor has: products of whole numbers. GCC and Clang turn the
// portable loops over float32 into it.
#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "kernels/base/rounded_rows.h"
#include "kernels/cpu/isa/table.h"
#include "kernels/cpu/loops/blocks.h"
#include "kernels/cpu/loops/levels.h"

namespace dsm::cpu {
namespace {

// Weights in 8 and 4 bits: four vectors of four lanes.
struct BlockLanes {
    using F = float32x4_t;
    using I = int32x4_t;
    using Bytes = int8x16_t;
    static constexpr int kLanes = 4;
    static constexpr int kTokens = 4;
    static constexpr int kQ8Walk = 0;
    static constexpr int kQ4Walk = 0;

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

// A cache in 8 bits: bytes are widened, then multiplied and added.
struct LevelLanes {
    struct Sums {
        int32x4_t lanes[4];
    };
    struct Bytes {
        int16x8_t level[4][2];  // of each of the four, lanes 0 .. 7 and 8 .. 15
    };
    using Four = int16x4_t;
    static constexpr int kRows = 2;
    static constexpr int kVectors = 2;

    static std::int32_t round16(const float* x, float factor, LevelRow& row, std::int64_t i) {
        int32x4_t sum = vdupq_n_s32(0);
        auto* out = reinterpret_cast<std::int16_t*>(row.levels + i * 2);
        for (int k = 0; k < 16; k += 4) {
            const int32x4_t level = vcvtnq_s32_f32(vmulq_n_f32(vld1q_f32(x + k), factor));
            sum = vaddq_s32(sum, level);
            vst1_s16(out + k, vmovn_s32(level));
        }
        return vaddvq_s32(sum);
    }
    static Four four(const LevelRow& row, std::int64_t step) {
        return vld1_s16(reinterpret_cast<const std::int16_t*>(row.levels + step * 8));
    }
    static Bytes load(const std::byte* p) {
        const uint8x16x4_t raw = vld4q_u8(reinterpret_cast<const std::uint8_t*>(p));
        const uint8x16_t bias = vdupq_n_u8(kKvBias);
        Bytes bytes;
        for (int k = 0; k < 4; ++k) {
            const int8x16_t level = vreinterpretq_s8_u8(veorq_u8(raw.val[k], bias));
            bytes.level[k][0] = vmovl_s8(vget_low_s8(level));
            bytes.level[k][1] = vmovl_high_s8(level);
        }
        return bytes;
    }
    static Sums zero() {
        const int32x4_t none = vdupq_n_s32(0);
        return {{none, none, none, none}};
    }
    template <int K>
    static void addOne(Sums& sums, const Bytes& bytes, Four levels) {
        for (int half = 0; half < 2; ++half) {
            const int16x8_t level = bytes.level[K][half];
            sums.lanes[2 * half] =
                vmlal_lane_s16(sums.lanes[2 * half], vget_low_s16(level), levels, K);
            sums.lanes[2 * half + 1] =
                vmlal_high_lane_s16(sums.lanes[2 * half + 1], level, levels, K);
        }
    }
    static Sums add(Sums sums, const Bytes& bytes, Four levels) {
        addOne<0>(sums, bytes, levels);
        addOne<1>(sums, bytes, levels);
        addOne<2>(sums, bytes, levels);
        addOne<3>(sums, bytes, levels);
        return sums;
    }
    static void store(const Sums& sums, const LevelRow& row, float* out) {
        for (int v = 0; v < 4; ++v) {
            vst1q_f32(out + static_cast<std::ptrdiff_t>(v) * 4,
                      vmulq_n_f32(vcvtq_f32_s32(sums.lanes[v]), row.scale));
        }
    }
};

constexpr Blocks kBlocks = makeBlocks<BlockLanes>();
constexpr Levels kLevels = makeLevels<LevelLanes>();

}  // namespace

constinit const IsaTable kNeonTable{.simd = {.blocks = &kBlocks, .levels = &kLevels}};

}  // namespace dsm::cpu
