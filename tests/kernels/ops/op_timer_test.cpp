#include "kernels/op_timer.h"

#include "tests/kernels/ops/op_case.h"

namespace dsm::test {
namespace {

// An attention output of T tokens, three numbers from two.
struct SmallOp {
    explicit SmallOp(std::int64_t tokens)
        : tokens_(tokens),
          attended_(static_cast<std::size_t>(2 * tokens), 1.0F),
          x_(static_cast<std::size_t>(3 * tokens), 0.5F) {}

    void run(const OpTable& ops) {
        static ThreadPool pool(1);
        OpContext context{.pool = &pool};
        ops.attentionOutput(context, args());
    }
    AttentionOutputArgs args() {
        return {.attended = {attended_.data(), tokens_, 2},
                .output = weight_.view(),
                .x = {x_.data(), tokens_, 3}};
    }

    std::int64_t tokens_;
    OwnedWeight weight_{{1, 2, 3, 4, 5, 6}, 3, 2, DType::BF16};
    std::vector<float> attended_;
    std::vector<float> x_;
};

TEST(OpTimer, ListsEveryOperationBeforeAnyIsCalled) {
    const OpTimer timer(opTable(Backend::Cpu));
    ASSERT_EQ(timer.times().size(), sizeof(OpTable) / sizeof(OpTable::embed));
    for (const OpTime& time : timer.times()) {
        EXPECT_FALSE(time.name.empty());
        EXPECT_EQ(time.calls, 0);
        EXPECT_EQ(time.time.count(), 0);
    }
}

TEST(OpTimer, ComputesWithTheTimedTable) {
    SmallOp timed(2);
    SmallOp plain(2);
    const OpTimer timer(opTable(Backend::Cpu));
    timed.run(timer.table());
    plain.run(opTable(Backend::Cpu));
    EXPECT_EQ(timed.x_, plain.x_);
    EXPECT_EQ(timed.x_, (std::vector<float>{3.5F, 7.5F, 11.5F, 3.5F, 7.5F, 11.5F}));
}

TEST(OpTimer, CountsCallsAndWorkUntilRestarted) {
    OpTimer timer(opTable(Backend::Reference));
    SmallOp one(1);
    SmallOp four(4);
    one.run(timer.table());
    four.run(timer.table());
    for (const OpTime& time : timer.times()) {
        const bool called = time.name == "attentionOutput";
        EXPECT_EQ(time.calls, called ? 2 : 0) << time.name;
        EXPECT_EQ(time.work.bytes, called ? 2 * 12 : 0) << time.name;
        EXPECT_EQ(time.work.operations, called ? (1 + 4) * 12 : 0) << time.name;
        EXPECT_EQ(time.time.count() > 0, called) << time.name;
    }
    timer.restart();
    for (const OpTime& time : timer.times())
        EXPECT_EQ(time.calls, 0);
}

TEST(OpWork, OfExpertsCountsTheOnesThatWereChosen) {
    const OwnedWeight small(std::vector<float>(8, 1), 2, 4, DType::F32);
    const std::vector<Weight> four(4, small.view());
    const std::vector<std::int32_t> chosen{0, 2, 2};  // of three tokens; experts 1 and 3 idle
    OwnedGroups groups(chosen, 4);
    const std::vector<float> normed(12, 1);
    const OpWork work = workOf(ExpertsInputArgs{.normed = {normed.data(), 3, 4},
                                                .activeExperts = 1,
                                                .groups = groups.view(),
                                                .gate = four,
                                                .up = four,
                                                .sharedGate = small.view(),
                                                .sharedUp = small.view(),
                                                .routedHidden = {},
                                                .sharedHidden = {}});
    EXPECT_EQ(work.bytes, 32 * (2 + 2 * 2));          // shared once, two experts
    EXPECT_EQ(work.operations, 2 * 8 * 2 * (3 + 3));  // three tokens through each
}

TEST(OpWork, OfADenseLayerIsThatOfItsOneMlp) {
    const OwnedWeight small(std::vector<float>(8, 1), 2, 4, DType::BF16);
    const std::vector<float> normed(4, 1);
    const OpWork work = workOf(ExpertsInputArgs{.normed = {normed.data(), 1, 4},
                                                .activeExperts = 0,
                                                .groups = {},
                                                .gate = {},
                                                .up = {},
                                                .sharedGate = small.view(),
                                                .sharedUp = small.view(),
                                                .routedHidden = {},
                                                .sharedHidden = {}});
    EXPECT_EQ(work.bytes, 32);
    EXPECT_EQ(work.operations, 32);
}

}  // namespace
}  // namespace dsm::test
