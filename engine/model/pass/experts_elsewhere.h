// Experts elsewhere: who computes the routed experts of some layers in place of the operations, and
// how a pass hands a layer over.
//
//   begin()   takes x, its norm, the experts' choice and their weights
//   (the pass goes on with the first half of the shared expert)
//   finish()  x += the routed experts' outputs, in the order that experts_output.h fixes
//   (the pass adds the second half)
//
// Errors    begin(), finish(): false where it failed; the pass is then over.
#pragma once

#include <cstdint>

#include "engine/model/pass/weights.h"
#include "engine/model/pass/workspace.h"

namespace dsm {

class ExpertsElsewhere {
  public:
    virtual ~ExpertsElsewhere() = default;

    virtual bool computes(std::int64_t layer) const = 0;
    virtual bool begin(const Workspace::Views& device) = 0;
    virtual bool finish(const LayerWeights& layer, const Workspace::Views& device) = 0;
};

}  // namespace dsm
