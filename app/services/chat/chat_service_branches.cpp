// The branches of a chat, as a tree.
#include <QHash>

#include "app/services/chat/chat_branches.h"
#include "app/services/chat/chat_service.h"
#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"

namespace dsm {
namespace {

// Of a text that may be very long.
QString firstWords(const std::string& text) {
    const auto bytes = static_cast<qsizetype>(text.size());
    constexpr qsizetype kMostBytes = 8 * ChatBranch::kMostText;
    return QString::fromUtf8(text.data(), std::min(bytes, kMostBytes))
        .simplified()
        .left(ChatBranch::kMostText);
}

}  // namespace

QList<ChatBranch> ChatService::branches(qint64 conversationId) const {
    ConversationStore& store = state_->storeOf(conversationId);
    const auto stored = state_->valueOf(store.conversation(conversationId));
    if (!stored || stored->deleted) return {};
    const auto messages = state_->valueOf(store.allMessages(conversationId));
    QHash<qint64, int> children;
    for (const StoredMessage& message : messages)
        ++children[message.parentId];
    QList<ChatBranch> branches;
    QHash<qint64, int> places;  // of the branch that a message lies in
    for (const StoredMessage& message : messages) {
        const int above = places.value(message.parentId, -1);
        if (above >= 0 && children.value(message.parentId) == 1) {
            places[message.id] = above;
            ++branches[above].messages;
            continue;
        }
        places[message.id] = static_cast<int>(branches.size());
        branches.append({message.id, above, message.role, firstWords(message.text),
                         toLocalTime(message.created), 1, false});
    }
    for (int at = places.value(stored->currentLeaf, -1); at >= 0; at = branches[at].parent)
        branches[at].isShown = true;
    return branches;
}

}  // namespace dsm
