// Bytes in words: "32.8 GB", "345 MB", "5.2 kB", "0 bytes", one rounding for all who say it.
//
//   unit     of 1000 of the one below, the largest of which there is at least 1
//   decimals one of gigabytes and above, and of less than 10 of what is smaller; else none
//   ties     go up
//
// Who speaks the user's language rounds with it (app/services/program/readable_bytes.h).
//
// Threads  Any.
#pragma once

#include <cstdint>
#include <string>

namespace dsm {

struct RoundedBytes {
    std::uint64_t bytes = 0;  // exactly what its unit and decimals say
    std::uint64_t unit = 1;
    int decimals = 0;
};

RoundedBytes roundedBytes(std::uint64_t bytes);
std::string bytesInWords(std::uint64_t bytes);

}  // namespace dsm
