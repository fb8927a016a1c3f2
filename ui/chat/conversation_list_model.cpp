#include "ui/chat/conversation_list_model.h"

#include <algorithm>
#include <optional>

namespace dsm {
namespace {

constexpr int kMostHits = 200;

}  // namespace

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

void ConversationListModel::setChoice(const ListChoice& choice) {
    choice_ = choice;
    reload();
}

void ConversationListModel::setFolded(const QStringList& folders) {
    folded_ = {folders.begin(), folders.end()};
    reload();
}

void ConversationListModel::setFolded(const QModelIndex& folder, bool isFolded) {
    const QString name = folder.data(FolderRole).toString();
    if (name.isEmpty() || folded_.contains(name) == isFolded) return;
    if (isFolded) {
        folded_.insert(name);
    } else {
        folded_.remove(name);
    }
    reload();
}

ConversationListModel::Row ConversationListModel::headingRow(const QString& text) {
    Row row;
    row.title = text;
    return row;
}

void ConversationListModel::reload() {
    QList<Row> rows = search_.isEmpty() ? conversationRows() : hitRows();
    if (const QString missing = missingChats(); !missing.isEmpty() && !holdsChats(rows)) {
        rows = {headingRow(missing)};
    }
    const bool sameRows = std::equal(
        rows.begin(), rows.end(), rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
            return a.kind == b.kind && a.conversationId == b.conversationId &&
                   a.messageId == b.messageId && a.folder == b.folder;
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

ConversationListModel::Row ConversationListModel::rowOf(const ConversationInfo& info) {
    Row row;
    row.kind = RowKind::Conversation;
    row.title = info.title;
    row.conversationId = info.id;
    row.isPinned = info.isPinned;
    row.isGenerating = info.isGenerating;
    row.folder = info.folder;
    row.tags = info.tags;
    if (info.isTemporary) row.tags.prepend(tr("not kept"));
    return row;
}

QList<ConversationListModel::Row> ConversationListModel::conversationRows() const {
    const QList<ConversationInfo> all = chat_.conversations(choice_.filter, choice_.order);
    QList<Row> rows;
    appendPinned(rows, all);
    if (choice_.isEverything()) appendFolders(rows, all);
    appendByDate(rows, all);
    const bool isChosen = !choice_.isEverything() || choice_.isLimited();
    if (rows.isEmpty() && isChosen) rows.append(headingRow(emptyHeading()));
    return rows;
}

void ConversationListModel::appendPinned(QList<Row>& rows,
                                         const QList<ConversationInfo>& all) const {
    for (const ConversationInfo& info : all) {
        if (!info.isPinned) continue;
        if (rows.isEmpty()) rows.append(headingRow(headingOf(DateGroup::Pinned)));
        Row row = rowOf(info);
        row.folder.clear();  // it stands outside
        rows.append(row);
    }
}

void ConversationListModel::appendFolders(QList<Row>& rows,
                                          const QList<ConversationInfo>& all) const {
    for (const QString& folder : chat_.folders()) {
        Row head;
        head.kind = RowKind::Folder;
        head.title = folder;
        head.folder = folder;
        head.isFolded = folded_.contains(folder);
        const qsizetype place = rows.size();
        for (const ConversationInfo& info : all) {
            if (info.isPinned || info.folder != folder) continue;
            ++head.members;
            if (!head.isFolded) rows.append(rowOf(info));
        }
        if (head.members > 0) rows.insert(place, head);
    }
}

void ConversationListModel::appendByDate(QList<Row>& rows,
                                         const QList<ConversationInfo>& all) const {
    const bool hasFolders = choice_.isEverything();
    std::optional<DateGroup> last;
    for (const ConversationInfo& info : all) {
        if (info.isPinned || (hasFolders && !info.folder.isEmpty())) continue;
        const bool byTitle = choice_.order == ConversationOrder::Title;
        if (info.group != last && !byTitle) rows.append(headingRow(headingOf(info.group)));
        if (info.group != last && byTitle && !rows.isEmpty()) rows.append(headingRow(tr("Chats")));
        last = info.group;
        Row row = rowOf(info);
        if (!hasFolders) row.folder.clear();
        rows.append(row);
    }
}

QString ConversationListModel::emptyHeading() const {
    if (choice_.isArchive() && !choice_.isLimited()) return tr("The archive is empty");
    return tr("No chats here");
}

QList<ConversationListModel::Row> ConversationListModel::hitRows() const {
    QList<Row> rows;
    ConversationFilter filter = choice_.filter;
    filter.words = search_;
    if (choice_.isEverything()) filter.archived.reset();
    const QList<SearchHit> hits = chat_.search(filter, kMostHits);
    const int count = static_cast<int>(hits.size());
    QString heading = hits.isEmpty() ? tr("Nothing found") : tr("%n found", nullptr, count);
    if (count == kMostHits) heading = tr("The first %n found", nullptr, count);
    rows.append(headingRow(heading));
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

QModelIndex ConversationListModel::indexOfFolder(const QString& folder) const {
    for (int row = 0; row < rowCount(); ++row) {
        if (rows_[row].kind == RowKind::Folder && rows_[row].folder == folder) return index(row);
    }
    return {};
}

int ConversationListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QString ConversationListModel::descriptionOf(const Row& row) {
    if (row.kind != RowKind::Folder) return row.tags.join(QStringLiteral(", "));
    return row.isFolded ? tr("Folder, %n chats, closed", nullptr, row.members)
                        : tr("Folder, %n chats, open", nullptr, row.members);
}

QString ConversationListModel::tipOf(const Row& row) {
    QStringList lines{row.title};
    if (!row.folder.isEmpty()) lines.append(tr("Folder: %1").arg(row.folder));
    if (!row.tags.isEmpty()) lines.append(tr("Tags: %1").arg(row.tags.join(QStringLiteral(", "))));
    return lines.join(u'\n');
}

QVariant ConversationListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Row& row = rows_[index.row()];
    switch (role) {
        case Qt::DisplayRole:
        case Qt::EditRole:
        case Qt::AccessibleTextRole:
            return row.title;
        case Qt::AccessibleDescriptionRole:
            return descriptionOf(row);
        case Qt::ToolTipRole:
            return row.kind == RowKind::Conversation ? QVariant(tipOf(row)) : QVariant();
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
        case TagsRole:
            return row.tags;
        case FolderRole:
            return row.folder;
        case FoldedRole:
            return row.isFolded;
        case MembersRole:
            return row.members;
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
        case RowKind::Folder:
            return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
        case RowKind::Conversation:
            return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable |
                   Qt::ItemNeverHasChildren;
        case RowKind::Hit:
            return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    }
    return Qt::NoItemFlags;
}

}  // namespace dsm
