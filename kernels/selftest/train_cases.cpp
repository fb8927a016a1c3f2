// The cases of the operations of training, forth and back in one run.
#include "kernels/selftest/train_cases.h"

#include <cmath>
#include <limits>

#include "kernels/selftest/train_places.h"

namespace dsm::selftest {
namespace {

using Cases = std::vector<OpCase>;
using TokenCounts = std::span<const std::int64_t>;
using Numbers = std::vector<float>;

OpCase made(std::string_view op, std::string_view type, const std::string& shape,
            std::int64_t tokens, double tolerance, double onDevice,
            std::function<Outputs(const OpBench&)> run) {
    return {.op = op,
            .type = type,
            .label = shape + ", T " + std::to_string(tokens),
            .tokens = tokens,
            .tolerance = tolerance,
            .prepare =
                [run] { return [run](const OpBench& bench, std::int64_t) { return run(bench); }; },
            .trains = true,
            .deviceTolerance = onDevice};
}

std::string sized(const char* letter, std::int64_t size) {
    return std::string(letter) + " " + std::to_string(size);
}

constexpr DType kPlainTypes[] = {DType::F32, DType::BF16};
constexpr DType kWeightTypes[] = {DType::F32, DType::BF16, DType::Q8, DType::Q4, DType::NF4};

// ---- Embedding, norm, rows, combine -------------------------------------------------------------

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

void addEmbedding(TokenCounts counts, Cases& cases) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t hidden : {7, 300}) {
            for (const std::int64_t tokens : counts) {
                cases.push_back(made("embedding", name(type), sized("D", hidden), tokens, 0, 0,
                                     [=](const OpBench& bench) {
                                         return runEmbedding(bench, type, hidden, tokens);
                                     }));
            }
        }
    }
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

void addNorm(TokenCounts counts, Cases& cases) {
    for (const DType type : kPlainTypes) {
        for (const std::int64_t hidden : {1, 37, 300}) {
            for (const std::int64_t tokens : counts) {
                cases.push_back(made(
                    "trainNorm", name(type), sized("D", hidden), tokens, 2e-5, 2e-5,
                    [=](const OpBench& bench) { return runNorm(bench, type, hidden, tokens); }));
            }
        }
    }
}

// Every second row, the last one first.
std::vector<std::int32_t> someRows(std::int64_t tokens) {
    std::vector<std::int32_t> rows;
    for (std::int64_t t = tokens - 1; t >= 0; t -= 2)
        rows.push_back(static_cast<std::int32_t>(t));
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

void addRows(TokenCounts counts, Cases& cases) {
    for (const std::int64_t hidden : {7, 300}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(made("rows", "F32", sized("D", hidden), tokens, 0, 0,
                                 [=](const OpBench& b) { return runRows(b, hidden, tokens); }));
        }
    }
}

void addCombine(TokenCounts counts, Cases& cases) {
    for (const std::int64_t hidden : {7, 300}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(made("combine", "F32", sized("D", hidden), tokens, 0, 0,
                                 [=](const OpBench& b) { return runCombine(b, hidden, tokens); }));
        }
    }
}

// ---- Attention ----------------------------------------------------------------------------------

struct AttentionShape {
    std::int64_t heads, keyHeads, size;
};

// Begins of samples that lie side by side, one of them empty.
std::vector<std::int32_t> segmentsOf(std::int64_t tokens) {
    const auto end = static_cast<std::int32_t>(tokens);
    if (tokens < 3) return {0, end};
    return {0, 1, 1, end * 2 / 3, end};
}

Outputs runRotate(const OpBench& bench, const AttentionShape& s, std::int64_t tokens) {
    constexpr std::int64_t kPositions = 40;
    Random random;
    const Numbers rotary = rotaryTable(s.size, kPositions);
    std::vector<std::int32_t> positions;
    for (std::int64_t t = 0; t < tokens; ++t)
        positions.push_back(random.below(kPositions));
    TrainPlaces places(bench);
    const auto placed = places.in(positions);
    for (const bool inverse : {false, true}) {
        const Matrix<float> rows =
            places.out(tokens, s.heads * s.size, random.floats(tokens * s.heads * s.size));
        bench.train->rotate(bench.context, {.rows = rows,
                                            .positions = placed,
                                            .rotary = places.in(rotary, s.size),
                                            .inverse = inverse});
    }
    return places.finish();
}

Outputs runAttention(const OpBench& bench, const AttentionShape& s, std::int64_t tokens) {
    Random random(5);
    const std::int64_t width = s.heads * s.size;
    const std::int64_t keyWidth = s.keyHeads * s.size;
    TrainPlaces places(bench);
    const auto q = places.in(random.floats(tokens * width), width);
    const auto k = places.in(random.floats(tokens * keyWidth), keyWidth);
    const auto v = places.in(random.floats(tokens * keyWidth), keyWidth);
    const auto segments = places.in(segmentsOf(tokens));
    const Matrix<float> out = places.out(tokens, width);
    const Matrix<float> logSum = places.out(tokens, s.heads);
    bench.train->attentionForward(bench.context, {.q = q,
                                                  .k = k,
                                                  .v = v,
                                                  .headSize = s.size,
                                                  .segments = segments,
                                                  .out = out,
                                                  .logSum = logSum});
    // One output: of a single token the first two are nothing, compared with the third.
    const Matrix<float> back = places.out(tokens, width + 2 * keyWidth);
    const Matrix<float> dq{back.data, tokens, width};
    const Matrix<float> dk{dq.data + dq.size(), tokens, keyWidth};
    bench.train->attentionBackward(bench.context,
                                   {.q = q,
                                    .k = k,
                                    .v = v,
                                    .headSize = s.size,
                                    .segments = segments,
                                    .out = out,
                                    .logSum = logSum,
                                    .dOut = places.in(random.floats(tokens * width), width),
                                    .dq = dq,
                                    .dk = dk,
                                    .dv = {dk.data + dk.size(), tokens, keyWidth}});
    return places.finish();
}

std::string labelOf(const AttentionShape& s) {
    return sized("H", s.heads) + ", " + sized("G", s.keyHeads) + ", " + sized("K", s.size);
}

void addRotate(TokenCounts counts, Cases& cases) {
    for (const AttentionShape s : {AttentionShape{1, 1, 2}, {3, 3, 10}, {2, 2, 128}}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(made("rotate", "F32", labelOf(s), tokens, 0, 0,
                                 [=](const OpBench& b) { return runRotate(b, s, tokens); }));
        }
    }
}

void addAttention(TokenCounts counts, Cases& cases) {
    for (const AttentionShape s :
         {AttentionShape{1, 1, 2}, {6, 2, 10}, {4, 4, 16}, {2, 1, 128}, {1, 1, 130}, {1, 1, 256}}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(made("attention", "F32", labelOf(s), tokens, 4e-5, 2 * kBf16Products,
                                 [=](const OpBench& b) { return runAttention(b, s, tokens); }));
        }
    }
}

// ---- Gated units, router, cross entropy, optimizer ----------------------------------------------

Outputs runGated(const OpBench& bench, std::int64_t width, bool hasFactor, std::int64_t tokens) {
    Random random;
    TrainPlaces places(bench);
    const auto numbers = [&] { return places.in(random.floats(tokens * width), width); };
    const auto gate = numbers(), up = numbers(), dOut = numbers();
    std::span<const float> factor;
    std::span<float> dFactor;
    if (hasFactor) {
        const auto count = static_cast<std::size_t>(tokens);
        factor = {places.in(random.floats(tokens), tokens).data, count};
        dFactor = {places.out(1, tokens).data, count};
    }
    bench.train->gatedForward(bench.context, {gate, up, factor, places.out(tokens, width)});
    bench.train->gatedBackward(bench.context, {dOut, gate, up, factor, places.out(tokens, width),
                                               places.out(tokens, width), dFactor});
    return places.finish();
}

void addGated(TokenCounts counts, Cases& cases) {
    for (const bool hasFactor : {false, true}) {
        for (const std::int64_t width : {1, 37, 300}) {
            for (const std::int64_t tokens : counts) {
                cases.push_back(made("gated", "F32", sized("F", width), tokens, 2e-5, 2e-5,
                                     [=](const OpBench& bench) {
                                         return runGated(bench, width, hasFactor, tokens);
                                     }));
            }
        }
    }
}

struct RouterShape {
    std::int64_t experts, active;
    bool normalizes;
};

Outputs runRouter(const OpBench& bench, const RouterShape& s, std::int64_t tokens) {
    Random random(9);
    const std::int64_t slots = tokens * s.active;
    TrainPlaces places(bench);
    const Matrix<float> scores = places.out(tokens, s.experts, random.floats(tokens * s.experts));
    const Matrix<std::int32_t> expert = places.outIndices(tokens, s.active);
    const Matrix<float> weight = places.out(tokens, s.active);
    const auto list = [&](std::int64_t count) {
        return std::span(places.outIndices(1, count).data, static_cast<std::size_t>(count));
    };
    const ExpertGroups groups{list(slots), list(s.experts + 1)};
    const std::span<std::int32_t> place = list(slots);
    bench.train->routerForward(
        bench.context, {.scores = scores,
                        .normalizeTopK = s.normalizes,
                        .expert = expert,
                        .weight = weight,
                        .groups = groups,
                        .place = place,
                        .tokenOf = list(slots),
                        .factor = {places.out(1, slots).data, static_cast<std::size_t>(slots)}});
    const auto segments = places.in(segmentsOf(tokens));
    bench.train->routerBackward(
        bench.context,
        {.scores = scores,
         .expert = expert,
         .weight = weight,
         .place = place,
         .dFactor = {places.in(random.floats(slots), slots).data, static_cast<std::size_t>(slots)},
         .normalizeTopK = s.normalizes,
         .segments = segments,
         .balance = 0.7,
         .dLogits = places.out(tokens, s.experts)});
    bench.train->balanceLoss(bench.context, {.scores = scores,
                                             .expert = expert,
                                             .segments = segments,
                                             .balance = 0.7,
                                             .loss = places.outDoubles(1).data});
    return places.finish();
}

void addRouter(TokenCounts counts, Cases& cases) {
    for (const RouterShape s : {RouterShape{1, 1, false}, {5, 2, true}, {64, 6, false}}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(made("router", "F32",
                                 sized("E", s.experts) + ", " + sized("A", s.active), tokens, 1e-5,
                                 1e-5, [=](const OpBench& b) { return runRouter(b, s, tokens); }));
        }
    }
}

Outputs runCrossEntropy(const OpBench& bench, std::int64_t vocabulary, std::int64_t tokens) {
    Random random;
    std::vector<std::int32_t> labels;
    for (std::int64_t t = 0; t < tokens; ++t)
        labels.push_back(random.below(vocabulary));
    TrainPlaces places(bench);
    const Matrix<double> loss = places.outDoubles(tokens);
    bench.train->crossEntropy(
        bench.context,
        {.logits = places.out(tokens, vocabulary, random.floats(tokens * vocabulary, 3)),
         .labels = places.in(labels),
         .scale = 0.5,
         .loss = {loss.data, static_cast<std::size_t>(tokens)}});
    return places.finish();
}

void addCrossEntropy(TokenCounts counts, Cases& cases) {
    for (const std::int64_t vocabulary : {1, 37, 1000}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(made(
                "crossEntropy", "F32", sized("V", vocabulary), tokens, 4e-5, 4e-5,
                [=](const OpBench& bench) { return runCrossEntropy(bench, vocabulary, tokens); }));
        }
    }
}

// Two steps over `count` numbers, and the size of the gradient.
Outputs runAdamW(const OpBench& bench, std::int64_t count) {
    Random random;
    TrainPlaces places(bench);
    const auto spanOf = [&](const Matrix<float>& m) {
        return std::span<float>(m.data, static_cast<std::size_t>(count));
    };
    const std::span<float> weight = spanOf(places.out(1, count, random.floats(count)));
    const std::span<float> first = spanOf(places.out(1, count, 0.0F));
    const std::span<float> second = spanOf(places.out(1, count, 0.0F));
    const std::span<const float> gradient{places.in(random.floats(count), count).data,
                                          static_cast<std::size_t>(count)};
    for (const std::int64_t step : {1, 2}) {
        bench.train->adamW(bench.context, {.weight = weight,
                                           .gradient = gradient,
                                           .first = first,
                                           .second = second,
                                           .step = step,
                                           .rate = 1e-2,
                                           .decay = 0.1,
                                           .gradientScale = 0.5});
    }
    bench.train->sumOfSquares(bench.context,
                              {.numbers = gradient, .sum = places.outDoubles(1).data});
    return places.finish();
}

void addAdamW(TokenCounts, Cases& cases) {
    for (const std::int64_t count : {0, 1, 300, 140000}) {
        cases.push_back(made("adamW", "F32", "numbers", count, 1e-5, 1e-5,
                             [=](const OpBench& bench) { return runAdamW(bench, count); }));
    }
}

struct Group {
    std::string_view op;
    void (*add)(TokenCounts, Cases&);
};
constexpr Group kGroups[] = {
    {"embedding", addEmbedding}, {"trainNorm", addNorm},      {"linear", addTrainLinear},
    {"rotate", addRotate},       {"attention", addAttention}, {"gated", addGated},
    {"combine", addCombine},     {"router", addRouter},       {"crossEntropy", addCrossEntropy},
    {"rows", addRows},           {"adamW", addAdamW},
};

}  // namespace

void addTrainCases(std::string_view op, TokenCounts counts, Cases& cases) {
    for (const Group& group : kGroups) {
        if (op.empty() || op == group.op) group.add(counts, cases);
    }
}

}  // namespace dsm::selftest
