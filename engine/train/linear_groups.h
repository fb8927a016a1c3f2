// The groups of one call of a linear map (ops/train/linear.h), as layers make them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/train/activations.h"
#include "engine/train/module_maps.h"
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

// Gate and up of a layer's routed experts, forth: from rows of a.postNormed by token to a.gate and
// a.up by slot; and back, where `dSlots` has data: from their gradients, which stand there by then,
// to those of the slots' inputs.
template <class T>
void addGatesAndUps(GroupList<T, 2>& groups, const TrainedLayer& w, const ModuleMaps<T>& maps,
                    const LayerActivations<T>& a, const Matrix<T>& dSlots = {}) {
    for (std::size_t e = 0; e < w.expertGate.size(); ++e) {
        std::array both{maps.of(w.expertGate[e], a.loraRouted[0].view()),
                        maps.of(w.expertUp[e], a.loraRouted[1].view())};
        if (dSlots.data == nullptr) {
            both[0].y = a.gate.view();
            both[1].y = a.up.view();
        } else {
            both[0].dY = a.gate.view();
            both[1].dY = a.up.view();
        }
        LinearGroup<T>& group = groups.addExpert(both, a, e);
        group.x = a.postNormed.view();
        group.rows = a.tokenOf.span().data();
        group.dx = dSlots;
    }
}

// Their down projections, forth: from a.hidden to rows by slot.
template <class T>
void addDowns(GroupList<T, 1>& groups, const TrainedLayer& w, const ModuleMaps<T>& maps,
              const LayerActivations<T>& a, const Matrix<T>& slotRows) {
    for (std::size_t e = 0; e < w.expertDown.size(); ++e) {
        std::array map{maps.of(w.expertDown[e], a.loraRouted[2].view())};
        map[0].y = slotRows;
        groups.addExpert(map, a, e).x = a.hidden.view();
    }
}

// And back: from gradients by token to those of a.hidden.
template <class T>
void addDownsBack(GroupList<T, 1>& groups, const TrainedLayer& w, const ModuleMaps<T>& maps,
                  const LayerActivations<T>& a, const Matrix<T>& dTokens,
                  const Matrix<T>& dHidden) {
    for (std::size_t e = 0; e < w.expertDown.size(); ++e) {
        std::array map{maps.of(w.expertDown[e], a.loraRouted[2].view())};
        map[0].dY = dTokens;
        LinearGroup<T>& group = groups.addExpert(map, a, e);
        group.x = a.hidden.view();
        group.dYRows = a.tokenOf.span().data();
        group.dx = dHidden;
    }
}

// Targets may name some experts of a layer and not others.
inline bool anyFactors(const std::vector<TrainedModule>& experts) {
    return std::any_of(experts.begin(), experts.end(),
                       [](const TrainedModule& m) { return m.a >= 0; });
}

}  // namespace dsm
