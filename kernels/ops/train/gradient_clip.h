// Gradient clip: how much of a gradient a step takes (adamw.h), by the sizes of it and of those before.
//
// Ownership Borrows the sums.
// Device    The sums lie where the gradient does.
// Errors    None.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>

namespace dsm {

// How far a gradient is clipped, by a size that may be known to the device alone.
struct GradientClip {
    // This gradient's, at `own`, and those of steps before it whose results nobody has looked at yet.
    // Empty: nothing is clipped.
    std::span<const double> squares;
    std::size_t own = 0;
    double limit = 0;  // of the norm; 0: none
};

constexpr double clipScale(double norm, double limit) {
    return limit > 0 && norm > limit ? limit / (norm + 1e-6) : 1.0;
}
// On the host; nothing where the step is to change nothing.
inline std::optional<double> clipOf(const GradientClip& clip) {
    for (const double squares : clip.squares) {
        if (!std::isfinite(squares)) return std::nullopt;
    }
    return clip.squares.empty() ? 1.0 : clipScale(std::sqrt(clip.squares[clip.own]), clip.limit);
}

}  // namespace dsm
