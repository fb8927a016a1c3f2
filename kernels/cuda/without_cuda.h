// What a build without CUDA answers.
#pragma once

#include "kernels/base/result.h"

namespace dsm {

inline tl::unexpected<Error> withoutCuda() {
    return failure(ErrorCode::Unsupported, "This program was built without CUDA.");
}

}  // namespace dsm
