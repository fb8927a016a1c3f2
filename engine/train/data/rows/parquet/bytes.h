// Bytes: what is read of a Parquet file, each step within its bounds. Private to this folder.
//
// Errors  Inside this folder what breaks the format is thrown as BrokenParquet; parquet_rows.cpp
//         catches it and says the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dsm::parquet {

class BrokenParquet : public std::runtime_error {
  public:
    explicit BrokenParquet(const std::string& reason, bool isUnsupported = false)
        : std::runtime_error(reason), isUnsupported_(isUnsupported) {}

    bool isUnsupported() const { return isUnsupported_; }  // else it is damaged

  private:
    bool isUnsupported_;
};

class Bytes {
  public:
    Bytes() = default;
    explicit Bytes(std::string_view text) : text_(text) {}

    std::size_t left() const { return text_.size(); }
    std::string_view take(std::uint64_t count) {
        if (count > text_.size()) throw BrokenParquet("it ends within a value");
        const std::string_view taken = text_.substr(0, count);
        text_.remove_prefix(count);
        return taken;
    }
    template <class Number>
    Number number() {
        Number value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = number<std::uint8_t>();
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        throw BrokenParquet("a number has too many bytes");
    }
    std::int64_t zigzag() {
        const std::uint64_t value = varint();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }

  private:
    std::string_view text_;
};

}  // namespace dsm::parquet
