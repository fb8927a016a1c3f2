// What a trainer says when numbers stop being finite.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "engine/train/trainer.h"
#include "kernels/base/reason.h"

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
    const std::vector<float> gradients = gradients_.got();
    for (const Parameter& p : trained_.parameters()) {
        const float* own = gradients.data() + p.offset;
        if (!std::all_of(own, own + p.size(), [](float v) { return std::isfinite(v); }))
            return p.name;
    }
    return "none: only their sum is too large";
}

// Steps behind it were queued, but changed nothing: their gradients are in the place of its own.
Error Trainer::explain(const StepResult& result, const QueuedStep& queued) {
    const std::string step = std::to_string(queued.number + 1);
    Reason reason;
    if (std::isfinite(result.loss)) {
        static_cast<void>(queuePasses(queued, results_[queued.number % 2], {}));
        reason.add(ReasonCode::GradientNotFinite,
                   {step, inScience(result.loss), firstBadGradient()});
    } else {
        reason.add(ReasonCode::LossNotFinite, {step});
        for (const TokenBatch& batch : queued.batches) {
            if (const auto place = pass_->firstNotFinite(batch)) {
                reason.add(ReasonCode::FirstNotFinite, {*place});
                break;
            }
        }
    }
    // Of a GPU that fails now, the numbers are those of before.
    static_cast<void>(bringValues());
    const std::span<const float> values = trained_.values();
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }))
        reason.add(ReasonCode::WeightsNotFinite);
    reason.add(ReasonCode::TryOtherRate, {inScience(result.rate)});
    return withLastCheckpoint(failure(ErrorCode::Internal, reason).value());
}

}  // namespace dsm
