// LanguageModel::encodeChat: which part of a long conversation the model gets to read.

#include <algorithm>

#include "engine/generate/language_model.h"

namespace dsm {
namespace {

using Messages = std::span<const ChatMessage>;

// Dropping several exchanges at a time keeps the kept text's beginning, and with it the cache, the
// same for the next few turns.
constexpr std::size_t kExchangesAtATime = 4;

// Positions at which the kept part may begin: user messages, the last one excluded from dropping.
std::vector<std::size_t> possibleBeginnings(Messages messages) {
    std::vector<std::size_t> beginnings;
    std::size_t exchanges = 0;
    std::size_t lastUser = 0;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (messages[i].role != ChatRole::User) continue;
        if (exchanges++ % kExchangesAtATime == 0) beginnings.push_back(i);
        lastUser = i;
    }
    if (beginnings.empty() || beginnings.back() != lastUser) beginnings.push_back(lastUser);
    return beginnings;
}

}  // namespace

Result<LanguageModel::ChatPrompt> LanguageModel::encodeChat(std::span<const ChatMessage> messages,
                                                            std::int64_t reserve) const {
    if (templateProblem_) return tl::unexpected(*templateProblem_);
    if (!template_) {
        return failure(ErrorCode::Unsupported,
                       name_ +
                           " has no chat template: it is a Base model that continues text. "
                           "Use text completion instead, or load a Chat model.");
    }
    DSM_CHECK(!messages.empty());
    const bool hasSystem = messages.front().role == ChatRole::System;
    const Messages system = messages.first(hasSystem ? 1 : 0);
    const Messages rest = messages.subspan(system.size());
    DSM_CHECK(!rest.empty());
    const std::int64_t room = contextLimit() - std::max<std::int64_t>(reserve, 1);

    const auto encodeFrom = [&](std::size_t begin) {
        std::vector<ChatMessage> kept(system.begin(), system.end());
        kept.insert(kept.end(), rest.begin() + static_cast<std::ptrdiff_t>(begin), rest.end());
        return ChatPrompt{.ids = template_->render(kept, *tokenizer_, true),
                          .droppedMessages = static_cast<std::int64_t>(begin)};
    };
    const auto fits = [&](const ChatPrompt& prompt) {
        return static_cast<std::int64_t>(prompt.ids.size()) <= room;
    };

    ChatPrompt whole = encodeFrom(0);
    if (fits(whole)) return whole;
    // The later the beginning the shorter the text: search for the earliest that fits.
    const std::vector<std::size_t> beginnings = possibleBeginnings(rest);
    const auto earliest =
        std::partition_point(beginnings.begin(), beginnings.end(),
                             [&](std::size_t begin) { return !fits(encodeFrom(begin)); });
    if (earliest != beginnings.end()) return encodeFrom(*earliest);

    const std::size_t length = encodeFrom(beginnings.back()).ids.size();
    return failure(ErrorCode::Unsupported,
                   "This message is too long: it takes " + std::to_string(length) +
                       " tokens, and the context of " + std::to_string(contextLimit()) +
                       " leaves room for " + std::to_string(room) + ". Shorten it.");
}

}  // namespace dsm
