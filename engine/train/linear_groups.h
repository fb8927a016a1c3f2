// The groups of one call of a linear map (ops/train/linear.h), as layers make them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/train/activations.h"
#include "kernels/ops/train/linear.h"

namespace dsm {

template <class T>
Matrix<T> rowsOf(const Matrix<T>& m, std::int64_t first, std::int64_t count) {
    return {m.row(first), count, m.cols};
}

// The groups of one call with the maps that they point at.
template <class T, std::size_t kMaps>
class GroupList {
  public:
    explicit GroupList(std::size_t groups) { maps_.reserve(groups); }

    LinearGroup<T>& add(const std::array<LinearMap<T>, kMaps>& maps) {
        DSM_CHECK(maps_.size() < maps_.capacity());
        maps_.push_back(maps);
        groups_.push_back({.x = {}, .maps = maps_.back(), .dx = {}});
        return groups_.back();
    }
    std::span<const LinearGroup<T>> all() const { return groups_; }

  private:
    std::vector<std::array<LinearMap<T>, kMaps>> maps_;
    std::vector<LinearGroup<T>> groups_;
};

// Calls each(e, first, count) for the experts of a layer, whose slots stand at the places
// [first, first + count).
template <class T, class Each>
void forEachExpert(const LayerActivations<T>& a, std::size_t experts, const Each& each) {
    for (std::size_t e = 0; e < experts; ++e) {
        const std::int32_t first = a.begin.span()[e];
        each(e, first, a.begin.span()[e + 1] - first);
    }
}

}  // namespace dsm
