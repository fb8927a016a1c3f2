#include "engine/generate/sampling.h"

#include <algorithm>
#include <cmath>

#include "kernels/base/check.h"
#include "kernels/base/finite.h"

namespace dsm {
namespace {

// Best first; equal logits by the lower id, so that the choice never depends on the sort.
constexpr auto kBetter = [](const auto& a, const auto& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
};
constexpr auto kWorse = [](const auto& a, const auto& b) { return kBetter(b, a); };

}  // namespace

Sampler::Sampler(const SampleSettings& settings, std::int64_t vocabSize)
    : settings_(settings), history_(static_cast<std::size_t>(vocabSize)) {
    DSM_CHECK(vocabSize > 0);
    DSM_CHECK(settings.temperature >= 0 && settings.topK >= 0);
    DSM_CHECK(settings.topP > 0 && settings.repetitionPenalty > 0);
    noticedIds_.reserve(static_cast<std::size_t>(vocabSize));
    candidates_.reserve(static_cast<std::size_t>(vocabSize));
}

void Sampler::rememberPrompt(std::span<const TokenId> ids) {
    for (const TokenId id : ids) {
        const auto i = static_cast<std::size_t>(id);
        if (id < 0 || i >= history_.size() || history_[i] != 0) continue;
        history_[i] = 1;
        noticedIds_.push_back(id);
    }
}

void Sampler::rememberReply(TokenId id) {
    std::int32_t& seen = history_[static_cast<std::size_t>(id)];
    if (seen == 0) noticedIds_.push_back(id);
    seen = seenInReply(seen);
}

void Sampler::penalise(std::span<float> logits) const {
    for (const TokenId id : noticedIds_) {
        const auto i = static_cast<std::size_t>(id);
        logits[i] = penalisedLogit(logits[i], history_[i], settings_);
    }
}

void Sampler::keepTopK() {
    const auto k = static_cast<std::size_t>(settings_.topK);
    if (k == 0 || k >= candidates_.size()) return;
    const auto end = candidates_.begin() + settings_.topK;
    std::nth_element(candidates_.begin(), end - 1, candidates_.end(), kBetter);
    candidates_.resize(k);
}

// A heap gives the likeliest candidates first without sorting the whole vocabulary.
TokenId Sampler::draw() {
    const float best = std::max_element(candidates_.begin(), candidates_.end(), kWorse)->logit;
    const auto weight = [&](const Candidate& c) {
        return weightOfShare(std::exp((c.logit - best) / settings_.temperature), settings_);
    };
    std::uint64_t total = 0;
    for (const Candidate& c : candidates_)
        total += weight(c);
    std::make_heap(candidates_.begin(), candidates_.end(), kWorse);

    // The nucleus: popped candidates gather at the end, best last.
    const std::uint64_t wanted = nucleusWeight(total, settings_.topP);
    auto heapEnd = candidates_.end();
    std::uint64_t nucleus = 0;
    while (nucleus < wanted) {
        std::pop_heap(candidates_.begin(), heapEnd, kWorse);
        --heapEnd;
        nucleus += weight(*heapEnd);
    }

    const std::uint64_t rest = highHalf(drawBits(settings_.seed, drawn_), nucleus);
    std::uint64_t sum = 0;
    auto chosen = candidates_.end();
    while (sum <= rest)
        sum += weight(*--chosen);
    return chosen->id;
}

TokenId Sampler::choose(std::span<float> logits) {
    const std::size_t vocabSize = history_.size();
    DSM_CHECK(logits.size() >= vocabSize);
    if (!areFinite(logits.first(vocabSize))) return kNotFinite;
    penalise(logits);
    TokenId id = 0;
    if (settings_.temperature == 0) {
        const auto end = logits.begin() + static_cast<std::ptrdiff_t>(vocabSize);
        id = static_cast<TokenId>(std::max_element(logits.begin(), end) - logits.begin());
    } else {
        candidates_.clear();
        for (std::size_t i = 0; i < vocabSize; ++i)
            candidates_.push_back({logits[i], static_cast<TokenId>(i)});
        keepTopK();
        id = draw();
    }
    ++drawn_;
    return id;
}

}  // namespace dsm
