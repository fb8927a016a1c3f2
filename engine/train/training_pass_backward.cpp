// The way back through one layer of the training pass.
#include <algorithm>
#include <array>

#include "engine/train/linear_groups.h"
#include "engine/train/training_pass.h"

namespace dsm {

template <class T>
void TrainingPass<T>::backwardExperts(std::int64_t layer, LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    if (isOnHost(layer)) host_->takeGradient(layer, memory_.dx.view(), gradients_);
    backwardDown(layer, a);
    if (computesExperts(layer)) {
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
    if (w.isMoe()) backwardRouter(layer, a);
    backwardNorm(w.postAttentionNorm, a.middle.view(), a.postNormScale.span());
}

template <class T>
void TrainingPass<T>::backwardDown(std::int64_t layer, LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const Matrix<T> dx = memory_.dx.view();
    const bool hasExperts = computesExperts(layer);
    const Matrix<T> dHidden =
        memory_.dHidden.shaped(hasExperts ? a.hidden.view().rows : 0, config_.expertWidth);
    const Matrix<T> dShared = memory_.dSharedHidden.shaped(dx.rows, a.sharedHidden.view().cols);
    GroupList<T, 1> down(w.expertDown.size() + 1);
    if (hasExperts) addDownsBack(down, w, maps_, a, dx, dHidden);
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
    const Matrix<T> dNormed = memory_.dNormed.shaped(tokens, config_.hiddenSize);
    GroupList<T, 2> in(w.expertGate.size() + 1);
    if (computesExperts(layer)) addGatesAndUps(in, w, maps_, a, memory_.slotRows.view());
    std::array shared = sharedGateAndUpOf(w, a);
    shared[0].dY = a.sharedGate.view();
    shared[1].dY = a.sharedUp.view();
    LinearGroup<T>& all = in.add(shared);
    all.x = a.postNormed.view();
    all.count = tokens;
    all.dx = dNormed;
    linearBackward(in.all());
    if (isOnHost(layer)) {
        host_->computeGradients(layer, gradients_);
        addFromHost(host_->dInput(), dNormed);
        memory_.dFactor.put(host_->dFactor());
    }
    if (!computesExperts(layer)) return;
    ops_.combine(context_, {.rows = memory_.slotRows.view(),
                            .place = a.place.span(),
                            .active = config_.expertsPerToken,
                            .out = dNormed});
}

template <class T>
void TrainingPass<T>::backwardRouter(std::int64_t layer, LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const std::int64_t tokens = memory_.dx.view().rows;
    const Matrix<T> dLogits = memory_.dLogits.shaped(tokens, config_.routedExperts);
    ops_.routerBackward(context_, {.scores = a.scores.view(),
                                   .expert = a.expert.view(),
                                   .weight = a.weight.view(),
                                   .place = a.place.span(),
                                   .dFactor = memory_.dFactor.span(),
                                   .normalizeTopK = config_.normalizeTopK,
                                   .segments = memory_.segments.span(),
                                   .balance = scale_.balance,
                                   .dLogits = dLogits,
                                   .balanceThere = factorThere(1)});
    std::array<LinearMap<T>, 1> map{mapOf(w.router, {})};
    map[0].dY = dLogits;
    const LinearGroup<T> group{.x = a.postNormed.view(),
                               .count = tokens,
                               .maps = map,
                               .dx = memory_.dNormed.view(),
                               .addToDx = true,
                               .precise = true};
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
void TrainingPass<T>::backwardAttention(std::int64_t layer, LayerActivations<T>& a) {
    const TrainedLayer& w = weights_.layers()[index(layer)];
    const std::int64_t tokens = memory_.ids.view().size();
    std::array<LinearMap<T>, 1> out{mapOf(w.attentionOutput, a.loraO.view())};
    out[0].dY = memory_.dx.view();
    const LinearGroup<T> output{.x = a.attended.view(),
                                .count = tokens,
                                .maps = out,
                                .dx = memory_.dAttended.shaped(tokens, a.attended.view().cols)};
    linearBackward({&output, 1});
    if (!work_.isHost()) growScratch(attentionScratchBytes(tokens, config_.heads));
    ops_.attentionBackward(context_, {.q = a.q.view(),
                                      .k = a.k.view(),
                                      .v = a.v.view(),
                                      .headSize = config_.headSize,
                                      .segments = memory_.segments.span(),
                                      .out = a.attended.view(),
                                      .logSum = a.logSum.view(),
                                      .dOut = memory_.dAttended.view(),
                                      .dq = memory_.dq.shaped(tokens, a.q.view().cols),
                                      .dk = memory_.dk.shaped(tokens, a.k.view().cols),
                                      .dv = memory_.dv.shaped(tokens, a.v.view().cols)});
    for (const Matrix<T>& rows : {memory_.dq.view(), memory_.dk.view()}) {
        ops_.rotate(context_, {.rows = rows,
                               .positions = memory_.positions.span(),
                               .rotary = rotary_.view(),
                               .inverse = true});
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
