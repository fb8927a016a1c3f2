#include "engine/model/kv_cache.h"

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

TEST(KvCache, HasRowsForEveryLayerAndPosition) {
    KvCache cache(smallConfig(), 5);
    for (std::int64_t layer = 0; layer < 3; ++layer) {
        EXPECT_EQ(cache.keys(layer).rows, 5);
        EXPECT_EQ(cache.keys(layer).cols, 12);
        cache.keys(layer).row(4)[11] = static_cast<float>(layer + 1);
        cache.values(layer).row(0)[0] = static_cast<float>(layer + 10);
    }
    for (std::int64_t layer = 0; layer < 3; ++layer) {  // nothing overlapped
        EXPECT_EQ(cache.keys(layer).row(4)[11], static_cast<float>(layer + 1));
        EXPECT_EQ(cache.values(layer).row(0)[0], static_cast<float>(layer + 10));
    }
    EXPECT_EQ(KvCache::plannedBytes(smallConfig(), 5), 2U * 3 * 5 * 12 * sizeof(float));
}

TEST(KvCache, AppendsAndTruncates) {
    KvCache cache(smallConfig(), 5);
    cache.append(std::array{7, 8, 9});
    cache.append(std::array{10});
    EXPECT_EQ(cache.size(), 4);
    cache.truncate(2);
    EXPECT_EQ(cache.size(), 2);
    EXPECT_EQ(cache.ids()[1], 8);
}

TEST(KvCache, FindsTheLongestCommonPrefix) {
    KvCache cache(smallConfig(), 8);
    cache.append(std::array{1, 2, 3, 4});
    EXPECT_EQ(cache.commonPrefix(std::array{1, 2, 3, 4, 5}), 4);
    EXPECT_EQ(cache.commonPrefix(std::array{1, 2, 9, 4}), 2);
    EXPECT_EQ(cache.commonPrefix(std::array{1, 2}), 2);
    EXPECT_EQ(cache.commonPrefix(std::array{9}), 0);
    EXPECT_EQ(cache.commonPrefix({}), 0);
}

TEST(KvCacheDeathTest, RefusesMoreThanItsCapacity) {
    KvCache cache(smallConfig(), 2);
    EXPECT_DEATH(cache.append(std::array{1, 2, 3}), "broken contract");
}

}  // namespace
}  // namespace dsm
