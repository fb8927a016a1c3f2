#include "engine/train/training_pass.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <numeric>
#include <type_traits>
#include <utility>

#include "kernels/ops/rope.h"
#include "kernels/train_ops.h"

namespace dsm {
namespace {

constexpr std::int64_t kLogits = 32 << 20;  // numbers that exist at once

// Seconds from one call to the next.
class Laps {
  public:
    double next() {
        const Clock::time_point now = Clock::now();
        return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
    }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point last_ = Clock::now();
};

std::vector<std::int32_t> rowsWithTarget(const TokenBatch& batch) {
    std::vector<std::int32_t> rows;
    for (std::size_t t = 0; t < batch.targets.size(); ++t) {
        if (batch.targets[t] != kNotTrained) rows.push_back(static_cast<std::int32_t>(t));
    }
    return rows;
}

}  // namespace

std::int64_t lossRows(std::int64_t vocabSize) {
    return std::clamp<std::int64_t>(kLogits / vocabSize, 64, 1024);
}

std::int64_t shownRows(std::int64_t labels, std::int64_t tokens, std::int64_t vocabSize) {
    const std::int64_t atOnce = lossRows(vocabSize);
    return std::min((labels + atOnce - 1) / atOnce * atOnce, tokens);
}

template <class T>
TrainingPass<T>::TrainingPass(const ModelConfig& config, const TrainableWeights& weights,
                              const TrainOps<T>& ops, ThreadPool& pool, const PassOptions& options,
                              WorkMemory& memory)
    : config_(config),
      weights_(weights),
      ops_(ops),
      options_(options),
      work_(memory),
      rotary_(memory) {
    context_.pool = &pool;
    context_.simd = options.simd;
    context_.device = memory.run();
    const std::int64_t positions = std::max<std::int64_t>(options.positions, 1);
    std::vector<float> lines(static_cast<std::size_t>(positions * config.headSize));
    fillRotary({lines.data(), positions, config.headSize}, static_cast<float>(config.ropeTheta));
    rotary_.put(lines);
    rotary_.shaped(positions, config.headSize);
    memory_.inputs.resize(index(config.layers + 1));
    layers_.resize(options.checkpointing ? 1 : index(config.layers));
    times_.forward.resize(index(config.layers));
    times_.backward.resize(index(config.layers));
    const auto settle = [&memory](auto& grown) { grown.liesIn(memory); };
    for (LayerActivations<T>& layer : layers_)
        LayerActivations<T>::visit(layer, settle);
    PassMemory<T>::visitLayers(memory_, settle);
    PassMemory<T>::visitLoss(memory_, settle);
    settle(memory_.scratch);
    if constexpr (std::is_same_v<T, float>) {
        if (options.hostLayers > 0) {
            host_.emplace(config, weights, trainOps(Backend::Cpu), pool, memory, options.hostLayers,
                          options.checkpointing);
        }
    }
}

template <class T>
void TrainingPass<T>::finishLap() {
    // A failure is told where results are read.
    if (options_.timed) static_cast<void>(work_.finish());
}

template <class T>
void TrainingPass<T>::place(const TokenBatch& batch) {
    memory_.ids.put(batch.ids);
    memory_.positions.put(batch.positions);
    memory_.segments.put(batch.segments);
    placeTargets(batch);
    memory_.balance.shaped(1, 1);
    memory_.balance.clear();
    if (!work_.isHost()) {
        memory_.factors.put(std::array{scale_.tokens, scale_.balance});
        memory_.seed.put(std::array{scale_.dropoutSeed});
    }
    const double dropout = gradients_.empty() ? 0 : options_.dropout;
    maps_ = {.values = weights_.computed().data(),
             .gradients = gradients_,
             .dropout = dropout,
             .seed = scale_.dropoutSeed,
             .seedThere = work_.isHost() ? nullptr : memory_.seed.view().data};
    if (!host_) return;
    std::vector<std::int32_t> places(index(batch.tokens()));
    std::iota(places.begin(), places.end(), 0);
    memory_.ownPlaces.put(places);
    host_->begin(dropout, scale_.dropoutSeed);
}

// As if each token had one expert, whose row is its own.
template <class T>
void TrainingPass<T>::addFromHost(const Matrix<T>& rows, const Matrix<T>& to) {
    const Matrix<T> here = memory_.fromHost.shaped(rows.rows, rows.cols);
    work_.put(here.data, std::as_bytes(std::span(rows.data, index(rows.size()))));
    ops_.combine(context_,
                 {.rows = here, .place = memory_.ownPlaces.span(), .active = 1, .out = to});
}

template <class T>
void TrainingPass<T>::placeTargets(const TokenBatch& batch) {
    labelRows_ = rowsWithTarget(batch);
    std::vector<std::int32_t> labels;
    for (const std::int32_t row : labelRows_)
        labels.push_back(batch.targets[static_cast<std::size_t>(row)]);
    if (!work_.isHost()) {
        const std::int64_t rows =
            shownRows(static_cast<std::int64_t>(labels.size()), batch.tokens(), config_.vocabSize);
        labelRows_.resize(index(rows), kNoRow);
        labels.resize(index(rows), kNoLabel);
    }
    memory_.labelRows.put(labelRows_);
    memory_.labels.put(labels);
    memory_.losses.shaped(1, static_cast<std::int64_t>(labels.size()));
}

template <class T>
const double* TrainingPass<T>::factorThere(int which) const {
    return work_.isHost() ? nullptr : memory_.factors.view().data + which;
}

template <class T>
std::optional<PassLoss> TrainingPass<T>::run(const TokenBatch& batch, const PassScale& scale,
                                             std::span<T> gradients, const std::stop_token& stop) {
    if (!compute(batch, scale, gradients, stop)) return std::nullopt;
    std::vector<double> losses = memory_.losses.got();
    losses.push_back(memory_.balance.got().front());
    return lossIn(batch, losses);
}

template <class T>
bool TrainingPass<T>::queue(const TokenBatch& batch, const PassScale& scale, std::span<T> gradients,
                            std::span<double> losses, const std::stop_token& stop) {
    DSM_CHECK(static_cast<std::int64_t>(losses.size()) == lossNumbers(batch));
    if (!compute(batch, scale, gradients, stop)) return false;
    const std::size_t count = losses.size() - 1;
    work_.getLater(std::as_writable_bytes(losses.first(count)), memory_.losses.view().data);
    work_.getLater(std::as_writable_bytes(losses.last(1)), memory_.balance.view().data);
    return true;
}

template <class T>
bool TrainingPass<T>::compute(const TokenBatch& batch, const PassScale& scale,
                              std::span<T> gradients, const std::stop_token& stop) {
    DSM_CHECK(gradients.empty() || gradients.size() == index(weights_.count()));
    scale_ = scale;
    gradients_ = gradients;
    place(batch);
    if (work_.isHost() || options_.timed || gradients.empty() || host_) return passThrough(stop);
    if (stop.stop_requested()) return false;
    const std::array shape{
        batch.tokens(), batch.samples(), static_cast<std::int64_t>(labelRows_.size()),
        std::int64_t{scale.balance > 0},
        static_cast<std::int64_t>(std::bit_cast<std::intptr_t>(gradients.data()))};
    work_.repeat(shape, [this] { passThrough({}); });
    return true;
}

template <class T>
bool TrainingPass<T>::passThrough(const std::stop_token& stop) {
    if (!forward(stop)) return false;
    Laps laps;
    loss();
    finishLap();
    times_.loss = laps.next();
    return gradients_.empty() || backward(stop);
}

template <class T>
bool TrainingPass<T>::forward(const std::stop_token& stop) {
    Laps laps;
    embed();
    finishLap();
    times_.embedding = laps.next();
    for (std::int64_t layer = 0; layer < config_.layers; ++layer) {
        if (stop.stop_requested()) return false;
        forwardLayer(layer, activationsOf(layer));
        if (scale_.balance > 0 && hasExperts(layer)) addBalance(activationsOf(layer));
        finishLap();
        times_.forward[index(layer)] = laps.next();
    }
    return true;
}

template <class T>
void TrainingPass<T>::embed() {
    const Matrix<T> x = memory_.inputs[0].shaped(memory_.ids.view().size(), config_.hiddenSize);
    ops_.embeddingForward(
        context_, {.ids = memory_.ids.span(), .table = weights_.embedding().weight, .x = x});
}

template <class T>
void TrainingPass<T>::loss() {
    if (!gradients_.empty()) {
        memory_.dx.shaped(memory_.ids.view().size(), config_.hiddenSize);
        memory_.dx.clear();
    }
    const auto rows = static_cast<std::int64_t>(labelRows_.size());
    const std::int64_t atOnce = lossRows(config_.vocabSize);
    for (std::int64_t first = 0; first < rows; first += atOnce)
        lossOfRows(first, std::min(atOnce, rows - first));
}

template <class T>
PassLoss TrainingPass<T>::lossIn(const TokenBatch& batch, std::span<const double> losses) {
    PassLoss total{.balance = losses.back(), .labels = batch.labels()};
    sampleLosses_.assign(index(batch.samples()), 0);
    const std::vector<std::int32_t> rows = rowsWithTarget(batch);
    std::size_t sample = 0;  // rows ascend
    for (std::size_t i = 0; i < rows.size(); ++i) {
        while (batch.segments[sample + 1] <= rows[i])
            ++sample;
        sampleLosses_[sample] += losses[i];
        total.tokens += losses[i];
    }
    return total;
}

// Of the tokens with a target from the first-th on.
template <class T>
void TrainingPass<T>::lossOfRows(std::int64_t first, std::int64_t count) {
    PassMemory<T>& m = memory_;
    const auto part = [&](auto all) { return all.subspan(index(first), index(count)); };
    const std::span<const std::int32_t> rows = part(m.labelRows.span());
    const TrainedModule& head = weights_.head();
    const TrainedModule& norm = weights_.finalNorm();
    const Matrix<T> x = m.lastRows.shaped(count, config_.hiddenSize);
    ops_.takeRows(context_, {.all = m.inputs.back().view(), .rows = rows, .taken = x});
    const Matrix<T> normed = m.lastNormed.shaped(count, config_.hiddenSize);
    m.lastScale.shaped(count, 1);
    ops_.normForward(context_, {.x = x,
                                .weight = norm.weight,
                                .epsilon = static_cast<float>(config_.rmsEpsilon),
                                .out = normed,
                                .scale = m.lastScale.span()});
    const Matrix<T> logits = m.logits.shaped(count, config_.vocabSize);
    std::array<LinearMap<T>, 1> map{mapOf(head, m.loraHead.shaped(count, head.rank))};
    map[0].y = logits;
    LinearGroup<T> group{.x = normed, .count = count, .maps = map, .dx = {}};
    linearForward({&group, 1});

    ops_.crossEntropy(context_, {.logits = logits,
                                 .labels = part(m.labels.span()),
                                 .scale = scale_.tokens,
                                 .loss = part(m.losses.span()),
                                 .scaleThere = factorThere(0)});
    if (gradients_.empty()) return;

    map[0].dY = logits;
    group.dx = m.dLastNormed.shaped(count, config_.hiddenSize);
    linearBackward({&group, 1});
    const Matrix<T> dRows = m.dLastRows.shaped(count, config_.hiddenSize);
    m.dLastRows.clear();
    ops_.normBackward(context_, {.dOut = group.dx,
                                 .x = x,
                                 .weight = norm.weight,
                                 .scale = m.lastScale.span(),
                                 .dx = dRows,
                                 .dWeight = gradientOf(norm.full, 1, config_.hiddenSize)});
    ops_.putRows(context_, {.taken = dRows, .rows = rows, .all = m.dx.view()});
}

template <class T>
bool TrainingPass<T>::backward(const std::stop_token& stop) {
    const std::int64_t first = std::max<std::int64_t>(weights_.firstLearning(), 0);
    Laps laps;
    for (std::int64_t layer = config_.layers; layer-- > first;) {
        if (stop.stop_requested()) return false;
        LayerActivations<T>& a = activationsOf(layer);
        // The last layer's are still there.
        if (options_.checkpointing && layer + 1 < config_.layers) forwardLayer(layer, a, false);
        backwardExperts(layer, a);
        backwardAttention(layer, a);
        finishLap();
        times_.backward[index(layer)] = laps.next();
    }
    const TrainedModule& table = weights_.embedding();
    if (table.full >= 0) {
        ops_.embeddingBackward(
            context_, {.ids = memory_.ids.span(),
                       .dx = memory_.dx.view(),
                       .dTable = gradientOf(table.full, table.weight.rows, table.weight.cols)});
    }
    finishLap();
    times_.embeddingBack = laps.next();
    return true;
}

template <class T>
void TrainingPass<T>::growScratch(std::int64_t bytes) {
    memory_.scratch.shaped(1, bytes);
    context_.scratch = memory_.scratch.span();
}

template <class T>
void TrainingPass<T>::linearForward(std::span<const LinearGroup<T>> groups) {
    const LinearArgs<T> args{groups};
    growScratch(ops_.linearForwardScratch(context_, args));
    ops_.linearForward(context_, args);
}

template <class T>
void TrainingPass<T>::linearBackward(std::span<const LinearGroup<T>> groups) {
    const LinearArgs<T> args{groups};
    growScratch(ops_.linearBackwardScratch(context_, args));
    ops_.linearBackward(context_, args);
}

template <class T>
bool TrainingPass<T>::isFinite(const Matrix<T>& m) {
    std::vector<T> numbers(index(m.size()));
    work_.get(std::as_writable_bytes(std::span(numbers)), m.data);
    return std::all_of(numbers.begin(), numbers.end(), [](T v) { return std::isfinite(v); });
}

template <class T>
std::optional<std::string> TrainingPass<T>::firstNotFinite(const TokenBatch& batch) {
    gradients_ = {};
    place(batch);
    embed();
    if (!isFinite(memory_.inputs[0].view())) return "the embedding";
    for (std::int64_t layer = 0; layer < config_.layers; ++layer) {
        forwardLayer(layer, activationsOf(layer));
        if (!isFinite(activationsOf(layer).middle.view()))
            return "the attention of layer " + std::to_string(layer);
        if (!isFinite(memory_.inputs[index(layer + 1)].view()))
            return "the experts of layer " + std::to_string(layer);
    }
    return std::nullopt;
}

template <class T>
std::uint64_t TrainingPass<T>::activationBytes() const {
    std::uint64_t bytes = 0;
    const auto add = [&bytes](const auto& g) { bytes += g.sizeBytes(); };
    for (const LayerActivations<T>& layer : layers_)
        LayerActivations<T>::visit(layer, add);
    PassMemory<T>::visitLayers(memory_, add);
    return bytes;
}

template <class T>
std::uint64_t TrainingPass<T>::lossBytes() const {
    std::uint64_t bytes = 0;
    PassMemory<T>::visitLoss(memory_, [&bytes](const auto& g) { bytes += g.sizeBytes(); });
    return bytes;
}

// Those of one layer are defined in training_pass_forward.cpp and training_pass_backward.cpp.
template class TrainingPass<float>;
template class TrainingPass<double>;

}  // namespace dsm
