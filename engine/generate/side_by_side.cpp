#include "engine/generate/side_by_side.h"

#include "kernels/base/log.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// Gives a model back the adapter that it had.
class AdapterInPlace {
  public:
    explicit AdapterInPlace(LanguageModel& model) : model_(model), before_(model.adapter()) {}
    ~AdapterInPlace() {
        if (model_.adapter() == before_) return;
        const auto restored = model_.useAdapter(before_);
        if (!restored) logMessage(LogLevel::Warning, restored.error().message);
    }
    AdapterInPlace(const AdapterInPlace&) = delete;
    AdapterInPlace& operator=(const AdapterInPlace&) = delete;

  private:
    LanguageModel& model_;
    const std::optional<AdapterChoice> before_;
};

}  // namespace

std::string SideBySide::problem() const {
    const bool isBase = base.reason == StopReason::NotFinite;
    if (!isBase && tuned.reason != StopReason::NotFinite) return {};
    Reason reason(isBase ? ReasonCode::WithoutAdapter : ReasonCode::WithAdapter);
    reason.add(reasonOf({ErrorCode::Malformed, isBase ? base.problem : tuned.problem}));
    return failure(ErrorCode::Malformed, reason).value().message;
}

Result<SideBySide> generateSideBySide(
    LanguageModel& model, const AdapterChoice& adapter, std::span<const TokenId> prompt,
    const GenerationSettings& settings,
    const std::function<void(bool isTuned, std::string_view text)>& sink,
    const std::stop_token& stop) {
    const AdapterInPlace before(model);
    SideBySide result;
    // One that is refused is so before the first answer, which may take a while.
    if (auto fits = model.useAdapter(adapter); !fits) return tl::unexpected(fits.error());
    for (const bool isTuned : {false, true}) {
        const auto used =
            model.useAdapter(isTuned ? std::optional<AdapterChoice>(adapter) : std::nullopt);
        if (!used) return tl::unexpected(used.error());
        auto generated = model.generate(
            prompt, settings,
            [&](std::string_view text, TokenId) {
                if (sink) sink(isTuned, text);
            },
            stop);
        if (!generated) return tl::unexpected(generated.error());
        (isTuned ? result.tuned : result.base) = std::move(*generated);
    }
    return result;
}

}  // namespace dsm
