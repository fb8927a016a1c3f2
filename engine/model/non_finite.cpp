#include "engine/model/non_finite.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/check.h"
#include "kernels/base/reason.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {
namespace {

enum class FailedPart { Embedding, Attention, FeedForward, Head };

struct Place {
    FailedPart part = FailedPart::Embedding;
    std::int64_t layer = -1;
    std::int64_t position = 0;  // of the first token
};

// Looks at what each part leaves in the residual stream.
class Search {
  public:
    explicit Search(const Model& model)
        : ops_(opTable(model.backend())), model_(model), watched_(ops_) {
        DSM_CHECK(current_ == nullptr);
        current_ = this;
        watch();
    }
    ~Search() { current_ = nullptr; }
    Search(const Search&) = delete;
    Search& operator=(const Search&) = delete;

    const OpTable& ops() const { return watched_; }
    const std::optional<Place>& found() const { return found_; }
    std::stop_token stop() const { return stop_.get_token(); }
    void requestStop() { stop_.request_stop(); }

  private:
    void watch();
    void look(FailedPart part, Matrix<const float> numbers);
    bool read(Matrix<const float> numbers);

    // Entries of a table know nothing but their arguments.
    static thread_local Search* current_;

    const OpTable& ops_;
    const Model& model_;
    OpTable watched_;
    std::vector<float> host_;
    std::int64_t layer_ = -1;
    std::optional<Place> found_;
    std::stop_source stop_;
};

thread_local Search* Search::current_ = nullptr;

void Search::watch() {
    watched_.embed = [](OpContext& context, const EmbedArgs& args) {
        current_->ops_.embed(context, args);
        current_->layer_ = -1;
        current_->look(FailedPart::Embedding, args.x);
    };
    watched_.attentionOutput = [](OpContext& context, const AttentionOutputArgs& args) {
        current_->ops_.attentionOutput(context, args);
        ++current_->layer_;
        current_->look(FailedPart::Attention, args.x);
    };
    watched_.expertsOutput = [](OpContext& context, const ExpertsOutputArgs& args) {
        current_->ops_.expertsOutput(context, args);
        current_->look(FailedPart::FeedForward, args.x);
    };
    watched_.logits = [](OpContext& context, const LogitsArgs& args) {
        current_->ops_.logits(context, args);
        current_->layer_ = -1;
        current_->look(FailedPart::Head, args.logits);
    };
}

// To host_; false where the GPU refuses.
bool Search::read(Matrix<const float> numbers) {
    const auto count = static_cast<std::size_t>(numbers.size());
    if (model_.gpu() == nullptr) {
        host_.assign(numbers.data, numbers.data + count);
        return true;
    }
    GpuSession& gpu = model_.gpu()->session();
    const auto pinned = gpu.allocatePinned(count * sizeof(float), "the search");
    if (!pinned) return false;
    gpu.copyToHost(pinned->get(), numbers.data, count * sizeof(float));
    if (!gpu.finish()) return false;
    const auto* floats = reinterpret_cast<const float*>(pinned->get());
    host_.assign(floats, floats + count);
    return true;
}

void Search::look(FailedPart part, Matrix<const float> numbers) {
    if (found_ || !read(numbers) || areFinite(host_)) return;
    const auto bad = std::find_if_not(host_.begin(), host_.end(), dsm::isFinite) - host_.begin();
    // The tokens of a pass are appended behind its layers, before the logits.
    const std::int64_t first =
        model_.cache().size() - (part == FailedPart::Head ? numbers.rows : 0);
    found_ = Place{part, layer_, first + bad / numbers.cols};
    stop_.request_stop();
}

bool isOf(const TensorSpec& spec, const Place& place) {
    switch (place.part) {
        case FailedPart::Embedding:
            return spec.kind == TensorKind::Embedding;
        case FailedPart::Head:
            return spec.kind == TensorKind::FinalNorm || spec.kind == TensorKind::Head;
        case FailedPart::Attention:
        case FailedPart::FeedForward:
            break;
    }
    if (spec.layer != place.layer) return false;
    const bool isAttention = spec.kind == TensorKind::InputNorm || spec.kind == TensorKind::Query ||
                             spec.kind == TensorKind::Key || spec.kind == TensorKind::Value ||
                             spec.kind == TensorKind::AttentionOutput;
    return isAttention == (place.part == FailedPart::Attention);
}

// Numbers of a block share a scale: one of them tells of it.
bool hasFiniteNumbers(const Weight& weight) {
    if (weight.type == DType::F32) {
        return areFinite({static_cast<const float*>(weight.data),
                          static_cast<std::size_t>(weight.rows * weight.cols)});
    }
    const std::int64_t step = isPlain(weight.type) ? 1 : 32;
    for (std::int64_t r = 0; r < weight.rows; ++r) {
        for (std::int64_t c = 0; c < weight.cols; c += step) {
            if (!isFinite(weight.at(r, c))) return false;
        }
    }
    return true;
}

bool hasFiniteNumbers(const LowRank& factors) {
    const auto all = [](Matrix<const float> m) {
        return areFinite({m.data, static_cast<std::size_t>(m.size())});
    };
    return isFinite(factors.scaling) && all(factors.a) && all(factors.b);
}

// A GPU has all but the routed experts of the last layers (device_weights.h).
bool isOnGpu(const Model& model, const TensorSpec& spec) {
    if (model.gpu() == nullptr) return false;
    const bool isRouted = spec.kind == TensorKind::ExpertGate ||
                          spec.kind == TensorKind::ExpertUp || spec.kind == TensorKind::ExpertDown;
    std::int64_t before = 0;
    for (std::int64_t layer = 0; layer < spec.layer; ++layer)
        before += model.config().isMoeLayer(layer) ? 1 : 0;
    return !isRouted || before < model.gpu()->plan().expertLayers;
}

// Of a weight in the GPU's memory; nothing where that cannot be copied back.
std::optional<bool> hasFiniteNumbers(GpuSession& gpu, Weight weight) {
    const auto fetch = [&gpu](const void* from, std::uint64_t bytes) {
        auto block = gpu.allocatePinned(bytes, "the search");
        if (!block) return GpuBlock();
        gpu.copyToHost(block->get(), from, bytes);
        return gpu.finish() ? *block : GpuBlock();
    };
    const std::int64_t count = weight.rows * weight.cols;
    const bool isNf4 = weight.type == DType::NF4;
    const GpuBlock numbers =
        fetch(weight.data, isNf4 ? static_cast<std::uint64_t>(count + 1) / 2 : weight.sizeBytes());
    if (!numbers) return std::nullopt;
    weight.data = numbers.get();
    if (!isNf4) return hasFiniteNumbers(weight);
    const auto floats = [&](const float* from, std::int64_t some) {
        return fetch(from, sizeof(float) * static_cast<std::uint64_t>(some));
    };
    const auto asFloats = [](const GpuBlock& block) {
        return reinterpret_cast<const float*>(block.get());
    };
    Nf4Scales scales = *weight.nf4;
    GpuBlock absmax, codes, map;
    if (scales.absmax != nullptr) {
        absmax = floats(scales.absmax, nf4Blocks(count));
        scales.absmax = asFloats(absmax);
    } else {
        absmax = floats(scales.nestedAbsmax, nf4NestedBlocks(count));
        map = floats(scales.nestedMap, 256);
        codes = fetch(scales.absmaxCode, static_cast<std::uint64_t>(nf4Blocks(count)));
        if (!map || !codes) return std::nullopt;
        scales.nestedAbsmax = asFloats(absmax);
        scales.nestedMap = asFloats(map);
        scales.absmaxCode = reinterpret_cast<const std::uint8_t*>(codes.get());
    }
    if (!absmax) return std::nullopt;
    weight.nf4 = &scales;
    return hasFiniteNumbers(weight);
}

std::optional<bool> hasFiniteNumbers(GpuSession& gpu, const LowRank& factors) {
    for (const Matrix<const float>& m : {factors.a, factors.b}) {
        const auto isFinite = hasFiniteNumbers(
            gpu, Weight{.data = m.data, .type = DType::F32, .rows = m.rows, .cols = m.cols});
        if (!isFinite || !*isFinite) return isFinite;
    }
    return isFinite(factors.scaling);
}

std::optional<bool> hasFiniteNumbers(const Model& model, const TensorSpec& spec) {
    const Weight& weight = model.weights().weightOf(spec);
    if (isOnGpu(model, spec)) return hasFiniteNumbers(model.gpu()->session(), weight);
    return hasFiniteNumbers(weight);
}

// What the weights of that part hold, or empty; nothing where not all were looked at.
std::optional<Reason> damageAt(const Model& model, const Place& place,
                               const std::stop_token& stop) {
    bool sawAll = true;
    for (const TensorSpec& spec : tensorTable(model.config())) {
        if (stop.stop_requested()) return std::nullopt;
        if (!isOf(spec, place)) continue;
        const auto isFinite = hasFiniteNumbers(model, spec);
        sawAll = sawAll && isFinite.has_value();
        if (isFinite && !*isFinite) return Reason(ReasonCode::WeightHoldsNotFinite, {spec.name});
        const LowRank* factors = model.weights().weightOf(spec).lowRank;
        if (factors == nullptr) continue;
        const auto areFactorsFinite = isOnGpu(model, spec)
                                          ? hasFiniteNumbers(model.gpu()->session(), *factors)
                                          : hasFiniteNumbers(*factors);
        sawAll = sawAll && areFactorsFinite.has_value();
        if (areFactorsFinite && !*areFactorsFinite)
            return Reason(ReasonCode::FactorsHoldNotFinite, {spec.name});
    }
    return sawAll ? std::optional<Reason>(Reason()) : std::nullopt;
}

Reason whereIn(const Model& model, const Place& place) {
    const std::string token = std::to_string(place.position + 1);
    const std::string layer = std::to_string(place.layer);
    switch (place.part) {
        case FailedPart::Embedding:
            return {ReasonCode::NotFiniteInEmbedding, {token}};
        case FailedPart::Attention:
            return {ReasonCode::NotFiniteInAttention, {token, layer}};
        case FailedPart::FeedForward:
            return {model.config().isMoeLayer(place.layer) ? ReasonCode::NotFiniteInExperts
                                                           : ReasonCode::NotFiniteInMlp,
                    {token, layer}};
        case FailedPart::Head:
            return {ReasonCode::NotFiniteInHead, {token}};
    }
    return ReasonCode::NotFinite;
}

ReasonCode remedy(const Model& model, bool isDamaged) {
    if (model.adapter() != nullptr)
        return isDamaged ? ReasonCode::AdapterOrModelDamaged : ReasonCode::TrySmallerScale;
    return isDamaged ? ReasonCode::FileDamaged : ReasonCode::TryOtherFormat;
}

}  // namespace

Error explainNonFinite(Model& model, std::span<const std::int32_t> ids,
                       const std::stop_token& stop) {
    std::optional<Place> place;
    if (!ids.empty() && !stop.stop_requested()) {
        Search search(model);
        const std::stop_callback either(stop, [&search] { search.requestStop(); });
        model.rewind(0);
        model.useOps(search.ops());
        model.read(ids, search.stop());
        model.useOps(opTable(model.backend()));
        place = search.found();
    }
    model.rewind(0);
    Reason reason = place ? whereIn(model, *place) : Reason(ReasonCode::NotFinite);
    const auto damage = place ? damageAt(model, *place, stop) : std::nullopt;
    const bool isDamaged = damage && !damage->empty();
    if (isDamaged) reason.add(*damage);
    if (damage && !isDamaged) reason.add(ReasonCode::SumsNotFinite);
    reason.add(remedy(model, isDamaged));
    return failure(ErrorCode::Malformed, reason).value();
}

}  // namespace dsm
