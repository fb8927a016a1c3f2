// The cpu operations at the shapes of DeepSeekMoE 16B in bf16. One token: bytes read per second and
// their share of the bandwidth measured in the same minute. 128 tokens: operations per second and
// their share of the peak. And a layer of 16 experts: how many times the reference's speed.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/ops/rope.h"
#include "tests/bench/machine.h"

namespace dsm::bench {
namespace {

struct Shape {
    std::int64_t hidden, heads, headSize, experts, active, width, sharedWidth, vocabulary;
};

constexpr Shape kSixteenB{2048, 16, 128, 64, 6, 1408, 2816, 102400};
constexpr Shape kSixteenExperts{512, 8, 64, 16, 4, 352, 704, 4096};

// One layer's weights and everything a pass of T tokens writes.
class Layer {
  public:
    Layer(const Shape& shape, std::int64_t tokens, std::int64_t position)
        : shape_(shape), tokens_(tokens), position_(position) {
        fillRotary({rotary_.data(), cacheRows(), shape.headSize}, 10000.0F);
        for (std::size_t i = 0; i < x_.size(); ++i) {
            x_[i] = std::sin(static_cast<float>(i % 9973));
        }
        std::vector<float> row(static_cast<std::size_t>(shape.heads * shape.headSize));
        for (std::int64_t s = 0; s < cacheRows(); ++s) {
            for (std::size_t i = 0; i < row.size(); ++i)
                row[i] =
                    std::sin(static_cast<float>((static_cast<std::size_t>(s) + i) % 7919)) * 0.1F;
            cache().storeKeys(s, row.data());
            cache().storeValues(s, row.data());
        }
        std::copy(x_.span().begin(), x_.span().end(), normed_.data());
        takeWeights();
        chooseExpertsEvenly();
    }

    // Moves on to weights that no cache holds any more, and to other experts.
    void takeWeights() {
        const std::int64_t d = shape_.hidden;
        const std::int64_t a = shape_.heads * shape_.headSize;
        norm_ = arena().next(1, d);
        query_ = arena().next(a, d);
        key_ = arena().next(a, d);
        value_ = arena().next(a, d);
        output_ = arena().next(d, a);
        router_ = arena().next(shape_.experts, d);
        gate_.clear();
        up_.clear();
        down_.clear();
        for (std::int64_t e = 0; e < shape_.experts; ++e) {
            gate_.push_back(arena().next(shape_.width, d));
            up_.push_back(arena().next(shape_.width, d));
            down_.push_back(arena().next(d, shape_.width));
        }
        sharedGate_ = arena().next(shape_.sharedWidth, d);
        sharedUp_ = arena().next(shape_.sharedWidth, d);
        sharedDown_ = arena().next(d, shape_.sharedWidth);
    }

    // Six experts of each token, spread over all: what a router does to a long text. `first_` moves
    // on with every call, so that one token does not meet the same experts again.
    void chooseExpertsEvenly() {
        for (std::int64_t e = 0, slot = 0; e < shape_.experts; ++e) {
            groups_.begin[static_cast<std::size_t>(e)] = static_cast<std::int32_t>(slot);
            for (std::int64_t i = 0; i < tokens_ * shape_.active; ++i) {
                if ((first_ + i * 7) % shape_.experts != e) continue;
                groups_.slots[static_cast<std::size_t>(slot++)] = static_cast<std::int32_t>(i);
            }
            groups_.begin[static_cast<std::size_t>(e + 1)] = static_cast<std::int32_t>(slot);
        }
        first_ += shape_.active * 7;
    }

    void attentionInput(const OpTable& ops, OpContext& c) {
        const CacheRun run{cache(), position_, tokens_};
        ops.attentionInput(c, {.x = x(),
                               .norm = norm_,
                               .epsilon = 1e-6F,
                               .query = query_,
                               .key = key_,
                               .value = value_,
                               .rotary = {rotary_.data(), cacheRows(), shape_.headSize},
                               .normed = normed(),
                               .q = attentionRows(q_),
                               .keys = attentionRows(keys_),
                               .values = attentionRows(values_),
                               .runs = {&run, 1}});
    }
    void attend(const OpTable& ops, OpContext& c) {
        const CacheRun run{cache(), position_, tokens_};
        ops.attend(c, {.q = attentionRows(q_), .runs = {&run, 1}, .out = attentionRows(attended_)});
    }
    void attentionOutput(const OpTable& ops, OpContext& c) {
        ops.attentionOutput(c, {.attended = attentionRows(attended_), .output = output_, .x = x()});
    }
    void route(const OpTable& ops, OpContext& c) {
        ops.route(c, {.x = x(),
                      .norm = norm_,
                      .epsilon = 1e-6F,
                      .gate = router_,
                      .normed = normed(),
                      .scores = {routerScores_.data(), tokens_, shape_.experts},
                      .expert = {expert_.data(), tokens_, shape_.active},
                      .weight = {weight_.data(), tokens_, shape_.active},
                      .groups = groups_});
    }
    void expertsInput(const OpTable& ops, OpContext& c) {
        ops.expertsInput(c, {.normed = normed(),
                             .activeExperts = shape_.active,
                             .groups = groups_,
                             .gate = gate_,
                             .up = up_,
                             .sharedGate = sharedGate_,
                             .sharedUp = sharedUp_,
                             .routedHidden = routedHidden(),
                             .sharedHidden = sharedHidden()});
    }
    void expertsOutput(const OpTable& ops, OpContext& c) {
        ops.expertsOutput(c, {.routedHidden = routedHidden(),
                              .weight = {weight_.data(), tokens_, shape_.active},
                              .groups = groups_,
                              .down = down_,
                              .sharedHidden = sharedHidden(),
                              .sharedDown = sharedDown_,
                              .x = x()});
    }
    void logits(const OpTable& ops, OpContext& c) {
        ops.logits(c, {.x = x(),
                       .norm = norm_,
                       .epsilon = 1e-6F,
                       .head = arena().next(shape_.vocabulary, shape_.hidden),
                       .normed = normed(),
                       .logits = {logits_.data(), tokens_, shape_.vocabulary}});
    }
    void all(const OpTable& ops, OpContext& c) {
        attentionInput(ops, c);
        attend(ops, c);
        attentionOutput(ops, c);
        route(ops, c);
        expertsInput(ops, c);
        expertsOutput(ops, c);
    }

    // Weights each token goes through; times two, the operations.
    double attentionInputWeights() const { return 3.0 * square(); }
    double attentionOutputWeights() const { return square(); }
    double attendNumbers() const {  // keys and values of all earlier positions
        return 2.0 * static_cast<double>(position_ * shape_.heads * shape_.headSize);
    }
    double expertsInputWeights() const { return 2.0 * expertsOutputWeights(); }
    double expertsOutputWeights() const {
        return static_cast<double>(shape_.hidden *
                                   (shape_.active * shape_.width + shape_.sharedWidth));
    }
    double logitsWeights() const { return static_cast<double>(shape_.hidden * shape_.vocabulary); }

  private:
    static Buffer<float> numbers(std::int64_t rows, std::int64_t cols) {
        return Buffer<float>(static_cast<std::size_t>(rows * cols));
    }
    double square() const {
        return static_cast<double>(shape_.hidden * shape_.heads * shape_.headSize);
    }
    std::int64_t cacheRows() const { return position_ + tokens_; }
    Matrix<float> x() const { return {x_.data(), tokens_, shape_.hidden}; }
    Matrix<float> normed() const { return {normed_.data(), tokens_, shape_.hidden}; }
    Matrix<float> attentionRows(const Buffer<float>& b) const {
        return {b.data(), tokens_, shape_.heads * shape_.headSize};
    }
    KvPanels cacheShape() const {
        return {.type = KvType::BF16,
                .positions = (cacheRows() + kKvPanel - 1) / kKvPanel * kKvPanel,
                .heads = shape_.heads,
                .headSize = shape_.headSize};
    }
    KvPanels cache() const {
        KvPanels panels = cacheShape();
        panels.keys = keyCache_.data();
        panels.values = valueCache_.data();
        return panels;
    }
    Matrix<float> routedHidden() const {
        return {routedHidden_.data(), tokens_ * shape_.active, shape_.width};
    }
    Matrix<float> sharedHidden() const {
        return {sharedHidden_.data(), tokens_, shape_.sharedWidth};
    }

    Shape shape_;
    std::int64_t tokens_;
    std::int64_t position_;
    std::int64_t first_ = 0;
    Weight norm_, query_, key_, value_, output_, router_, sharedGate_, sharedUp_, sharedDown_;
    std::vector<Weight> gate_, up_, down_;
    Buffer<float> x_ = numbers(tokens_, shape_.hidden);
    Buffer<float> normed_ = numbers(tokens_, shape_.hidden);
    Buffer<float> q_ = numbers(tokens_, shape_.heads* shape_.headSize);
    Buffer<float> attended_ = numbers(tokens_, shape_.heads* shape_.headSize);
    Buffer<float> keys_ = numbers(tokens_, shape_.heads* shape_.headSize);
    Buffer<float> values_ = numbers(tokens_, shape_.heads* shape_.headSize);
    Buffer<float> rotary_ = numbers(cacheRows(), shape_.headSize);
    Buffer<std::byte> keyCache_{static_cast<std::size_t>(cacheShape().sizeBytes())};
    Buffer<std::byte> valueCache_{static_cast<std::size_t>(cacheShape().sizeBytes())};
    Buffer<float> routerScores_ = numbers(tokens_, shape_.experts);
    Buffer<float> weight_ = numbers(tokens_, shape_.active);
    Buffer<float> routedHidden_ = numbers(tokens_ * shape_.active, shape_.width);
    Buffer<float> sharedHidden_ = numbers(tokens_, shape_.sharedWidth);
    Buffer<float> logits_ = numbers(tokens_, shape_.vocabulary);
    Buffer<std::int32_t> expert_{static_cast<std::size_t>(tokens_ * shape_.active)};
    Buffer<std::int32_t> slots_{static_cast<std::size_t>(tokens_ * shape_.active)};
    Buffer<std::int32_t> begin_{static_cast<std::size_t>(shape_.experts + 1)};
    ExpertGroups groups_{slots_.span(), begin_.span()};
};

struct Hot {
    const char* name;
    void (Layer::*run)(const OpTable&, OpContext&);
    double (Layer::*numbers)() const;  // weights or cached numbers each token goes through
    double bytesPerNumber;
    std::int64_t position;
};

constexpr Hot kHot[] = {
    {"attentionInput", &Layer::attentionInput, &Layer::attentionInputWeights, 2, 0},
    {"attend/2048", &Layer::attend, &Layer::attendNumbers, 2, 2048},
    {"attentionOutput", &Layer::attentionOutput, &Layer::attentionOutputWeights, 2, 0},
    {"expertsInput", &Layer::expertsInput, &Layer::expertsInputWeights, 2, 0},
    {"expertsOutput", &Layer::expertsOutput, &Layer::expertsOutputWeights, 2, 0},
    {"logits", &Layer::logits, &Layer::logitsWeights, 2, 0},
};

void hotOp(benchmark::State& state, const Hot& hot, std::int64_t tokens) {
    Layer layer(kSixteenB, tokens, hot.position);
    static const Buffer<std::byte> scratch(std::size_t{64} << 20);
    OpContext context{.pool = &pool(), .scratch = scratch.span()};
    const OpTable& ops = opTable(Backend::Cpu);
    const auto limit = tokens == 1 ? readBandwidth : peakOperations;
    limit();  // the first touch is not counted
    double limits = 0;
    double seconds = 0;
    std::int64_t runs = 0;
    for (auto _ : state) {
        limits += limit();
        layer.takeWeights();
        layer.chooseExpertsEvenly();
        const double once = secondsOf([&] { (layer.*hot.run)(ops, context); });
        state.SetIterationTime(once);
        seconds += once;
        ++runs;
    }
    const double numbers = (layer.*hot.numbers)() * static_cast<double>(runs);
    if (tokens == 1) {
        const double rate = numbers * hot.bytesPerNumber / seconds;
        state.counters["GB/s"] = rate / 1e9;
        state.counters["share_of_bandwidth"] = rate / (limits / static_cast<double>(runs));
    } else {
        const double rate = 2 * numbers * static_cast<double>(tokens) / seconds;
        state.counters["GFLOP/s"] = rate / 1e9;
        state.counters["share_of_peak"] = rate / (limits / static_cast<double>(runs));
    }
}

void machineBandwidth(benchmark::State& state) {
    double total = 0;
    for (auto _ : state)
        total += readBandwidth();
    state.counters["GB/s"] = total / 1e9 / static_cast<double>(state.iterations());
}

void machinePeak(benchmark::State& state) {
    double total = 0;
    for (auto _ : state)
        total += peakOperations();
    state.counters["GFLOP/s"] = total / 1e9 / static_cast<double>(state.iterations());
}

// A layer of 16 experts; reference and cpu take turns. Warm caches, as in a model this small. The
// ratio is of the best runs of each: what the machine's other work interrupts is not compared.
void sixteenExperts(benchmark::State& state, std::int64_t tokens) {
    Layer layer(kSixteenExperts, tokens, 64);
    static const Buffer<std::byte> scratch(std::size_t{64} << 20);
    OpContext context{.pool = &pool(), .scratch = scratch.span()};
    double reference = std::numeric_limits<double>::max();
    double cpu = std::numeric_limits<double>::max();
    for (auto _ : state) {
        reference = std::min(reference,
                             secondsOf([&] { layer.all(opTable(Backend::Reference), context); }));
        const double once = secondsOf([&] { layer.all(opTable(Backend::Cpu), context); });
        cpu = std::min(cpu, once);
        state.SetIterationTime(once);
    }
    state.counters["best_us"] = cpu * 1e6;
    state.counters["times_reference"] = reference / cpu;
}

[[maybe_unused]] const bool registered = [] {
    benchmark::RegisterBenchmark("machine/readBandwidth", machineBandwidth)->Iterations(5);
    benchmark::RegisterBenchmark("machine/peak", machinePeak)->Iterations(5);
    for (const Hot& hot : kHot) {
        for (const std::int64_t tokens : {1, 128}) {
            const std::string name = std::string(hot.name) + "/T" + std::to_string(tokens);
            benchmark::RegisterBenchmark(
                name.c_str(),
                [&hot, tokens](benchmark::State& state) { hotOp(state, hot, tokens); })
                ->UseManualTime()
                ->Iterations(tokens == 1 ? 20 : 5)
                ->Unit(benchmark::kMillisecond);
        }
    }
    for (const std::int64_t tokens : {1, 128}) {
        const std::string name = "sixteenExperts/T" + std::to_string(tokens);
        benchmark::RegisterBenchmark(
            name.c_str(), [tokens](benchmark::State& state) { sixteenExperts(state, tokens); })
            ->UseManualTime()
            ->Iterations(tokens == 1 ? 100 : 5)
            ->Unit(benchmark::kMicrosecond);
    }
    return true;
}();

}  // namespace
}  // namespace dsm::bench
