// What a build without CUDA answers.
#pragma once

#include "kernels/base/reason.h"

namespace dsm {

inline tl::unexpected<Error> withoutCuda() {
    return failure(ErrorCode::Unsupported, ReasonCode::WithoutCuda);
}

}  // namespace dsm
