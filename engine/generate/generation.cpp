#include "engine/generate/generation.h"

namespace dsm {

GenerationSettings overridden(GenerationSettings own, const GenerationOverrides& wanted) {
    SampleSettings& sampling = own.sampling;
    sampling.temperature = wanted.temperature.value_or(sampling.temperature);
    sampling.topK = wanted.topK.value_or(sampling.topK);
    sampling.topP = wanted.topP.value_or(sampling.topP);
    sampling.repetitionPenalty = wanted.repetitionPenalty.value_or(sampling.repetitionPenalty);
    own.maximumTokens = wanted.maximumTokens.value_or(own.maximumTokens);
    sampling.minP = wanted.minP;
    sampling.presencePenalty = wanted.presencePenalty;
    sampling.frequencyPenalty = wanted.frequencyPenalty;
    sampling.seed = wanted.seed;
    own.stopStrings = wanted.stopStrings;
    return own;
}

}  // namespace dsm
