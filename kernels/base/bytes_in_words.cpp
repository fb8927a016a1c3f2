#include "kernels/base/bytes_in_words.h"

#include <array>
#include <cstddef>
#include <cstdio>

namespace dsm {
namespace {

constexpr std::array<const char*, 7> kUnits{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
constexpr std::uint64_t kGigabyte = 1'000'000'000;

RoundedBytes formOf(std::uint64_t bytes) {
    RoundedBytes form{bytes};
    while (bytes / form.unit >= 1000)
        form.unit *= 1000;
    const bool isFine = form.unit >= kGigabyte || bytes < 10 * form.unit;
    form.decimals = form.unit > 1 && isFine ? 1 : 0;
    return form;
}

}  // namespace

RoundedBytes roundedBytes(std::uint64_t bytes) {
    const RoundedBytes form = formOf(bytes);
    const std::uint64_t step = form.decimals == 1 ? form.unit / 10 : form.unit;
    const bool goesUp = bytes % step >= step - bytes % step;
    // Once more: 999.6 MB are 1.0 GB.
    return formOf((bytes / step + (goesUp ? 1 : 0)) * step);
}

std::string bytesInWords(std::uint64_t bytes) {
    const RoundedBytes rounded = roundedBytes(bytes);
    std::size_t unit = 0;
    for (std::uint64_t rest = rounded.unit; rest > 1; rest /= 1000)
        ++unit;
    char text[32];
    std::snprintf(text, sizeof text, "%.*f %s", rounded.decimals,
                  static_cast<double>(rounded.bytes) / static_cast<double>(rounded.unit),
                  kUnits.at(unit));
    return text;
}

}  // namespace dsm
