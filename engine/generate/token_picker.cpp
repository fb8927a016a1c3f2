#include "engine/generate/token_picker.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "engine/generate/look_ahead.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

class HostPicker : public TokenPicker {
  public:
    HostPicker(Model& model, const ReplyPlan& plan, std::span<float> logits)
        : ahead_(model, plan.prompt, plan.maximumTokens, plan.looksAhead),
          logits_(logits),
          sampler_(plan.sampling, plan.vocabSize) {
        sampler_.rememberPrompt(plan.prompt);
    }

    std::optional<TokenId> next(const std::stop_token& stop) override {
        if (last_) {
            sampler_.rememberReply(*last_);
            logits_ = ahead_.read(*last_, stop);
        }
        if (!logits_) return std::nullopt;
        last_ = sampler_.choose(*logits_);
        return last_;
    }

  private:
    LookAhead ahead_;
    std::optional<std::span<float>> logits_;
    Sampler sampler_;
    std::optional<TokenId> last_;
};

class DevicePicker : public TokenPicker {
  public:
    DevicePicker(Model& model, const ReplyPlan& plan) : model_(model) {
        hasBegun_ = model_.beginReply(plan.sampling, plan.prompt, plan.maximumTokens);
    }
    ~DevicePicker() override { model_.endReply(); }
    DevicePicker(const DevicePicker&) = delete;
    DevicePicker& operator=(const DevicePicker&) = delete;

    std::optional<TokenId> next(const std::stop_token& stop) override {
        if (!hasBegun_ || stop.stop_requested()) return std::nullopt;
        return model_.nextToken();
    }

  private:
    Model& model_;
    bool hasBegun_ = false;
};

}  // namespace

Result<void> checkChoice(std::span<const float> logits, std::int64_t vocabSize,
                         const std::string& name) {
    const auto real = logits.first(static_cast<std::size_t>(vocabSize));
    const bool differ =
        std::adjacent_find(real.begin(), real.end(), std::not_equal_to<>()) != real.end();
    if (real.size() < 2 || differ || !std::isfinite(real.front())) return {};
    return failure(ErrorCode::Malformed, ReasonCode::EveryTokenAlike, {name});
}

std::unique_ptr<TokenPicker> pickTokens(Model& model, const ReplyPlan& plan,
                                        std::span<float> logits) {
    if (model.choosesTokens()) return std::make_unique<DevicePicker>(model, plan);
    return std::make_unique<HostPicker>(model, plan, logits);
}

}  // namespace dsm
