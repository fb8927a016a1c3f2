// Op cases: the one table of what operations are tried with: shapes, weight types and numbers of
// tokens, each with its tolerance. Tests and the self-test share it.
//
// Source  The tolerances are those of the operations' headers.
// Letters As in the operations' headers; T tokens.
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
