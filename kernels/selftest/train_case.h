// Train case: makes the cases of the operations of training, a function for each operation; the table
// of them is train_cases.h.
//
// Letters   As in the operations' headers; T tokens.
// Ownership The returned cases hold their inputs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/selftest/op_case.h"

namespace dsm::selftest::training {

// Forth and back in one run of all tokens; `shape` as sized() makes it; `onDevice` is the tolerance of a GPU.
OpCase trainCase(std::string_view op, std::string_view type, const std::string& shape,
                 std::int64_t tokens, double tolerance, double onDevice,
                 std::function<Outputs(const OpBench&)> run);

// Begins of samples that lie side by side, one of them empty.
std::vector<std::int32_t> segmentsOf(std::int64_t tokens);

// Each adds its cases with every number of tokens.
void addEmbedding(TokenCounts counts, Cases& cases);
void addNorm(TokenCounts counts, Cases& cases);
void addRows(TokenCounts counts, Cases& cases);
void addCombine(TokenCounts counts, Cases& cases);
void addLinear(TokenCounts counts, Cases& cases);
void addRotate(TokenCounts counts, Cases& cases);
void addAttention(TokenCounts counts, Cases& cases);
void addGated(TokenCounts counts, Cases& cases);
void addRouter(TokenCounts counts, Cases& cases);
void addCrossEntropy(TokenCounts counts, Cases& cases);
void addAdamW(TokenCounts counts, Cases& cases);

}  // namespace dsm::selftest::training
