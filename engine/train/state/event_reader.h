// Reads the scalars of a TensorBoard event file (event_file.h says the format), of this program or
// of another.
//
// A value may be a simple_value or a tensor with one float, as newer writers have it. What is no
// scalar (text, pictures, graphs) is passed over. A record that ends with the file is that of a
// run that was killed: what stands before it counts.
//
// Threads  Any.
// Errors   NotFound, Io; Malformed where a checksum is wrong or a record makes no sense, naming the
//          file and the byte at which it begins; Unsupported: larger than kMostEventBytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::uint64_t kMostEventBytes = std::uint64_t{512} << 20;

struct EventScalar {
    std::int64_t step = 0;
    std::string tag;  // "train/loss"
    double value = 0;

    bool operator==(const EventScalar&) const = default;
};

// In the order of the file. `file` is the name that messages give.
Result<std::vector<EventScalar>> parseEvents(std::string_view bytes, const std::string& file);
Result<std::vector<EventScalar>> readEvents(const std::filesystem::path& path);

}  // namespace dsm
