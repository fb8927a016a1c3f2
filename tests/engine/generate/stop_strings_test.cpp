#include "engine/generate/stop_strings.h"

#include <gtest/gtest.h>

namespace dsm {
namespace {

TEST(StopStrings, LetTextThroughWhenThereAreNone) {
    StopStrings stops({});
    EXPECT_EQ(stops.push("anything"), "anything");
    EXPECT_FALSE(stops.found());
    EXPECT_EQ(stops.finish(), "");
}

TEST(StopStrings, EndTheTextBeforeTheFirstOfThem) {
    StopStrings stops({"END", "\n\nUser:"});
    EXPECT_EQ(stops.push("one END two"), "one ");
    EXPECT_TRUE(stops.found());
    EXPECT_EQ(stops.push("more"), "");
    EXPECT_EQ(stops.finish(), "");
}

TEST(StopStrings, AreFoundAcrossPieces) {
    StopStrings stops({"\n\nUser:"});
    EXPECT_EQ(stops.push("yes\n"), "yes");
    EXPECT_EQ(stops.push("\nUs"), "");
    EXPECT_EQ(stops.push("er: no"), "");
    EXPECT_TRUE(stops.found());
}

TEST(StopStrings, HoldBackOnlyWhileItCouldBeOne) {
    StopStrings stops({"abcd"});
    EXPECT_EQ(stops.push("xab"), "x");
    EXPECT_EQ(stops.push("abc"), "ab");  // "ab" + "abc": the first two are decided
    EXPECT_EQ(stops.push("!"), "abc!");
    EXPECT_FALSE(stops.found());
}

TEST(StopStrings, GiveBackWhatWasHeldAtTheEnd) {
    StopStrings stops({"abcd"});
    EXPECT_EQ(stops.push("abc"), "");
    EXPECT_EQ(stops.finish(), "abc");
}

TEST(StopStrings, TakeTheEarliestOfSeveral) {
    StopStrings stops({"late", "soon"});
    EXPECT_EQ(stops.push("a soon b late"), "a ");
}

TEST(StopStrings, IgnoreEmptyOnes) {
    StopStrings stops({""});
    EXPECT_EQ(stops.push("text"), "text");
    EXPECT_FALSE(stops.found());
}

}  // namespace
}  // namespace dsm
