// Row place: where a row of a data set stands.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace dsm {

struct RowPlace {
    std::size_t file = 0;   // which of the data set's files, from 0
    std::int64_t line = 0;  // as RawRow::line counts

    auto operator<=>(const RowPlace&) const = default;
};

// The same in eight bytes, of which a data set keeps one for each example: 65,536 files at most.
class PackedPlace {
  public:
    PackedPlace() = default;
    explicit PackedPlace(const RowPlace& place)
        : bits_((static_cast<std::uint64_t>(place.file) << kLineBits) |
                static_cast<std::uint64_t>(place.line)) {}

    RowPlace place() const {
        return {static_cast<std::size_t>(bits_ >> kLineBits),
                static_cast<std::int64_t>(bits_ & ((std::uint64_t{1} << kLineBits) - 1))};
    }
    auto operator<=>(const PackedPlace&) const = default;

  private:
    static constexpr int kLineBits = 48;
    std::uint64_t bits_ = 0;
};

}  // namespace dsm
