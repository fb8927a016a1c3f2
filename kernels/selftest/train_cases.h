// Train cases: the cases of the operations of training (kernels/train_ops.h), for op_cases.h. Each
// runs forth and back, all tokens in one call.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/selftest/op_case.h"

namespace dsm::selftest {

// "" is every operation.
void addTrainCases(std::string_view op, std::span<const std::int64_t> tokenCounts,
                   std::vector<OpCase>& cases);

}  // namespace dsm::selftest
