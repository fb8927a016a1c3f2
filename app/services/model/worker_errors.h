// What the worker of a model says where an order cannot be carried out.
//
// Threads  Any.
#pragma once

#include <exception>
#include <new>
#include <string>

#include "kernels/base/result.h"

namespace dsm {

inline Error fromException(const std::exception& exception) {
    if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr) {
        return {ErrorCode::OutOfMemory,
                "There is not enough memory. Close other programs, or open a smaller model."};
    }
    return {ErrorCode::Internal, std::string("The engine failed: ") + exception.what() + "."};
}

inline tl::unexpected<Error> noModel() {
    return failure(ErrorCode::NotFound, "No model is loaded. Open a model first.");
}

}  // namespace dsm
