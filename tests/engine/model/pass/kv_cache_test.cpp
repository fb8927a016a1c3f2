#include "engine/model/pass/kv_cache.h"

#include <gtest/gtest.h>

#include <array>

namespace dsm {
namespace {

ModelConfig smallConfig() {
    ModelConfig c;
    c.layers = 3;
    c.heads = 4;
    c.keyValueHeads = 2;
    c.headSize = 6;
    return c;
}

TEST(KvCache, HasPlaceForEveryLayerAndPosition) {
    for (const KvType type : {KvType::F32, KvType::BF16, KvType::Q8}) {
        KvCache cache(smallConfig(), 5, type);
        std::array<float, 12> row{};
        for (std::int64_t layer = 0; layer < 3; ++layer) {
            row[11] = static_cast<float>(layer + 1);
            cache.layer(layer).storeKeys(4, row.data());
            cache.layer(layer).storeValues(0, row.data());
        }
        for (std::int64_t layer = 0; layer < 3; ++layer) {  // nothing overlapped
            EXPECT_FLOAT_EQ(cache.layer(layer).key(1, 4, 5), static_cast<float>(layer + 1));
            EXPECT_FLOAT_EQ(cache.layer(layer).value(1, 0, 5), static_cast<float>(layer + 1));
            EXPECT_EQ(cache.layer(layer).key(1, 3, 5), 0.0F);
        }
    }
}

// 3 layers, 2 heads, one panel of 16 positions, heads of 6 in rows of 16.
TEST(KvCache, NeedsWhatItsTypeTakes) {
    constexpr std::uint64_t kNumbers = 2U * 3 * 2 * 16 * 16;
    EXPECT_EQ(KvCache::plannedBytes(smallConfig(), 5, KvType::F32), kNumbers * 4);
    EXPECT_EQ(KvCache::plannedBytes(smallConfig(), 5, KvType::BF16), kNumbers * 2);
    EXPECT_EQ(KvCache::plannedBytes(smallConfig(), 5, KvType::Q8), kNumbers + 2U * 3 * 2 * 16 * 4);
}

TEST(KvCache, AppendsAndTruncates) {
    KvCache cache(smallConfig(), 5, KvType::F32);
    cache.append(std::array{7, 8, 9});
    cache.append(std::array{10});
    EXPECT_EQ(cache.size(), 4);
    cache.truncate(2);
    EXPECT_EQ(cache.size(), 2);
    EXPECT_EQ(cache.ids()[1], 8);
}

TEST(KvCache, FindsTheLongestCommonPrefix) {
    KvCache cache(smallConfig(), 8, KvType::F32);
    cache.append(std::array{1, 2, 3, 4});
    EXPECT_EQ(cache.commonPrefix(std::array{1, 2, 3, 4, 5}), 4);
    EXPECT_EQ(cache.commonPrefix(std::array{1, 2, 9, 4}), 2);
    EXPECT_EQ(cache.commonPrefix(std::array{1, 2}), 2);
    EXPECT_EQ(cache.commonPrefix(std::array{9}), 0);
    EXPECT_EQ(cache.commonPrefix({}), 0);
}

TEST(KvCacheDeathTest, RefusesMoreThanItsCapacity) {
    KvCache cache(smallConfig(), 2, KvType::F32);
    EXPECT_DEATH(cache.append(std::array{1, 2, 3}), "broken contract");
}

}  // namespace
}  // namespace dsm
