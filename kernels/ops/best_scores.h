// Softmax and the choice of the largest scores, for routers that compute in float or in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dsm {

template <class T>
void softmaxScores(T* row, std::int64_t count) {
    const T largest = *std::max_element(row, row + count);
    T total = 0;
    for (std::int64_t e = 0; e < count; ++e) {
        row[e] = std::exp(row[e] - largest);
        total += row[e];
    }
    for (std::int64_t e = 0; e < count; ++e)
        row[e] /= total;
}

// The `active` largest of `score`, best first, ties to the lower index: an insertion into a list
// that stays sorted, where an equal score never overtakes an earlier one.
template <class T>
void takeBest(const T* score, std::int64_t count, std::int32_t* best, std::int64_t active) {
    std::int64_t taken = 0;
    for (std::int64_t e = 0; e < count; ++e) {
        std::int64_t place = taken;
        while (place > 0 && score[best[place - 1]] < score[e])
            --place;
        if (place == active) continue;
        if (taken < active) ++taken;
        std::copy_backward(best + place, best + taken - 1, best + taken);
        best[place] = static_cast<std::int32_t>(e);
    }
}

}  // namespace dsm
