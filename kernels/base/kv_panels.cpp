#include "kernels/base/kv_panels.h"

#include <cstring>

#include "kernels/base/dtype.h"
#include "kernels/base/rounded_rows.h"

namespace dsm {
namespace {

struct Line {
    std::byte* scale;  // of Q8
    std::byte* numbers;
    KvLine place;

    std::int64_t offset(std::int64_t i) const { return place.offset(i); }
};

Line lineOf(const KvPanels& kv, std::byte* all, bool areKeys, std::int64_t g, std::int64_t s) {
    std::byte* panel = all + kv.panelOf(g, s);
    const std::int64_t inPanel = s % kKvPanel;
    return {panel + inPanel * 4, panel + kvScaleBytes(kv.type),
            kvLine(kv.type, kv.headSize, areKeys, inPanel)};
}

// The numbers of one head, in the cache's type, one after the other.
struct Rounded {
    std::byte numbers[kMostHeadSize * 4];
    float scale = 0;
};

void roundTo(KvType type, const float* x, std::int64_t count, Rounded& out) {
    if (type == KvType::Q8) {
        auto* levels = reinterpret_cast<std::int8_t*>(out.numbers);
        out.scale = roundToLevels(x, count, levels);
        for (std::int64_t i = 0; i < count; ++i)
            out.numbers[i] = static_cast<std::byte>(levels[i] + kKvBias);
        return;
    }
    if (type == KvType::F32) {
        std::memcpy(out.numbers, x, static_cast<std::size_t>(count) * sizeof(float));
        return;
    }
    for (std::int64_t i = 0; i < count; ++i) {
        const BFloat16 number = toBFloat16(x[i]);
        std::memcpy(out.numbers + i * 2, &number, sizeof number);
    }
}

template <class T>
void put(const Line& line, const Rounded& rounded, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        std::memcpy(line.numbers + line.offset(i) * std::int64_t{sizeof(T)},
                    rounded.numbers + i * std::int64_t{sizeof(T)}, sizeof(T));
    }
}

void store(const KvPanels& kv, std::byte* all, bool areKeys, std::int64_t s, const float* row) {
    DSM_CHECK(kv.headSize <= kMostHeadSize);
    Rounded rounded;
    for (std::int64_t g = 0; g < kv.heads; ++g) {
        const Line line = lineOf(kv, all, areKeys, g, s);
        roundTo(kv.type, row + g * kv.headSize, kv.headSize, rounded);
        if (kv.type == KvType::Q8) {
            std::memcpy(line.scale, &rounded.scale, sizeof rounded.scale);
            put<std::byte>(line, rounded, kv.headSize);
        } else if (kv.type == KvType::BF16) {
            put<BFloat16>(line, rounded, kv.headSize);
        } else {
            put<float>(line, rounded, kv.headSize);
        }
    }
}

}  // namespace

void KvPanels::storeKeys(std::int64_t s, const float* row) const {
    store(*this, keys, true, s, row);
}

void KvPanels::storeValues(std::int64_t s, const float* row) const {
    store(*this, values, false, s, row);
}

void KvPanels::fetch(std::int64_t s) const {
    const std::int64_t bytes = kvPanelBytes(type, headSize);
    for (std::int64_t g = 0; g < heads; ++g) {
        const std::byte* panel = keys + panelOf(g, s);
        for (std::int64_t at = 0; at < bytes; at += 64)
            __builtin_prefetch(panel + at, 1);
    }
}

}  // namespace dsm
