// Several contexts in one pass on the emulated GPU, with the kernels themselves.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/model/model.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using Ids = std::vector<std::int32_t>;

std::unique_ptr<Model> load(const char* name, KvType kv,
                            std::optional<std::int64_t> gpuLayers = std::nullopt) {
    auto model = Model::load({.folder = test::goldenFolder(name),
                              .backend = "cuda",
                              .threads = 2,
                              .contextLimit = 64,
                              .kv = kv,
                              .gpuLayers = gpuLayers},
                             {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

std::vector<float> rowOf(const Matrix<float>& logits, std::int64_t row) {
    return {logits.row(row), logits.row(row) + logits.cols};
}

const std::vector<Ids> kTexts{{72, 105, 32, 116, 104},
                              {65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79},
                              {100, 101}};

// The last token's logits of each text, alone.
std::vector<std::vector<float>> aloneOf(Model& model) {
    std::vector<std::vector<float>> alone;
    for (const Ids& text : kTexts) {
        model.rewind(0);
        EXPECT_TRUE(model.read(std::span(text).first(text.size() - 1), {}).has_value());
        const auto logits = model.read({&text.back(), 1}, {});
        EXPECT_TRUE(logits.has_value());
        alone.emplace_back(logits->begin(), logits->end());
    }
    return alone;
}

void expectAsAlone(Model& model) {
    const auto alone = aloneOf(model);
    model.rewind(0);
    std::vector<KvCache> caches;
    caches.push_back(std::move(model.makeCache(32).value()));
    caches.push_back(std::move(model.makeCache(16).value()));
    const simt::Counts made = simt::counts();
    const auto cacheOf = [&](std::size_t c) { return c == 0 ? nullptr : &caches[c - 1]; };
    std::vector<ContextTokens> ends;
    for (std::size_t c = 0; c < kTexts.size(); ++c) {
        const auto text = std::span(kTexts[c]);
        const ContextTokens begin{cacheOf(c), text.first(text.size() - 1), 0};
        ASSERT_TRUE(model.readTogether({&begin, 1}, {}).has_value());
        ends.push_back({cacheOf(c), text.last(1)});
    }
    const auto logits = model.readTogether(ends, {});
    ASSERT_TRUE(logits.has_value());
    ASSERT_EQ(logits->rows, 3);
    for (std::size_t c = 0; c < kTexts.size(); ++c)
        EXPECT_EQ(rowOf(*logits, static_cast<std::int64_t>(c)), alone[c]) << "context " << c;
    EXPECT_EQ(simt::counts().allocatedBytes, made.allocatedBytes);
    EXPECT_EQ(simt::counts().livePinned, made.livePinned);
}

TEST(GpuTogether, GivesEachContextTheBitsThatItHasAlone) {
    for (const KvType kv : {KvType::F32, KvType::BF16, KvType::Q8}) {
        SCOPED_TRACE(name(kv));
        simt::setMachine();
        const auto model = load("tiny", kv);
        ASSERT_NE(model, nullptr);
        expectAsAlone(*model);
    }
    simt::setMachine();
    expectAsAlone(*load("tiny_gqa", KvType::BF16));
}

TEST(GpuTogether, GivesTheSameWhereTheHostComputesExperts) {
    simt::setMachine();
    const auto model = load("tiny", KvType::BF16, 1);
    ASSERT_NE(model, nullptr);
    expectAsAlone(*model);
}

// Passes of many tokens take other kernels, whose sums have another order.
TEST(GpuTogether, ReadsPiecesOfPromptsBesideEachOther) {
    simt::setMachine();
    const auto model = load("tiny", KvType::BF16);
    ASSERT_NE(model, nullptr);
    const auto alone = aloneOf(*model);
    model->rewind(0);
    auto two = std::move(model->makeCache(16).value());
    auto three = std::move(model->makeCache(16).value());
    const std::vector<ContextTokens> all{
        {nullptr, kTexts[0]}, {&two, kTexts[1]}, {&three, kTexts[2]}};
    const auto logits = model->readTogether(all, {});
    ASSERT_TRUE(logits.has_value());
    for (std::size_t c = 0; c < alone.size(); ++c) {
        for (std::size_t i = 0; i < alone[c].size(); ++i)
            ASSERT_NEAR(logits->row(static_cast<std::int64_t>(c))[i], alone[c][i], 2e-3F) << c;
    }
}

TEST(GpuTogether, GoesOnFromACopyOfTheContext) {
    simt::setMachine();
    const auto model = load("tiny", KvType::BF16);
    ASSERT_NE(model, nullptr);
    const auto alone = aloneOf(*model);
    model->rewind(0);
    const auto text = std::span(kTexts[1]);
    ASSERT_TRUE(model->read(text.first(14), {}).has_value());
    auto copy = std::move(model->makeCache(16).value());
    model->copyContext(model->cache(), 14, copy);
    model->rewind(0);
    const std::vector<ContextTokens> next{{&copy, text.last(1)}, {nullptr, kTexts[2]}};
    const auto logits = model->readTogether(next, {});
    ASSERT_TRUE(logits.has_value());
    EXPECT_EQ(rowOf(*logits, 0), alone[1]);
}

TEST(GpuTogether, GivesBackTheMemoryOfAContextAndSaysWhenThereIsNone) {
    simt::setMachine();
    const auto model = load("tiny", KvType::BF16);
    ASSERT_NE(model, nullptr);
    const std::int64_t before = simt::counts().liveAllocations;
    {
        const auto cache = model->makeCache(64);
        EXPECT_EQ(simt::counts().liveAllocations, before + 1);
    }
    EXPECT_EQ(simt::counts().liveAllocations, before);
    const auto refused = model->makeCache(std::int64_t{1} << 40);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::OutOfMemory);
    EXPECT_NE(refused.error().message.find("another context"), std::string::npos)
        << refused.error().message;
    EXPECT_TRUE(model->read(kTexts[0], {}).has_value());  // nothing is lost by it
}

TEST(GpuTogether, SaysSoWhenItLosesItsGpu) {
    simt::setMachine();
    const auto model = load("tiny", KvType::BF16);
    ASSERT_NE(model, nullptr);
    auto cache = std::move(model->makeCache(16).value());
    const std::vector<ContextTokens> next{{nullptr, kTexts[0]}, {&cache, kTexts[2]}};
    simt::failCall(6, cudaErrorIllegalAddress);
    EXPECT_FALSE(model->readTogether(next, {}).has_value());
    ASSERT_TRUE(model->failure().has_value());
    EXPECT_EQ(model->failure()->code, ErrorCode::DeviceLost);
    EXPECT_FALSE(model->readTogether(next, {}).has_value());  // nor later
}

}  // namespace
}  // namespace dsm
