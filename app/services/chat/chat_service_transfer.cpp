// Whole chats, out of the history and into it.
#include <QHash>
#include <algorithm>

#include "app/services/chat/chat_service.h"
#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"
#include "app/services/program/settings.h"

namespace dsm {
namespace {

MessageRecord toRecord(const StoredMessage& message) {
    MessageRecord record;
    record.role = message.role;
    record.text = QString::fromStdString(message.text);
    record.created = toLocalTime(message.created);
    record.modelName = QString::fromStdString(message.modelName);
    record.isWhole = message.state == StoredMessage::State::Complete;
    record.rating = message.rating;
    record.summary = QString::fromStdString(message.summary);
    record.prompt = QString::fromStdString(message.prompt);
    record.attachments = unpackAttachments(message.attached);
    return record;
}

StoredMessage toStored(const MessageRecord& record, const QDateTime& otherwise) {
    StoredMessage message;
    message.parentId = record.parent + 1;
    message.role = record.role;
    message.text = record.text.toStdString();
    message.created = toStoreTime(record.created.isValid() ? record.created : otherwise);
    message.summary = record.summary.toStdString();
    message.prompt = record.prompt.toStdString();
    message.attached = packAttachments(record.attachments);
    message.attachedTexts = packTexts(record.attachedTexts);
    if (record.role != ChatRole::Assistant) return message;
    message.modelName = record.modelName.toStdString();
    message.rating = record.rating;
    message.state = record.isWhole ? StoredMessage::State::Complete : StoredMessage::State::Stopped;
    return message;
}

// What a record leaves open, out of what it says.
void completeTimes(StoredConversation& conversation, const ChatRecord& record,
                   const QDateTime& now) {
    QDateTime first = record.created;
    QDateTime last = record.updated;
    for (const MessageRecord& message : record.messages) {
        if (!first.isValid()) first = message.created;
        if (!record.updated.isValid() && message.created.isValid()) last = message.created;
    }
    conversation.created = toStoreTime(first.isValid() ? first : now);
    conversation.updated =
        last.isValid() ? std::max(toStoreTime(last), conversation.created) : conversation.created;
}

}  // namespace

ChatRecord ChatService::record(qint64 conversationId) const {
    ConversationStore& store = state_->storeOf(conversationId);
    const auto stored = state_->valueOf(store.conversation(conversationId));
    if (!stored || stored->deleted) return {};
    const ConversationInfo info = toInfo(*stored, state_->now());
    ChatRecord record;
    record.title = info.title;
    record.created = info.created;
    record.updated = info.updated;
    record.isPinned = info.isPinned;
    record.isArchived = info.isArchived;
    record.folder = info.folder;
    record.tags = info.tags;
    record.systemPrompt = QString::fromStdString(stored->systemPrompt);
    record.sampling = QByteArray::fromStdString(stored->samplingJson);
    QHash<qint64, int> places;
    for (const StoredMessage& message : state_->valueOf(store.allMessages(conversationId))) {
        MessageRecord made = toRecord(message);
        made.parent = places.value(message.parentId, -1);
        if (!message.attached.empty())
            made.attachedTexts = unpackTexts(state_->valueOf(store.attachedTexts(message.id)));
        const auto place = static_cast<int>(record.messages.size());
        places[message.id] = place;
        if (message.id == stored->currentLeaf) record.current = place;
        record.messages.append(made);
    }
    return record;
}

ChatService::Adopted ChatService::adopt(const ChatRecord& record) {
    if (!state_->isKept()) return Adopted::Failed;
    StoredConversation conversation;
    completeTimes(conversation, record, state_->now());
    QString title = record.title.simplified();
    conversation.titleIsAutomatic = title.isEmpty();
    if (title.isEmpty() && !record.messages.isEmpty()) title = titleFor(record.messages[0].text);
    conversation.title = (title.isEmpty() ? tr("Untitled") : title).toStdString();
    conversation.pinned = record.isPinned;
    conversation.archived = record.isArchived;
    conversation.folder = record.folder.simplified().toStdString();
    for (const QString& tag : record.tags)
        conversation.tags.push_back(tag.simplified().toStdString());
    conversation.systemPrompt = record.systemPrompt.toStdString();
    if (const auto choices = choicesFromJson(record.sampling.toStdString()))
        conversation.samplingJson = toJson(clamped(*choices));
    std::vector<StoredMessage> messages;
    QDateTime last = toLocalTime(conversation.created);
    for (const MessageRecord& message : record.messages) {
        messages.push_back(toStored(message, last));
        if (message.created.isValid()) last = message.created;
    }
    const auto count = static_cast<int>(messages.size());
    const int current = record.current >= 0 && record.current < count ? record.current : count - 1;
    const auto adopted = state_->store().adopt(conversation, std::move(messages),
                                               static_cast<std::size_t>(std::max(0, current)));
    if (!adopted) {
        state_->fail(adopted.error());
        return Adopted::Failed;
    }
    return *adopted ? Adopted::Yes : Adopted::Already;
}

qint64 ChatService::fork(qint64 messageId) {
    ConversationStore& store = state_->storeOf(messageId);
    std::vector<StoredMessage> chain = state_->valueOf(store.pathTo(messageId));
    if (chain.empty()) return 0;
    const auto from = state_->valueOf(store.conversation(chain.back().conversationId));
    if (!from || !state_->isFree(from->id)) return 0;
    for (StoredMessage& message : chain) {
        message.rating = ReplyRating::None;  // a thumb is given once
        if (!message.attached.empty())
            message.attachedTexts = state_->valueOf(store.attachedTexts(message.id));
    }
    const auto started = store.startConversation(from->title, from->titleIsAutomatic,
                                                 std::move(chain), Durability::Full);
    if (!started) {
        state_->fail(started.error());
        return 0;
    }
    const std::int64_t id = started->conversationId;
    // What fails of these is said, and the chat is there all the same.
    state_->succeeded(store.setSystemPrompt(id, from->systemPrompt));
    state_->succeeded(store.setSamplingJson(id, from->samplingJson));
    state_->succeeded(store.setFolder(id, from->folder));
    state_->succeeded(store.setTags(id, from->tags));
    Q_EMIT conversationAdded(id);
    Q_EMIT conversationsChanged();
    return id;
}

void ChatService::announceAdopted() {
    Q_EMIT conversationsChanged();
}

}  // namespace dsm
