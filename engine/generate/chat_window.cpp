#include "engine/generate/chat_window.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "kernels/base/check.h"

namespace dsm {
namespace {

using Messages = std::span<const ChatMessage>;

constexpr std::size_t kExchangesAtATime = 4;
// Pieces are counted one by one, and joined they may take a few tokens less.
constexpr std::int64_t kSeams = 64;

std::string_view withoutLeadingSpace(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n'))
        text.remove_prefix(1);
    return text;
}

// Where the kept part may begin: at the first message, at questions, and at the last one of these.
std::vector<std::size_t> possibleBeginnings(Messages messages) {
    std::vector<std::size_t> beginnings{0};
    std::size_t exchanges = 0;
    std::size_t lastUser = 0;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (messages[i].role != ChatRole::User) continue;
        if (exchanges++ % kExchangesAtATime == 0 && i > 0) beginnings.push_back(i);
        lastUser = i;
    }
    if (beginnings.back() != lastUser) beginnings.push_back(lastUser);
    return beginnings;
}

std::vector<ChatMessage> copied(Messages messages, const Tokenizer& tokenizer) {
    std::vector<ChatMessage> copy(messages.begin(), messages.end());
    for (ChatMessage& message : copy) {
        if (!message.ids.empty() && !spells(tokenizer, message)) message.ids.clear();
    }
    return copy;
}

}  // namespace

bool spells(const Tokenizer& tokenizer, const ChatMessage& message) {
    const bool known = std::all_of(message.ids.begin(), message.ids.end(), [&](TokenId id) {
        return tokenizer.isKnown(id) && !tokenizer.isSpecial(id);
    });
    if (!known) return false;
    const std::string decoded = tokenizer.decode(message.ids);
    return withoutLeadingSpace(decoded).starts_with(withoutLeadingSpace(message.content));
}

ChatWindow chatWindow(Messages messages, const ChatTemplate& chatTemplate,
                      const Tokenizer& tokenizer, std::int64_t room) {
    DSM_CHECK(!messages.empty());
    const bool hasSystem = messages.front().role == ChatRole::System;
    const Messages system = messages.first(hasSystem ? 1 : 0);
    const Messages rest = messages.subspan(system.size());
    DSM_CHECK(!rest.empty());
    const std::vector<std::size_t> beginnings = possibleBeginnings(rest);
    const auto countOf = [&](const std::vector<ChatMessage>& part) {
        return static_cast<std::int64_t>(chatTemplate.render(part, tokenizer, false).size());
    };

    // From the last question backwards, as far as there may be room.
    std::vector<ChatMessage> kept = copied(rest.subspan(beginnings.back()), tokenizer);
    std::int64_t tokens = countOf(copied(system, tokenizer)) + countOf(kept);
    std::size_t first = beginnings.size() - 1;
    while (first > 0 && tokens <= room + kSeams) {
        const std::size_t begin = beginnings[first - 1];
        std::vector<ChatMessage> more =
            copied(rest.subspan(begin, beginnings[first] - begin), tokenizer);
        tokens += countOf(more);
        kept.insert(kept.begin(), more.begin(), more.end());
        --first;
    }
    while (true) {
        const std::size_t begin = beginnings[first];
        std::vector<ChatMessage> shown = copied(system, tokenizer);
        shown.insert(shown.end(), kept.begin(), kept.end());
        ChatWindow window{.ids = chatTemplate.render(shown, tokenizer, true),
                          .droppedMessages = static_cast<std::int64_t>(begin)};
        const bool fits = static_cast<std::int64_t>(window.ids.size()) <= room;
        if (fits || first + 1 == beginnings.size()) return window;
        const auto left = static_cast<std::ptrdiff_t>(beginnings[++first] - begin);
        kept.erase(kept.begin(), kept.begin() + left);
    }
}

}  // namespace dsm
