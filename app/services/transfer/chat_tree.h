// ChatTree: makes the messages of a record out of nodes that name their parents, whatever they name.
//
// What a file says is not believed: a parent that is missing or below the node itself begins a branch,
// a number that comes twice keeps its first node, and no depth is too deep. Nodes without words (of
// tools, of attachments) are left out, and what hung below them hangs above. A reply in pieces, one
// after the other, becomes one.
//
// Threads  Any.
#pragma once

#include <QHash>
#include <QList>
#include <QString>

#include "app/services/chat/chat_record.h"

namespace dsm {

class ChatTree {
  public:
    // `message.parent` is not looked at. Of role System, the first that has words is the system text.
    void add(const QString& id, const QString& parent, MessageRecord message);

    // Fills messages, current and, where it is empty, systemPrompt.
    void build(const QString& current, ChatRecord& chat) const;

  private:
    struct Node {
        QString parent;
        MessageRecord message;
    };

    bool isKept(int node) const;
    QList<int> keptParents() const;
    QList<int> inOrder(const QList<int>& parents, const QList<bool>& kept) const;
    static void joinPieces(ChatRecord& chat);

    QHash<QString, int> places_;
    QList<Node> nodes_;
};

}  // namespace dsm
