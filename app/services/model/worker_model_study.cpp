// What a model finds of a text: how likely its tokens are, and what could follow.
#include <algorithm>
#include <utility>

#include "app/services/model/worker_errors.h"
#include "app/services/model/worker_model.h"

namespace dsm {

using namespace worker_event;

// Of a text that begins as the one before, the scores of that beginning are known.
Result<void> WorkerModel::scoreOn(std::span<const TokenId> ids, const std::stop_token& stop) {
    const auto differ =
        std::ranges::mismatch(scores_, ids, {}, [](const TokenScore& score) { return score.id; });
    scores_.erase(differ.in1, scores_.end());
    auto scores = model_->score(ids, {.from = scores_.size()}, stop);
    if (!scores) return tl::unexpected(scores.error());
    scores_.insert(scores_.end(), scores->begin(), scores->end());
    return {};
}

Result<void> WorkerModel::studyOn(const StudyOrder& order, const std::stop_token& stop,
                                  Studied& studied) {
    if (!model_) return tl::unexpected(noModel().value());
    studied.tokenizer = model_->sharedTokenizer();
    const std::vector<TokenId> ids = model_->encodeText(order.text);
    if (ids.empty()) return {};
    saveContext(stop);
    conversation_ = 0;
    if (!provenModel_) setCrashMark(true);
    Result<void> done;
    if (order.likeliest > 0) {
        auto likeliest = model_->likeliestAfter(ids, order.likeliest, stop);
        if (likeliest) {
            studied.likeliest = std::move(*likeliest);
        } else {
            done = tl::unexpected(likeliest.error());
        }
    } else {
        done = scoreOn(ids, stop);
        if (done) studied.scores = scores_;
    }
    setCrashMark(false);
    return done;
}

void WorkerModel::study(const StudyOrder& order, const std::stop_token& stop) {
    Studied studied;
    studied.id = order.id;
    studied.text = order.text;
    try {
        const Result<void> done =
            stop.stop_requested() ? Result<void>(cancelled()) : studyOn(order, stop, studied);
        if (!done) studied.error = done.error();
    } catch (const std::exception& exception) {
        studied.error = fromException(exception);
    }
    mail_.publish([this](WorkerStatus& status) {
        if (status.state != ModelState::Ready || !model_) return;
        status.contextUsed = model_->contextUsed();
        status.contextConversation = 0;
    });
    const bool isLost = studied.error && model_ && model_->hasFailed();
    const std::optional<ToldError> error = studied.error;
    mail_.announce(std::move(studied));
    if (isLost) giveUpGpu(*error);
}

}  // namespace dsm
