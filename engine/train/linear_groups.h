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
    // Of the slots of one expert; what it reads and writes is that of all slots.
    LinearGroup<T>& addExpert(const std::array<LinearMap<T>, kMaps>& maps,
                              const LayerActivations<T>& a, std::size_t expert) {
        LinearGroup<T>& group = add(maps);
        group.count = a.tokenOf.view().size();
        group.range = a.begin.span().data() + expert;
        return group;
    }
    std::span<const LinearGroup<T>> all() const { return groups_; }

  private:
    std::vector<std::array<LinearMap<T>, kMaps>> maps_;
    std::vector<LinearGroup<T>> groups_;
};

}  // namespace dsm
