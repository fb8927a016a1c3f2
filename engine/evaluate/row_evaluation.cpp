#include "engine/evaluate/row_evaluation.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>
#include <vector>

#include "engine/generate/token_scores.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/model.h"
#include "engine/model/non_finite.h"
#include "engine/text/tokenizer_load.h"
#include "engine/train/dataset_part.h"

namespace dsm {
namespace {

// Between looks at the stop.
constexpr std::size_t kTokensAtOnce = 128;

// What the logits of one row of a data set say of its labels.
class RowScore {
  public:
    explicit RowScore(const TrainingSample& sample) : sample_(sample) {}

    // Logits after token `at`, which are about the next one.
    void add(std::size_t at, std::span<const float> logits) {
        const std::int32_t label = sample_.labels[at + 1];
        if (label == kNotTrained) {
            endAnswer();
            return;
        }
        const auto wanted = static_cast<std::size_t>(label);
        const auto largest = std::max_element(logits.begin(), logits.end());
        loss_ += logSumExp(logits) - logits[wanted];
        ++labels_;
        // Of equal ones the first is chosen, as at temperature 0.
        isExact_ = isExact_ && static_cast<std::size_t>(largest - logits.begin()) == wanted;
        isInAnswer_ = true;
    }
    void end(std::int64_t sample, RowEvaluation& all, std::vector<SampleLoss>& losses) {
        endAnswer();
        all.answers += answers_;
        all.exact += exact_;
        losses.push_back({sample, loss_, labels_});
    }

  private:
    void endAnswer() {
        if (isInAnswer_) {
            ++answers_;
            exact_ += isExact_ ? 1 : 0;
        }
        isInAnswer_ = false;
        isExact_ = true;
    }

    const TrainingSample& sample_;
    double loss_ = 0;
    std::int64_t labels_ = 0, answers_ = 0, exact_ = 0;
    bool isInAnswer_ = false;
    bool isExact_ = true;
};

// Before the first label only the context is read; behind the last one nothing.
struct Labelled {
    std::size_t first = 0;  // the first and the last token with a label, from 1; 0: there is none
    std::size_t last = 0;
};
Labelled labelledOf(const TrainingSample& sample) {
    Labelled found;
    for (std::size_t i = 1; i < sample.labels.size(); ++i) {
        if (sample.labels[i] == kNotTrained) continue;
        if (found.first == 0) found.first = i;
        found.last = i;
    }
    return found;
}

class Evaluation {
  public:
    Evaluation(Model& model, const std::stop_token& stop) : model_(model), stop_(stop) {}

    Result<void> add(std::int64_t number, const TrainingSample& sample) {
        const Labelled labelled = labelledOf(sample);
        if (labelled.first == 0) return {};
        model_.rewind(0);
        const std::span<const std::int32_t> ids(sample.ids);
        std::size_t at = labelled.first - 1;
        if (at > 0 && !model_.read(ids.first(at), stop_)) return noLogits();
        RowScore score(sample);
        bool isFinite = true;
        while (at < labelled.last) {
            if (stop_.stop_requested()) return cancelled();
            const auto some = ids.subspan(at, std::min(kTokensAtOnce, labelled.last - at));
            model_.readWithLogits(some, [&](Matrix<const float> rows) {
                const auto vocab = static_cast<std::size_t>(rows.cols);
                for (std::int64_t row = 0; row < rows.rows; ++row) {
                    const std::span<const float> logits(
                        rows.data + static_cast<std::size_t>(row) * vocab, vocab);
                    isFinite = isFinite && areFinite(logits);
                    if (isFinite) score.add(at, logits);
                    ++at;
                }
            });
            if (const auto& failed = model_.failure()) return tl::unexpected(*failed);
            if (!isFinite) return tl::unexpected(explainNonFinite(model_, ids.first(at), stop_));
        }
        score.end(number, all_, losses_);
        return {};
    }
    RowEvaluation end(const EvaluatedData& from) {
        all_.rows = static_cast<std::int64_t>(losses_.size());
        all_.ends = bestAndWorst(losses_, from);
        all_.loss = all_.ends.loss;
        for (const SampleLoss& one : losses_)
            all_.tokens += one.labels;
        return std::move(all_);
    }

  private:
    Result<void> noLogits() const {
        if (const auto& failed = model_.failure()) return tl::unexpected(*failed);
        return cancelled();
    }

    Model& model_;
    const std::stop_token& stop_;
    RowEvaluation all_;
    std::vector<SampleLoss> losses_;
};

Result<std::unique_ptr<Model>> loadModel(const RowEvaluationOptions& options,
                                         std::int64_t maximumTokens, const ProgressSink& progress,
                                         const std::stop_token& stop) {
    ModelOptions wanted;
    wanted.folder = options.model;
    wanted.backend = options.backend;
    wanted.threads = options.data.threads;
    wanted.contextLimit = maximumTokens;
    wanted.kv = KvType::F32;
    auto model = Model::load(wanted, progress, stop);
    if (!model || !options.adapter) return model;
    auto adapter = readAdapter(options.adapter->folder, (*model)->config());
    if (!adapter) return tl::unexpected(adapter.error());
    const auto used = (*model)->useAdapter(std::make_shared<const LoraAdapter>(std::move(*adapter)),
                                           options.adapter->scale);
    if (!used) return tl::unexpected(used.error());
    return model;
}

}  // namespace

Result<RowEvaluation> evaluateRows(const RowEvaluationOptions& options,
                                   const EvaluationProgress& progress,
                                   const std::stop_token& stop) {
    const auto sinkOf = [&](const char* what) -> ProgressSink {
        if (!progress) return {};
        return [&progress, what](double share) { progress(what, share); };
    };
    const auto config = readConfig(options.model);
    if (!config) return tl::unexpected(config.error());
    const auto tokenizer = loadTokenizer(options.model, config->vocabSize);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    TextDatasetOptions asked = options.data;
    asked.maximumTokens = std::min(asked.maximumTokens, config->maxPositions);
    const auto data = TextDataset::read(asked, **tokenizer, sinkOf("Reading data"), stop);
    if (!data) return tl::unexpected(data.error());
    std::optional<DatasetParts> parts;
    if (options.share > 0) parts.emplace(splitDataset(**data, options.share, options.seed));
    const auto placeOf = [&](std::int64_t i) { return parts ? parts->evaluation.inWhole(i) : i; };
    const std::int64_t count = parts ? parts->evaluation.size() : (*data)->size();
    const auto model = loadModel(options, asked.maximumTokens, sinkOf("Loading"), stop);
    if (!model) return tl::unexpected(model.error());
    Evaluation evaluation(**model, stop);
    for (std::int64_t i = 0; i < count; ++i) {
        if (stop.stop_requested()) return cancelled();
        const auto sample = (*data)->sample(placeOf(i));
        if (!sample) return tl::unexpected(sample.error());
        if (auto ok = evaluation.add(i, *sample); !ok) return tl::unexpected(ok.error());
        if (progress)
            progress("Evaluating", static_cast<double>(i + 1) / static_cast<double>(count));
    }
    RowEvaluation found = evaluation.end({.data = **data,
                                          .place = placeOf,
                                          .sampleTemplate = options.data.sampleTemplate,
                                          .tokenizer = **tokenizer});
    found.refused = (*data)->report().refused;
    found.cut = (*data)->report().cut;
    return found;
}

nlohmann::json evaluationJson(const RowEvaluation& evaluation) {
    nlohmann::json json = rowsJson(evaluation.ends);
    json["rows"] = evaluation.rows;
    json["refused"] = evaluation.refused;
    json["cut"] = evaluation.cut;
    json["tokens"] = evaluation.tokens;
    json["loss"] = evaluation.loss;
    json["perplexity"] = evaluation.perplexity();
    json["answers"] = evaluation.answers;
    json["exact"] = evaluation.exact;
    return json;
}

}  // namespace dsm
