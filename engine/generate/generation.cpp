#include "engine/generate/generation.h"

#include <algorithm>

namespace dsm {

GenerationSettings overridden(GenerationSettings own, const GenerationChoices& wanted) {
    SampleSettings& sampling = own.sampling;
    const auto take = [](float& value, const std::optional<double>& choice) {
        if (choice) value = static_cast<float>(*choice);
    };
    take(sampling.temperature, wanted.temperature);
    take(sampling.topP, wanted.topP);
    take(sampling.minP, wanted.minP);
    take(sampling.repetitionPenalty, wanted.repetitionPenalty);
    sampling.topK = wanted.topK.value_or(sampling.topK);
    if (wanted.maximumTokens) {
        own.maximumTokens = *wanted.maximumTokens;
        own.maximumLength = 0;
    }
    sampling.presencePenalty = static_cast<float>(wanted.presencePenalty);
    sampling.frequencyPenalty = static_cast<float>(wanted.frequencyPenalty);
    sampling.seed = wanted.seed.value_or(0);
    own.stopStrings.insert(own.stopStrings.end(), wanted.stopStrings.begin(),
                           wanted.stopStrings.end());
    return own;
}

std::int64_t replyReserve(const GenerationSettings& settings, std::int64_t contextLimit) {
    std::int64_t length = contextLimit;
    if (settings.maximumLength > 0) length = std::min(length, settings.maximumLength);
    return contextLimit - length + std::min(settings.maximumTokens, length / 4);
}

}  // namespace dsm
