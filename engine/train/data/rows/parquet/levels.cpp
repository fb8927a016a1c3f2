#include "engine/train/data/rows/parquet/levels.h"

#include <algorithm>
#include <bit>

namespace dsm::parquet {

int widthOf(int most) {
    return std::bit_width(static_cast<unsigned>(most));
}

void Levels::check() const {
    if (width_ < 0 || width_ > 32) throw BrokenParquet("a number has too many bits");
}

Levels Levels::packed(std::string_view text, int width) {
    Levels levels(text, width);
    levels.isOldPacking_ = true;
    levels.pack_ = text;
    return levels;
}

void Levels::beginRun() {
    const std::uint64_t head = bytes_.varint();
    isPacked_ = (head & 1) != 0;
    if (isPacked_) {
        const std::uint64_t groups = head >> 1;
        if (groups > bytes_.left()) throw BrokenParquet("a run is longer than its page");
        // The last group may be cut off where its numbers are not needed.
        const std::uint64_t size = groups * static_cast<std::uint64_t>(width_);
        pack_ = bytes_.take(std::min<std::uint64_t>(size, bytes_.left()));
        bit_ = 0;
        runLeft_ = groups * 8;
    } else {
        runLeft_ = head >> 1;
        value_ = 0;
        const std::string_view value = bytes_.take(static_cast<std::uint64_t>(width_ + 7) / 8);
        for (std::size_t i = 0; i < value.size(); ++i)
            value_ |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(value[i])) << (8 * i);
    }
    if (runLeft_ == 0) throw BrokenParquet("a run is empty");
}

std::uint32_t Levels::next() {
    if (width_ == 0) return 0;
    if (!isOldPacking_) {
        if (runLeft_ == 0) beginRun();
        --runLeft_;
        if (!isPacked_) return value_;
    }
    std::uint32_t value = 0;
    for (int i = 0; i < width_; ++i, ++bit_) {
        if (bit_ / 8 >= pack_.size()) throw BrokenParquet("a page ends within its numbers");
        const auto byte = static_cast<std::uint8_t>(pack_[bit_ / 8]);
        if (isOldPacking_) {
            value = value << 1 | ((byte >> (7 - bit_ % 8)) & 1U);
        } else {
            value |= ((byte >> (bit_ % 8)) & 1U) << i;
        }
    }
    return value;
}

}  // namespace dsm::parquet
