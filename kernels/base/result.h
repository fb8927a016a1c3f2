// Result<T>: a value, or the reason the world did not give one.
//
// A failure that a user can cause or see (a damaged file, a full disk, too little memory) travels
// as an Error; a caller's bug is a DSM_CHECK (check.h); cancellation is ErrorCode::Cancelled and is
// never shown as an error. No exception crosses a layer.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace dsm {

enum class ErrorCode {
    Cancelled,    // the caller asked to stop
    NotFound,     // a file, key or tensor that must exist does not
    Io,           // the operating system refused a read or a write
    Malformed,    // a file breaks its own format
    Unsupported,  // a valid file asks for something this program does not do
    OutOfMemory,  // memory, on the host or a device
    DeviceLost,   // a GPU failed or went away; what was on it is gone
    Internal,     // a library failed where it should not have
};

struct Error {
    ErrorCode code = ErrorCode::Internal;
    // One or two plain sentences: what is wrong (file, key or line; what was expected) and, where
    // there is one, what to do next.
    std::string message;
    // The system's reason (errno), where it refused a call and the caller may act on which it was.
    int systemReason = 0;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorCode code, std::string message) {
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

inline tl::unexpected<Error> cancelled() {
    return failure(ErrorCode::Cancelled, "Cancelled.");
}

}  // namespace dsm
