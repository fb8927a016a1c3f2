#include "engine/quantize/calibrate.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/checkpoint/tensor_table.h"
#include "engine/model/non_finite.h"
#include "kernels/backend.h"
#include "kernels/base/check.h"
#include "kernels/op_table.h"

namespace dsm {
namespace {

// Sums of squares of each column of some inputs.
struct Squares {
    std::vector<double> sums;
    double rows = 0;

    void add(const float* row, std::int64_t cols) {
        if (sums.empty()) sums.resize(static_cast<std::size_t>(cols));
        for (std::size_t c = 0; c < sums.size(); ++c)
            sums[c] += static_cast<double>(row[c]) * row[c];
        ++rows;
    }
    void add(const Matrix<const float>& inputs) {
        for (std::int64_t r = 0; r < inputs.rows; ++r)
            add(inputs.row(r), inputs.cols);
    }
    std::vector<float> means() const {
        std::vector<float> result;
        for (const double sum : sums)
            result.push_back(static_cast<float>(sum / std::max(rows, 1.0)));
        return result;
    }
    // With the mean of `prior`, of the same columns, as if of some tokens more.
    std::vector<float> meansWith(const Squares& prior) const {
        std::vector<float> result;
        for (std::size_t c = 0; c < prior.sums.size(); ++c) {
            const double mean = prior.sums[c] / std::max(prior.rows, 1.0);
            const double own = sums.empty() ? 0 : sums[c];
            result.push_back(
                static_cast<float>((own + kPriorTokens * mean) / (rows + kPriorTokens)));
        }
        return result;
    }
    // Columns that belong to nobody else: the prior is that all are the same.
    std::vector<float> meansWithTheirOwn() const {
        double mean = 0;
        for (const double sum : sums)
            mean += sum / std::max(rows, 1.0) / static_cast<double>(sums.size());
        std::vector<float> result;
        for (const double sum : sums)
            result.push_back(
                static_cast<float>((sum + kPriorTokens * mean) / (rows + kPriorTokens)));
        return result;
    }
};

struct LayerInputs {
    Squares attention, attentionOutput, feedForward, sharedDown;
    std::vector<Squares> expert, expertDown;
};

// Sees every operation before the backend's own does its work.
class Recorder {
  public:
    Recorder(const ModelConfig& config, const OpTable& ops) : ops_(ops), config_(config) {
        layers_.resize(static_cast<std::size_t>(config.layers));
        for (LayerInputs& layer : layers_) {
            layer.expert.resize(static_cast<std::size_t>(config.routedExperts));
            layer.expertDown.resize(static_cast<std::size_t>(config.routedExperts));
        }
    }

    Calibration finish() const;

    // The backend's operations, those with weights of this model observed. One recorder at a time
    // on a thread: an operation is a plain function and cannot carry one.
    OpTable observed();
    class Turn {
      public:
        explicit Turn(Recorder& recorder) { current_ = &recorder; }
        ~Turn() { current_ = nullptr; }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
    };

  private:
    LayerInputs& layer() { return layers_[static_cast<std::size_t>(layer_)]; }
    const std::vector<float> inputsOf(const TensorSpec& spec) const;

    static thread_local Recorder* current_;

    const OpTable& ops_;
    const ModelConfig& config_;
    std::int64_t layer_ = -1;
    std::vector<LayerInputs> layers_;
    Squares head_;
};

thread_local Recorder* Recorder::current_ = nullptr;

OpTable Recorder::observed() {
    OpTable table = ops_;
    table.embed = [](OpContext& context, const EmbedArgs& args) {
        current_->layer_ = -1;
        current_->ops_.embed(context, args);
    };
    table.attentionInput = [](OpContext& context, const AttentionInputArgs& args) {
        ++current_->layer_;
        current_->ops_.attentionInput(context, args);
        current_->layer().attention.add(args.normed);
    };
    table.attentionOutput = [](OpContext& context, const AttentionOutputArgs& args) {
        current_->layer().attentionOutput.add(args.attended);
        current_->ops_.attentionOutput(context, args);
    };
    table.expertsInput = [](OpContext& context, const ExpertsInputArgs& args) {
        LayerInputs& layer = current_->layer();
        layer.feedForward.add(args.normed);
        for (std::size_t e = 0; e + 1 < args.groups.begin.size(); ++e) {
            for (std::int32_t i = args.groups.begin[e]; i < args.groups.begin[e + 1]; ++i) {
                const std::int64_t slot = args.groups.slots[static_cast<std::size_t>(i)];
                layer.expert[e].add(args.normed.row(slot / args.activeExperts), args.normed.cols);
            }
        }
        current_->ops_.expertsInput(context, args);
    };
    table.expertsOutput = [](OpContext& context, const ExpertsOutputArgs& args) {
        LayerInputs& layer = current_->layer();
        layer.sharedDown.add(args.sharedHidden);
        for (std::size_t e = 0; e + 1 < args.groups.begin.size(); ++e) {
            for (std::int32_t i = args.groups.begin[e]; i < args.groups.begin[e + 1]; ++i) {
                const std::int64_t slot = args.groups.slots[static_cast<std::size_t>(i)];
                layer.expertDown[e].add(args.routedHidden.row(slot), args.routedHidden.cols);
            }
        }
        current_->ops_.expertsOutput(context, args);
    };
    table.logits = [](OpContext& context, const LogitsArgs& args) {
        current_->ops_.logits(context, args);
        current_->head_.add(args.normed);
    };
    return table;
}

const std::vector<float> Recorder::inputsOf(const TensorSpec& spec) const {
    if (spec.kind == TensorKind::Head) return head_.means();
    if (spec.layer < 0) return {};
    const LayerInputs& layer = layers_[static_cast<std::size_t>(spec.layer)];
    const auto expert = static_cast<std::size_t>(std::max(spec.expert, 0));
    switch (spec.kind) {
        case TensorKind::Query:
        case TensorKind::Key:
        case TensorKind::Value:
            return layer.attention.means();
        case TensorKind::AttentionOutput:
            return layer.attentionOutput.means();
        case TensorKind::DenseGate:
        case TensorKind::DenseUp:
        case TensorKind::SharedGate:
        case TensorKind::SharedUp:
            return layer.feedForward.means();
        case TensorKind::DenseDown:
        case TensorKind::SharedDown:
            return layer.sharedDown.means();
        case TensorKind::ExpertGate:
        case TensorKind::ExpertUp:
            return layer.expert[expert].meansWith(layer.feedForward);
        case TensorKind::ExpertDown:
            return layer.expertDown[expert].meansWithTheirOwn();
        default:
            return {};
    }
}

Calibration Recorder::finish() const {
    Calibration calibration;
    for (const TensorSpec& spec : tensorTable(config_)) {
        std::vector<float> inputs = inputsOf(spec);
        if (!inputs.empty()) calibration.meanSquare.emplace(spec.name, std::move(inputs));
    }
    return calibration;
}

}  // namespace

Result<Calibration> calibrate(const ModelOptions& options, std::span<const std::int32_t> ids,
                              const ProgressSink& progress, const std::stop_token& stop) {
    DSM_CHECK(!ids.empty());
    Result<BackendChoice> choice = chooseBackend(options.backend, options.gpu);
    if (!choice) return tl::unexpected(choice.error());
    // What passes through the operations is looked at, which a GPU's memory does not allow.
    if (choice->backend == Backend::Cuda) choice->backend = Backend::Cpu;
    const Result<ModelConfig> config = readConfig(options.folder);
    if (!config) return tl::unexpected(config.error());
    Recorder recorder(*config, opTable(choice->backend));
    const OpTable observed = recorder.observed();
    ModelOptions onHost = options;
    onHost.backend = std::string(name(choice->backend));
    onHost.gpu = std::nullopt;
    const auto model = Model::load(onHost, {}, stop);
    if (!model) return tl::unexpected(model.error());

    (*model)->useOps(observed);
    const Recorder::Turn turn(recorder);
    const auto context = static_cast<std::size_t>((*model)->contextLimit());
    std::size_t done = 0;
    while (done < ids.size()) {
        const auto chunk = ids.subspan(done, std::min(context, ids.size() - done));
        (*model)->rewind(0);
        // A few at a time, so that it can stop in between.
        constexpr std::size_t kAtOnce = 64;
        for (std::size_t begin = 0; begin < chunk.size(); begin += kAtOnce) {
            if (stop.stop_requested()) return cancelled();
            const auto now = chunk.subspan(begin, std::min(kAtOnce, chunk.size() - begin));
            bool isFinite = true;
            (*model)->readWithLogits(now, [&](Matrix<const float> logits) {
                isFinite =
                    isFinite && areFinite({logits.data, static_cast<std::size_t>(logits.size())});
            });
            if (!isFinite) {
                (*model)->useOps(opTable(choice->backend));
                return tl::unexpected(
                    explainNonFinite(**model, chunk.first(begin + now.size()), stop));
            }
            if (progress) {
                progress(static_cast<double>(done + begin + now.size()) /
                         static_cast<double>(ids.size()));
            }
        }
        done += chunk.size();
    }
    return recorder.finish();
}

}  // namespace dsm
