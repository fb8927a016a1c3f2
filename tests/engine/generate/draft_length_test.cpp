#include "engine/generate/draft_length.h"

#include <gtest/gtest.h>

namespace dsm {
namespace {

// As it is after the passes that it compares with.
DraftLength ready() {
    DraftLength length;
    length.sawOne(1);
    length.sawOne(1);
    return length;
}

// Passes of one token until guesses are wanted again.
int restOf(DraftLength& length) {
    int tokens = 0;
    for (; length.wanted() == 0; ++tokens)
        length.sawOne(1);
    return tokens;
}

TEST(DraftLength, WantsNothingBeforeItKnowsWhatATokenTakes) {
    DraftLength length;
    EXPECT_EQ(length.wanted(), 0U);
    length.sawOne(1);
    EXPECT_EQ(length.wanted(), 0U);
    length.sawOne(1);
    EXPECT_EQ(length.wanted(), 3U);
}

TEST(DraftLength, GrowsWhileGuessesAreRightAndIsEasierToConvinceThen) {
    DraftLength length = ready();
    EXPECT_EQ(length.leastMatch(), 8U);
    length.sawDraft(3, 3, 2);
    EXPECT_EQ(length.wanted(), 7U);
    EXPECT_EQ(length.leastMatch(), 4U);
    length.sawDraft(7, 7, 3);
    EXPECT_EQ(length.wanted(), DraftLength::kMost);
    length.sawDraft(15, 15, 5);
    EXPECT_EQ(length.wanted(), DraftLength::kMost);
}

TEST(DraftLength, IsShortAgainAfterAWrongGuessInALongOne) {
    DraftLength length = ready();
    length.sawDraft(3, 3, 2);
    length.sawDraft(7, 2, 3);
    EXPECT_EQ(length.wanted(), 3U);
    length.sawDraft(3, 2, 2);  // most of it was right
    EXPECT_EQ(length.wanted(), 3U);
}

TEST(DraftLength, RestsLongerEachTimeThatGuessesCostMoreThanTheyBring) {
    DraftLength length = ready();
    length.sawDraft(3, 0, 2);  // one lost
    EXPECT_GT(length.wanted(), 0U);
    length.sawDraft(3, 0, 2.1);
    EXPECT_EQ(length.wanted(), 0U);
    EXPECT_EQ(length.leastMatch(), 16U);
    EXPECT_EQ(restOf(length), 128);
    length.sawDraft(3, 0, 3.1);
    EXPECT_EQ(restOf(length), 256);
    EXPECT_EQ(length.leastMatch(), 32U);
    length.sawDraft(3, 3, 2);  // right again
    length.sawDraft(7, 0, 7);
    EXPECT_EQ(restOf(length), 128);
}

TEST(DraftLength, RestsEvenWhereEveryGuessIsRightButManyTokensCostAsMuchAsEachAlone) {
    DraftLength length = ready();
    length.sawDraft(3, 3, 4.5);
    length.sawDraft(7, 7, 9);
    length.sawDraft(15, 15, 17);
    EXPECT_EQ(length.wanted(), 0U);
}

// On prose hardly a guess is right: of 2,000 tokens at most 2 % may be lost.
TEST(DraftLength, LosesLittleWhereEveryGuessIsWrong) {
    DraftLength length = ready();
    double seconds = 2;
    for (int token = 2; token < 2000; ++token) {
        if (length.wanted() > 0) {
            length.sawDraft(length.wanted(), 0, 2.3);
            seconds += 2.3;
        } else {
            length.sawOne(1);
            seconds += 1;
        }
    }
    EXPECT_LT(seconds, 2000 * 1.02);
}

}  // namespace
}  // namespace dsm
