// The cases of linear maps of training: groups of all rows, of some, and of experts.
#include <memory>

#include "kernels/selftest/train_case.h"
#include "kernels/selftest/train_places.h"

namespace dsm::selftest::training {
namespace {

struct LinearShape {
    std::int64_t inputs, outputs, rank;
    double dropout = 0;
    bool trains = false;     // the weights themselves
    bool oneExpert = false;  // has every token; else they are spread, and one has none
    bool nested = false;     // scales of NF4
};

constexpr std::int64_t kExperts = 4;

// One run's groups and all that their views show.
class LinearRun {
  public:
    LinearRun(const OpBench& bench, const LinearShape& shape, DType type, std::int64_t tokens,
              bool precise)
        : bench_(bench), places_(bench), s_(shape), tokens_(tokens), precise_(precise) {
        for (std::int64_t i = 0; i < 2 + kExperts; ++i)
            owned_.emplace_back(random_, s_.outputs + (i == 1 ? 5 : 0), s_.inputs, type);
        for (OwnedWeight& weight : owned_) {
            if (s_.nested) weight.nest();
        }
        weights_ = {places_.in(owned_[0].view()), places_.in(owned_[1].view())};
        std::vector<Weight> views = viewsOf(owned_);
        const auto experts = places_.in(std::vector<Weight>(views.begin() + 2, views.end()));
        weights_.insert(weights_.end(), experts.begin(), experts.end());
        x_ = places_.in(random_.floats(tokens * s_.inputs), s_.inputs);
        maps_.reserve(4 + kExperts);
    }

    Outputs run() {
        addAll();
        addSome();
        addExperts();
        const LinearArgs<float> args{groups_};
        DSM_CHECK(bench_.train->linearForwardScratch(bench_.context, args) <=
                  bench_.context.scratchBytes());
        bench_.train->linearForward(bench_.context, args);
        DSM_CHECK(bench_.train->linearBackwardScratch(bench_.context, args) <=
                  bench_.context.scratchBytes());
        bench_.train->linearBackward(bench_.context, args);
        return places_.finish();
    }

  private:
    // Without y and dY.
    LinearMap<float> mapOf(const Weight& weight, const Matrix<float>& hidden, std::uint64_t key) {
        LinearMap<float> map{.weight = weight, .lora = {}, .y = {}, .dY = {}, .dWeight = {}};
        if (s_.trains) map.dWeight = places_.out(weight.rows, s_.inputs, 0.125F);
        if (s_.rank == 0) return map;
        map.lora = {.a = places_.in(random_.floats(s_.rank * s_.inputs, 0.1F), s_.inputs),
                    .b = places_.in(random_.floats(weight.rows * s_.rank, 0.1F), s_.rank),
                    .scaling = 1.5F,
                    .dropout = Dropout::ofRate(s_.dropout, key),
                    .hidden = hidden,
                    .dA = places_.out(s_.rank, s_.inputs, 0.125F),
                    .dB = places_.out(weight.rows, s_.rank, 0.125F)};
        return map;
    }
    Matrix<float> hiddenOf(std::int64_t count) { return places_.out(count, s_.rank, 0.5F); }
    Matrix<const float> gradient(std::int64_t rows, std::int64_t cols) {
        return places_.in(random_.floats(rows * cols), cols);
    }
    std::span<const LinearMap<float>> last(std::size_t count) const {
        return std::span(maps_).last(count);
    }
    void add(LinearGroup<float> group) {
        group.precise = precise_;
        groups_.push_back(group);
    }

    void addAll() {
        for (std::size_t i = 0; i < 2; ++i) {
            LinearMap<float> map = mapOf(weights_[i], hiddenOf(tokens_), 77 + i);
            map.y = places_.out(tokens_, map.weight.rows, 0.5F);
            map.addToY = i == 1;
            map.dY = gradient(tokens_, map.weight.rows);
            maps_.push_back(map);
        }
        add({.x = x_,
             .count = tokens_,
             .maps = last(2),
             .dx = places_.out(tokens_, s_.inputs, 0.5F)});
    }

    void addSome() {
        if (tokens_ == 0) return;
        std::vector<std::int32_t> chosen;
        for (std::int64_t i = 0; i < tokens_ / 2 + 1; ++i)
            chosen.push_back(random_.below(tokens_));
        const auto rows = places_.in(chosen);
        const auto count = static_cast<std::int64_t>(rows.size());
        LinearMap<float> map = mapOf(weights_[0], hiddenOf(count), 99);
        map.y = places_.out(count, map.weight.rows);
        map.dY = gradient(tokens_, map.weight.rows);
        maps_.push_back(map);
        add({.x = x_,
             .rows = rows.data(),
             .count = count,
             .dYRows = rows.data(),
             .maps = last(1),
             .dx = places_.out(count, s_.inputs, 0.5F),
             .addToDx = true});
    }

    // Where the slots of the experts begin, and their end.
    std::vector<std::int32_t> ranges() const {
        const auto end = static_cast<std::int32_t>(tokens_);
        if (s_.oneExpert) return {0, 0, end, end, end};
        return {0, end / 3, end / 3, end * 2 / 3, end};
    }

    void addExperts() {
        std::vector<std::int32_t> tokenOf;
        for (std::int64_t i = tokens_ - 1; i >= 0; --i)
            tokenOf.push_back(static_cast<std::int32_t>(i));
        const auto rows = places_.in(tokenOf);
        const auto range = places_.in(ranges());
        const Matrix<float> hidden = hiddenOf(tokens_);
        const Matrix<float> y = places_.out(tokens_, s_.outputs);
        const Matrix<const float> dY = gradient(tokens_, s_.outputs);
        const Matrix<float> dx = places_.out(tokens_, s_.inputs);
        for (std::int64_t e = 0; e < kExperts; ++e) {
            const auto place = static_cast<std::size_t>(e);
            LinearMap<float> map = mapOf(weights_[2 + place], hidden, 200 + place);
            map.y = y;
            map.dY = dY;
            maps_.push_back(map);
            add({.x = x_,
                 .rows = rows.data(),
                 .count = tokens_,
                 .maps = last(1),
                 .dx = dx,
                 .range = range.data() + e});
        }
    }

    const OpBench& bench_;
    TrainPlaces places_;
    LinearShape s_;
    std::int64_t tokens_;
    bool precise_;
    Random random_{3};
    std::vector<OwnedWeight> owned_;
    std::vector<Weight> weights_;
    Matrix<const float> x_;
    std::vector<LinearMap<float>> maps_;
    std::vector<LinearGroup<float>> groups_;
};

std::string labelOf(const LinearShape& s, bool precise) {
    return "K " + std::to_string(s.inputs) + ", N " + std::to_string(s.outputs) + ", r " +
           std::to_string(s.rank) + (s.nested ? ", nested" : "") + (precise ? ", precise, " : ", ");
}

void addOne(DType type, const LinearShape& shape, bool precise, std::int64_t tokens, Cases& cases) {
    const auto run = [=](const OpBench& bench) {
        return LinearRun(bench, shape, type, tokens, precise).run();
    };
    cases.push_back(trainCase("linear", name(type), labelOf(shape, precise), tokens, 4e-5,
                              precise ? 4e-5 : kBf16Products, run));
}

}  // namespace

void addLinear(TokenCounts counts, Cases& cases) {
    constexpr LinearShape kShapes[] = {{1, 1, 1},
                                       {37, 29, 3, 0, false, true},
                                       {192, 150, 5, 0.1},
                                       {100, 24, 2},  // blocks of NF4 that straddle rows
                                       {40, 33, 0, 0, true}};
    for (const DType type : kWeightTypes) {
        for (const LinearShape& shape : kShapes) {
            for (const std::int64_t tokens : counts) {
                // The sum of many gradients of one number may be nearly nothing.
                if (shape.inputs == 1 && tokens > 1) continue;
                for (const bool precise : {false, true})
                    addOne(type, shape, precise, tokens, cases);
            }
        }
        for (const std::int64_t rank :
             {std::int64_t{8}, std::int64_t{16}, std::int64_t{64}, kMostRank})
            addOne(type, {64, 40, rank}, false, 3, cases);
    }
    for (const std::int64_t rank : {5, 16, 64}) {
        LinearShape nested{192, 150, rank};
        nested.nested = true;
        for (const std::int64_t tokens : counts)
            addOne(DType::NF4, nested, false, tokens, cases);
    }
}

}  // namespace dsm::selftest::training
