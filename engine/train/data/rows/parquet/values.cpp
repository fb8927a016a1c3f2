#include "engine/train/data/rows/parquet/values.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/train/data/rows/not_read.h"

namespace dsm::parquet {
namespace {

using nlohmann::json;

// DELTA_BINARY_PACKED. A block of equal differences takes no bits, so that a few bytes can claim
// any number of values: `most` bounds them.
std::vector<std::int64_t> readDeltas(Bytes& in, std::uint64_t most) {
    const std::uint64_t blockSize = in.varint();
    const std::uint64_t parts = in.varint();
    const std::uint64_t count = in.varint();
    const bool isSound = parts > 0 && parts <= 4096 && blockSize > 0 && blockSize <= 1 << 24 &&
                         blockSize % parts == 0 && blockSize / parts % 8 == 0;
    if (!isSound || count > most) throw BrokenParquet("a page of differences is damaged");
    std::vector<std::int64_t> numbers;
    auto last = static_cast<std::uint64_t>(in.zigzag());
    if (count > 0) numbers.push_back(static_cast<std::int64_t>(last));
    const std::uint64_t partSize = blockSize / parts;
    while (numbers.size() < count) {
        const auto least = static_cast<std::uint64_t>(in.zigzag());
        const std::string_view widths = in.take(parts);
        for (const char one : widths) {
            if (numbers.size() >= count) break;
            const auto width = static_cast<std::uint8_t>(one);
            if (width > 64) throw BrokenParquet("a difference has too many bits");
            const std::string_view pack = in.take(partSize * width / 8);
            for (std::uint64_t i = 0; i < partSize && numbers.size() < count; ++i) {
                std::uint64_t delta = 0;
                for (std::uint64_t b = 0; b < width; ++b) {
                    const std::uint64_t bit = i * width + b;
                    const auto byte = static_cast<std::uint8_t>(pack[bit / 8]);
                    delta |= static_cast<std::uint64_t>((byte >> (bit % 8)) & 1U) << b;
                }
                last += least + delta;
                numbers.push_back(static_cast<std::int64_t>(last));
            }
        }
    }
    return numbers;
}

template <class Number>
Number bytesAs(std::string_view text) {
    Bytes bytes(text);
    return bytes.number<Number>();
}

std::uint64_t sizeOf(std::int64_t size) {
    if (size < 0) throw BrokenParquet("a text has less than no bytes");
    return static_cast<std::uint64_t>(size);
}

json textOf(std::string_view text, const Node& column) {
    if (column.meaning == Meaning::Other) return notRead(NotRead::Type);
    return std::string(text);
}

json numberOf(const json& number, const Node& column) {
    return column.meaning == Meaning::Other ? notRead(NotRead::Type) : number;
}

}  // namespace

Values::Values(std::string_view text, int encoding, const Node& column, std::uint64_t count)
    : column_(&column), encoding_(encoding), bytes_(text), text_(text) {
    const PhysicalType type = column.type;
    const bool isText = type == PhysicalType::ByteArray || type == PhysicalType::FixedBytes;
    const bool isWhole = type == PhysicalType::Int32 || type == PhysicalType::Int64;
    switch (encoding) {
        case 0:
            return;
        case 3:
            if (type != PhysicalType::Boolean) break;
            bits_ = Levels(bytes_.take(bytes_.number<std::uint32_t>()), 1);
            return;
        case 5:
            if (!isWhole) break;
            numbers_ = readDeltas(bytes_, count);
            return;
        case 6:
            if (type != PhysicalType::ByteArray) break;
            numbers_ = readDeltas(bytes_, count);
            return;
        case 7:
            if (!isText) break;
            prefixes_ = readDeltas(bytes_, count);
            numbers_ = readDeltas(bytes_, count);
            return;
        case 9:
            if (type == PhysicalType::ByteArray || type == PhysicalType::Boolean) break;
            return;
        default:
            break;
    }
    throw BrokenParquet(
        "its values are in encoding " + std::to_string(encoding) + ", which is not read", true);
}

json Values::bitOfPlain() {
    const std::uint64_t bit = at_++;
    if (bit / 8 >= text_.size()) throw BrokenParquet("a page ends within its values");
    return ((static_cast<std::uint8_t>(text_[bit / 8]) >> (bit % 8)) & 1) != 0;
}

// One value of BYTE_STREAM_SPLIT: its first byte, then the first streams' others.
std::string_view Values::ofStreams(std::size_t size) {
    const std::uint64_t values = text_.size() / size;
    if (at_ >= values) throw BrokenParquet("a page ends within its values");
    scratch_.resize(size);
    for (std::size_t i = 0; i < size; ++i)
        scratch_[i] = text_[i * values + at_];
    ++at_;
    return scratch_;
}

json Values::plain() {
    const auto fixed = [&](std::size_t size) {
        return encoding_ == 9 ? ofStreams(size) : bytes_.take(size);
    };
    switch (column_->type) {
        case PhysicalType::Boolean:
            return bitOfPlain();
        case PhysicalType::Int32:
            return numberOf(bytesAs<std::int32_t>(fixed(4)), *column_);
        case PhysicalType::Int64:
            return numberOf(bytesAs<std::int64_t>(fixed(8)), *column_);
        case PhysicalType::Int96:
            static_cast<void>(fixed(12));
            return notRead(NotRead::Type);
        case PhysicalType::Float:
            return bytesAs<float>(fixed(4));
        case PhysicalType::Double:
            return bytesAs<double>(fixed(8));
        case PhysicalType::ByteArray:
            return textOf(bytes_.take(bytes_.number<std::uint32_t>()), *column_);
        case PhysicalType::FixedBytes:
            return textOf(fixed(static_cast<std::size_t>(column_->typeBytes)), *column_);
    }
    return nullptr;
}

json Values::next() {
    if (encoding_ == 0 || encoding_ == 9) return plain();
    if (encoding_ == 3) return bits_.next() != 0;
    if (at_ >= numbers_.size()) throw BrokenParquet("a page ends within its values");
    const std::int64_t number = numbers_[at_];
    const std::size_t at = at_++;
    if (encoding_ == 5) {
        const bool isNarrow = column_->type == PhysicalType::Int32;
        return numberOf(isNarrow ? json(static_cast<std::int32_t>(number)) : json(number),
                        *column_);
    }
    const std::string_view own = bytes_.take(sizeOf(number));
    if (encoding_ == 6) return textOf(own, *column_);
    if (at >= prefixes_.size() || sizeOf(prefixes_[at]) > last_.size()) {
        throw BrokenParquet("a text goes on after more than there was");
    }
    last_.resize(sizeOf(prefixes_[at]));
    last_ += own;
    return textOf(last_, *column_);
}

}  // namespace dsm::parquet
