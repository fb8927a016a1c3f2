// ConversationListModel: the rows of the sidebar: conversations under the headings of their dates,
// or, while something is looked for, what was found.
//
// Ownership  Borrows the service.
// Threads    Main thread.
#pragma once

#include <QAbstractListModel>
#include <QList>

#include "app/services/chat/chat_service.h"

namespace dsm {

class ConversationListModel : public QAbstractListModel {
    Q_OBJECT

  public:
    enum class RowKind { Heading, Conversation, Hit };
    enum Role {
        KindRole = Qt::UserRole + 1,
        ConversationRole,
        ChatRole,  // of a Hit; 0 where the title was found
        SnippetRole,
        PinnedRole,
        GeneratingRole,
    };

    explicit ConversationListModel(ChatService& chat, QObject* parent = nullptr);

    // Looks for the words; "" shows all conversations.
    void setSearch(const QString& text);
    QString search() const { return search_; }

    QModelIndex indexOf(qint64 conversationId) const;
    void retranslate() { reload(); }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

  private:
    struct Row {
        RowKind kind = RowKind::Heading;
        QString title;
        QString snippet;
        qint64 conversationId = 0;
        qint64 messageId = 0;
        bool isPinned = false;
        bool isGenerating = false;
    };

    void reload();
    QList<Row> conversationRows() const;
    QList<Row> hitRows() const;
    static QString headingOf(DateGroup group);
    static bool holdsChats(const QList<Row>& rows);
    // Why chats that are there are not in the list; "" where none are missing.
    QString missingChats() const;

    ChatService& chat_;
    QString search_;
    QList<Row> rows_;
};

}  // namespace dsm
