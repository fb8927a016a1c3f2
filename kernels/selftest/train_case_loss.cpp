// What a step ends with: loss and optimizer.
#include <bit>
#include <cstdint>
#include <utility>

#include "kernels/selftest/train_case.h"
#include "kernels/selftest/train_places.h"

namespace dsm::selftest::training {
namespace {

Outputs runCrossEntropy(const OpBench& bench, std::int64_t vocabulary, std::int64_t tokens) {
    Random random;
    std::vector<std::int32_t> labels;
    for (std::int64_t t = 0; t < tokens; ++t)
        labels.push_back(t % 5 == 3 ? kNoLabel : random.below(vocabulary));
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

// What no sum of squares is: as a double infinite.
const double* notFinite(TrainPlaces& places) {
    constexpr std::uint32_t kUpperHalf = 0x7ff00000;
    const std::vector<float> halves{0.0F, std::bit_cast<float>(kUpperHalf)};
    return reinterpret_cast<const double*>(places.in(halves, 2).data);
}

// Two steps over `count` numbers, the size of the gradient, a step that it clips, and one that is left
// out.
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
    double* squares = places.outDoubles(1).data;
    bench.train->sumOfSquares(bench.context, {.numbers = gradient, .sum = squares});
    for (const double* sum : {static_cast<const double*>(squares), notFinite(places)}) {
        bench.train->adamW(bench.context, {.weight = weight,
                                           .gradient = gradient,
                                           .first = first,
                                           .second = second,
                                           .step = 3,
                                           .rate = 1e-2,
                                           .clip = {.squares = {sum, 1}, .limit = 0.25}});
    }
    return places.finish();
}

// Three steps with moments of 8 bits, and one that is left out: codes show in the steps after them.
Outputs runAdamW8(const OpBench& bench, std::int64_t count) {
    Random random;
    TrainPlaces places(bench);
    TrainPlaces apart(bench);  // numbers that are no floats are not compared
    const auto floats = [&](std::int64_t numbers, const std::vector<float>& values) {
        return std::span<float>(places.out(1, numbers, values).data,
                                static_cast<std::size_t>(numbers));
    };
    const auto codes = [&] {
        const Matrix<float> zeros = apart.out(1, (count + 3) / 4, 0.0F);
        return std::span<std::uint8_t>(reinterpret_cast<std::uint8_t*>(zeros.data),
                                       static_cast<std::size_t>(count));
    };
    const std::int64_t blocks = momentBlocks(count);
    const std::vector<float> none(static_cast<std::size_t>(blocks));
    const std::span<float> weight = floats(count, random.floats(count));
    const std::span<float> firstScale = floats(blocks, none);
    const std::span<float> secondScale = floats(blocks, none);
    const std::span<const float> gradient{places.in(random.floats(count), count).data,
                                          static_cast<std::size_t>(count)};
    const std::span<std::uint8_t> first = codes();
    const std::span<std::uint8_t> second = codes();
    bool isSecond = false;
    double* squares = places.outDoubles(1).data;
    bench.train->sumOfSquares(bench.context, {.numbers = gradient, .sum = squares});
    const double* const infinite = notFinite(places);
    for (const std::int64_t step : {1, 2, 2, 3}) {
        const double* sum = step == 2 && !std::exchange(isSecond, true) ? infinite : squares;
        bench.train->adamW8(bench.context, {.weight = weight,
                                            .gradient = gradient,
                                            .first = first,
                                            .second = second,
                                            .firstScale = firstScale,
                                            .secondScale = secondScale,
                                            .step = step,
                                            .rate = 1e-2,
                                            .decay = 0.1,
                                            .gradientScale = 0.5,
                                            .clip = {.squares = {sum, 1}, .limit = 0.25}});
    }
    return places.finish();
}

}  // namespace

void addCrossEntropy(TokenCounts counts, Cases& cases) {
    for (const std::int64_t vocabulary : {1, 37, 1000}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(trainCase(
                "crossEntropy", "F32", sized("V", vocabulary), tokens, 4e-5, 4e-5,
                [=](const OpBench& bench) { return runCrossEntropy(bench, vocabulary, tokens); }));
        }
    }
}

void addAdamW(TokenCounts, Cases& cases) {
    for (const std::int64_t count : {0, 1, 300, 140000}) {
        cases.push_back(trainCase("adamW", "F32", "numbers, ", count, 1e-5, 1e-5,
                                  [=](const OpBench& bench) { return runAdamW(bench, count); }));
        cases.push_back(trainCase("adamW", "8 bit", "numbers, ", count, 1e-6, 1e-6,
                                  [=](const OpBench& bench) { return runAdamW8(bench, count); }));
    }
}

}  // namespace dsm::selftest::training
