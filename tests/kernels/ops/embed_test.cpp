#include "kernels/ops/embed.h"

#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

std::vector<float> embedAll(const OpTable& ops, OpContext& context, const Weight& table,
                            const std::vector<std::int32_t>& ids) {
    Guarded<float> x(static_cast<std::int64_t>(ids.size()), table.cols);
    ops.embed(context, {.ids = ids, .table = table, .x = x.view()});
    EXPECT_TRUE(x.intact());
    return x.values();
}

TEST(Embed, CopiesTheRowOfEachToken) {
    const OwnedWeight table({1, 2, 3, 4, 5, 6}, 3, 2, DType::BF16);
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        EXPECT_EQ(embedAll(ops, context, table.view(), {2, 0, 2}),
                  (std::vector<float>{5, 6, 1, 2, 5, 6}));
    });
}

TEST(Embed, OfNoTokensWritesNothing) {
    const OwnedWeight table({1, 2, 3, 4, 5, 6}, 3, 2, DType::F32);
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        EXPECT_TRUE(embedAll(ops, context, table.view(), {}).empty());
    });
}

TEST(Embed, EqualsTheGoldenExactly) {
    const Golden expected({"tiny/golden.safetensors"});
    const Golden model({"tiny/model-00001-of-00002.safetensors"});
    const Weight table = model.weight("model.embed_tokens.weight");
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        EXPECT_EQ(embedAll(ops, context, table, expected.integers("input_ids")),
                  expected.floats("embedding"));
    });
}

TEST(Embed, OfTheCpuIsTheReferenceAndItsOwnTwin) {
    expectParityOf("embed");
}

TEST(EmbedDeathTest, AnIdBeyondTheVocabularyIsTheCallersBug) {
    const OwnedWeight table({1, 2}, 1, 2, DType::F32);
    ThreadPool pool(1);
    OpContext context{.pool = &pool};
    EXPECT_DEATH(embedAll(opTable(Backend::Cpu), context, table.view(), {1}), "id < ");
    EXPECT_DEATH(embedAll(opTable(Backend::Cpu), context, table.view(), {-1}), "id >= 0");
}

}  // namespace
}  // namespace dsm::test
