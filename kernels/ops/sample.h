// Sample: the next token from the logits, where the logits are, so that a device goes on by itself.
//
//   logit'     = logit after penalties                      by history, see below
//   greedy     the largest logit', ties to the lower id     where temperature is 0
//   candidates = the topK best by (logit', lower id)        all where topK is 0
//   weight     = floor(2^40 exp((logit' - best) / temperature)), 0 where the exponential < minP
//   nucleus    = the best candidates up to a total weight of at least topP times that of all
//   draw       = the first of the nucleus, best first, at which the sum of weights exceeds
//                floor(r * total / 2^64), r = 64 random bits of (seed, number of the draw)
//
// The same choice as engine/generate/sampling.h makes, with the same probabilities up to 2^-40 of
// the best one's, from another random number: whole numbers add up to the same in every order.
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

namespace dsm {

inline constexpr std::int64_t kMostVocabulary = std::int64_t{1} << 22;

// What a generation fixes; see sampling.h for the ranges.
struct SampleSettings {
    float temperature = 0;
    std::int32_t topK = 0;
    float topP = 1;
    float minP = 0;
    float repetitionPenalty = 1;
    float presencePenalty = 0;
    float frequencyPenalty = 0;
    std::uint64_t seed = 0;
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
constexpr std::uint64_t splitmix64(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
}
constexpr std::uint64_t drawBits(std::uint64_t seed, std::uint64_t number) {
    return splitmix64(splitmix64(seed) + number);
}

namespace reference {
void sample(OpContext& context, const SampleArgs& args);
}
namespace cuda {
void sample(OpContext& context, const SampleArgs& args);
}

}  // namespace dsm
