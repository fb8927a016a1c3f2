#include "kernels/base/kv_panels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/base/buffer.h"

namespace dsm {
namespace {

class Cache {
  public:
    Cache(KvType type, std::int64_t heads, std::int64_t headSize)
        : panels_{.type = type, .positions = 32, .heads = heads, .headSize = headSize},
          keys_(static_cast<std::size_t>(panels_.sizeBytes())),
          values_(keys_.size()) {
        panels_.keys = keys_.data();
        panels_.values = values_.data();
    }
    const KvPanels& panels() const { return panels_; }

  private:
    KvPanels panels_;
    Buffer<std::byte> keys_, values_;
};

TEST(KvPanels, TakeTheBytesOfTheirType) {
    EXPECT_EQ(kvPanelBytes(KvType::F32, 128), 16 * 128 * 4);
    EXPECT_EQ(kvPanelBytes(KvType::BF16, 128), 16 * 128 * 2);
    EXPECT_EQ(kvPanelBytes(KvType::Q8, 128), 16 * 128 + 64);
    EXPECT_EQ(kvPanelBytes(KvType::BF16, 10), 16 * 16 * 2);  // whole vectors
}

// Position 17 is the second of panel 1; head 1 comes after both panels of head 0.
TEST(KvPanels, LieWhereTheHeaderSays) {
    const Cache cache(KvType::F32, 2, 16);
    std::vector<float> row(32);
    row[16 + 3] = 7;  // head 1, column 3
    cache.panels().storeKeys(17, row.data());
    cache.panels().storeValues(17, row.data());
    const auto* keys = reinterpret_cast<const float*>(cache.panels().keys);
    const auto* values = reinterpret_cast<const float*>(cache.panels().values);
    const std::int64_t panel = (2 + 1) * 16 * 16;
    EXPECT_EQ(keys[panel + 3 * 16 + 1], 7.0F);
    EXPECT_EQ(values[panel + 1 * 16 + 3], 7.0F);
}

// In 8 bits four columns of a key, and four positions of a value, are neighbours, each plus 128.
TEST(KvPanels, OfBytesKeepTheFourThatAreSummedTogether) {
    const Cache cache(KvType::Q8, 2, 16);
    std::vector<float> row(32);
    row[16 + 5] = -2;  // head 1, column 5: level -127
    cache.panels().storeKeys(17, row.data());
    cache.panels().storeValues(17, row.data());
    const auto* keys = reinterpret_cast<const std::uint8_t*>(cache.panels().keys);
    const auto* values = reinterpret_cast<const std::uint8_t*>(cache.panels().values);
    const std::int64_t panel = (2 + 1) * (64 + 16 * 16);
    EXPECT_EQ(keys[panel + 64 + 1 * 64 + 1 * 4 + 1], 1);
    EXPECT_EQ(keys[panel + 64 + 0 * 64 + 1 * 4 + 1], 128);
    EXPECT_EQ(values[panel + 64 + 0 * 64 + 5 * 4 + 1], 1);
    EXPECT_EQ(values[panel + 64 + 0 * 64 + 6 * 4 + 1], 128);
}

TEST(KvPanels, KeepNumbersWithinTheRoundingOfTheirType) {
    std::vector<float> row(3 * 10);
    for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = std::sin(static_cast<float>(i) * 1.7F);
    for (const auto& [type, tolerance] :
         {std::pair{KvType::F32, 0.0F}, std::pair{KvType::BF16, 1.0F / 256},
          std::pair{KvType::Q8, 0.5F / 127 * 1.001F}}) {
        const Cache cache(type, 3, 10);
        cache.panels().storeKeys(20, row.data());
        cache.panels().storeValues(20, row.data());
        for (std::int64_t g = 0; g < 3; ++g) {
            for (std::int64_t i = 0; i < 10; ++i) {
                const float exact = row[static_cast<std::size_t>(g * 10 + i)];
                EXPECT_NEAR(cache.panels().key(g, 20, i), exact, tolerance) << name(type);
                EXPECT_NEAR(cache.panels().value(g, 20, i), exact, tolerance) << name(type);
                EXPECT_EQ(cache.panels().key(g, 21, i), 0.0F);
            }
        }
    }
}

TEST(KvPanels, RoundHalvesToEvenLevels) {
    const Cache cache(KvType::Q8, 1, 4);
    const float row[4] = {127, 0.5F, 1.5F, -2.5F};
    cache.panels().storeKeys(0, row);
    EXPECT_EQ(cache.panels().key(0, 0, 0), 127.0F);
    EXPECT_EQ(cache.panels().key(0, 0, 1), 0.0F);
    EXPECT_EQ(cache.panels().key(0, 0, 2), 2.0F);
    EXPECT_EQ(cache.panels().key(0, 0, 3), -2.0F);
}

TEST(KvPanels, ShowWhatIsNotFinite) {
    for (const float odd :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        const Cache cache(KvType::Q8, 1, 4);
        const float row[4] = {1, odd, 2, 3};
        cache.panels().storeKeys(0, row);
        EXPECT_TRUE(std::isnan(cache.panels().key(0, 0, 0)));
    }
}

}  // namespace
}  // namespace dsm
