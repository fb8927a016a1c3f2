#include "engine/model/pass/token_work.h"

#include <algorithm>
#include <map>

namespace dsm {
namespace {

std::vector<const Weight*> sharedWeights(const LayerWeights& layer) {
    std::vector<const Weight*> weights{
        &layer.inputNorm, &layer.query,           &layer.key,
        &layer.value,     &layer.attentionOutput, &layer.postAttentionNorm};
    if (layer.isMoe()) weights.push_back(&layer.router);
    weights.insert(weights.end(), {&layer.sharedGate, &layer.sharedUp, &layer.sharedDown});
    return weights;
}

double factors(const LowRank& adapter) {
    return static_cast<double>(adapter.a.size() + adapter.b.size());
}

double multiplyAdds(const Weight& weight) {
    const double own = static_cast<double>(weight.rows * weight.cols);
    return weight.lowRank == nullptr ? own : own + factors(*weight.lowRank);
}

class Sum {
  public:
    // `share` of the weight, and of its adapter's factors, is read.
    void add(const Weight& weight, double share) {
        const double bytes = share * static_cast<double>(weight.sizeBytes());
        work_.weightBytes += bytes;
        byType_[weight.type] += bytes;
        if (weight.lowRank != nullptr) work_.weightBytes += share * 4 * factors(*weight.lowRank);
    }
    void addLayer(const LayerWeights& layer, std::int64_t activeExperts) {
        for (const Weight* weight : sharedWeights(layer)) {
            add(*weight, 1);
            // A norm scales the token's numbers one by one: nothing beside a product.
            if (weight->rows > 1) work_.layerMultiplyAdds += multiplyAdds(*weight);
        }
        for (const auto* experts : {&layer.expertGate, &layer.expertUp, &layer.expertDown}) {
            const double share =
                static_cast<double>(activeExperts) / static_cast<double>(experts->size());
            for (const Weight& weight : *experts) {
                add(weight, share);
                work_.layerMultiplyAdds += share * multiplyAdds(weight);
            }
        }
    }
    void addHead(const Weight& head) {
        add(head, 1);
        work_.headMultiplyAdds = multiplyAdds(head);
    }
    TokenWork result() {
        work_.type =
            std::max_element(byType_.begin(), byType_.end(), [](const auto& a, const auto& b) {
                return a.second < b.second;
            })->first;
        return work_;
    }

  private:
    TokenWork work_;
    std::map<DType, double> byType_;
};

}  // namespace

TokenWork tokenWork(const ModelConfig& config, const Weights& weights) {
    Sum sum;
    sum.add(weights.embedding(), 1 / static_cast<double>(weights.embedding().rows));
    for (const LayerWeights& layer : weights.layers())
        sum.addLayer(layer, config.expertsPerToken);
    sum.add(weights.finalNorm(), 1);
    sum.addHead(weights.head());
    return sum.result();
}

std::vector<const Weight*> everyWeight(const Weights& weights) {
    std::vector<const Weight*> all{&weights.embedding()};
    for (const LayerWeights& layer : weights.layers()) {
        const auto shared = sharedWeights(layer);
        all.insert(all.end(), shared.begin(), shared.end());
        for (const auto* experts : {&layer.expertGate, &layer.expertUp, &layer.expertDown}) {
            for (const Weight& weight : *experts)
                all.push_back(&weight);
        }
    }
    all.insert(all.end(), {&weights.finalNorm(), &weights.head()});
    return all;
}

std::vector<std::pair<DType, std::uint64_t>> bytesByType(const Weights& weights) {
    std::map<DType, std::uint64_t> bytes;
    for (const Weight* weight : everyWeight(weights))
        bytes[weight->type] += weight->sizeBytes();
    std::vector<std::pair<DType, std::uint64_t>> most(bytes.begin(), bytes.end());
    std::sort(most.begin(), most.end(),
              [](const auto& a, const auto& b) { return a.second > b.second; });
    return most;
}

}  // namespace dsm
