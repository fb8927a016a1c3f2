// Stands in for kernels/cuda/ptx.h on the emulated GPU: the same functions, in plain C++. The
// fragments are spelled out from the PTX ISA once more, so that a kernel which mixes them up is
// wrong here, too.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/dtype.h"

#define DSM_UNROLL
#define DSM_UNROLL_BY(rounds) static_assert((rounds) > 0);

namespace dsm::ptx {

template <class T>
T& sharedMemory() {
    return *reinterpret_cast<T*>(simt::dynamicShared());
}

inline void checkAligned(const void* p, std::uintptr_t bytes) {
    if (reinterpret_cast<std::uintptr_t>(p) % bytes != 0) simt::fault("an address is not aligned");
}

inline void copyAsync16(void* to, const void* from, bool exists = true) {
    checkAligned(to, 16);
    checkAligned(from, 16);
    simt::copyLater(to, exists ? from : nullptr, 16);
}
inline void commitCopies() {
    simt::commitCopies();
}
template <int Open>
void waitForCopies() {
    simt::waitForCopies(Open);
}

namespace detail {

struct MatrixLoad {
    const void* row;
    std::uint32_t* out;
};

// Number c of row r of matrix m.
inline std::uint32_t matrixNumber(void* const* operands, int m, int r, int c) {
    const auto* load = static_cast<const MatrixLoad*>(operands[8 * m + r]);
    std::uint16_t number;
    std::memcpy(&number, static_cast<const std::uint16_t*>(load->row) + c, sizeof number);
    return number;
}

template <bool IsTransposed>
void combineMatrixLoad(void* const* operands, std::uint32_t) {
    for (int lane = 0; lane < 32; ++lane) {
        const int major = lane / 4;
        const int minor = lane % 4 * 2;
        for (int m = 0; m < 4; ++m) {
            const std::uint32_t low = IsTransposed ? matrixNumber(operands, m, minor, major)
                                                   : matrixNumber(operands, m, major, minor);
            const std::uint32_t high = IsTransposed ? matrixNumber(operands, m, minor + 1, major)
                                                    : matrixNumber(operands, m, major, minor + 1);
            static_cast<MatrixLoad*>(operands[lane])->out[m] = low | high << 16U;
        }
    }
}

template <class D>
struct Product {
    D* d;
    const std::uint32_t* a;
    const std::uint32_t* b;
};

inline float numberOf(std::uint32_t word, int i) {
    return toFloat(BFloat16{static_cast<std::uint16_t>(word >> (16 * i))});
}
inline int byteOf(std::uint32_t word, int i) {
    return static_cast<std::int8_t>(word >> (8 * i));
}

inline void combineBf16(void* const* operands, std::uint32_t) {
    float a[16][16], b[16][8], d[16][8];
    for (int lane = 0; lane < 32; ++lane) {
        const auto* p = static_cast<const Product<float>*>(operands[lane]);
        const int g = lane / 4;
        const int i = lane % 4;
        for (int n = 0; n < 2; ++n) {
            a[g][2 * i + n] = numberOf(p->a[0], n);
            a[g + 8][2 * i + n] = numberOf(p->a[1], n);
            a[g][2 * i + 8 + n] = numberOf(p->a[2], n);
            a[g + 8][2 * i + 8 + n] = numberOf(p->a[3], n);
            b[2 * i + n][g] = numberOf(p->b[0], n);
            b[2 * i + 8 + n][g] = numberOf(p->b[1], n);
            d[g][2 * i + n] = p->d[n];
            d[g + 8][2 * i + n] = p->d[n + 2];
        }
    }
    // Columns side by side, each with its own sum in the order of k.
    for (int row = 0; row < 16; ++row) {
        for (int k = 0; k < 16; ++k) {
            for (int col = 0; col < 8; ++col)
                d[row][col] += a[row][k] * b[k][col];
        }
    }
    for (int lane = 0; lane < 32; ++lane) {
        auto* p = static_cast<Product<float>*>(operands[lane]);
        for (int n = 0; n < 4; ++n)
            p->d[n] = d[lane / 4 + n / 2 * 8][lane % 4 * 2 + n % 2];
    }
}

inline void combineS8(void* const* operands, std::uint32_t) {
    int a[16][32], b[8][32];
    for (int lane = 0; lane < 32; ++lane) {
        const auto* p = static_cast<const Product<int>*>(operands[lane]);
        const int g = lane / 4;
        const int i = lane % 4;
        for (int n = 0; n < 4; ++n) {
            a[g][4 * i + n] = byteOf(p->a[0], n);
            a[g + 8][4 * i + n] = byteOf(p->a[1], n);
            a[g][4 * i + 16 + n] = byteOf(p->a[2], n);
            a[g + 8][4 * i + 16 + n] = byteOf(p->a[3], n);
            b[g][4 * i + n] = byteOf(p->b[0], n);
            b[g][4 * i + 16 + n] = byteOf(p->b[1], n);
        }
    }
    for (int lane = 0; lane < 32; ++lane) {
        auto* p = static_cast<Product<int>*>(operands[lane]);
        for (int n = 0; n < 4; ++n) {
            const int row = lane / 4 + n / 2 * 8;
            const int col = lane % 4 * 2 + n % 2;
            int sum = p->d[n];
            for (int k = 0; k < 32; ++k)
                sum += a[row][k] * b[col][k];
            p->d[n] = sum;
        }
    }
}

}  // namespace detail

inline void loadMatrix4(std::uint32_t (&out)[4], const void* row) {
    checkAligned(row, 16);
    detail::MatrixLoad load{row, out};
    simt::collective("ldmatrix", 0xffffffffU, &load, detail::combineMatrixLoad<false>);
}
inline void loadMatrix4Transposed(std::uint32_t (&out)[4], const void* row) {
    checkAligned(row, 16);
    detail::MatrixLoad load{row, out};
    simt::collective("ldmatrix", 0xffffffffU, &load, detail::combineMatrixLoad<true>);
}

inline void mmaBf16(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
    detail::Product<float> product{d, a, b};
    simt::collective("mma", 0xffffffffU, &product, detail::combineBf16);
}
inline void mmaS8(int (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
    detail::Product<int> product{d, a, b};
    simt::collective("mma", 0xffffffffU, &product, detail::combineS8);
}

inline void waitForLaunchesBefore() {}
inline void letNextLaunchBegin() {}

inline void fetchToL2(const void*) {}
inline uint4 loadOnce16(const void* p) {
    checkAligned(p, 16);
    return *static_cast<const uint4*>(p);
}
inline uint2 loadOnce8(const void* p) {
    checkAligned(p, 8);
    return *static_cast<const uint2*>(p);
}
template <class T>
T loadFresh(const T* p) {
    return *p;
}
inline float halfToFloat(std::uint32_t half) {
    return dsm::halfToFloat(static_cast<std::uint16_t>(half));
}

}  // namespace dsm::ptx
