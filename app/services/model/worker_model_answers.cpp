// Several replies to one order, written at once.
#include <utility>

#include "app/services/model/order_prompt.h"
#include "app/services/model/reply_speed.h"
#include "app/services/model/worker_errors.h"
#include "app/services/model/worker_model.h"

namespace dsm {

using namespace worker_event;

Result<void> WorkerModel::writeAnswersOn(const WriteOrder& order, std::span<const TokenId> prompt,
                                         const AnswerSink& sink, const std::stop_token& stop) {
    std::vector<AnswerWish> wishes;
    for (const OrderedAnswer& answer : order.answers)
        wishes.push_back({.seed = answer.seed, .stop = answer.stop.get_token()});
    noteBegin(order, prompt);
    const GenerationSettings settings = overridden(model_->ownSettings(), order.choices);
    const auto written = model_->generateAnswers(prompt, settings, wishes, sink, stop);
    noteEnd();
    if (!written) return tl::unexpected(written.error());
    return {};
}

void WorkerModel::writeAnswers(const WriteOrder& order, const std::stop_token& stop) {
    WriteEnded like;
    if (model_) like.modelName = model_->name();
    std::vector<bool> hasEnded(order.answers.size());
    const auto tell = [&](std::size_t i, const Generation& generation,
                          const std::optional<ToldError>& error) {
        WriteEnded ended = like;
        ended.id = order.answers[i].id;
        ended.generation = generation;
        ended.error = error;
        hasEnded[i] = true;
        mail_.announce(std::move(ended));
    };
    if (!stop.stop_requested()) {
        for (const OrderedAnswer& answer : order.answers)
            mail_.announce(WriteBegan{answer.id});
    }
    ReplySpeed speed;
    const AnswerSink sink{.piece =
                              [&](std::size_t i, std::string_view text, TokenId token) {
                                  noteToken(speed.afterAnotherToken());
                                  mail_.announceText(order.answers[i].id, text, token);
                              },
                          .ended =
                              [&](std::size_t i, const Generation& generation) {
                                  std::optional<ToldError> error;
                                  if (generation.reason == StopReason::NotFinite)
                                      error = Error{ErrorCode::Malformed, generation.problem};
                                  tell(i, generation, error);
                              }};
    std::optional<ToldError> error;
    try {
        auto prompt =
            model_ ? promptFor(*model_, order) : Result<LanguageModel::ChatPrompt>(noModel());
        if (prompt) like.droppedMessages = prompt->droppedMessages;
        const auto written = stop.stop_requested() ? Result<void>(cancelled())
                             : prompt              ? writeAnswersOn(order, prompt->ids, sink, stop)
                                                   : Result<void>(tl::unexpected(prompt.error()));
        if (!written) error = written.error();
    } catch (const std::exception& exception) {
        error = fromException(exception);
    }
    const bool isCancelled = error && error->isCancel();
    const bool isLost = error && model_ && model_->hasFailed();
    for (std::size_t i = 0; i < hasEnded.size(); ++i) {
        if (hasEnded[i]) continue;
        Generation nothing;
        nothing.reason = StopReason::Cancelled;
        tell(i, nothing, isCancelled ? std::nullopt : error);
    }
    if (isLost) giveUpGpu(*error);
}

}  // namespace dsm
