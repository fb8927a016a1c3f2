// LanguageModel::encodeChat: which part of a long conversation the model gets to read.

#include <algorithm>

#include "engine/generate/chat_window.h"
#include "engine/generate/language_model.h"
#include "kernels/base/reason.h"

namespace dsm {

Result<LanguageModel::ChatPrompt> LanguageModel::encodeChat(std::span<const ChatMessage> messages,
                                                            std::int64_t reserve) const {
    if (templateProblem_) return tl::unexpected(*templateProblem_);
    if (!template_) {
        return failure(ErrorCode::Unsupported, ReasonCode::NoChatTemplate, {name_});
    }
    const std::int64_t room = contextLimit() - std::max<std::int64_t>(reserve, 1);
    ChatWindow window = chatWindow(messages, *template_, *tokenizer_, room);
    if (static_cast<std::int64_t>(window.ids.size()) <= room)
        return ChatPrompt{.ids = std::move(window.ids), .droppedMessages = window.droppedMessages};
    return failure(
        ErrorCode::Unsupported, ReasonCode::MessageTooLong,
        {std::to_string(window.ids.size()), std::to_string(contextLimit()), std::to_string(room)});
}

}  // namespace dsm
