#include "ui/chat/conversation_list_model.h"

#include <algorithm>

namespace dsm {

ConversationListModel::ConversationListModel(ChatService& chat, QObject* parent)
    : QAbstractListModel(parent), chat_(chat) {
    connect(&chat, &ChatService::conversationsChanged, this, &ConversationListModel::reload);
    connect(&chat, &ChatService::conversationAdded, this, &ConversationListModel::reload);
    reload();
}

void ConversationListModel::setSearch(const QString& text) {
    if (text.trimmed() == search_) return;
    search_ = text.trimmed();
    reload();
}

void ConversationListModel::reload() {
    QList<Row> rows = search_.isEmpty() ? conversationRows() : hitRows();
    if (const QString missing = missingChats(); !missing.isEmpty() && !holdsChats(rows)) {
        Row heading;
        heading.title = missing;
        rows = {heading};
    }
    const bool sameRows = std::equal(
        rows.begin(), rows.end(), rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
            return a.kind == b.kind && a.conversationId == b.conversationId &&
                   a.messageId == b.messageId;
        });
    // Where only texts changed the view keeps its place, its selection and an open editor.
    if (sameRows) {
        rows_ = std::move(rows);
        if (!rows_.isEmpty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

bool ConversationListModel::holdsChats(const QList<Row>& rows) {
    return std::any_of(rows.begin(), rows.end(),
                       [](const Row& row) { return row.kind != RowKind::Heading; });
}

// An empty list must not look as if there had never been a chat.
QString ConversationListModel::missingChats() const {
    if (chat_.hidesChats()) return tr("Your chats could not be opened");
    return chat_.isRepairing() ? tr("Your chats are being looked at") : QString();
}

QList<ConversationListModel::Row> ConversationListModel::conversationRows() const {
    QList<Row> rows;
    const QList<ConversationInfo> all = chat_.conversations();
    for (qsizetype i = 0; i < all.size(); ++i) {
        const ConversationInfo& info = all[i];
        if (i == 0 || all[i - 1].group != info.group) {
            Row heading;
            heading.title = headingOf(info.group);
            rows.append(heading);
        }
        Row row;
        row.kind = RowKind::Conversation;
        row.title = info.title;
        row.conversationId = info.id;
        row.isPinned = info.isPinned;
        row.isGenerating = info.isGenerating;
        rows.append(row);
    }
    return rows;
}

QList<ConversationListModel::Row> ConversationListModel::hitRows() const {
    QList<Row> rows;
    const QList<SearchHit> hits = chat_.search(search_);
    Row heading;
    heading.title = hits.isEmpty() ? tr("Nothing found")
                                   : tr("%n found", nullptr, static_cast<int>(hits.size()));
    rows.append(heading);
    for (const SearchHit& hit : hits) {
        Row row;
        row.kind = RowKind::Hit;
        row.title = hit.title;
        row.snippet = hit.snippet;
        row.conversationId = hit.conversationId;
        row.messageId = hit.messageId;
        rows.append(row);
    }
    return rows;
}

QString ConversationListModel::headingOf(DateGroup group) {
    switch (group) {
        case DateGroup::Pinned:
            return tr("Pinned");
        case DateGroup::Today:
            return tr("Today");
        case DateGroup::Yesterday:
            return tr("Yesterday");
        case DateGroup::Previous7Days:
            return tr("Previous 7 days");
        case DateGroup::Previous30Days:
            return tr("Previous 30 days");
        case DateGroup::Older:
            return tr("Older");
    }
    return {};
}

QModelIndex ConversationListModel::indexOf(qint64 conversationId) const {
    for (int row = 0; row < rowCount(); ++row) {
        if (conversationId != 0 && rows_[row].conversationId == conversationId) return index(row);
    }
    return {};
}

int ConversationListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant ConversationListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Row& row = rows_[index.row()];
    switch (role) {
        case Qt::DisplayRole:
        case Qt::EditRole:
        case Qt::AccessibleTextRole:
            return row.title;
        case Qt::ToolTipRole:
            return row.kind == RowKind::Conversation ? QVariant(row.title) : QVariant();
        case KindRole:
            return static_cast<int>(row.kind);
        case ConversationRole:
            return row.conversationId;
        case ChatRole:
            return row.messageId;
        case SnippetRole:
            return row.snippet;
        case PinnedRole:
            return row.isPinned;
        case GeneratingRole:
            return row.isGenerating;
        default:
            return {};
    }
}

bool ConversationListModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !index.isValid()) return false;
    const QString title = value.toString().simplified();
    const Row row = rows_[index.row()];
    if (title.isEmpty() || title == row.title) return false;
    return chat_.rename(row.conversationId, title);
}

Qt::ItemFlags ConversationListModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    switch (rows_[index.row()].kind) {
        case RowKind::Heading:
            return Qt::NoItemFlags;
        case RowKind::Conversation:
            return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable |
                   Qt::ItemNeverHasChildren;
        case RowKind::Hit:
            return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    }
    return Qt::NoItemFlags;
}

}  // namespace dsm
