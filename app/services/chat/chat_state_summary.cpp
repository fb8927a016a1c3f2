// The summary of older messages that replies wait for where a chat is longer than the context.
#include <algorithm>
#include <utility>

#include "app/services/chat/chat_state.h"
#include "app/services/chat/chat_summary.h"
#include "app/services/chat/stored_chat.h"
#include "app/services/program/reason_words.h"

namespace dsm {

std::vector<ChatState::Summing>::iterator ChatState::summingWith(quint64 requestId) {
    return std::find_if(summings_.begin(), summings_.end(),
                        [&](const Summing& summing) { return summing.requestId == requestId; });
}

bool ChatState::isSumming(qint64 replyId) const {
    return std::any_of(summings_.begin(), summings_.end(), [&](const Summing& summing) {
        return std::find(summing.replyIds.begin(), summing.replyIds.end(), replyId) !=
               summing.replyIds.end();
    });
}

bool ChatState::summarize(const StoredConversation& conversation,
                          const std::vector<StoredMessage>& path,
                          const std::vector<std::int64_t>& replyIds) {
    if (rulesOf(conversation.samplingJson).whenFull != WhenFull::Summarize) return false;
    const GenerationRequest whole = requestFor(conversation, path);
    if (generator_->promptFit(whole).fitsWhole()) return false;
    auto plan = planSummary(path, whole, [this](const GenerationRequest& request) {
        return generator_->promptFit(request);
    });
    if (!plan) return false;
    plan->request.id = generator_->newRequestId();
    summings_.push_back({plan->request.id, conversation.id, plan->upTo, {}, replyIds});
    for (Turn& turn : turns_) {
        if (isSumming(turn.reply.id)) turn.requestId = plan->request.id;
    }
    generator_->generate(plan->request);
    for (const std::int64_t replyId : replyIds)
        Q_EMIT chats_->messageChanged(conversation.id, replyId);
    return true;
}

void ChatState::summed(quint64 requestId, const GenerationOutcome& outcome) {
    const auto summing = summingWith(requestId);
    const Summing done = std::move(*summing);
    summings_.erase(summing);
    GenerationOutcome failed = outcome;
    if (failed.error.isEmpty() && outcome.end != StopReason::Cancelled) {
        const std::string text = QString::fromStdString(done.text).trimmed().toStdString();
        const Result<void> stored = text.empty()
                                        ? failure(ErrorCode::Malformed, ReasonCode::SummaryEmpty)
                                        : storeOf(done.upTo).setSummary(done.upTo, text);
        if (stored) {
            Q_EMIT chats_->branchChanged(done.conversationId);
            if (ask(done.replyIds, Files::Chosen)) return;
        } else {
            failed.error = presentError(stored.error());
        }
    }
    if (!failed.error.isEmpty()) {
        failed.error =
            ChatState::tr("The older messages could not be summarized: %1").arg(failed.error);
    }
    failed.statistics = {};
    endTurns(done.replyIds, failed);
}

}  // namespace dsm
