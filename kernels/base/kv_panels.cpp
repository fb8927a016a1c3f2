#include "kernels/base/kv_panels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/base/dtype.h"

namespace dsm {
namespace {

// The numbers of one position lie `stride` numbers apart from `first` on.
struct Line {
    std::byte* scale;  // of Q8
    std::byte* numbers;
    std::int64_t first;
    std::int64_t stride;
};

Line lineOf(const KvPanels& kv, std::byte* all, bool areKeys, std::int64_t g, std::int64_t s) {
    std::byte* panel = all + kv.panelOf(g, s);
    const std::int64_t inPanel = s % kKvPanel;
    std::byte* numbers = panel + (kv.type == KvType::Q8 ? kKvPanel * 4 : 0);
    if (areKeys) return {panel + inPanel * 4, numbers, inPanel, kKvPanel};
    return {panel + inPanel * 4, numbers, inPanel * paddedHead(kv.headSize), 1};
}

template <class T>
void put(const Line& line, std::int64_t i, T number) {
    std::memcpy(line.numbers + (line.first + i * line.stride) * std::int64_t{sizeof(T)}, &number,
                sizeof number);
}

template <class T>
T get(const Line& line, std::int64_t i) {
    T number;
    std::memcpy(&number, line.numbers + (line.first + i * line.stride) * std::int64_t{sizeof(T)},
                sizeof number);
    return number;
}

void storeRounded(const Line& line, const float* row, std::int64_t count) {
    float most = 0;
    bool finite = true;
    for (std::int64_t i = 0; i < count; ++i) {
        most = std::max(most, std::abs(row[i]));
        finite = finite && std::isfinite(row[i]);
    }
    const float scale = finite ? most / 127.0F : std::nanf("");
    const float inverse = finite && most >= 1e-30F ? 127.0F / most : 0.0F;
    std::memcpy(line.scale, &scale, sizeof scale);
    for (std::int64_t i = 0; i < count; ++i) {
        const float level = inverse > 0 ? std::nearbyint(row[i] * inverse) : 0.0F;
        put(line, i, static_cast<std::int8_t>(level));
    }
}

void store(const KvPanels& kv, std::byte* all, bool areKeys, std::int64_t s, const float* row) {
    for (std::int64_t g = 0; g < kv.heads; ++g) {
        const Line line = lineOf(kv, all, areKeys, g, s);
        const float* x = row + g * kv.headSize;
        if (kv.type == KvType::Q8) {
            storeRounded(line, x, kv.headSize);
        } else if (kv.type == KvType::BF16) {
            for (std::int64_t i = 0; i < kv.headSize; ++i)
                put(line, i, toBFloat16(x[i]));
        } else {
            for (std::int64_t i = 0; i < kv.headSize; ++i)
                put(line, i, x[i]);
        }
    }
}

float numberAt(const KvPanels& kv, std::byte* all, bool areKeys, std::int64_t g, std::int64_t s,
               std::int64_t i) {
    const Line line = lineOf(kv, all, areKeys, g, s);
    if (kv.type == KvType::F32) return get<float>(line, i);
    if (kv.type == KvType::BF16) return toFloat(get<BFloat16>(line, i));
    float scale;
    std::memcpy(&scale, line.scale, sizeof scale);
    return scale * static_cast<float>(get<std::int8_t>(line, i));
}

}  // namespace

void KvPanels::storeKeys(std::int64_t s, const float* row) const {
    store(*this, keys, true, s, row);
}

void KvPanels::storeValues(std::int64_t s, const float* row) const {
    store(*this, values, false, s, row);
}

float KvPanels::key(std::int64_t g, std::int64_t s, std::int64_t i) const {
    return numberAt(*this, keys, true, g, s, i);
}

float KvPanels::value(std::int64_t g, std::int64_t s, std::int64_t i) const {
    return numberAt(*this, values, false, g, s, i);
}

}  // namespace dsm
