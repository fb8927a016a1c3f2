// Backends: who computes the operations, and the choice of one.
//
// Threads  Every function may be called from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernels/base/result.h"
#include "kernels/op_table.h"

namespace dsm {

enum class Backend {
    Reference,  // plain loops: documentation, oracle and fallback
    Cpu,        // threads and SIMD
};

// "reference", "cpu": what users write and read.
std::string_view name(Backend backend);

// A line for people, e.g. "CPU (AVX-512, 2 threads)".
std::string description(Backend backend, int threads);

// The backend a user asked for by name; where none is asked for (nullopt or ""), the one the
// environment variable DSM_BACKEND forces, else the fastest of this machine.
//
// Errors  Unsupported: a name this build does not know, with the names it does.
Result<Backend> chooseBackend(std::optional<std::string_view> asked);

const OpTable& opTable(Backend backend);

}  // namespace dsm
