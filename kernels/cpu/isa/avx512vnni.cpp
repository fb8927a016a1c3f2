// AVX-512 with VNNI: 64 products of bytes per instruction. Float32 is that of AVX-512.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/base/rounded_rows.h"
#include "kernels/cpu/isa/table.h"
#include "kernels/cpu/loops/blocks.h"
#include "kernels/cpu/loops/levels.h"
#include "kernels/cpu/loops/limits.h"

namespace dsm::cpu {
namespace {

// Weights in 8 and 4 bits. Levels are read as level + 128, since the instruction wants one factor
// unsigned.
struct BlockLanes {
    using F = __m512;
    using I = __m512i;
    using Bytes = __m512i;
    static constexpr int kLanes = 16;
    static constexpr int kQ8Walk = 0;
    static constexpr int kQ4Walk = 0;
    static constexpr int kTokens = 12;  // 12 sums, 8 vectors of weights, and what is in between

    static F zero() { return _mm512_setzero_ps(); }
    static F set(float v) { return _mm512_set1_ps(v); }
    static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
    static F toFloat(I v) { return _mm512_cvtepi32_ps(v); }
    static void store(float* p, F v) { _mm512_storeu_ps(p, v); }
    static F half(const std::byte* p) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }
    static Bytes load(const std::byte* p) { return _mm512_loadu_si512(p); }
    static Bytes q8(const std::byte* p) {
        return _mm512_xor_si512(load(p), _mm512_set1_epi8(static_cast<char>(0x80)));
    }
    static void q4(const std::byte* p, Bytes& low, Bytes& high) {
        // kQ4Levels + 128
        const __m512i table = _mm512_broadcast_i32x4(_mm_setr_epi8(
            1, 31, 52, 69, 83, 96, 108, 120, -126, -116, -105, -94, -81, -65, -47, -25));
        const __m512i nibble = _mm512_set1_epi8(0x0f);
        const __m512i bytes = load(p);
        low = _mm512_shuffle_epi8(table, _mm512_and_si512(bytes, nibble));
        high = _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), nibble));
    }
    static I start(std::int32_t offset) { return _mm512_set1_epi32(offset); }
    static I dot(I sum, Bytes w, const std::byte* p) {
        std::int32_t four;
        __builtin_memcpy(&four, p, sizeof four);
        return _mm512_dpbusd_epi32(sum, w, _mm512_set1_epi32(four));
    }

    static float largestMagnitude(const float* x) {
        const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
        const __m512i a = _mm512_and_si512(_mm512_loadu_si512(x), magnitude);
        const __m512i b = _mm512_and_si512(_mm512_loadu_si512(x + 16), magnitude);
        const auto bits =
            static_cast<std::uint32_t>(_mm512_reduce_max_epu32(_mm512_max_epu32(a, b)));
        float most;
        __builtin_memcpy(&most, &bits, sizeof most);
        return most;
    }
    static std::int32_t roundLevels(const float* x, float inverse, std::byte* levels) {
        const __mmask16 any = inverse > 0 ? 0xffff : 0;
        const __m512 factor = _mm512_set1_ps(inverse);
        const auto half = [&](int i) {
            return _mm512_maskz_cvtps_epi32(
                any,
                _mm512_mul_ps(_mm512_loadu_ps(x + static_cast<std::ptrdiff_t>(i) * 16), factor));
        };
        const __m512i a = half(0);
        const __m512i b = half(1);
        auto* out = reinterpret_cast<__m128i*>(levels);
        _mm_storeu_si128(out, _mm512_cvtepi32_epi8(a));
        _mm_storeu_si128(out + 1, _mm512_cvtepi32_epi8(b));
        return _mm512_reduce_add_epi32(_mm512_add_epi32(a, b));
    }
};

// A cache in 8 bits: the high and the low bytes of what meets it apart. The instruction wants one
// factor unsigned: the bytes as they are stored, level + 128.
struct LevelLanes {
    struct Sums {
        __m512i high, low;
    };
    using Bytes = __m512i;
    struct Four {
        __m512i high, low;
    };
    static constexpr int kRows = 2;
    static constexpr int kVectors = 8;  // two sums each

    // level = 256 * high + low, both signed.
    static std::int32_t round16(const float* x, float factor, LevelRow& row, std::int64_t i) {
        const __m512i level =
            _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(x), _mm512_set1_ps(factor)));
        const __m512i high = _mm512_srai_epi32(_mm512_add_epi32(level, _mm512_set1_epi32(128)), 8);
        auto* out = reinterpret_cast<__m128i*>(row.levels + i);
        _mm_store_si128(out, _mm512_cvtepi32_epi8(high));
        _mm_store_si128(out + kMostHeadSize / 16, _mm512_cvtepi32_epi8(level));
        return _mm512_reduce_add_epi32(level);
    }
    static __m512i broadcast(const std::byte* p) {
        std::int32_t four;
        __builtin_memcpy(&four, p, sizeof four);
        return _mm512_set1_epi32(four);
    }
    static Four four(const LevelRow& row, std::int64_t step) {
        return {broadcast(row.levels + step * 4), broadcast(row.levels + kMostHeadSize + step * 4)};
    }
    static Bytes load(const std::byte* p) { return _mm512_loadu_si512(p); }
    static Sums zero() { return {_mm512_setzero_si512(), _mm512_setzero_si512()}; }
    static Sums add(const Sums& sums, Bytes bytes, const Four& levels) {
        return {_mm512_dpbusd_epi32(sums.high, bytes, levels.high),
                _mm512_dpbusd_epi32(sums.low, bytes, levels.low)};
    }
    static void store(const Sums& sums, const LevelRow& row, float* out) {
        const __m512i all = _mm512_add_epi32(_mm512_slli_epi32(sums.high, 8), sums.low);
        const __m512i exact = _mm512_sub_epi32(all, _mm512_set1_epi32(kKvBias * row.sum));
        _mm512_storeu_ps(out, _mm512_mul_ps(_mm512_cvtepi32_ps(exact), _mm512_set1_ps(row.scale)));
    }
};

// What a machine does at most.
struct Int8Limit {
    using V = __m512i;
    static constexpr int kSums = 16;
    static constexpr int kOperations = 128;
    static V start(int i) { return _mm512_set1_epi32(i); }
    static V multiplyAdd(V sum) {
        return _mm512_dpbusd_epi32(sum, _mm512_set1_epi8(3), _mm512_set1_epi8(5));
    }
};

constexpr Blocks kBlocks = makeBlocks<BlockLanes>();
constexpr Levels kLevels = makeLevels<LevelLanes>();

}  // namespace

constinit const IsaTable kAvx512VnniTable{
    .simd = {.blocks = &kBlocks, .levels = &kLevels},
    .limits = {.read = {}, .multiply = {multiply<Int8Limit>, nullptr, nullptr}}};

}  // namespace dsm::cpu
