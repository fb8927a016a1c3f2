// What goes row by row: embedding, norm, rows that are taken and put back, combine.
#include "kernels/selftest/train_case.h"
#include "kernels/selftest/train_places.h"

namespace dsm::selftest::training {
namespace {

Outputs runEmbedding(const OpBench& bench, DType type, std::int64_t hidden, std::int64_t tokens) {
    constexpr std::int64_t kVocabulary = 5;  // so that ids come again
    Random random;
    const OwnedWeight table(random, kVocabulary, hidden, type);
    std::vector<std::int32_t> ids;
    for (std::int64_t t = 0; t < tokens; ++t)
        ids.push_back(random.below(kVocabulary));
    TrainPlaces places(bench);
    const auto placed = places.in(ids);
    const Matrix<float> x = places.out(tokens, hidden);
    const Matrix<float> dTable = places.out(kVocabulary, hidden, 0.125F);
    bench.train->embeddingForward(bench.context,
                                  {.ids = placed, .table = places.in(table.view()), .x = x});
    bench.train->embeddingBackward(
        bench.context,
        {.ids = placed, .dx = places.in(random.floats(tokens * hidden), hidden), .dTable = dTable});
    return places.finish();
}

Outputs runNorm(const OpBench& bench, DType type, std::int64_t hidden, std::int64_t tokens) {
    Random random;
    const OwnedWeight weight(random, 1, hidden, type);
    TrainPlaces places(bench);
    const auto x = places.in(random.floats(tokens * hidden), hidden);
    const Weight placed = places.in(weight.view());
    const Matrix<float> scale = places.out(1, tokens);
    const std::span<float> scales{scale.data, static_cast<std::size_t>(tokens)};
    bench.train->normForward(bench.context, {.x = x,
                                             .weight = placed,
                                             .epsilon = 1e-6F,
                                             .out = places.out(tokens, hidden),
                                             .scale = scales});
    bench.train->normBackward(bench.context,
                              {.dOut = places.in(random.floats(tokens * hidden), hidden),
                               .x = x,
                               .weight = placed,
                               .scale = scales,
                               .dx = places.out(tokens, hidden, 0.25F),
                               .dWeight = places.out(1, hidden, 0.125F)});
    return places.finish();
}

// Every second row, the last one first, and two that are none.
std::vector<std::int32_t> someRows(std::int64_t tokens) {
    std::vector<std::int32_t> rows{kNoRow};
    for (std::int64_t t = tokens - 1; t >= 0; t -= 2)
        rows.push_back(static_cast<std::int32_t>(t));
    rows.push_back(kNoRow);
    return rows;
}

Outputs runRows(const OpBench& bench, std::int64_t hidden, std::int64_t tokens) {
    Random random;
    const std::vector<std::int32_t> rows = someRows(tokens);
    const auto count = static_cast<std::int64_t>(rows.size());
    TrainPlaces places(bench);
    const auto placed = places.in(rows);
    const Matrix<float> taken = places.out(count, hidden);
    bench.train->takeRows(
        bench.context,
        {.all = places.in(random.floats(tokens * hidden), hidden), .rows = placed, .taken = taken});
    bench.train->putRows(bench.context,
                         {.taken = taken, .rows = placed, .all = places.out(tokens, hidden, 0.5F)});
    return places.finish();
}

Outputs runCombine(const OpBench& bench, std::int64_t hidden, std::int64_t tokens) {
    constexpr std::int64_t kActive = 3;
    Random random;
    std::vector<std::int32_t> place;
    for (std::int64_t i = tokens * kActive - 1; i >= 0; --i)
        place.push_back(static_cast<std::int32_t>(i));
    TrainPlaces places(bench);
    bench.train->combine(bench.context,
                         {.rows = places.in(random.floats(tokens * kActive * hidden), hidden),
                          .place = places.in(place),
                          .active = kActive,
                          .out = places.out(tokens, hidden, 0.5F)});
    return places.finish();
}

}  // namespace

void addEmbedding(TokenCounts counts, Cases& cases) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t hidden : {7, 300}) {
            for (const std::int64_t tokens : counts) {
                cases.push_back(trainCase("embedding", name(type), sized("D", hidden), tokens, 0, 0,
                                          [=](const OpBench& bench) {
                                              return runEmbedding(bench, type, hidden, tokens);
                                          }));
            }
        }
    }
}

void addNorm(TokenCounts counts, Cases& cases) {
    for (const DType type : kPlainTypes) {
        for (const std::int64_t hidden : {1, 37, 300}) {
            for (const std::int64_t tokens : counts) {
                cases.push_back(trainCase(
                    "trainNorm", name(type), sized("D", hidden), tokens, 2e-5, 2e-5,
                    [=](const OpBench& bench) { return runNorm(bench, type, hidden, tokens); }));
            }
        }
    }
}

void addRows(TokenCounts counts, Cases& cases) {
    for (const std::int64_t hidden : {7, 300}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(
                trainCase("rows", "F32", sized("D", hidden), tokens, 0, 0,
                          [=](const OpBench& b) { return runRows(b, hidden, tokens); }));
        }
    }
}

void addCombine(TokenCounts counts, Cases& cases) {
    for (const std::int64_t hidden : {7, 300}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(
                trainCase("combine", "F32", sized("D", hidden), tokens, 0, 0,
                          [=](const OpBench& b) { return runCombine(b, hidden, tokens); }));
        }
    }
}

}  // namespace dsm::selftest::training
