// What a user finds chats by: filters, order, search, folders, tags, the archive.
#include <QCollator>
#include <QLocale>
#include <QSet>
#include <algorithm>
#include <limits>
#include <utility>

#include "app/services/chat/chat_service.h"
#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"

namespace dsm {
namespace {

// "a10" behind "A9". The C locale knows no such order.
QCollator collatorForPeople() {
    const QLocale locale;
    QCollator collator(locale.language() == QLocale::C ? QLocale(QLocale::English) : locale);
    collator.setNumericMode(true);
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    return collator;
}

void sortForPeople(QStringList& names) {
    std::sort(names.begin(), names.end(), collatorForPeople());
}

QStringList sorted(const QSet<QString>& names) {
    QStringList list(names.begin(), names.end());
    list.removeAll(QString());
    sortForPeople(list);
    return list;
}

void sortBy(ConversationOrder order, QList<ConversationInfo>& conversations) {
    if (order == ConversationOrder::LastChange) return;  // as they come
    const QCollator collator = collatorForPeople();
    std::stable_sort(conversations.begin(), conversations.end(),
                     [&](const ConversationInfo& a, const ConversationInfo& b) {
                         if (a.isPinned != b.isPinned) return a.isPinned;
                         if (order == ConversationOrder::Created) return a.created > b.created;
                         return collator(a.title, b.title);
                     });
}

DateGroup groupOf(const ConversationInfo& info, ConversationOrder order, const QDateTime& now) {
    if (info.isPinned) return DateGroup::Pinned;
    if (order == ConversationOrder::Title) return DateGroup::Older;
    return dateGroup(order == ConversationOrder::Created ? info.created : info.updated, now);
}

bool isWithin(const ConversationFilter& filter, const ConversationInfo& one) {
    const QDate day = one.updated.date();
    return (!filter.pinnedOnly || one.isPinned) &&
           (filter.folder.isEmpty() || one.folder == filter.folder) &&
           (filter.tag.isEmpty() || one.tags.contains(filter.tag)) &&
           (!filter.archived || one.isArchived == *filter.archived) &&
           (!filter.from.isValid() || day >= filter.from) &&
           (!filter.to.isValid() || day <= filter.to);
}

StoredScope scopeOf(const ConversationFilter& filter) {
    StoredScope scope;
    scope.role = filter.role;
    scope.model = filter.model.toStdString();
    if (filter.from.isValid()) scope.from = toStoreTime(filter.from.startOfDay());
    if (filter.to.isValid()) scope.until = toStoreTime(filter.to.addDays(1).startOfDay());
    scope.folder = filter.folder.toStdString();
    scope.tag = filter.tag.toStdString();
    scope.archived = filter.archived;
    return scope;
}

}  // namespace

QList<ConversationInfo> ChatService::conversations(const ConversationFilter& filter,
                                                   ConversationOrder order) const {
    // Those among which the words were found, rated or written by the model.
    std::optional<QSet<qint64>> among;
    const auto keep = [&among](const QSet<qint64>& ids) {
        among = among ? QSet<qint64>(*among).intersect(ids) : ids;
    };
    if (!filter.words.trimmed().isEmpty()) {
        ConversationFilter anyTime = filter;  // the dates are those of the conversation here
        anyTime.from = anyTime.to = {};
        QSet<qint64> found;
        for (const SearchHit& hit : search(anyTime, std::numeric_limits<int>::max()))
            found.insert(hit.conversationId);
        keep(found);
    } else if (!filter.model.isEmpty()) {
        const auto ids = state_->allOf(filter.model.toStdString());
        keep({ids.begin(), ids.end()});
    }
    if (filter.ratedOnly) keep(conversationsRated(ReplyRating::Up));
    QList<ConversationInfo> result;
    const QDateTime now = state_->now();
    for (const auto& stored : state_->allConversations()) {
        ConversationInfo info = toInfo(stored, now);
        if (!isWithin(filter, info) || (among && !among->contains(info.id))) continue;
        info.group = groupOf(info, order, now);
        info.isGenerating = isGenerating(info.id);
        info.isTemporary = ChatState::isUnkept(info.id);
        result.append(info);
    }
    sortBy(order, result);
    return result;
}

QStringList ChatService::folders() const {
    QSet<QString> names;
    for (const auto& stored : state_->allConversations())
        names.insert(QString::fromStdString(stored.folder));
    return sorted(names);
}

QStringList ChatService::tags() const {
    QSet<QString> names;
    for (const auto& stored : state_->allConversations()) {
        for (const std::string& tag : stored.tags)
            names.insert(QString::fromStdString(tag));
    }
    return sorted(names);
}

QStringList ChatService::models() const {
    QStringList names;
    for (const std::string& name : state_->valueOf(state_->store().modelNames()))
        names.append(QString::fromStdString(name));
    sortForPeople(names);
    return names;
}

QList<SearchHit> ChatService::search(const QString& text, int limit) const {
    ConversationFilter filter;
    filter.words = text;
    filter.archived.reset();
    return search(filter, limit);
}

QList<SearchHit> ChatService::search(const ConversationFilter& filter, int limit) const {
    QList<SearchHit> hits;
    const StoredScope scope = scopeOf(filter);
    for (const auto& hit : state_->searchAll(filter.words.toStdString(), limit, scope))
        hits.append(toHit(hit));
    return hits;
}

bool ChatService::setFolder(qint64 conversationId, const QString& folder) {
    const std::string name = folder.simplified().toStdString();
    return state_->listChanged(state_->storeOf(conversationId).setFolder(conversationId, name));
}

bool ChatService::setTags(qint64 conversationId, const QStringList& tags) {
    std::vector<std::string> names;
    for (const QString& tag : tags)
        names.push_back(tag.simplified().toStdString());
    return state_->listChanged(
        state_->storeOf(conversationId).setTags(conversationId, std::move(names)));
}

bool ChatService::setArchived(qint64 conversationId, bool archived) {
    return state_->listChanged(
        state_->storeOf(conversationId).setArchived(conversationId, archived));
}

bool ChatService::renameFolder(const QString& folder, const QString& name) {
    if (folder.isEmpty()) return false;
    return state_->listChanged(state_->inEachStore([&](ConversationStore& store) {
        return store.renameFolder(folder.toStdString(), name.simplified().toStdString());
    }));
}

bool ChatService::renameTag(const QString& tag, const QString& name) {
    if (tag.isEmpty()) return false;
    return state_->listChanged(state_->inEachStore([&](ConversationStore& store) {
        return store.renameTag(tag.toStdString(), name.simplified().toStdString());
    }));
}

}  // namespace dsm
