// The groups of a linear map with their ranges looked up, for backends whose memory is the host's:
// each has its own rows alone, and no range.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/ops/train/linear.h"

namespace dsm {

template <class T>
class SettledGroups {
  public:
    explicit SettledGroups(const LinearArgs<T>& args) {
        std::size_t maps = 0;
        for (const LinearGroup<T>& g : args.groups)
            maps += g.maps.size();
        maps_.reserve(maps);
        groups_.reserve(args.groups.size());
        for (const LinearGroup<T>& g : args.groups)
            groups_.push_back(g.range != nullptr ? settled(g) : g);
    }
    SettledGroups(const SettledGroups&) = delete;
    SettledGroups& operator=(const SettledGroups&) = delete;

    LinearArgs<T> args() const { return {groups_}; }

  private:
    template <class V>
    static Matrix<V> part(const Matrix<V>& m, std::int64_t first, std::int64_t count) {
        return m.data != nullptr ? Matrix<V>{m.row(first), count, m.cols} : m;
    }

    LinearGroup<T> settled(const LinearGroup<T>& g) {
        const std::int64_t first = g.range[0];
        LinearGroup<T> own = g;
        own.count = g.range[1] - first;
        DSM_CHECK(first >= 0 && own.count >= 0 && first + own.count <= g.count);
        own.range = nullptr;
        if (g.rows != nullptr) {
            own.rows += first;
        } else {
            own.x = part(g.x, first, own.count);
        }
        if (g.dYRows != nullptr) own.dYRows += first;
        own.dx = part(g.dx, first, own.count);
        const std::size_t begin = maps_.size();
        for (LinearMap<T> map : g.maps) {
            map.y = part(map.y, first, own.count);
            if (g.dYRows == nullptr) map.dY = part(map.dY, first, own.count);
            map.lora.hidden = part(map.lora.hidden, first, own.count);
            maps_.push_back(map);
        }
        own.maps = {maps_.data() + begin, g.maps.size()};
        return own;
    }

    std::vector<LinearMap<T>> maps_;  // never grows beyond what was reserved
    std::vector<LinearGroup<T>> groups_;
};

}  // namespace dsm
