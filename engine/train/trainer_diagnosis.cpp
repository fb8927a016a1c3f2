// What a trainer says when numbers stop being finite.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "engine/train/trainer.h"

namespace dsm {
namespace {

std::string inScience(double value) {
    std::ostringstream text;
    text.precision(3);
    text << value;
    return text.str();
}

}  // namespace

std::string Trainer::firstBadGradient() const {
    for (const Parameter& p : trained_.parameters()) {
        const float* own = gradients_.data() + p.offset;
        if (!std::all_of(own, own + p.size(), [](float v) { return std::isfinite(v); }))
            return p.name;
    }
    return "none: only their sum is too large";
}

Error Trainer::explain(const StepResult& result, std::span<const TokenBatch> batches) {
    std::string text = "Step " + std::to_string(state_.step + 1) + ": ";
    if (std::isfinite(result.loss)) {
        text += "the gradient is not finite while the loss is " + inScience(result.loss) +
                "; the first such gradient is that of " + firstBadGradient() + ".";
    } else {
        text += "the loss is not a finite number.";
        for (const TokenBatch& batch : batches) {
            if (const auto place = pass_->firstNotFinite(batch)) {
                text += " The first numbers that are not finite stand in " + *place + ".";
                break;
            }
        }
    }
    const auto count = static_cast<std::int64_t>(trained_.values().size());
    const auto bad = std::find_if_not(trained_.values().begin(), trained_.values().end(),
                                      [](float v) { return std::isfinite(v); });
    if (bad - trained_.values().begin() < count)
        text += " Weights that learn are no longer finite.";
    text += " The learning rate was " + inScience(result.rate) +
            ". Try a tenth of the learning rate, a longer warm-up or max_grad_norm 0.3; the model "
            "and the data may also be damaged.";
    return withLastCheckpoint({ErrorCode::Internal, text});
}

}  // namespace dsm
