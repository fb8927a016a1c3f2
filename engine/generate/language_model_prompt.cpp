// LanguageModel::encodeChat: which part of a long conversation the model gets to read.

#include <algorithm>

#include "engine/generate/chat_window.h"
#include "engine/generate/language_model.h"

namespace dsm {

Result<LanguageModel::ChatPrompt> LanguageModel::encodeChat(std::span<const ChatMessage> messages,
                                                            std::int64_t reserve) const {
    if (templateProblem_) return tl::unexpected(*templateProblem_);
    if (!template_) {
        return failure(ErrorCode::Unsupported,
                       name_ +
                           " has no chat template: it is a Base model that continues text. "
                           "Use text completion instead, or load a Chat model.");
    }
    const std::int64_t room = contextLimit() - std::max<std::int64_t>(reserve, 1);
    ChatWindow window = chatWindow(messages, *template_, *tokenizer_, room);
    if (static_cast<std::int64_t>(window.ids.size()) <= room)
        return ChatPrompt{.ids = std::move(window.ids), .droppedMessages = window.droppedMessages};
    return failure(ErrorCode::Unsupported,
                   "This message is too long: it takes " + std::to_string(window.ids.size()) +
                       " tokens, and the context of " + std::to_string(contextLimit()) +
                       " leaves room for " + std::to_string(room) + ". Shorten it.");
}

}  // namespace dsm
