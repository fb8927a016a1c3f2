#include "app/services/model/order_prompt.h"

#include <string>
#include <utility>

#include "app/services/model/prompt_measure.h"
#include "kernels/base/reason.h"

namespace dsm {

Result<LanguageModel::ChatPrompt> promptFor(const LanguageModel& model, const WriteOrder& order) {
    const Tokenizer& tokenizer = model.tokenizer();
    const std::int64_t limit = model.contextLimit();
    LanguageModel::ChatPrompt prompt;
    if (order.messages.empty() || !model.chatTemplate()) {
        prompt.ids = model.encodeText(rawTextOf(order));
        if (prompt.ids.empty())
            return failure(ErrorCode::Unsupported, ReasonCode::NoTextToContinue);
    } else {
        std::vector<TokenId> begun;
        if (!order.replySoFar.content.empty()) begun = idsOfReply(tokenizer, order.replySoFar);
        const auto begunTokens = static_cast<std::int64_t>(begun.size());
        if (!begun.empty()) {
            const PromptSize size = PromptMeasure(model).measure(order);
            if (!size.fits()) {
                return failure(ErrorCode::Unsupported, ReasonCode::ReplyCannotContinue,
                               {std::to_string(size.tokens), std::to_string(limit),
                                std::to_string(size.room)});
            }
        }
        auto chat = model.encodeChat(order.messages,
                                     reserveFor(order, model.ownSettings(), limit) + begunTokens);
        if (!chat) return tl::unexpected(chat.error());
        prompt = std::move(*chat);
        prompt.ids.insert(prompt.ids.end(), begun.begin(), begun.end());
    }
    if (static_cast<std::int64_t>(prompt.ids.size()) >= limit) {
        return failure(ErrorCode::Unsupported, ReasonCode::TextFillsContext,
                       {std::to_string(prompt.ids.size()), std::to_string(limit)});
    }
    return prompt;
}

}  // namespace dsm
