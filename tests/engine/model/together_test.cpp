// Several contexts of a model, read in one pass over the weights.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/model/model.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using Ids = std::vector<std::int32_t>;

struct Case {
    const char* folder;
    const char* backend;
    KvType kv;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.folder << " on " << c.backend;
}

std::unique_ptr<Model> load(const Case& c, const ModelOptions& others = {.folder = {}}) {
    ModelOptions options = others;
    options.folder = test::goldenFolder(c.folder);
    options.backend = c.backend;
    options.threads = 2;
    options.kv = c.kv;
    auto model = Model::load(options, {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

// A text of its own for each number.
Ids textOf(int number, std::size_t length) {
    Ids ids(length);
    for (std::size_t i = 0; i < length; ++i)
        ids[i] = static_cast<std::int32_t>((i * 7 + static_cast<std::size_t>(number) * 31) % 250);
    return ids;
}

std::vector<float> rowOf(const Matrix<float>& logits, std::int64_t row) {
    return {logits.row(row), logits.row(row) + logits.cols};
}

class Together : public testing::TestWithParam<Case> {};

// What each context has alone, a token at a time, after a beginning of its own length.
TEST_P(Together, GivesEachContextTheBitsThatItHasAlone) {
    const auto model = load(GetParam());
    ASSERT_NE(model, nullptr);
    constexpr std::size_t kTokens = 5;
    const std::vector<std::size_t> begins{3, 17, 1, 40};
    std::vector<Ids> texts;
    std::vector<std::vector<std::vector<float>>> alone;
    for (std::size_t c = 0; c < begins.size(); ++c) {
        const Ids& text = texts.emplace_back(textOf(static_cast<int>(c), begins[c] + kTokens));
        model->rewind(0);
        ASSERT_TRUE(model->read(std::span(text).first(begins[c]), {}).has_value());
        auto& logits = alone.emplace_back();
        for (std::size_t i = begins[c]; i < text.size(); ++i) {
            const auto row = model->read({&text[i], 1}, {});
            ASSERT_TRUE(row.has_value());
            logits.emplace_back(row->begin(), row->end());
        }
    }

    // The first context is the model's own.
    model->rewind(0);
    std::vector<KvCache> caches;
    for (std::size_t c = 1; c < begins.size(); ++c)
        caches.push_back(std::move(model->makeCache(64).value()));
    const auto cacheOf = [&](std::size_t c) { return c == 0 ? nullptr : &caches[c - 1]; };
    for (std::size_t c = 0; c < begins.size(); ++c) {
        const ContextTokens begin{cacheOf(c), std::span(texts[c]).first(begins[c]), 0};
        ASSERT_EQ(model->readTogether({&begin, 1}, {})->rows, 0);
    }
    for (std::size_t i = 0; i < kTokens; ++i) {
        std::vector<ContextTokens> next;
        for (std::size_t c = 0; c < begins.size(); ++c)
            next.push_back({cacheOf(c), {&texts[c][begins[c] + i], 1}});
        const auto logits = model->readTogether(next, {});
        ASSERT_TRUE(logits.has_value());
        ASSERT_EQ(logits->rows, 4);
        for (std::size_t c = 0; c < begins.size(); ++c)
            EXPECT_EQ(rowOf(*logits, static_cast<std::int64_t>(c)), alone[c][i])
                << "context " << c << ", token " << i;
    }
    EXPECT_EQ(model->cache().size(), 3 + 5);
    EXPECT_EQ(caches[1].size(), 1 + 5);
    EXPECT_TRUE(std::ranges::equal(caches[2].ids(), texts[3]));
}

// A piece of a prompt beside single tokens, and more or less than the last token's logits.
TEST_P(Together, ReadsPiecesOfAnyLengthAndGivesTheRowsThatAreWanted) {
    const auto model = load(GetParam());
    ASSERT_NE(model, nullptr);
    const Ids one = textOf(1, 12);
    const Ids two = textOf(2, 30);
    const Ids three = textOf(3, 9);
    const std::vector<float> logitsOne = test::allLogits(*model, one);
    model->rewind(0);
    const std::vector<float> logitsThree = test::allLogits(*model, three);
    model->rewind(0);
    const auto last = model->read(two, {});
    const std::vector<float> lastOfTwo(last->begin(), last->end());

    model->rewind(0);
    auto cacheOne = std::move(model->makeCache(20).value());
    auto cacheThree = std::move(model->makeCache(20).value());
    const std::vector<ContextTokens> first{{&cacheOne, std::span(one).first(9), 2},
                                           {nullptr, std::span(two).first(20), 0},
                                           {&cacheThree, three, 9}};
    const auto logits = model->readTogether(first, {});
    ASSERT_TRUE(logits.has_value());
    ASSERT_EQ(logits->rows, 11);
    const auto vocabulary = static_cast<std::ptrdiff_t>(logits->cols);
    EXPECT_TRUE(std::equal(logits->row(0), logits->row(2), logitsOne.begin() + 7 * vocabulary));
    EXPECT_TRUE(std::equal(logits->row(2), logits->row(2) + 9 * vocabulary, logitsThree.begin()));

    const std::vector<ContextTokens> second{{nullptr, std::span(two).subspan(20)},
                                            {&cacheOne, {&one[9], 1}}};
    const auto more = model->readTogether(second, {});
    ASSERT_TRUE(more.has_value());
    ASSERT_EQ(more->rows, 2);
    EXPECT_EQ(rowOf(*more, 0), lastOfTwo);
    EXPECT_TRUE(std::equal(more->row(1), more->row(2), logitsOne.begin() + 9 * vocabulary));
}

TEST_P(Together, GoesOnFromACopyOfTheContext) {
    const auto model = load(GetParam());
    ASSERT_NE(model, nullptr);
    const Ids text = textOf(4, 40);
    for (const std::size_t shared : {1U, 16U, 21U}) {
        model->rewind(0);
        const auto whole = model->read(text, {});
        const std::vector<float> expected(whole->begin(), whole->end());
        auto copy = std::move(model->makeCache(48).value());
        model->copyContext(model->cache(), static_cast<std::int64_t>(shared), copy);
        EXPECT_TRUE(std::ranges::equal(copy.ids(), std::span(text).first(shared)));
        model->rewind(0);
        ASSERT_TRUE(model->read(textOf(5, 40), {}).has_value());  // the copy is its own
        const ContextTokens rest{&copy, std::span(text).subspan(shared)};
        EXPECT_EQ(rowOf(*model->readTogether({&rest, 1}, {}), 0), expected) << shared;
    }
}

TEST_P(Together, TakesMorePassesWhereOneHasTooLittleRoom) {
    const auto whole = load(GetParam());
    const auto pieces = load(GetParam(), {.folder = {}, .microBatchTokens = 3});
    ASSERT_TRUE(whole && pieces);
    const Ids text = textOf(6, 7);
    const auto read = [&](Model& model) {
        std::vector<KvCache> caches;
        for (int c = 0; c < 4; ++c)
            caches.push_back(std::move(model.makeCache(16).value()));
        const std::vector<ContextTokens> next{{&caches[0], std::span(text).first(2)},
                                              {&caches[1], std::span(text).first(2)},
                                              {&caches[2], std::span(text).subspan(2, 1)},
                                              {&caches[3], std::span(text).subspan(3, 3)}};
        const auto logits = model.readTogether(next, {});
        EXPECT_EQ(logits->rows, 4);
        return std::vector<float>(logits->data, logits->data + logits->size());
    };
    EXPECT_EQ(read(*pieces), read(*whole));
}

TEST_P(Together, StopsWithoutCountingTheUnfinishedPass) {
    const auto model = load(GetParam());
    ASSERT_NE(model, nullptr);
    auto cache = std::move(model->makeCache(16).value());
    std::stop_source stop;
    stop.request_stop();
    const Ids text = textOf(7, 4);
    const std::vector<ContextTokens> next{{nullptr, text}, {&cache, text}};
    EXPECT_FALSE(model->readTogether(next, stop.get_token()).has_value());
    EXPECT_FALSE(model->failure().has_value());
    EXPECT_EQ(model->cache().size(), 0);
    EXPECT_EQ(cache.size(), 0);
    EXPECT_TRUE(model->readTogether(next, {}).has_value());
    EXPECT_EQ(cache.size(), 4);
}

INSTANTIATE_TEST_SUITE_P(Backends, Together,
                         testing::Values(Case{"tiny", "reference", KvType::F32},
                                         Case{"tiny", "cpu", KvType::BF16},
                                         Case{"tiny", "cpu", KvType::Q8},
                                         Case{"tiny_gqa", "cpu", KvType::F32}),
                         [](const auto& instance) {
                             return std::string(instance.param.folder) + "_" +
                                    instance.param.backend + "_" +
                                    std::string(name(instance.param.kv));
                         });

TEST(MakeCache, RefusesAContextThatTheMemoryHasNoRoomFor) {
    const auto model =
        load({"tiny", "cpu", KvType::BF16},
             {.folder = {},
              .machine = MachineMemory{.totalBytes = 1'000'000'000, .availableBytes = 20'000'000}});
    ASSERT_NE(model, nullptr);
    ASSERT_TRUE(model->makeCache(4096).has_value());
    const auto refused = model->makeCache(40'000);  // 2 * 4 layers * 64 numbers * 2 bytes each
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::OutOfMemory);
    EXPECT_EQ(refused.error().message,
              "Not enough memory for another context of 40000 tokens: it needs 41 MB, and this "
              "computer has 20 MB available. Ask for fewer answers at once or for shorter ones.");
}

}  // namespace
}  // namespace dsm
