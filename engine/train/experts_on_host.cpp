#include "engine/train/experts_on_host.h"

#include <algorithm>

#include "engine/model/device/device_plan.h"

namespace dsm {
namespace {

template <class T>
std::span<std::byte> bytesOf(std::span<T> numbers) {
    return std::as_writable_bytes(numbers);
}

// Both of the same shape.
template <class T>
void bring(WorkMemory& device, Grown<T>& here, const Grown<T>& there) {
    here.shaped(there.view().rows, there.view().cols);
    device.get(bytesOf(here.span()), there.view().data);
}

}  // namespace

template <class T>
ExpertsOnHost<T>::ExpertsOnHost(const ModelConfig& config, const TrainableWeights& weights,
                                const TrainOps<T>& ops, ThreadPool& pool, WorkMemory& device,
                                std::int64_t layers, bool checkpointing)
    : config_(config),
      weights_(weights),
      ops_(ops),
      device_(device),
      firstLayer_(firstHostLayer(config, {.expertLayers = config.moeLayers() - layers})),
      checkpointing_(checkpointing),
      layers_(checkpointing ? 1 : index(config.layers - firstLayer_)) {
    context_.pool = &pool;
}

template <class T>
typename ExpertsOnHost<T>::Range ExpertsOnHost<T>::rangeOf(std::int64_t layer) const {
    const TrainedLayer& w = weights_.layersOnHost()[index(layer)];
    std::int64_t first = weights_.count();
    std::int64_t end = 0;
    std::int64_t numbers = 0;
    const auto add = [&](std::int64_t offset, std::int64_t count) {
        if (offset < 0) return;
        first = std::min(first, offset);
        end = std::max(end, offset + count);
        numbers += count;
    };
    for (const auto* experts : {&w.expertGate, &w.expertUp, &w.expertDown}) {
        for (const TrainedModule& m : *experts) {
            add(m.full, m.weight.rows * m.weight.cols);
            add(m.a, m.rank * m.weight.cols);
            add(m.b, m.rank * m.weight.rows);
        }
    }
    if (numbers == 0) return {};
    // The table of tensors has them side by side.
    DSM_CHECK(end - first == numbers);
    return {first, numbers};
}

template <class T>
void ExpertsOnHost<T>::begin(double dropout, std::uint64_t dropoutSeed) {
    maps_.values = weights_.values().data();
    maps_.dropout = dropout;
    maps_.seed = dropoutSeed;
    for (std::int64_t layer = firstLayer_; layer < config_.layers; ++layer) {
        if (!computes(layer)) continue;
        const Range range = rangeOf(layer);
        const auto at = index(range.begin);
        device_.get(bytesOf(weights_.values().subspan(at, index(range.count))),
                    weights_.computed().data() + at);
    }
}

template <class T>
void ExpertsOnHost<T>::take(std::int64_t layer, const LayerActivations<T>& device) {
    LayerActivations<T>& a = activationsOf(layer);
    bring(device_, a.postNormed, device.postNormed);
    bring(device_, a.begin, device.begin);
    bring(device_, a.tokenOf, device.tokenOf);
    bring(device_, a.place, device.place);
    bring(device_, a.factor, device.factor);
}

template <class T>
void ExpertsOnHost<T>::computeHidden(std::int64_t layer) {
    const TrainedLayer& w = weights_.layersOnHost()[index(layer)];
    LayerActivations<T>& a = activationsOf(layer);
    const std::int64_t slots = a.tokenOf.view().size();
    for (Grown<T>* one : {&a.gate, &a.up, &a.hidden})
        one->shaped(slots, config_.expertWidth);
    const bool hasFactors =
        anyFactors(w.expertGate) || anyFactors(w.expertUp) || anyFactors(w.expertDown);
    for (Grown<T>& hidden : a.loraRouted)
        hidden.shaped(slots, hasFactors ? weights_.targets().lora.rank : 0);
    GroupList<T, 2> in(w.expertGate.size());
    addGatesAndUps(in, w, maps_, a);
    linearForward(in);
    ops_.gatedForward(context_, {.gate = a.gate.view(),
                                 .up = a.up.view(),
                                 .factor = a.factor.span(),
                                 .out = a.hidden.view()});
}

template <class T>
const Matrix<T>& ExpertsOnHost<T>::output(std::int64_t layer) {
    const TrainedLayer& w = weights_.layersOnHost()[index(layer)];
    const LayerActivations<T>& a = activationsOf(layer);
    const Matrix<T> rows = slotRows_.shaped(a.tokenOf.view().size(), config_.hiddenSize);
    GroupList<T, 1> down(w.expertDown.size());
    addDowns(down, w, maps_, a, rows);
    linearForward(down);
    output_.shaped(a.postNormed.view().rows, config_.hiddenSize);
    output_.clear();
    ops_.combine(context_, {.rows = rows,
                            .place = a.place.span(),
                            .active = config_.expertsPerToken,
                            .out = output_.view()});
    return output_.view();
}

template <class T>
void ExpertsOnHost<T>::takeGradient(std::int64_t layer, const Matrix<T>& dOutput,
                                    std::span<T> gradients) {
    dOutput_.shaped(dOutput.rows, dOutput.cols);
    device_.get(bytesOf(dOutput_.span()), dOutput.data);
    const Range range = rangeOf(layer);
    gradients_.shaped(1, range.count);
    device_.get(bytesOf(gradients_.span()), gradients.data() + range.begin);
    maps_.firstGradient = range.begin;
}

template <class T>
void ExpertsOnHost<T>::computeGradients(std::int64_t layer, std::span<T> gradients) {
    const TrainedLayer& w = weights_.layersOnHost()[index(layer)];
    const LayerActivations<T>& a = activationsOf(layer);
    const std::int64_t slots = a.tokenOf.view().size();
    maps_.gradients = gradients_.span();
    const Matrix<T> dHidden = dHidden_.shaped(slots, config_.expertWidth);
    GroupList<T, 1> down(w.expertDown.size());
    addDownsBack(down, w, maps_, a, dOutput_.view(), dHidden);
    linearBackward(down);
    dFactor_.shaped(1, slots);
    ops_.gatedBackward(context_, {.dOut = dHidden,
                                  .gate = a.gate.view(),
                                  .up = a.up.view(),
                                  .factor = a.factor.span(),
                                  .dGate = a.gate.view(),
                                  .dUp = a.up.view(),
                                  .dFactor = dFactor_.span()});
    const Matrix<T> rows = slotRows_.shaped(slots, config_.hiddenSize);
    GroupList<T, 2> in(w.expertGate.size());
    addGatesAndUps(in, w, maps_, a, rows);
    linearBackward(in);
    dInput_.shaped(dOutput_.view().rows, config_.hiddenSize);
    dInput_.clear();
    ops_.combine(context_, {.rows = rows,
                            .place = a.place.span(),
                            .active = config_.expertsPerToken,
                            .out = dInput_.view()});
    maps_.gradients = {};
    device_.put(gradients.data() + maps_.firstGradient, std::as_bytes(gradients_.span()));
}

template <class T>
template <class Groups>
void ExpertsOnHost<T>::linearForward(const Groups& groups) {
    const LinearArgs<T> args{groups.all()};
    growScratch(ops_.linearForwardScratch(context_, args));
    ops_.linearForward(context_, args);
}

template <class T>
template <class Groups>
void ExpertsOnHost<T>::linearBackward(const Groups& groups) {
    const LinearArgs<T> args{groups.all()};
    growScratch(ops_.linearBackwardScratch(context_, args));
    ops_.linearBackward(context_, args);
}

template <class T>
void ExpertsOnHost<T>::growScratch(std::int64_t bytes) {
    scratch_.shaped(1, bytes);
    context_.scratch = scratch_.span();
}

template <class T>
std::uint64_t ExpertsOnHost<T>::sizeBytes() const {
    std::uint64_t bytes = scratch_.sizeBytes();
    const auto add = [&bytes](const auto& grown) { bytes += grown.sizeBytes(); };
    for (const LayerActivations<T>& layer : layers_)
        LayerActivations<T>::visit(layer, add);
    for (const Grown<T>* one :
         {&slotRows_, &dHidden_, &dFactor_, &output_, &dOutput_, &dInput_, &gradients_})
        add(*one);
    return bytes;
}

template class ExpertsOnHost<float>;
template class ExpertsOnHost<double>;

}  // namespace dsm
