// The loops over an 8-bit cache for AArch64: bytes are widened, then multiplied and added.
#include <arm_neon.h>

#include "kernels/cpu/level_loops.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {
namespace {

struct Lanes {
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

}  // namespace

constinit const Levels kNeonLevels = makeLevels<Lanes>();

}  // namespace dsm::cpu
