// Sample: the next token from the logits, where the logits are, so that a device goes on by itself.
//
//   logit'     = logit after penalties                      by history, see below
//   greedy     the largest logit', ties to the lower id     where temperature is 0
//   candidates = the topK best by (logit', lower id)        all where topK is 0
//   weight     = floor(2^40 exp((logit' - best) / temperature)), 0 where the exponential < minP
//   nucleus    = the best candidates up to a total weight of at least topP times that of all
//   none       = kNotFinite, where a logit is no finite number: nothing is chosen
//   draw       = the first of the nucleus, best first, at which the sum of weights exceeds
//                floor(r * total / 2^64), r = 64 random bits of (seed, number of the draw)
//
// Whole numbers add up to the same in every order, so that engine/generate/sampling.h, which makes
// the same choice on the host, makes it to the token.
//
//   penalties  logit > 0 ? logit / repetition : logit * repetition, - presence - frequency * times
//   history    per id: 0 where it was never seen, else 1 + its times in the reply; the chosen one's
//              is brought up to date
//   r          = splitmix64(splitmix64(seed) + number), number counting from 0
//
// Source    top-p: Holtzman et al., arXiv 1904.09751; min-p: Nguyen et al., arXiv 2407.01082;
//           splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators".
// Letters   V vocabulary.
// Ownership Borrows everything for the call; allocates nothing; changes history, state and what is
//           marked out.
// Device    Everything that is pointed to lies on the context's device.
// Errors    None. A vocabulary of no token or above kMostVocabulary is the caller's bug (CHECK).
// Parity    The same token, but where exp's last bit decides.
#pragma once

#include <cstdint>

#include "kernels/base/op_context.h"
#include "kernels/base/splitmix.h"

namespace dsm {

inline constexpr std::int64_t kMostVocabulary = std::int64_t{1} << 22;
// In place of a token; the state then holds id 0, with which a recorded pass can go on.
inline constexpr std::int32_t kNotFinite = -1;

// What a generation fixes.
struct SampleSettings {
    float temperature = 0;        // >= 0; 0 is greedy
    std::int32_t topK = 0;        // >= 0; 0 keeps all
    float topP = 1;               // in (0, 1]; 1 keeps all
    float minP = 0;               // in [0, 1]: share of the best token's probability; 0 keeps all
    float repetitionPenalty = 1;  // > 0; 1 changes nothing
    float presencePenalty = 0;
    float frequencyPenalty = 0;
    std::uint64_t seed = 0;  // equal seeds give equal texts on the same backend
};

// Where a generation is: what a recorded launch reads and takes on by one token.
struct SampleState {
    std::uint64_t drawn = 0;    // tokens so far
    std::int32_t token = 0;     // the last of them: the id that embed() reads next
    std::int32_t position = 0;  // of that token in the cache: what OpContext's position points to
};

struct SampleArgs {
    const float* logits = nullptr;  // [>= V]
    std::int64_t vocabulary = 0;    // V
    const SampleSettings* settings = nullptr;
    std::int32_t* history = nullptr;  // [V] in and out
    SampleState* state = nullptr;     // in and out: drawn and position + 1, token
    std::int32_t* tokens = nullptr;   // out: tokens[drawn]; nullptr: not wanted
};

// Bits for draw `number` of a generation.
constexpr std::uint64_t drawBits(std::uint64_t seed, std::uint64_t number) {
    return splitmix64(splitmix64(seed) + number);
}

// The formulas above, for whoever chooses. `seen` is the id's history.
constexpr float penalisedLogit(float logit, std::int32_t seen, const SampleSettings& s) {
    if (seen == 0) return logit;
    logit = logit > 0 ? logit / s.repetitionPenalty : logit * s.repetitionPenalty;
    if (seen == 1) return logit;
    logit -= s.presencePenalty;
    return logit - s.frequencyPenalty * static_cast<float>(seen - 1);
}
constexpr std::int32_t seenInReply(std::int32_t seen) {
    return (seen > 1 ? seen : 1) + 1;
}
// `share` is exp((logit' - best) / temperature).
constexpr std::uint64_t weightOfShare(float share, const SampleSettings& s) {
    return share >= s.minP ? static_cast<std::uint64_t>(share * 0x1p40F) : 0;
}
constexpr std::uint64_t nucleusWeight(std::uint64_t total, float topP) {
    const double wanted = static_cast<double>(total) * static_cast<double>(topP);
    const auto down = static_cast<std::uint64_t>(wanted);
    const std::uint64_t up = static_cast<double>(down) < wanted ? down + 1 : down;
    return up < total ? up : total;  // above 2^53 the product may round up
}
constexpr std::uint64_t highHalf(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t low = (a & 0xffffffffU) * (b & 0xffffffffU) >> 32U;
    const std::uint64_t cross = (a >> 32U) * (b & 0xffffffffU) + low;
    const std::uint64_t other = (a & 0xffffffffU) * (b >> 32U) + (cross & 0xffffffffU);
    return (a >> 32U) * (b >> 32U) + (cross >> 32U) + (other >> 32U);
}

namespace reference {
void sample(OpContext& context, const SampleArgs& args);
}
namespace cuda {
void sample(OpContext& context, const SampleArgs& args);
}

}  // namespace dsm
