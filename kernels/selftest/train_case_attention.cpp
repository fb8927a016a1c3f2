// Attention and its rotation.
#include "kernels/selftest/train_case.h"
#include "kernels/selftest/train_places.h"

namespace dsm::selftest::training {
namespace {

struct AttentionShape {
    std::int64_t heads, keyHeads, size;
};

Outputs runRotate(const OpBench& bench, const AttentionShape& s, std::int64_t tokens) {
    constexpr std::int64_t kPositions = 40;
    Random random;
    const std::vector<float> rotary = rotaryTable(s.size, kPositions);
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
    return sized("H", s.heads) + sized("G", s.keyHeads) + sized("K", s.size);
}

}  // namespace

void addRotate(TokenCounts counts, Cases& cases) {
    for (const AttentionShape s : {AttentionShape{1, 1, 2}, {3, 3, 10}, {2, 2, 128}}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(trainCase("rotate", "F32", labelOf(s), tokens, 0, 0,
                                      [=](const OpBench& b) { return runRotate(b, s, tokens); }));
        }
    }
}

void addAttention(TokenCounts counts, Cases& cases) {
    for (const AttentionShape s :
         {AttentionShape{1, 1, 2}, {6, 2, 10}, {4, 4, 16}, {2, 1, 128}, {1, 1, 130}, {1, 1, 256}}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(
                trainCase("attention", "F32", labelOf(s), tokens, 4e-5, 2 * kBf16Products,
                          [=](const OpBench& b) { return runAttention(b, s, tokens); }));
        }
    }
}

}  // namespace dsm::selftest::training
