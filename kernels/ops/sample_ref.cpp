#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/base/check.h"
#include "kernels/ops/sample.h"

namespace dsm::reference {
namespace {

struct Candidate {
    float logit;
    std::int32_t id;
    std::uint64_t weight;
};

std::int32_t draw(const std::vector<Candidate>& candidates, const SampleArgs& args) {
    const SampleSettings& s = *args.settings;
    std::uint64_t total = 0;
    for (const Candidate& c : candidates)
        total += c.weight;
    const std::uint64_t wanted = nucleusWeight(total, s.topP);
    std::uint64_t nucleus = 0;
    for (const Candidate& c : candidates) {
        if (nucleus >= wanted) break;
        nucleus += c.weight;
    }
    const std::uint64_t rest = highHalf(drawBits(s.seed, args.state->drawn), nucleus);
    std::uint64_t sum = 0;
    for (const Candidate& c : candidates) {
        sum += c.weight;
        if (sum > rest) return c.id;
    }
    return candidates.front().id;
}

}  // namespace

void sample(OpContext&, const SampleArgs& args) {
    DSM_CHECK(args.vocabulary > 0 && args.vocabulary <= kMostVocabulary);
    const SampleSettings& s = *args.settings;
    const bool isFinite = std::all_of(args.logits, args.logits + args.vocabulary,
                                      [](float logit) { return std::isfinite(logit); });
    std::vector<Candidate> candidates;
    for (std::int64_t id = 0; id < args.vocabulary; ++id) {
        candidates.push_back({penalisedLogit(args.logits[id], args.history[id], s),
                              static_cast<std::int32_t>(id), 0});
    }
    const auto isBetter = [](const Candidate& a, const Candidate& b) {
        return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
    };
    if (isFinite) std::sort(candidates.begin(), candidates.end(), isBetter);
    std::int32_t token = candidates.front().id;
    if (isFinite && s.temperature > 0) {
        if (s.topK > 0 && s.topK < args.vocabulary)
            candidates.resize(static_cast<std::size_t>(s.topK));
        const float best = candidates.front().logit;
        for (Candidate& c : candidates)
            c.weight = weightOfShare(std::exp((c.logit - best) / s.temperature), s);
        token = draw(candidates, args);
    }
    if (isFinite) args.history[token] = seenInReply(args.history[token]);
    if (args.tokens != nullptr) args.tokens[args.state->drawn] = isFinite ? token : kNotFinite;
    args.state->token = isFinite ? token : 0;
    ++args.state->drawn;
    ++args.state->position;
}

}  // namespace dsm::reference
