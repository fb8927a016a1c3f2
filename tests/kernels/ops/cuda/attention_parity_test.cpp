// Attention of the cuda backend against the reference: its inputs, itself, and its output.
#include <cublas_v2.h>

#include "tests/kernels/ops/cuda/parity_case.h"

namespace dsm::test {
namespace {

using selftest::attendCase;
using selftest::attentionInputCase;
using selftest::AttentionInputShape;
using selftest::attentionOutputCase;
using selftest::Compared;
using selftest::ProjectionTypes;

constexpr KvType kCacheTypes[] = {KvType::F32, KvType::BF16, KvType::Q8};

TEST_F(Cuda, ProjectsTurnsAndCachesHeads) {
    expectDeviceParityOf("attentionInput");
}

void expectInputParity(const AttentionInputShape& shape, DType type, KvType cache,
                       std::int64_t tokens, const OpTable& ops = opsOnDevice()) {
    for (const Compared compared : {Compared::NotTheCache, Compared::TheCache}) {
        expectDeviceParity(
            attentionInputCase(shape, {type, type, type}, tokens, cache, {}, compared), ops);
    }
}

TEST_F(Cuda, ProjectsIntoEveryTypeOfCacheAndManyTokensAtOnce) {
    for (const DType type : kWeightTypes) {
        for (const KvType cache : kCacheTypes) {
            for (const std::int64_t tokens : {1, 2}) {
                expectInputParity({7, 1, 1, 2, 3}, type, cache, tokens);
                expectInputParity({64, 4, 2, 32, 3}, type, cache, tokens);
                expectInputParity({130, 2, 2, 72, 3}, type, cache, tokens);
            }
        }
        expectInputParity({7, 1, 1, 2, 3}, type, KvType::Q8, kManyTokens);
    }
    expectInputParity({16, 1, 1, 512, 3}, DType::F32, KvType::Q8, 1);
}

TEST_F(Cuda, ProjectsAtAPositionFromTheDevice) {
    for (const std::int64_t tokens : {1, 7}) {
        expectInputParity({64, 4, 2, 32, 9}, DType::Q8, KvType::BF16, tokens,
                          opsAtPositionOnDevice());
    }
}

// The device rounds no query: nearer than the CPU.
constexpr double kAttendTolerance = 2e-5;

TEST_F(Cuda, AttendsOverEveryTypeOfCache) {
    expectDeviceParityOf("attend", kAttendTolerance);
}

void expectAttendParity(const selftest::AttendShape& shape, KvType type, std::int64_t tokens,
                        const OpTable& ops = opsOnDevice()) {
    OpCase one = attendCase(shape, type, tokens);
    one.tolerance = kAttendTolerance;
    expectDeviceParity(one, ops);
}

TEST_F(Cuda, AttendsWithEverySizeOfHeadsAndManyTokensAtOnce) {
    for (const KvType type : kCacheTypes) {
        for (const std::int64_t tokens : kCounts) {
            expectAttendParity({1, 1, 4, 0}, type, tokens);
            expectAttendParity({2, 2, 48, 30}, type, tokens);
        }
        expectAttendParity({2, 1, 128, 20}, type, 3);
        expectAttendParity({2, 1, 128, 37}, type, 70);
        expectAttendParity({1, 1, 512, 17}, type, 2);
        expectAttendParity({1, 1, 200, 33}, type, 2);
        expectAttendParity({2, 1, 4, 0}, type, kManyTokens);
    }
}

TEST_F(Cuda, AttendsOverManySplitsOfALongCache) {
    for (const KvType type : kCacheTypes) {
        for (const std::int64_t position : {254, 255, 256, 1000}) {
            expectAttendParity({2, 1, 16, position}, type, 1);
            expectAttendParity({2, 1, 16, position}, type, 2, opsAtPositionOnDevice());
        }
        expectAttendParity({2, 1, 16, 100}, type, 20, opsAtPositionOnDevice());
    }
}

TEST_F(Cuda, AddsTheAttentionsOutput) {
    expectDeviceParityOf("attentionOutput");
    for (const DType type : kWeightTypes) {
        for (const std::int64_t tokens : {0, 1, 2})  // wider than what is staged at once
            expectDeviceParity(attentionOutputCase(33, 4160, type, tokens));
        expectDeviceParity(attentionOutputCase(40, 32, type, kManyTokens));
    }
}

TEST_F(Cuda, ProjectsHeadsByCublas) {
    for (const AttentionInputShape& shape :
         {AttentionInputShape{37, 3, 1, 10, 3}, {64, 4, 2, 32, 3}}) {
        const auto run = [&](const ProjectionTypes& types) {
            expectDeviceParity(attentionInputCase(shape, types, 17));
        };
        expectThroughCublas(3 * kRunsOfMany, [&] { run({DType::BF16, DType::BF16, DType::BF16}); });
        expectThroughCublas(2 * kRunsOfMany, [&] { run({DType::BF16, DType::Q8, DType::BF16}); });
        expectThroughCublas(1 * kRunsOfMany, [&] { run({DType::NF4, DType::Q4, DType::BF16}); });
    }
}

TEST_F(Cuda, AddsTheAttentionsOutputByCublas) {
    expectThroughCublas(kRunsOfMany,
                        [] { expectDeviceParity(attentionOutputCase(29, 37, DType::BF16, 17)); });
    expectThroughCublas(
        1, [] { expectDeviceParity(attentionOutputCase(40, 32, DType::BF16, kManyTokens)); });
}

TEST_F(Cuda, TellsOfAProductThatCublasRefuses) {
    CublasOnDevice cublas;
    simt::failCublas(2, CUBLAS_STATUS_EXECUTION_FAILED);
    std::vector<float> x(17 * 2, 1), attended(17 * 2, 1);
    const OwnedWeight output({1, 0, 0, 1}, 2, 2, DType::BF16);
    OpContext context;
    opsOnDevice().attentionOutput(
        context,
        {.attended = rowsOf(attended, 0, 17, 2), .output = output.view(), .x = {x.data(), 17, 2}});
    const auto done = cublas.session().finish();
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().message,
              "cuBLAS could not multiply on GPU 0 (Emulated GPU): CUBLAS_STATUS_EXECUTION_FAILED. "
              "Load the model again; DSM_CUDA_DENSE=own computes without cuBLAS.");
}

}  // namespace
}  // namespace dsm::test
