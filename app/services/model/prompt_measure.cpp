#include "app/services/model/prompt_measure.h"

#include <algorithm>
#include <string_view>

#include "app/services/model/write_order.h"
#include "engine/generate/chat_window.h"

namespace dsm {
namespace {

std::string_view withoutLeadingSpace(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n'))
        text.remove_prefix(1);
    return text;
}

std::int64_t countOf(const std::vector<TokenId>& ids) {
    return static_cast<std::int64_t>(ids.size());
}

}  // namespace

std::vector<TokenId> idsOfReply(const Tokenizer& tokenizer, const ChatMessage& reply) {
    if (!reply.ids.empty() && spells(tokenizer, reply)) return reply.ids;
    // The model's own replies begin with the space that follows "Assistant:".
    return tokenizer.encode(" " + std::string(withoutLeadingSpace(reply.content)));
}

std::string rawTextOf(const WriteOrder& order) {
    std::string text = order.rawText;
    for (const ChatMessage& message : order.messages) {
        if (message.role == ChatRole::System) continue;  // instructions, not text
        const bool followsReply = message.role == ChatRole::User && !text.empty();
        if (followsReply) text += '\n';
        text += message.content;
    }
    return text + order.replySoFar.content;
}

std::int64_t reserveFor(const WriteOrder& order, const GenerationSettings& own,
                        std::int64_t limit) {
    return replyReserve(overridden(own, order.choices), limit);
}

PromptMeasure::PromptMeasure(const LanguageModel& model)
    : tokenizer_(model.sharedTokenizer()),
      template_(model.chatTemplate()),
      ownSettings_(model.ownSettings()),
      limit_(model.contextLimit()) {}

PromptSize PromptMeasure::measure(const WriteOrder& order) const {
    if (!template_ || order.messages.empty()) {
        const bool addsBos = tokenizer_->addBos() && tokenizer_->bosId() >= 0;
        const std::int64_t tokens =
            countOf(tokenizer_->encode(rawTextOf(order))) + (addsBos ? 1 : 0);
        // At least one token is written.
        return {.tokens = tokens, .room = limit_ - 1, .read = tokens, .leftOut = 0};
    }
    std::vector<ChatMessage> needed;
    if (order.messages.front().role == ChatRole::System) needed.push_back(order.messages.front());
    needed.push_back(order.messages.back());
    std::int64_t begun = 0;
    if (!order.replySoFar.content.empty())
        begun = countOf(idsOfReply(*tokenizer_, order.replySoFar));
    const std::int64_t room =
        limit_ - std::max<std::int64_t>(1, reserveFor(order, ownSettings_, limit_));
    const ChatWindow window = chatWindow(order.messages, *template_, *tokenizer_, room - begun);
    return {.tokens = countOf(template_->render(needed, *tokenizer_, true)) + begun,
            .room = room,
            .read = countOf(window.ids) + begun,
            .leftOut = window.droppedMessages};
}

}  // namespace dsm
