// Micro-batches that are computed in pieces: what a step learns from stays the same.
#include <cmath>

#include "engine/train/epoch_shape.h"
#include "tests/engine/train/trainer_case.h"

namespace dsm::test {
namespace {

MemoryDataset ofLengths(const std::vector<int>& lengths) {
    MemoryDataset data;
    for (const int length : lengths) {
        TrainingSample sample;
        sample.ids.assign(static_cast<std::size_t>(length), 1);
        sample.labels = sample.ids;
        data.add(std::move(sample));
    }
    return data;
}

TEST(BatchPieces, HoldAsManySamplesInTheirOrderAsThereIsRoomFor) {
    const MemoryDataset data = ofLengths({5, 3, 4, 9, 1});
    const MicroBatch all{0, 1, 2, 3, 4};
    EXPECT_EQ(piecesOf(all, data, 8), (std::vector<MicroBatch>{{0, 1}, {2}, {3}, {4}}));
    EXPECT_EQ(piecesOf(all, data, 13), (std::vector<MicroBatch>{{0, 1, 2}, {3, 4}}));
    EXPECT_EQ(piecesOf(all, data, 22), std::vector<MicroBatch>{all});
    EXPECT_EQ(piecesOf(all, data, 0), std::vector<MicroBatch>{all}) << "no limit";
}

TEST(BatchPieces, AreThePassesOfAnEpoch) {
    const MemoryDataset data = ofLengths({6, 6, 6, 6});
    const BatchOptions whole{.batchSamples = 4, .accumulation = 1, .seed = 3};
    EXPECT_EQ(epochShape(data, whole).largest.tokens, 24);
    BatchOptions pieces = whole;
    pieces.pieceTokens = 12;
    const EpochShape shape = epochShape(data, pieces);
    EXPECT_EQ(shape.largest.tokens, 12);
    EXPECT_EQ(shape.largest.labels, 10);
    EXPECT_EQ(shape.largest.samples, 2);
    EXPECT_EQ(shape.steps, 1);
    EXPECT_DOUBLE_EQ(shape.batchesPerStep, 2);
    EXPECT_DOUBLE_EQ(shape.meanTokens, 12);
    EXPECT_EQ(longestSample(ofLengths({2, 9, 4})).tokens, 9);
}

TEST_F(TrainerTest, LearnsInPiecesWhatItLearnsFromWholeBatches) {
    for (const auto& [packTokens, meanOfMeans] :
         {std::pair{0, false}, std::pair{0, true}, std::pair{30, false}}) {
        SCOPED_TRACE(std::to_string(packTokens) + (meanOfMeans ? ", means" : ", tokens"));
        TrainOptions o = options();
        o.batches.batchSamples = 4;
        o.batches.packTokens = packTokens;
        o.meanOfMeans = meanOfMeans;
        const auto whole = make(o, &data_);
        const auto expected = whole->run({}, {});
        ASSERT_TRUE(expected.has_value()) << expected.error().message;
        o.batches.pieceTokens = 13;  // one or two samples
        const auto pieces = make(o, &data_);
        const auto outcome = pieces->run({}, {});
        ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
        EXPECT_LT(pieces->memory().activationBytes, whole->memory().activationBytes);
        ASSERT_EQ(outcome->state.log.size(), expected->state.log.size());
        for (std::size_t i = 0; i < expected->state.log.size(); ++i) {
            const LogEntry& a = outcome->state.log[i];
            const LogEntry& b = expected->state.log[i];
            ASSERT_EQ(a.loss.has_value(), b.loss.has_value());
            if (a.loss) EXPECT_NEAR(*a.loss, *b.loss, 1e-4 * *b.loss);
            if (a.evalLoss) EXPECT_NEAR(*a.evalLoss, *b.evalLoss, 1e-4 * *b.evalLoss);
            EXPECT_NEAR(a.gradNorm, b.gradNorm, 1e-3 * b.gradNorm);
        }
        ASSERT_EQ(pieces->sampleLosses().size(), whole->sampleLosses().size());
        for (std::size_t i = 0; i < whole->sampleLosses().size(); ++i)
            EXPECT_EQ(pieces->sampleLosses()[i].sample, whole->sampleLosses()[i].sample);
    }
}

// Pieces decide the last bits: a run goes on with those that it had, where there is room for them.
TEST_F(TrainerTest, GoesOnInThePiecesThatItBeganWith) {
    TrainOptions o = options(folder_ / "whole");
    o.targets.lora.dropout = 0.1;
    o.batches.batchSamples = 4;
    o.batches.pieceTokens = 13;
    const auto whole = make(o);
    ASSERT_TRUE(whole->run({}, {}).has_value());
    for (const auto& [room, expected] :
         {std::pair{40, std::int64_t{13}}, std::pair{12, std::int64_t{12}}}) {
        TrainOptions parts = o;
        parts.output = folder_ / std::to_string(room);
        std::stop_source stop;
        ASSERT_FALSE(make(parts)
                         ->run([&](const TrainProgress&) { stop.request_stop(); }, stop.get_token())
                         .has_value());
        parts.batches.pieceTokens = room;
        const auto rest = make(parts);
        ASSERT_TRUE(rest->resume(*newestCheckpoint(parts.output).folder).has_value());
        ASSERT_TRUE(rest->run({}, {}).has_value());
        EXPECT_EQ(rest->state().pieceTokens, expected);
        if (expected == o.batches.pieceTokens) EXPECT_EQ(values(*rest), values(*whole));
    }
}

}  // namespace
}  // namespace dsm::test
