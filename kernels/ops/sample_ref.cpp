#include <algorithm>
#include <cmath>
#include <numeric>
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

float penalised(const SampleArgs& args, std::int64_t id) {
    const SampleSettings& s = *args.settings;
    const std::int32_t seen = args.history[id];
    float logit = args.logits[id];
    if (seen == 0) return logit;
    logit = logit > 0 ? logit / s.repetitionPenalty : logit * s.repetitionPenalty;
    if (seen == 1) return logit;
    logit -= s.presencePenalty;
    return logit - s.frequencyPenalty * static_cast<float>(seen - 1);
}

std::uint64_t weigh(float logit, float best, const SampleSettings& s) {
    const float share = std::exp((logit - best) / s.temperature);
    return share < s.minP ? 0 : static_cast<std::uint64_t>(share * 0x1p40F);
}

std::uint64_t highHalf(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(a) * b >> 64U);
}

std::int32_t draw(const std::vector<Candidate>& candidates, const SampleArgs& args) {
    const SampleSettings& s = *args.settings;
    std::uint64_t total = 0;
    for (const Candidate& c : candidates)
        total += c.weight;
    const auto share = static_cast<std::uint64_t>(std::ceil(static_cast<double>(total) * s.topP));
    const std::uint64_t wanted = std::min(share, total);  // above 2^53 the product may round up
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
    std::vector<Candidate> candidates;
    for (std::int64_t id = 0; id < args.vocabulary; ++id)
        candidates.push_back({penalised(args, id), static_cast<std::int32_t>(id), 0});
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
    });
    const SampleSettings& s = *args.settings;
    std::int32_t token = candidates.front().id;
    if (s.temperature > 0) {
        if (s.topK > 0 && s.topK < args.vocabulary)
            candidates.resize(static_cast<std::size_t>(s.topK));
        const float best = candidates.front().logit;
        for (Candidate& c : candidates)
            c.weight = weigh(c.logit, best, s);
        token = draw(candidates, args);
    }
    args.history[token] = std::max(args.history[token], 1) + 1;
    if (args.tokens != nullptr) args.tokens[args.state->drawn] = token;
    args.state->token = token;
    ++args.state->drawn;
    ++args.state->position;
}

}  // namespace dsm::reference
