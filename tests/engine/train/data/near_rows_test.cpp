#include "engine/train/data/near_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace dsm {
namespace {

std::optional<WordSketch> sketchOf(std::string_view text) {
    Sketcher sketcher;
    sketcher.add(text);
    return sketcher.finish();
}

class NearRowsTest : public testing::Test {
  protected:
    // Equal texts are equal rows.
    void add(const std::string& text) {
        ++line_;
        if (const auto sketch = sketchOf(text))
            rows_.add({*sketch, std::hash<std::string>()(text), PackedPlace({0, line_})});
    }
    std::map<std::int64_t, std::int64_t> find() {
        std::map<std::int64_t, std::int64_t> found;
        const std::int64_t count = rows_.find(
            [&](const RowPlace& row, const RowPlace& first) { found[row.line] = first.line; });
        EXPECT_EQ(count, static_cast<std::int64_t>(found.size()));
        return found;
    }

    NearRows rows_;
    std::int64_t line_ = 0;
};

std::string sentence(std::mt19937& random, int words) {
    std::string text;
    for (int i = 0; i < words; ++i)
        text += "w" + std::to_string(random() % 5000) + " ";
    return text;
}

TEST(Sketcher, PassesOverCaseAndPunctuation) {
    const auto plain = sketchOf("where is the nearest railway station please");
    ASSERT_TRUE(plain.has_value());
    EXPECT_EQ(plain, sketchOf("  Where is the nearest RAILWAY station, please?!"));
    EXPECT_NE(plain, sketchOf("where is the nearest railway bridge please"));
    EXPECT_EQ(sketchOf("火车站在哪里，请问"), sketchOf("火车站在哪里请问。"));
    EXPECT_FALSE(sketchOf("two words").has_value());
    EXPECT_FALSE(sketchOf("").has_value());
}

TEST_F(NearRowsTest, FindsRowsThatDifferInAWord) {
    std::mt19937 random(7);
    const std::string one = sentence(random, 60);
    const std::string two = sentence(random, 60);
    add(one);
    add(two);
    add("Well, " + one);
    add(two + "indeed");
    EXPECT_EQ(find(), (std::map<std::int64_t, std::int64_t>{{3, 1}, {4, 2}}));
}

TEST_F(NearRowsTest, DoesNotCountEqualRowsAndUnlikeOnes) {
    std::mt19937 random(8);
    const std::string one = sentence(random, 60);
    for (int i = 0; i < 300; ++i)
        add(sentence(random, 40));
    add(one);
    add(one + "more");
    add(one + "more");  // repeats the one before
    add(one);
    EXPECT_EQ(find(), (std::map<std::int64_t, std::int64_t>{{302, 301}}));
}

TEST_F(NearRowsTest, GoesByTheShareOfCommonPairs) {
    std::mt19937 random(9);
    int found = 0;
    constexpr int kPairs = 200;
    for (int i = 0; i < kPairs; ++i) {
        const std::string common = sentence(random, 90);
        add(common + sentence(random, 5));  // about 95 of 100 pairs in common
        add(common + sentence(random, 5));
        const std::string half = sentence(random, 45);
        add(half + sentence(random, 45));
        add(half + sentence(random, 45));
    }
    for (const auto& [row, first] : find()) {
        EXPECT_EQ(row, first + 1);
        EXPECT_EQ(row % 4, 2) << "half of the words are not nearly all";
        ++found;
    }
    EXPECT_GE(found, kPairs * 9 / 10);
}

}  // namespace
}  // namespace dsm
