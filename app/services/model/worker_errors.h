// What the worker of a model says where an order cannot be carried out.
//
// Threads  Any.
#pragma once

#include <exception>
#include <new>

#include "kernels/base/reason.h"

namespace dsm {

inline Error fromException(const std::exception& exception) {
    if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NotEnoughMemory).value();
    }
    return failure(ErrorCode::Internal, ReasonCode::EngineFailed, {exception.what()}).value();
}

inline tl::unexpected<Error> noModel() {
    return failure(ErrorCode::NotFound, ReasonCode::NoModelLoaded);
}

}  // namespace dsm
