// The loops over an 8-bit cache for any machine.
#include <cstdint>

#include "kernels/cpu/level_loops.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {
namespace {

struct Lanes {
    struct Sums {
        std::int32_t lane[16];
    };
    struct Bytes {
        std::int32_t level[16][4];
    };
    struct Four {
        std::int16_t level[4];
    };
    static constexpr int kRows = 1;
    static constexpr int kVectors = 1;

    static std::int32_t round16(const float* x, float factor, LevelRow& row, std::int64_t i) {
        std::int32_t sum = 0;
        std::int16_t levels[16];
        for (int k = 0; k < 16; ++k) {
            levels[k] = static_cast<std::int16_t>(__builtin_nearbyintf(x[k] * factor));
            sum += levels[k];
        }
        __builtin_memcpy(row.levels + i * 2, levels, sizeof levels);
        return sum;
    }
    static Four four(const LevelRow& row, std::int64_t step) {
        Four levels;
        __builtin_memcpy(&levels, row.levels + step * 8, sizeof levels);
        return levels;
    }
    static Bytes load(const std::byte* p) {
        Bytes bytes;
        for (int lane = 0; lane < 16; ++lane) {
            for (int k = 0; k < 4; ++k)
                bytes.level[lane][k] = std::to_integer<std::int32_t>(p[lane * 4 + k]) - kKvBias;
        }
        return bytes;
    }
    static Sums zero() { return {}; }
    static Sums add(Sums sums, const Bytes& bytes, const Four& levels) {
        for (int lane = 0; lane < 16; ++lane) {
            const std::int32_t* b = bytes.level[lane];
            sums.lane[lane] += b[0] * levels.level[0] + b[1] * levels.level[1] +
                               b[2] * levels.level[2] + b[3] * levels.level[3];
        }
        return sums;
    }
    static void store(const Sums& sums, const LevelRow& row, float* out) {
        for (int lane = 0; lane < 16; ++lane)
            out[lane] = static_cast<float>(sums.lane[lane]) * row.scale;
    }
};

}  // namespace

constinit const Levels kPortableLevels = makeLevels<Lanes>();

}  // namespace dsm::cpu
