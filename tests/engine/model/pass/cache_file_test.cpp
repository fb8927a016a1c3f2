#include "engine/model/pass/cache_file.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <numeric>

#include "tests/support/fault_walk.h"
#include "tests/support/sparse_model.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

constexpr std::int64_t kVocab = 1000;
const std::string kFingerprint(64, 'a');

ModelConfig smallConfig() {
    ModelConfig c;
    c.layers = 3;
    c.heads = 4;
    c.keyValueHeads = 2;
    c.headSize = 6;
    return c;
}

// Every number of every position differs.
void fill(KvCache& cache, std::int32_t positions) {
    std::vector<std::int32_t> ids(static_cast<std::size_t>(positions));
    std::iota(ids.begin(), ids.end(), 100);
    for (std::int64_t layer = 0; layer < cache.layers(); ++layer) {
        const KvPanels panels = cache.layer(layer);
        std::vector<float> row(static_cast<std::size_t>(panels.width()));
        for (std::int64_t s = 0; s < positions; ++s) {
            std::iota(row.begin(), row.end(), static_cast<float>(100 * s + 20 * layer));
            panels.storeKeys(s, row.data());
            for (float& x : row)
                x = -x;
            panels.storeValues(s, row.data());
        }
    }
    cache.append(ids);
}

void expectSame(const KvCache& a, const KvCache& b, std::int64_t positions) {
    for (std::int64_t layer = 0; layer < a.layers(); ++layer) {
        const KvPanels x = a.layer(layer);
        const KvPanels y = b.layer(layer);
        for (std::int64_t s = 0; s < positions; ++s) {
            for (std::int64_t i = 0; i < x.headSize; ++i) {
                ASSERT_EQ(x.key(1, s, i), y.key(1, s, i)) << layer << ' ' << s;
                ASSERT_EQ(x.value(0, s, i), y.value(0, s, i)) << layer << ' ' << s;
            }
        }
    }
}

class EveryType : public testing::TestWithParam<KvType> {
  protected:
    TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_ / "context";
};

TEST_P(EveryType, GivesBackWhatWasSavedAlsoToAnotherCapacity) {
    KvCache saved(smallConfig(), 100, GetParam());
    fill(saved, 37);
    ASSERT_TRUE(CacheFile::write(path_, saved, kFingerprint, {}));
    for (const std::int64_t capacity : {37, 64, 300}) {
        KvCache cache(smallConfig(), capacity, GetParam());
        const auto file = CacheFile::open(path_, cache, kFingerprint, kVocab);
        ASSERT_TRUE(file.has_value()) << file.error().message;
        ASSERT_TRUE(file->restore(37, cache));
        EXPECT_EQ(cache.commonPrefix(saved.ids()), 37);
        expectSame(saved, cache, 37);
    }
}

TEST_P(EveryType, GivesBackOnlyTheBeginningWhereThatIsAsked) {
    KvCache saved(smallConfig(), 100, GetParam());
    fill(saved, 50);
    ASSERT_TRUE(CacheFile::write(path_, saved, kFingerprint, {}));
    KvCache cache(smallConfig(), 20, GetParam());
    const auto file = CacheFile::open(path_, cache, kFingerprint, kVocab);
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE(file->restore(18, cache));
    EXPECT_EQ(cache.size(), 18);
    expectSame(saved, cache, 18);
}

TEST_P(EveryType, TakesTheRoomOfThePositionsOnly) {
    KvCache saved(smallConfig(), 1000, GetParam());
    fill(saved, 17);
    ASSERT_TRUE(CacheFile::write(path_, saved, kFingerprint, {}));
    EXPECT_EQ(std::filesystem::file_size(path_),
              104 + 17 * 4 + 16 + KvCache::plannedBytes(smallConfig(), 32, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Types, EveryType, testing::Values(KvType::F32, KvType::BF16, KvType::Q8),
                         [](const auto& type) { return std::string(name(type.param)); });

class CacheFileRefusal : public testing::Test {
  protected:
    CacheFileRefusal() : cache_(smallConfig(), 40, KvType::BF16) {
        fill(cache_, 20);
        DSM_CHECK(CacheFile::write(path_, cache_, kFingerprint, {}).has_value());
        bytes_ = contentOf(path_);
    }

    ErrorCode refusalOf(const std::string& content) {
        folder_.write("context", content);
        const auto file = CacheFile::open(path_, cache_, kFingerprint, kVocab);
        EXPECT_FALSE(file.has_value());
        return file ? ErrorCode::Internal : file.error().code;
    }
    template <class T>
    ErrorCode refusalWith(std::size_t offset, T value) {
        std::string content = bytes_;
        std::memcpy(content.data() + offset, &value, sizeof value);
        return refusalOf(content);
    }

    TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_ / "context";
    KvCache cache_;
    std::string bytes_;
};

TEST_F(CacheFileRefusal, OfAnotherModelVersionOrType) {
    EXPECT_EQ(refusalWith(40, 'b'), ErrorCode::Unsupported);
    EXPECT_EQ(refusalWith<std::uint32_t>(8, 1), ErrorCode::Unsupported);
    EXPECT_EQ(refusalWith<std::uint32_t>(12, 0), ErrorCode::Unsupported);
    EXPECT_EQ(refusalWith<std::uint32_t>(12, 77), ErrorCode::Unsupported);
    folder_.write("context", bytes_);
    const auto file = CacheFile::open(path_, cache_, std::string(64, 'c'), kVocab);
    ASSERT_FALSE(file.has_value());
    EXPECT_NE(file.error().message.find("another model"), std::string::npos);
}

TEST_F(CacheFileRefusal, OfADamagedFile) {
    EXPECT_EQ(refusalWith(0, 'X'), ErrorCode::Malformed);
    for (const std::uint64_t positions :
         {std::uint64_t{0}, std::uint64_t{33}, std::uint64_t{1} << 31, ~std::uint64_t{0},
          std::uint64_t{1} << 62}) {
        EXPECT_EQ(refusalWith(16, positions), ErrorCode::Malformed) << positions;
    }
    for (const std::size_t offset : {24U, 28U, 32U, 36U}) {
        EXPECT_EQ(refusalWith<std::uint32_t>(offset, 0x7fffffff), ErrorCode::Malformed);
    }
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{50}, std::size_t{104}, std::size_t{150}, bytes_.size() - 1}) {
        EXPECT_EQ(refusalOf(bytes_.substr(0, size)), ErrorCode::Malformed) << size;
    }
    EXPECT_EQ(refusalOf(bytes_ + "x"), ErrorCode::Malformed);
}

TEST_F(CacheFileRefusal, OfWhatIsNoFile) {
    const auto missing = CacheFile::open(folder_ / "none", cache_, kFingerprint, kVocab);
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_FALSE(CacheFile::open(folder_.path(), cache_, kFingerprint, kVocab).has_value());
}

TEST_F(CacheFileRefusal, OfEveryByteThatIsNotTheOneSaved) {
    KvCache other(smallConfig(), 40, KvType::BF16);
    for (std::size_t at = 0; at < bytes_.size(); at += at < 120 ? 1 : 37) {
        std::string content = bytes_;
        content[at] = static_cast<char>(content[at] ^ 1);
        folder_.write("context", content);
        const auto file = CacheFile::open(path_, other, kFingerprint, kVocab);
        ASSERT_FALSE(file && file->restore(20, other)) << at;
        ASSERT_EQ(other.size(), 0);
        const bool isPart = file && file->restore(3, other);  // the rest counts too
        ASSERT_FALSE(isPart) << at;
    }
}

TEST_F(CacheFileRefusal, OfIdsOutsideTheVocabulary) {
    const auto file = CacheFile::open(path_, cache_, kFingerprint, 119);  // they go up to 119
    ASSERT_FALSE(file.has_value());
    EXPECT_EQ(file.error().code, ErrorCode::Malformed);
    EXPECT_TRUE(CacheFile::open(path_, cache_, kFingerprint, 120).has_value());
}

TEST_F(CacheFileRefusal, WhileItIsReadLeavesAnEmptyCache) {
    auto file = CacheFile::open(path_, cache_, kFingerprint, kVocab);
    ASSERT_TRUE(file.has_value());
    std::filesystem::resize_file(path_, 400);
    EXPECT_FALSE(file->restore(20, cache_).has_value());
    EXPECT_EQ(cache_.size(), 0);
}

TEST_F(CacheFileRefusal, ToWriteWhenStoppedLeavesNothingBehind) {
    std::filesystem::remove(path_);
    std::stop_source stop;
    stop.request_stop();
    const auto written = CacheFile::write(path_, cache_, kFingerprint, stop.get_token());
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(folder_.fileCount(), 0U);
}

TEST(ModelFingerprint, ChangesWithTheModelsFilesAndTheBackend) {
    TemporaryFolder folder;
    std::filesystem::copy(test::goldenFolder("tiny"), folder.path());
    const std::string before = modelFingerprint(folder.path(), Backend::Cpu);
    EXPECT_EQ(before.size(), 64U);
    EXPECT_EQ(modelFingerprint(folder.path(), Backend::Cpu), before);
    EXPECT_NE(modelFingerprint(folder.path(), Backend::Reference), before);
    const auto shard = folder / "model-00001-of-00002.safetensors";
    const auto time = std::filesystem::last_write_time(shard);
    std::filesystem::last_write_time(shard, time + std::chrono::seconds(1));
    EXPECT_NE(modelFingerprint(folder.path(), Backend::Cpu), before);
    std::filesystem::last_write_time(shard, time);
    EXPECT_EQ(modelFingerprint(folder.path(), Backend::Cpu), before);
    std::ofstream(folder / "config.json", std::ios::app) << ' ';
    EXPECT_NE(modelFingerprint(folder.path(), Backend::Cpu), before);
}

// A context read back is the context that was computed, number by number.
TEST(ModelContext, GoesOnFromAFileAsIfNothingHadHappened) {
    const TemporaryFolder folder;
    std::vector<std::int32_t> ids(50);
    std::iota(ids.begin(), ids.end(), 65);
    const std::span text(ids);
    for (const std::string& name : {std::string("tiny"), std::string("tiny_gqa")}) {
        const auto model = test::loadGolden(name, "cpu");
        ASSERT_NE(model, nullptr);
        model->read(text.first(40), {});
        ASSERT_TRUE(model->saveContext(folder / name, {}));
        const auto logits = model->read(text.subspan(40), {});
        const std::vector<float> expected(logits->begin(), logits->end());

        const auto again = test::loadGolden(name, "cpu", 1);
        const auto restored = again->restoreContext(folder / name, text);
        ASSERT_TRUE(restored.has_value()) << restored.error().message;
        EXPECT_EQ(*restored, 40);
        const auto goneOn = again->read(text.subspan(40), {});
        EXPECT_EQ(std::vector<float>(goneOn->begin(), goneOn->end()), expected);

        const auto fresh = test::loadGolden(name, "cpu");
        const auto all = fresh->read(text, {});
        EXPECT_EQ(std::vector<float>(all->begin(), all->end()), expected);
    }
}

TEST(ModelContext, KeepsWhatItHasWhereTheFileKnowsLess) {
    const TemporaryFolder folder;
    const auto model = test::loadGolden("tiny", "cpu");
    ASSERT_NE(model, nullptr);
    const std::vector<std::int32_t> ids{70, 71, 72, 73, 74, 75};
    const std::span text(ids);
    model->read(text.first(3), {});
    ASSERT_TRUE(model->saveContext(folder / "context", {}));
    model->read(text.subspan(3), {});
    EXPECT_EQ(model->restoreContext(folder / "context", ids).value(), 6);
    EXPECT_EQ(model->cache().size(), 6);
    EXPECT_FALSE(model->restoreContext(folder / "none", ids).has_value());
    EXPECT_EQ(model->cache().size(), 6);
}

// With a larger context than the one before, which is there or is replaced, and nothing else.
TEST(CacheFile, IsTheOldOrTheNewOneWhicheverCallFails) {
    const TemporaryFolder folder(test::placeForWalks());
    const auto path = folder / "context";
    KvCache before(smallConfig(), 100, KvType::BF16);
    fill(before, 20);
    KvCache after(smallConfig(), 100, KvType::BF16);
    fill(after, 37);
    const test::FaultWalk walk{
        .prepare = [&] { ASSERT_TRUE(CacheFile::write(path, before, kFingerprint, {})); },
        .operation =
            [&] { return test::messageOf(CacheFile::write(path, after, kFingerprint, {})); },
        .check = [&](bool hasFailed) -> std::string {
            if (folder.fileCount() != 1) return "a temporary file is left";
            KvCache cache(smallConfig(), 100, KvType::BF16);
            const auto file = CacheFile::open(path, cache, kFingerprint, kVocab);
            if (!file) return file.error().message;
            const auto positions = static_cast<std::int64_t>(file->ids().size());
            if (auto ok = file->restore(positions, cache); !ok) return ok.error().message;
            if (positions != (hasFailed && positions == 20 ? 20 : 37)) return "neither of both";
            return cache.commonPrefix(after.ids()) == positions ? "" : "other ids";
        },
        .leastCalls = 25,
        .named = {path}};
    EXPECT_EQ(walk.run(), "");
}

TEST(CacheFile, IsRestoredOrTheCacheIsEmptyWhicheverCallFails) {
    const TemporaryFolder folder(test::placeForWalks());
    const auto path = folder / "context";
    KvCache saved(smallConfig(), 100, KvType::BF16);
    fill(saved, 37);
    ASSERT_TRUE(CacheFile::write(path, saved, kFingerprint, {}));
    KvCache cache(smallConfig(), 100, KvType::BF16);
    const test::FaultWalk walk{
        .prepare = [&] { cache.truncate(0); },
        .operation = [&]() -> std::optional<std::string> {
            const auto file = CacheFile::open(path, cache, kFingerprint, kVocab);
            if (!file) return file.error().message;
            return test::messageOf(file->restore(30, cache));
        },
        .check = [&](bool hasFailed) -> std::string {
            if (hasFailed) return cache.size() == 0 ? "" : "half restored";
            return cache.commonPrefix(saved.ids()) == 30 ? "" : "not restored";
        },
        .leastCalls = 40,
        .named = {path}};
    EXPECT_EQ(walk.run(), "");
}

}  // namespace
}  // namespace dsm
