// One layer of the training pass, forth and back.
#include <algorithm>
#include <array>

#include "engine/train/training_pass.h"

namespace dsm {
namespace {

template <class T>
Matrix<T> rowsOf(const Matrix<T>& m, std::int64_t first, std::int64_t count) {
    return {m.row(first), count, m.cols};
}

// The groups of one call with the maps that they point at.
template <class T, std::size_t kMaps>
class GroupList {
  public:
    explicit GroupList(std::size_t groups) { maps_.reserve(groups); }

    LinearGroup<T>& add(const std::array<LinearMap<T>, kMaps>& maps) {
        DSM_CHECK(maps_.size() < maps_.capacity());
        maps_.push_back(maps);
        groups_.push_back({.x = {}, .maps = maps_.back(), .dx = {}});
        return groups_.back();
    }
    std::span<const LinearGroup<T>> all() const { return groups_; }

  private:
    std::vector<std::array<LinearMap<T>, kMaps>> maps_;
    std::vector<LinearGroup<T>> groups_;
};

}  // namespace

template <class T>
void TrainingPass<T>::forwardLayer(std::int64_t layer, const TokenBatch& batch,
                                   LayerActivations<T>& a) {
    forwardAttention(layer, batch, a);
    forwardExperts(layer, a);
}

template <class T>
void TrainingPass<T>::forwardAttention(std::int64_t layer, const TokenBatch& batch,
                                       LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const std::int64_t tokens = batch.tokens();
    const Matrix<T> x = memory_.inputs[index(layer)].view();
    const Matrix<T> normed = a.normed.shaped(tokens, config_.hiddenSize);
    a.normScale.shaped(tokens, 1);
    ops_.normForward(context_, {.x = x,
                                .weight = w.inputNorm.weight,
                                .epsilon = static_cast<float>(config_.rmsEpsilon),
                                .out = normed,
                                .scale = a.normScale.span()});
    std::array<LinearMap<T>, 3> maps{mapOf(w.query, a.loraQ.shaped(tokens, w.query.rank)),
                                     mapOf(w.key, a.loraK.shaped(tokens, w.key.rank)),
                                     mapOf(w.value, a.loraV.shaped(tokens, w.value.rank))};
    maps[0].y = a.q.shaped(tokens, w.query.weight.rows);
    maps[1].y = a.k.shaped(tokens, w.key.weight.rows);
    maps[2].y = a.v.shaped(tokens, w.value.weight.rows);
    const LinearGroup<T> inputs{.x = normed, .count = tokens, .maps = maps, .dx = {}};
    linearForward({&inputs, 1});

    const Matrix<const float> rotary{rotary_.data(),
                                     static_cast<std::int64_t>(rotary_.size()) / config_.headSize,
                                     config_.headSize};
    for (const Matrix<T>& rows : {a.q.view(), a.k.view()})
        ops_.rotate(context_, {.rows = rows, .positions = batch.positions, .rotary = rotary});
    ops_.attentionForward(context_, {.q = a.q.view(),
                                     .k = a.k.view(),
                                     .v = a.v.view(),
                                     .headSize = config_.headSize,
                                     .segments = batch.segments,
                                     .out = a.attended.shaped(tokens, a.q.view().cols),
                                     .logSum = a.logSum.shaped(tokens, config_.heads)});

    const Matrix<T> middle = a.middle.shaped(tokens, config_.hiddenSize);
    std::copy_n(x.data, x.size(), middle.data);
    std::array<LinearMap<T>, 1> out{
        mapOf(w.attentionOutput, a.loraO.shaped(tokens, w.attentionOutput.rank))};
    out[0].y = middle;
    out[0].addToY = true;
    const LinearGroup<T> output{.x = a.attended.view(), .count = tokens, .maps = out, .dx = {}};
    linearForward({&output, 1});
}

template <class T>
void TrainingPass<T>::route(const TrainedLayer& w, LayerActivations<T>& a) {
    const std::int64_t tokens = a.middle.view().rows;
    const std::int64_t active = config_.expertsPerToken;
    const std::int64_t slots = tokens * active;
    const Matrix<T> scores = a.scores.shaped(tokens, config_.routedExperts);
    std::array<LinearMap<T>, 1> map{mapOf(w.router, {})};
    map[0].y = scores;
    const LinearGroup<T> group{.x = a.postNormed.view(), .count = tokens, .maps = map, .dx = {}};
    linearForward({&group, 1});
    a.slots.shaped(1, slots);
    a.begin.shaped(1, config_.routedExperts + 1);
    a.place.shaped(1, slots);
    routerForward<T>({.scores = scores,
                      .normalizeTopK = config_.normalizeTopK,
                      .expert = a.expert.shaped(tokens, active),
                      .weight = a.weight.shaped(tokens, active),
                      .groups = a.groups(),
                      .place = a.place.span()});
    a.tokenOf.shaped(1, slots);
    a.factor.shaped(1, slots);
    for (std::size_t i = 0; i < a.slots.span().size(); ++i) {
        const std::int32_t slot = a.slots.span()[i];
        a.tokenOf.span()[i] = slot / static_cast<std::int32_t>(active);
        a.factor.span()[i] = a.weight.view().data[slot];
    }
}

template <class T>
void TrainingPass<T>::forwardExperts(std::int64_t layer, LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const std::int64_t tokens = a.middle.view().rows;
    const Matrix<T> normed = a.postNormed.shaped(tokens, config_.hiddenSize);
    a.postNormScale.shaped(tokens, 1);
    ops_.normForward(context_, {.x = a.middle.view(),
                                .weight = w.postAttentionNorm.weight,
                                .epsilon = static_cast<float>(config_.rmsEpsilon),
                                .out = normed,
                                .scale = a.postNormScale.span()});
    const std::size_t experts = w.expertGate.size();
    std::int64_t slots = 0;
    if (w.isMoe()) {
        route(w, a);
        slots = tokens * config_.expertsPerToken;
        a.gate.shaped(slots, config_.expertWidth);
        a.up.shaped(slots, config_.expertWidth);
        a.hidden.shaped(slots, config_.expertWidth);
        memory_.slotRows.shaped(slots, config_.hiddenSize);
        for (int i = 0; i < 3; ++i)
            a.loraRouted[i].shaped(
                slots, w.expertGate[0].a >= 0 || w.expertUp[0].a >= 0 || w.expertDown[0].a >= 0
                           ? weights_.targets().lora.rank
                           : 0);
    }
    const std::int64_t width = w.sharedGate.weight.rows;
    a.sharedGate.shaped(tokens, width);
    a.sharedUp.shaped(tokens, width);
    a.sharedHidden.shaped(tokens, width);
    a.loraShared[0].shaped(tokens, w.sharedGate.rank);
    a.loraShared[1].shaped(tokens, w.sharedUp.rank);
    a.loraShared[2].shaped(tokens, w.sharedDown.rank);

    GroupList<T, 2> in(experts + 1);
    for (std::size_t e = 0; e < experts; ++e) {
        const std::int32_t first = a.begin.span()[e];
        const std::int32_t count = a.begin.span()[e + 1] - first;
        std::array maps{mapOf(w.expertGate[e], rowsOf(a.loraRouted[0].view(), first, count)),
                        mapOf(w.expertUp[e], rowsOf(a.loraRouted[1].view(), first, count))};
        maps[0].y = rowsOf(a.gate.view(), first, count);
        maps[1].y = rowsOf(a.up.view(), first, count);
        LinearGroup<T>& group = in.add(maps);
        group.x = normed;
        group.rows = a.tokenOf.span().data() + first;
        group.count = count;
    }
    std::array shared{mapOf(w.sharedGate, a.loraShared[0].view()),
                      mapOf(w.sharedUp, a.loraShared[1].view())};
    shared[0].y = a.sharedGate.view();
    shared[1].y = a.sharedUp.view();
    LinearGroup<T>& all = in.add(shared);
    all.x = normed;
    all.count = tokens;
    linearForward(in.all());

    if (w.isMoe()) {
        ops_.gatedForward(context_, {.gate = a.gate.view(),
                                     .up = a.up.view(),
                                     .factor = a.factor.span(),
                                     .out = a.hidden.view()});
    }
    ops_.gatedForward(context_, {.gate = a.sharedGate.view(),
                                 .up = a.sharedUp.view(),
                                 .factor = {},
                                 .out = a.sharedHidden.view()});

    const Matrix<T> out = memory_.inputs[index(layer + 1)].shaped(tokens, config_.hiddenSize);
    std::copy_n(a.middle.view().data, out.size(), out.data);
    GroupList<T, 1> down(experts + 1);
    for (std::size_t e = 0; e < experts; ++e) {
        const std::int32_t first = a.begin.span()[e];
        const std::int32_t count = a.begin.span()[e + 1] - first;
        std::array map{mapOf(w.expertDown[e], rowsOf(a.loraRouted[2].view(), first, count))};
        map[0].y = rowsOf(memory_.slotRows.view(), first, count);
        LinearGroup<T>& group = down.add(map);
        group.x = rowsOf(a.hidden.view(), first, count);
        group.count = count;
    }
    std::array map{mapOf(w.sharedDown, a.loraShared[2].view())};
    map[0].y = out;
    map[0].addToY = true;
    LinearGroup<T>& last = down.add(map);
    last.x = a.sharedHidden.view();
    last.count = tokens;
    linearForward(down.all());
    if (w.isMoe()) {
        ops_.combine(context_, {.rows = memory_.slotRows.view(),
                                .place = a.place.span(),
                                .active = config_.expertsPerToken,
                                .out = out});
    }
}

template <class T>
double TrainingPass<T>::balanceOf(const LayerActivations<T>& a, const TokenBatch& batch) const {
    return balanceLoss<T>(
        {.scores = a.scores.view(),
         .expert = {a.expert.view().data, a.expert.view().rows, a.expert.view().cols},
         .weight = {},
         .dWeight = {},
         .segments = batch.segments,
         .balance = scale_.balance,
         .dLogits = {}});
}

template <class T>
void TrainingPass<T>::backwardExperts(std::int64_t layer, const TokenBatch& batch,
                                      LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    backwardDown(layer, a);
    if (w.isMoe()) {
        memory_.dFactor.shaped(1, a.factor.view().size());
        ops_.gatedBackward(context_, {.dOut = memory_.dHidden.view(),
                                      .gate = a.gate.view(),
                                      .up = a.up.view(),
                                      .factor = a.factor.span(),
                                      .dGate = a.gate.view(),
                                      .dUp = a.up.view(),
                                      .dFactor = memory_.dFactor.span()});
    }
    ops_.gatedBackward(context_, {.dOut = memory_.dSharedHidden.view(),
                                  .gate = a.sharedGate.view(),
                                  .up = a.sharedUp.view(),
                                  .factor = {},
                                  .dGate = a.sharedGate.view(),
                                  .dUp = a.sharedUp.view(),
                                  .dFactor = {}});
    backwardGateAndUp(layer, a);
    if (w.isMoe()) backwardRouter(layer, batch, a);
    backwardNorm(w.postAttentionNorm, a.middle.view(), a.postNormScale.span());
}

template <class T>
void TrainingPass<T>::backwardDown(std::int64_t layer, LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const Matrix<T> dx = memory_.dx.view();
    const std::size_t experts = w.expertDown.size();
    const Matrix<T> dHidden =
        memory_.dHidden.shaped(w.isMoe() ? a.hidden.view().rows : 0, config_.expertWidth);
    const Matrix<T> dShared = memory_.dSharedHidden.shaped(dx.rows, a.sharedHidden.view().cols);
    GroupList<T, 1> down(experts + 1);
    for (std::size_t e = 0; e < experts; ++e) {
        const std::int32_t first = a.begin.span()[e];
        const std::int32_t count = a.begin.span()[e + 1] - first;
        std::array map{mapOf(w.expertDown[e], rowsOf(a.loraRouted[2].view(), first, count))};
        map[0].dY = dx;
        LinearGroup<T>& group = down.add(map);
        group.x = rowsOf(a.hidden.view(), first, count);
        group.count = count;
        group.dYRows = a.tokenOf.span().data() + first;
        group.dx = rowsOf(dHidden, first, count);
    }
    std::array map{mapOf(w.sharedDown, a.loraShared[2].view())};
    map[0].dY = dx;
    LinearGroup<T>& last = down.add(map);
    last.x = a.sharedHidden.view();
    last.count = dx.rows;
    last.dx = dShared;
    linearBackward(down.all());
}

// From here on gate and up hold their own gradients.
template <class T>
void TrainingPass<T>::backwardGateAndUp(std::int64_t layer, LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const std::int64_t tokens = memory_.dx.view().rows;
    const std::size_t experts = w.expertGate.size();
    const Matrix<T> dNormed = memory_.dNormed.shaped(tokens, config_.hiddenSize);
    GroupList<T, 2> in(experts + 1);
    for (std::size_t e = 0; e < experts; ++e) {
        const std::int32_t first = a.begin.span()[e];
        const std::int32_t count = a.begin.span()[e + 1] - first;
        std::array maps{mapOf(w.expertGate[e], rowsOf(a.loraRouted[0].view(), first, count)),
                        mapOf(w.expertUp[e], rowsOf(a.loraRouted[1].view(), first, count))};
        maps[0].dY = rowsOf(a.gate.view(), first, count);
        maps[1].dY = rowsOf(a.up.view(), first, count);
        LinearGroup<T>& group = in.add(maps);
        group.x = a.postNormed.view();
        group.rows = a.tokenOf.span().data() + first;
        group.count = count;
        group.dx = rowsOf(memory_.slotRows.view(), first, count);
    }
    std::array shared{mapOf(w.sharedGate, a.loraShared[0].view()),
                      mapOf(w.sharedUp, a.loraShared[1].view())};
    shared[0].dY = a.sharedGate.view();
    shared[1].dY = a.sharedUp.view();
    LinearGroup<T>& all = in.add(shared);
    all.x = a.postNormed.view();
    all.count = tokens;
    all.dx = dNormed;
    linearBackward(in.all());
    if (!w.isMoe()) return;
    ops_.combine(context_, {.rows = memory_.slotRows.view(),
                            .place = a.place.span(),
                            .active = config_.expertsPerToken,
                            .out = dNormed});
}

template <class T>
void TrainingPass<T>::backwardRouter(std::int64_t layer, const TokenBatch& batch,
                                     LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const std::int64_t tokens = memory_.dx.view().rows;
    const Matrix<T> dWeight = memory_.dWeight.shaped(tokens, config_.expertsPerToken);
    for (std::size_t slot = 0; slot < a.place.span().size(); ++slot) {
        dWeight.data[slot] = memory_.dFactor.span()[static_cast<std::size_t>(a.place.span()[slot])];
    }
    const Matrix<T> dLogits = memory_.dLogits.shaped(tokens, config_.routedExperts);
    const Matrix<std::int32_t>& expert = a.expert.view();
    routerBackward<T>({.scores = a.scores.view(),
                       .expert = {expert.data, expert.rows, expert.cols},
                       .weight = a.weight.view(),
                       .dWeight = dWeight,
                       .normalizeTopK = config_.normalizeTopK,
                       .segments = batch.segments,
                       .balance = scale_.balance,
                       .dLogits = dLogits});
    std::array<LinearMap<T>, 1> map{mapOf(w.router, {})};
    map[0].dY = dLogits;
    const LinearGroup<T> group{.x = a.postNormed.view(),
                               .count = tokens,
                               .maps = map,
                               .dx = memory_.dNormed.view(),
                               .addToDx = true};
    linearBackward({&group, 1});
}

template <class T>
void TrainingPass<T>::backwardNorm(const TrainedModule& norm, const Matrix<T>& x,
                                   std::span<const T> scale) {
    ops_.normBackward(context_, {.dOut = memory_.dNormed.view(),
                                 .x = x,
                                 .weight = norm.weight,
                                 .scale = scale,
                                 .dx = memory_.dx.view(),
                                 .dWeight = gradientOf(norm.full, 1, config_.hiddenSize)});
}

template <class T>
void TrainingPass<T>::backwardAttention(std::int64_t layer, const TokenBatch& batch,
                                        LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const std::int64_t tokens = batch.tokens();
    std::array<LinearMap<T>, 1> out{mapOf(w.attentionOutput, a.loraO.view())};
    out[0].dY = memory_.dx.view();
    const LinearGroup<T> output{.x = a.attended.view(),
                                .count = tokens,
                                .maps = out,
                                .dx = memory_.dAttended.shaped(tokens, a.attended.view().cols)};
    linearBackward({&output, 1});
    ops_.attentionBackward(context_, {.q = a.q.view(),
                                      .k = a.k.view(),
                                      .v = a.v.view(),
                                      .headSize = config_.headSize,
                                      .segments = batch.segments,
                                      .out = a.attended.view(),
                                      .logSum = a.logSum.view(),
                                      .dOut = memory_.dAttended.view(),
                                      .dq = memory_.dq.shaped(tokens, a.q.view().cols),
                                      .dk = memory_.dk.shaped(tokens, a.k.view().cols),
                                      .dv = memory_.dv.shaped(tokens, a.v.view().cols)});
    const Matrix<const float> rotary{rotary_.data(),
                                     static_cast<std::int64_t>(rotary_.size()) / config_.headSize,
                                     config_.headSize};
    for (const Matrix<T>& rows : {memory_.dq.view(), memory_.dk.view()}) {
        ops_.rotate(
            context_,
            {.rows = rows, .positions = batch.positions, .rotary = rotary, .inverse = true});
    }
    // Below the first layer that learns nobody asks for a gradient.
    const bool goesOn = layer > weights_.firstLearning() || w.inputNorm.full >= 0;
    std::array<LinearMap<T>, 3> maps{mapOf(w.query, a.loraQ.view()), mapOf(w.key, a.loraK.view()),
                                     mapOf(w.value, a.loraV.view())};
    maps[0].dY = memory_.dq.view();
    maps[1].dY = memory_.dk.view();
    maps[2].dY = memory_.dv.view();
    const LinearGroup<T> inputs{.x = a.normed.view(),
                                .count = tokens,
                                .maps = maps,
                                .dx = goesOn ? memory_.dNormed.view() : Matrix<T>{}};
    linearBackward({&inputs, 1});
    if (goesOn) backwardNorm(w.inputNorm, memory_.inputs[index(layer)].view(), a.normScale.span());
}

template class TrainingPass<float>;
template class TrainingPass<double>;

}  // namespace dsm
