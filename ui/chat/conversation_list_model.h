// ConversationListModel: the rows of the sidebar: conversations in their folders and under the
// headings of their dates, or, while something is looked for, what was found.
//
// Ownership  Borrows the service.
// Threads    Main thread.
#pragma once

#include <QAbstractListModel>
#include <QList>
#include <QSet>
#include <QStringList>

#include "app/services/chat/chat_service.h"

namespace dsm {

// What of the chats is shown, and in which order. Words of the filter are not looked at.
struct ListChoice {
    ConversationFilter filter;
    ConversationOrder order = ConversationOrder::LastChange;

    bool isArchive() const { return filter.archived.value_or(false); }
    // All that are not in the archive, in their folders.
    bool isEverything() const {
        return !isArchive() && filter.folder.isEmpty() && filter.tag.isEmpty();
    }
    // Further limits, by time, writer or model.
    bool isLimited() const {
        return filter.from.isValid() || filter.to.isValid() || filter.role ||
               !filter.model.isEmpty();
    }
};

class ConversationListModel : public QAbstractListModel {
    Q_OBJECT

  public:
    enum class RowKind { Heading, Folder, Conversation, Hit };
    enum Role {
        KindRole = Qt::UserRole + 1,
        ConversationRole,
        ChatRole,  // of a Hit; 0 where the title was found
        SnippetRole,
        PinnedRole,
        GeneratingRole,
        TagsRole,
        FolderRole,   // the name, of a Folder and of what is shown within it
        FoldedRole,   // of a Folder
        MembersRole,  // of a Folder: how many
    };

    explicit ConversationListModel(ChatService& chat, QObject* parent = nullptr);

    // Looks for the words; "" shows all conversations.
    void setSearch(const QString& text);
    QString search() const { return search_; }
    void setChoice(const ListChoice& choice);
    const ListChoice& choice() const { return choice_; }
    // Folders whose chats are not shown.
    void setFolded(const QStringList& folders);
    QStringList folded() const { return {folded_.begin(), folded_.end()}; }
    void setFolded(const QModelIndex& folder, bool isFolded);
    // The row of a folder; none where it has none.
    QModelIndex indexOfFolder(const QString& folder) const;

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
        bool isFolded = false;
        int members = 0;
        QString folder;
        QStringList tags;
    };

    void reload();
    QList<Row> conversationRows() const;
    static Row rowOf(const ConversationInfo& info);
    void appendPinned(QList<Row>& rows, const QList<ConversationInfo>& all) const;
    void appendFolders(QList<Row>& rows, const QList<ConversationInfo>& all) const;
    void appendByDate(QList<Row>& rows, const QList<ConversationInfo>& all) const;
    QString emptyHeading() const;
    static Row headingRow(const QString& text);
    static QString descriptionOf(const Row& row);
    static QString tipOf(const Row& row);
    QList<Row> hitRows() const;
    static QString headingOf(DateGroup group);
    static bool holdsChats(const QList<Row>& rows);
    // Why chats that are there are not in the list; "" where none are missing.
    QString missingChats() const;

    ChatService& chat_;
    QString search_;
    ListChoice choice_;
    QSet<QString> folded_;
    QList<Row> rows_;
};

}  // namespace dsm
