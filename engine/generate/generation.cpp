#include "engine/generate/generation.h"

namespace dsm {

GenerationSettings overridden(GenerationSettings own, const GenerationOverrides& wanted) {
    SampleSettings& sampling = own.sampling;
    sampling.temperature = wanted.temperature.value_or(sampling.temperature);
    sampling.topK = wanted.topK.value_or(sampling.topK);
    sampling.topP = wanted.topP.value_or(sampling.topP);
    sampling.repetitionPenalty = wanted.repetitionPenalty.value_or(sampling.repetitionPenalty);
    own.maximumTokens = wanted.maximumTokens.value_or(own.maximumTokens);
    sampling.minP = wanted.minP.value_or(sampling.minP);
    sampling.presencePenalty = wanted.presencePenalty;
    sampling.frequencyPenalty = wanted.frequencyPenalty;
    sampling.seed = wanted.seed;
    own.stopStrings.insert(own.stopStrings.end(), wanted.stopStrings.begin(),
                           wanted.stopStrings.end());
    return own;
}

}  // namespace dsm
