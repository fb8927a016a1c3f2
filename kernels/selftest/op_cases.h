// Op cases: the one table of what operations are tried with on every backend: shapes, weight types
// and numbers of tokens. Tests of the reference, the CPU and the GPU, and the self-test share it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/selftest/op_case.h"

namespace dsm::selftest {

// The cases of one operation, all of them with each number of tokens; "" is every operation.
std::vector<OpCase> opCases(std::string_view op, std::span<const std::int64_t> tokenCounts);

}  // namespace dsm::selftest
