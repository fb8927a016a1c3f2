#include "app/services/model/order_prompt.h"

#include <string>
#include <utility>

#include "app/services/model/prompt_measure.h"

namespace dsm {

Result<LanguageModel::ChatPrompt> promptFor(const LanguageModel& model, const WriteOrder& order) {
    const Tokenizer& tokenizer = model.tokenizer();
    const std::int64_t limit = model.contextLimit();
    LanguageModel::ChatPrompt prompt;
    if (order.messages.empty() || !model.chatTemplate()) {
        prompt.ids = model.encodeText(rawTextOf(order));
        if (prompt.ids.empty())
            return failure(ErrorCode::Unsupported, "There is no text to go on with.");
    } else {
        std::vector<TokenId> begun;
        if (!order.replySoFar.content.empty()) begun = idsOfReply(tokenizer, order.replySoFar);
        const auto begunTokens = static_cast<std::int64_t>(begun.size());
        if (!begun.empty()) {
            const PromptSize size = PromptMeasure(model).measure(order);
            if (!size.fits()) {
                return failure(ErrorCode::Unsupported,
                               "The reply cannot go on: with its question it takes " +
                                   std::to_string(size.tokens) + " tokens, and the context of " +
                                   std::to_string(limit) + " leaves room for " +
                                   std::to_string(size.room) + ". Begin a new chat.");
            }
        }
        auto chat = model.encodeChat(order.messages,
                                     reserveFor(order, model.ownSettings(), limit) + begunTokens);
        if (!chat) return tl::unexpected(chat.error());
        prompt = std::move(*chat);
        prompt.ids.insert(prompt.ids.end(), begun.begin(), begun.end());
    }
    if (static_cast<std::int64_t>(prompt.ids.size()) >= limit) {
        return failure(ErrorCode::Unsupported,
                       "The text takes " + std::to_string(prompt.ids.size()) +
                           " tokens, but the context holds " + std::to_string(limit) +
                           ". Shorten it, or begin a new chat.");
    }
    return prompt;
}

}  // namespace dsm
