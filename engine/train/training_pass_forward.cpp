// The way forth through one layer of the training pass.
#include <algorithm>
#include <array>

#include "engine/train/linear_groups.h"
#include "engine/train/training_pass.h"

namespace dsm {

template <class T>
void TrainingPass<T>::forwardLayer(std::int64_t layer, LayerActivations<T>& a, bool withOutput) {
    forwardAttention(layer, a);
    forwardExperts(layer, a);
    const TrainedLayer& w = weights_.layers()[index(layer)];
    // Factors of the last product keep their hidden numbers.
    if (withOutput || w.sharedDown.a >= 0 || anyFactors(w.expertDown))
        forwardDown(layer, a, withOutput);
}

template <class T>
void TrainingPass<T>::forwardAttention(std::int64_t layer, LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const std::int64_t tokens = memory_.ids.view().size();
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

    for (const Matrix<T>& rows : {a.q.view(), a.k.view()}) {
        ops_.rotate(
            context_,
            {.rows = rows, .positions = memory_.positions.span(), .rotary = rotary_.view()});
    }
    ops_.attentionForward(context_, {.q = a.q.view(),
                                     .k = a.k.view(),
                                     .v = a.v.view(),
                                     .headSize = config_.headSize,
                                     .segments = memory_.segments.span(),
                                     .out = a.attended.shaped(tokens, a.q.view().cols),
                                     .logSum = a.logSum.shaped(tokens, config_.heads)});

    const Matrix<T> middle = a.middle.shaped(tokens, config_.hiddenSize);
    work_.copy(middle.data, x.data, static_cast<std::size_t>(x.size()) * sizeof(T));
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
    const LinearGroup<T> group{
        .x = a.postNormed.view(), .count = tokens, .maps = map, .dx = {}, .precise = true};
    linearForward({&group, 1});
    a.slots.shaped(1, slots);
    a.begin.shaped(1, config_.routedExperts + 1);
    a.place.shaped(1, slots);
    a.tokenOf.shaped(1, slots);
    a.factor.shaped(1, slots);
    ops_.routerForward(context_, {.scores = scores,
                                  .normalizeTopK = config_.normalizeTopK,
                                  .expert = a.expert.shaped(tokens, active),
                                  .weight = a.weight.shaped(tokens, active),
                                  .groups = a.groups(),
                                  .place = a.place.span(),
                                  .tokenOf = a.tokenOf.span(),
                                  .factor = a.factor.span()});
}

// What they compute is up to the caller.
template <class T>
std::array<LinearMap<T>, 2> TrainingPass<T>::sharedGateAndUpOf(const TrainedLayer& w,
                                                               const LayerActivations<T>& a) const {
    return {mapOf(w.sharedGate, a.loraShared[0].view()), mapOf(w.sharedUp, a.loraShared[1].view())};
}

template <class T>
void TrainingPass<T>::shapeExperts(const TrainedLayer& w, LayerActivations<T>& a) {
    const std::int64_t slots = a.tokenOf.view().size();
    a.gate.shaped(slots, config_.expertWidth);
    a.up.shaped(slots, config_.expertWidth);
    a.hidden.shaped(slots, config_.expertWidth);
    memory_.slotRows.shaped(slots, config_.hiddenSize);
    const bool hasFactors =
        anyFactors(w.expertGate) || anyFactors(w.expertUp) || anyFactors(w.expertDown);
    for (auto& hidden : a.loraRouted)
        hidden.shaped(slots, hasFactors ? weights_.targets().lora.rank : 0);
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
    if (w.isMoe()) route(w, a);
    if (isOnHost(layer)) host_->take(layer, a);
    if (computesExperts(layer)) shapeExperts(w, a);
    const std::int64_t width = w.sharedGate.weight.rows;
    a.sharedGate.shaped(tokens, width);
    a.sharedUp.shaped(tokens, width);
    a.sharedHidden.shaped(tokens, width);
    a.loraShared[0].shaped(tokens, w.sharedGate.rank);
    a.loraShared[1].shaped(tokens, w.sharedUp.rank);
    a.loraShared[2].shaped(tokens, w.sharedDown.rank);

    GroupList<T, 2> in(w.expertGate.size() + 1);
    if (computesExperts(layer)) addGatesAndUps(in, w, maps_, a);
    std::array shared = sharedGateAndUpOf(w, a);
    shared[0].y = a.sharedGate.view();
    shared[1].y = a.sharedUp.view();
    LinearGroup<T>& all = in.add(shared);
    all.x = normed;
    all.count = tokens;
    linearForward(in.all());

    if (computesExperts(layer)) {
        ops_.gatedForward(context_, {.gate = a.gate.view(),
                                     .up = a.up.view(),
                                     .factor = a.factor.span(),
                                     .out = a.hidden.view()});
    }
    ops_.gatedForward(context_, {.gate = a.sharedGate.view(),
                                 .up = a.sharedUp.view(),
                                 .factor = {},
                                 .out = a.sharedHidden.view()});
    // Meanwhile the device has the shared experts.
    if (isOnHost(layer)) host_->computeHidden(layer);
}

template <class T>
void TrainingPass<T>::forwardDown(std::int64_t layer, LayerActivations<T>& a, bool withOutput) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const std::int64_t tokens = a.middle.view().rows;
    const Matrix<T> out = memory_.inputs[index(layer + 1)].shaped(tokens, config_.hiddenSize);
    work_.copy(out.data, a.middle.view().data, static_cast<std::size_t>(out.size()) * sizeof(T));
    GroupList<T, 1> down(w.expertDown.size() + 1);
    if (computesExperts(layer)) addDowns(down, w, maps_, a, memory_.slotRows.view());
    std::array map{mapOf(w.sharedDown, a.loraShared[2].view())};
    map[0].y = out;
    map[0].addToY = true;
    LinearGroup<T>& last = down.add(map);
    last.x = a.sharedHidden.view();
    last.count = tokens;
    linearForward(down.all());
    if (isOnHost(layer)) {
        if (withOutput || anyFactors(w.expertDown)) addFromHost(host_->output(layer), out);
    } else if (w.isMoe()) {
        ops_.combine(context_, {.rows = memory_.slotRows.view(),
                                .place = a.place.span(),
                                .active = config_.expertsPerToken,
                                .out = out});
    }
}

template <class T>
void TrainingPass<T>::addBalance(const LayerActivations<T>& a) {
    ops_.balanceLoss(context_, {.scores = a.scores.view(),
                                .expert = a.expert.view(),
                                .segments = memory_.segments.span(),
                                .balance = scale_.balance,
                                .loss = memory_.balance.view().data,
                                .balanceThere = factorThere(1)});
}

template class TrainingPass<float>;
template class TrainingPass<double>;

}  // namespace dsm
