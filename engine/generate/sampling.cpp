#include "engine/generate/sampling.h"

#include <algorithm>
#include <cmath>

#include "kernels/base/check.h"

namespace dsm {
namespace {

// Best first; equal values by the lower id, so that the choice never depends on the sort.
constexpr auto kBetter = [](const auto& a, const auto& b) {
    return a.value != b.value ? a.value > b.value : a.id < b.id;
};
constexpr auto kWorse = [](const auto& a, const auto& b) { return kBetter(b, a); };

}  // namespace

Sampler::Sampler(const SamplingSettings& settings, std::int64_t vocabSize)
    : settings_(settings),
      random_(settings.seed),
      timesInReply_(static_cast<std::size_t>(vocabSize)),
      noticed_(static_cast<std::size_t>(vocabSize)) {
    DSM_CHECK(vocabSize > 0);
    DSM_CHECK(settings.temperature >= 0 && settings.topK >= 0);
    DSM_CHECK(settings.topP > 0 && settings.repetitionPenalty > 0);
    noticedIds_.reserve(static_cast<std::size_t>(vocabSize));
    candidates_.reserve(static_cast<std::size_t>(vocabSize));
}

void Sampler::notice(TokenId id) {
    const auto i = static_cast<std::size_t>(id);
    if (id < 0 || i >= noticed_.size() || noticed_[i]) return;
    noticed_[i] = true;
    noticedIds_.push_back(id);
}

void Sampler::rememberPrompt(std::span<const TokenId> ids) {
    for (const TokenId id : ids)
        notice(id);
}

void Sampler::rememberReply(TokenId id) {
    notice(id);
    ++timesInReply_[static_cast<std::size_t>(id)];
}

void Sampler::penalise(std::span<float> logits) const {
    for (const TokenId id : noticedIds_) {
        float& logit = logits[static_cast<std::size_t>(id)];
        const float repetition = settings_.repetitionPenalty;
        logit = logit > 0 ? logit / repetition : logit * repetition;
        const std::int32_t times = timesInReply_[static_cast<std::size_t>(id)];
        if (times == 0) continue;
        logit -= settings_.presencePenalty;
        logit -= settings_.frequencyPenalty * static_cast<float>(times);
    }
}

void Sampler::keepTopK() {
    const auto k = static_cast<std::size_t>(settings_.topK);
    if (k == 0 || k >= candidates_.size()) return;
    const auto end = candidates_.begin() + settings_.topK;
    std::nth_element(candidates_.begin(), end - 1, candidates_.end(), kBetter);
    candidates_.resize(k);
}

// The best candidate's probability becomes 1, the others relative to it.
void Sampler::makeProbabilities() {
    const float best = std::max_element(candidates_.begin(), candidates_.end(), kWorse)->value;
    for (Candidate& c : candidates_) {
        c.value = std::exp((c.value - best) / settings_.temperature);
    }
    std::erase_if(candidates_, [&](const Candidate& c) { return c.value < settings_.minP; });
}

// A heap gives the likeliest candidates first without sorting the whole vocabulary.
TokenId Sampler::draw() {
    double total = 0;
    for (const Candidate& c : candidates_)
        total += c.value;
    std::make_heap(candidates_.begin(), candidates_.end(), kWorse);

    // The nucleus: popped candidates gather at the end, best last.
    const double wanted = settings_.topP < 1.0F ? total * settings_.topP : total;
    auto heapEnd = candidates_.end();
    double nucleus = 0;
    while (heapEnd != candidates_.begin() && (nucleus < wanted || heapEnd == candidates_.end())) {
        std::pop_heap(candidates_.begin(), heapEnd, kWorse);
        --heapEnd;
        nucleus += heapEnd->value;
    }

    constexpr double kUnit = 0x1p-53;  // 53 random bits as a number in [0, 1)
    double rest = static_cast<double>(random_() >> 11) * kUnit * nucleus;
    for (auto it = candidates_.end(); it != heapEnd;) {
        --it;
        rest -= it->value;
        if (rest < 0) return it->id;
    }
    return heapEnd->id;  // rounding ate the remainder
}

TokenId Sampler::choose(std::span<float> logits) {
    const std::size_t vocabSize = noticed_.size();
    DSM_CHECK(logits.size() >= vocabSize);
    penalise(logits);
    if (settings_.temperature == 0) {
        const auto end = logits.begin() + static_cast<std::ptrdiff_t>(vocabSize);
        return static_cast<TokenId>(std::max_element(logits.begin(), end) - logits.begin());
    }
    candidates_.clear();
    for (std::size_t i = 0; i < vocabSize; ++i) {
        candidates_.push_back({logits[i], static_cast<TokenId>(i)});
    }
    keepTopK();
    makeProbabilities();
    return draw();
}

}  // namespace dsm
