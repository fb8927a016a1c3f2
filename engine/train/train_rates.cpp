// The measured half of estimate.h.
#include <algorithm>
#include <chrono>
#include <limits>

#include "engine/model/stored_tensor.h"
#include "engine/train/estimate.h"
#include "kernels/base/buffer.h"
#include "kernels/train_ops.h"

namespace dsm {
namespace {

using Clock = std::chrono::steady_clock;

// The best of a few times: what the machine does when nobody disturbs it.
template <class Body>
double secondsOf(const Body& body) {
    body();  // memory that is touched for the first time
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < 3; ++i) {
        const auto begin = Clock::now();
        body();
        best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
    }
    return best;
}

// Groups of maps as a layer has them, of numbers that are all zero: they take the same time.
class Sample {
  public:
    Sample(ThreadPool& pool, DType type, std::int64_t groups, std::int64_t rows,
           std::int64_t inputs, std::int64_t outputs, std::int64_t maps)
        : rows_(std::max<std::int64_t>(rows, 1)),
          inputs_(inputs),
          outputs_(outputs),
          type_(type),
          x_(static_cast<std::size_t>(rows_ * inputs)),
          dx_(x_.size()),
          y_(static_cast<std::size_t>(maps * rows_ * outputs)),
          weight_(bytesOf(type, inputs, outputs)),
          absmax_(static_cast<std::size_t>(nf4Blocks(inputs * outputs))),
          scales_{.absmax = absmax_.data()} {
        context_.pool = &pool;
        for (std::int64_t m = 0; m < maps; ++m)
            addMap(m);
        for (std::int64_t g = 0; g < groups; ++g) {
            groups_.push_back({.x = {x_.data(), rows_, inputs},
                               .count = rows_,
                               .maps = maps_,
                               .dx = {dx_.data(), rows_, inputs}});
        }
    }

    void addFactors(std::int64_t rank) {
        a_ = Buffer<float>(static_cast<std::size_t>(rank * inputs_));
        b_ = Buffer<float>(static_cast<std::size_t>(rank * outputs_));
        dA_ = Buffer<float>(a_.size());
        dB_ = Buffer<float>(b_.size());
        hidden_ = Buffer<float>(static_cast<std::size_t>(rank * rows_));
        for (LinearMap<float>& map : maps_) {
            map.lora.a = {a_.data(), rank, inputs_};
            map.lora.b = {b_.data(), outputs_, rank};
            map.lora.hidden = {hidden_.data(), rows_, rank};
            map.lora.dA = {dA_.data(), rank, inputs_};
            map.lora.dB = {dB_.data(), outputs_, rank};
        }
    }
    void learnWhole() {
        dWeight_ = Buffer<float>(static_cast<std::size_t>(inputs_ * outputs_));
        for (LinearMap<float>& map : maps_)
            map.dWeight = {dWeight_.data(), outputs_, inputs_};
    }

    double operations() const {
        return 2.0 * static_cast<double>(rows_ * inputs_ * outputs_) *
               static_cast<double>(maps_.size() * groups_.size());
    }
    double forwardRate() {
        const TrainOps<float>& ops = trainOps(Backend::Cpu);
        grow(ops.linearForwardScratch(context_, {groups_}));
        return operations() / secondsOf([&] { ops.linearForward(context_, {groups_}); });
    }
    double backwardRate() {
        const TrainOps<float>& ops = trainOps(Backend::Cpu);
        grow(ops.linearBackwardScratch(context_, {groups_}));
        const double all = operations() * (dWeight_.size() > 0 ? 2 : 1);
        return all / secondsOf([&] { ops.linearBackward(context_, {groups_}); });
    }

  private:
    static std::size_t bytesOf(DType type, std::int64_t inputs, std::int64_t outputs) {
        const TensorSpec spec{
            .name = {}, .kind = TensorKind::Query, .rows = outputs, .cols = inputs};
        return weightBytes(spec, type, false);
    }
    void addMap(std::int64_t m) {
        const Weight weight{weight_.data(), type_, outputs_, inputs_,
                            type_ == DType::NF4 ? &scales_ : nullptr};
        float* y = y_.data() + m * rows_ * outputs_;
        maps_.push_back({.weight = weight,
                         .lora = {},
                         .y = {y, rows_, outputs_},
                         .dY = {y, rows_, outputs_},
                         .dWeight = {}});
    }
    void grow(std::int64_t bytes) {
        if (bytes > static_cast<std::int64_t>(scratch_.size()))
            scratch_ = Buffer<std::byte>(static_cast<std::size_t>(bytes));
        context_.scratch = scratch_.span();
    }

    std::int64_t rows_, inputs_, outputs_;
    DType type_;
    Buffer<float> x_, dx_, y_;
    Buffer<std::byte> weight_;
    Buffer<float> absmax_;
    Nf4Scales scales_;
    Buffer<float> a_, b_, dA_, dB_, hidden_, dWeight_;
    Buffer<std::byte> scratch_;
    OpContext context_;
    std::vector<LinearMap<float>> maps_;
    std::vector<LinearGroup<float>> groups_;
};

double scoreRate(const ModelConfig& c, const BatchShape& b, ThreadPool& pool) {
    const std::int64_t length = std::max<std::int64_t>(b.tokens / b.samples, 1);
    const std::int64_t heads = std::max<std::int64_t>(pool.threads(), 2);
    Buffer<float> rows(static_cast<std::size_t>(8 * length * heads * c.headSize));
    Buffer<float> logSum(static_cast<std::size_t>(length * heads));
    const auto part = [&](std::int64_t i) {
        return Matrix<float>{rows.data() + i * length * heads * c.headSize, length,
                             heads * c.headSize};
    };
    const std::int32_t segments[] = {0, static_cast<std::int32_t>(length)};
    const Matrix<float> sums{logSum.data(), length, heads};
    OpContext context{.pool = &pool};
    const TrainOps<float>& ops = trainOps(Backend::Cpu);
    const double seconds = secondsOf([&] {
        ops.attentionForward(context,
                             {part(0), part(1), part(2), c.headSize, segments, part(3), sums});
        ops.attentionBackward(context, {part(0), part(1), part(2), c.headSize, segments, part(3),
                                        sums, part(4), part(5), part(6), part(7)});
    });
    return 3.5 * 2.0 * static_cast<double>(length * length * heads * c.headSize) / seconds;
}

double numberRate(const ModelConfig& c, const BatchShape& b, ThreadPool& pool) {
    const std::int64_t width = std::max(c.expertWidth, c.hiddenSize);
    const std::int64_t rows = std::max<std::int64_t>(b.tokens, 1);
    Buffer<float> x(static_cast<std::size_t>(3 * rows * width));
    const auto part = [&](std::int64_t i) {
        return Matrix<float>{x.data() + i * rows * width, rows, width};
    };
    OpContext context{.pool = &pool};
    const double seconds = secondsOf([&] {
        trainOps(Backend::Cpu).gatedForward(context, {part(0), part(1), {}, part(2)});
    });
    return static_cast<double>(rows * width) / seconds;
}

double optimizerRate(ThreadPool& pool) {
    constexpr std::size_t kNumbers = std::size_t{4} << 20;
    Buffer<float> weight(kNumbers), gradient(kNumbers), first(kNumbers), second(kNumbers);
    OpContext context{.pool = &pool};
    const TrainOps<float>& ops = trainOps(Backend::Cpu);
    const double seconds = secondsOf([&] {
        std::fill_n(gradient.data(), kNumbers, 0.0F);
        static_cast<void>(ops.sumOfSquares(context, gradient.span()));
        ops.adamW(context, {.weight = weight.span(),
                            .gradient = gradient.span(),
                            .first = first.span(),
                            .second = second.span(),
                            .rate = 1e-3});
    });
    return static_cast<double>(kNumbers) / seconds;
}

}  // namespace

TrainCosts measureTrainRates(const ModelConfig& c, const TrainOptions& options, const BatchShape& b,
                             DType weights, ThreadPool& pool) {
    const TrainTargets& targets = options.targets;
    const bool whole = targets.method == TrainMethod::Full;
    const auto targeted = [&](const char* map, const char* part) {
        return std::any_of(targets.targets.begin(), targets.targets.end(),
                           [&](const std::string& t) { return t == map || t.ends_with(part); });
    };
    Sample attention(pool, weights, 1, b.tokens, c.hiddenSize, c.heads * c.headSize, 3);
    const std::int64_t experts = std::min<std::int64_t>(c.moeLayers() > 0 ? c.routedExperts : 1, 8);
    const bool moe = c.moeLayers() > 0;
    Sample expert(pool, weights, experts,
                  moe ? b.tokens * c.expertsPerToken / c.routedExperts : b.tokens, c.hiddenSize,
                  moe ? c.expertWidth : c.denseWidth, 2);
    Sample head(pool, weights, 1, std::min(b.labels, lossRows(c.vocabSize)), c.hiddenSize,
                std::min<std::int64_t>(c.vocabSize, 8192), 1);
    if (whole) {
        for (Sample* sample : {&attention, &expert, &head})
            sample->learnWhole();
    } else {
        if (targeted("q_proj", "q_proj")) attention.addFactors(targets.lora.rank);
        if (targeted("gate_proj", "gate_proj")) expert.addFactors(targets.lora.rank);
    }
    TrainCosts rates{};
    const auto set = [&](TrainPart part, double rate) {
        rates[static_cast<std::size_t>(part)] = rate;
    };
    set(TrainPart::AttentionForward, attention.forwardRate());
    set(TrainPart::AttentionBackward, attention.backwardRate());
    set(TrainPart::ExpertsForward, expert.forwardRate());
    set(TrainPart::ExpertsBackward, expert.backwardRate());
    set(TrainPart::Head, head.forwardRate());
    set(TrainPart::Scores, scoreRate(c, b, pool));
    set(TrainPart::Numbers, numberRate(c, b, pool));
    set(TrainPart::Optimizer, optimizerRate(pool));
    return rates;
}

}  // namespace dsm
