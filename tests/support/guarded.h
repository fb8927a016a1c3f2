// Output memory between guard zones: a test fails when an operation writes outside its view.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/base/views.h"

namespace dsm::test {

// [rows, cols] of T between two zones of canaries. The matrix begins filled with the canary too, so
// that an element left unwritten shows.
template <class T>
class Guarded {
  public:
    static constexpr T kCanary = static_cast<T>(-987654.0F);
    static constexpr std::size_t kZone = 64;

    Guarded(std::int64_t rows, std::int64_t cols)
        : rows_(rows), cols_(cols), memory_(size() + 2 * kZone, kCanary) {}

    Matrix<T> view() { return {memory_.data() + kZone, rows_, cols_}; }
    std::vector<T> values() const {
        return {memory_.begin() + kZone, memory_.end() - static_cast<std::ptrdiff_t>(kZone)};
    }
    bool intact() const {
        const auto isCanary = [](T v) { return v == kCanary; };
        return std::all_of(memory_.begin(), memory_.begin() + kZone, isCanary) &&
               std::all_of(memory_.end() - static_cast<std::ptrdiff_t>(kZone), memory_.end(),
                           isCanary);
    }

  private:
    std::size_t size() const { return static_cast<std::size_t>(rows_ * cols_); }

    std::int64_t rows_;
    std::int64_t cols_;
    std::vector<T> memory_;
};

}  // namespace dsm::test
