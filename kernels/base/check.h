// DSM_CHECK: stops the program when a caller broke a contract. Not for anything a file, a user or
// the machine can cause: those are a Result<T>.
#pragma once

namespace dsm {

// Writes the broken condition to standard error and aborts.
[[noreturn]] void checkFailed(const char* condition, const char* file, int line);

}  // namespace dsm

#define DSM_CHECK(condition) \
    ((condition) ? static_cast<void>(0) : ::dsm::checkFailed(#condition, __FILE__, __LINE__))
