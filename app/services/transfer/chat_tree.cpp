#include "app/services/transfer/chat_tree.h"

#include <algorithm>
#include <utility>

namespace dsm {

void ChatTree::add(const QString& id, const QString& parent, MessageRecord message) {
    if (places_.contains(id)) return;
    places_[id] = static_cast<int>(nodes_.size());
    nodes_.append({parent, std::move(message)});
}

bool ChatTree::isKept(int node) const {
    const MessageRecord& message = nodes_[node].message;
    return message.role != ChatRole::System && !message.text.trimmed().isEmpty();
}

// Of each node the nearest one above it that is kept; -1: none, or a circle.
QList<int> ChatTree::keptParents() const {
    const auto count = static_cast<int>(nodes_.size());
    QList<int> above(count, -1);
    for (int node = 0; node < count; ++node)
        above[node] = places_.value(nodes_[node].parent, -1);
    QList<int> kept(count, -1);
    QList<bool> isKnown(count, false);
    for (int node = 0; node < count; ++node) {
        QList<int> way;  // of nodes that are left out, from here upwards
        int at = above[node];
        while (at >= 0 && !isKept(at) && !isKnown[at] && way.size() <= count) {
            way.append(at);
            at = above[at];
        }
        int found = -1;
        if (at >= 0 && isKept(at)) {
            found = at;
        } else if (at >= 0 && isKnown[at]) {
            found = kept[at];
        }
        for (const int passed : way) {
            kept[passed] = found;
            isKnown[passed] = true;
        }
        kept[node] = found;
        if (!isKept(node)) isKnown[node] = true;
    }
    return kept;
}

// Parents before children, siblings by their times or as they came. What no root leads to lies in a
// circle, which is cut at its first node.
QList<int> ChatTree::inOrder(const QList<int>& parents, const QList<bool>& kept) const {
    const auto count = static_cast<int>(parents.size());
    QList<QList<int>> children(count);
    QList<int> roots;
    for (int node = 0; node < count; ++node) {
        if (!kept[node]) continue;
        if (parents[node] < 0 || parents[node] == node) {
            roots.append(node);
        } else {
            children[parents[node]].append(node);
        }
    }
    const auto sortByTime = [this](QList<int>& nodes) {
        std::stable_sort(nodes.begin(), nodes.end(), [this](int a, int b) {
            const auto msecs = [this](int node) {
                const QDateTime& time = nodes_[node].message.created;
                return time.isValid() ? time.toMSecsSinceEpoch() : 0;
            };
            return msecs(a) < msecs(b);
        });
    };
    sortByTime(roots);
    for (QList<int>& siblings : children)
        sortByTime(siblings);
    QList<int> order;
    QList<bool> isSeen(count, false);
    QList<int> open;
    const auto follow = [&](int root) {
        open.append(root);
        while (!open.isEmpty()) {
            const int node = open.takeLast();
            if (isSeen[node]) continue;
            isSeen[node] = true;
            order.append(node);
            for (auto child = children[node].crbegin(); child != children[node].crend(); ++child)
                open.append(*child);
        }
    };
    for (const int root : std::as_const(roots))
        follow(root);
    for (int node = 0; node < count; ++node) {
        if (kept[node] && !isSeen[node]) follow(node);
    }
    return order;
}

void ChatTree::build(const QString& current, ChatRecord& chat) const {
    const auto count = static_cast<int>(nodes_.size());
    QList<bool> kept(count);
    for (int node = 0; node < count; ++node) {
        kept[node] = isKept(node);
        const MessageRecord& message = nodes_[node].message;
        if (message.role == ChatRole::System && chat.systemPrompt.isEmpty())
            chat.systemPrompt = message.text.trimmed();
    }
    const QList<int> parents = keptParents();
    QList<int> places(count, -1);
    for (const int node : inOrder(parents, kept)) {
        MessageRecord message = nodes_[node].message;
        message.parent = parents[node] < 0 ? -1 : places[parents[node]];
        places[node] = static_cast<int>(chat.messages.size());
        chat.messages.append(std::move(message));
    }
    const int chosen = places_.value(current, -1);
    if (chosen >= 0) {
        const int shown = kept[chosen] ? chosen : parents[chosen];
        chat.current = shown < 0 ? -1 : places[shown];
    }
    joinPieces(chat);
}

void ChatTree::joinPieces(ChatRecord& chat) {
    const auto count = static_cast<int>(chat.messages.size());
    QList<int> children(count, 0);
    for (const MessageRecord& message : std::as_const(chat.messages)) {
        if (message.parent >= 0) ++children[message.parent];
    }
    QList<MessageRecord> joined;
    QList<int> places(count, -1);
    for (int at = 0; at < count; ++at) {
        MessageRecord& message = chat.messages[at];
        const bool isPiece = message.role == ChatRole::Assistant && message.parent >= 0 &&
                             chat.messages[message.parent].role == ChatRole::Assistant &&
                             children[message.parent] == 1;
        if (isPiece) {
            places[at] = places[message.parent];
            MessageRecord& whole = joined[places[at]];
            whole.text += QStringLiteral("\n\n") + message.text;
            whole.isWhole = message.isWhole;
            continue;
        }
        if (message.parent >= 0) message.parent = places[message.parent];
        places[at] = static_cast<int>(joined.size());
        joined.append(message);
    }
    if (chat.current >= 0) chat.current = places[chat.current];
    chat.messages = std::move(joined);
}

}  // namespace dsm
