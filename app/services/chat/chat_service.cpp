#include "app/services/chat/chat_service.h"

#include <utility>

#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"
#include "app/services/program/path_text.h"
#include "app/services/program/said.h"
#include "app/services/program/settings.h"

namespace dsm {
namespace {

constexpr auto kFull = Durability::Full;
constexpr auto kNormal = Durability::Normal;

}  // namespace

ChatService::ChatService(const QString& databaseFile, TextGenerator& generator,
                         const Settings& settings, QObject* parent, ChatClock clock)
    : ChatSignals(parent),
      state_(
          std::make_unique<ChatState>(this, databaseFile, generator, settings, std::move(clock))) {}

ChatService::~ChatService() = default;

QStringList ChatService::notices() const {
    return saidAgain(state_->notices());
}

bool ChatService::isReadOnly() const {
    return state_->store().isReadOnly();
}

QString ChatService::offeredBackup() const {
    return pathText(state_->offeredBackup());
}

bool ChatService::declineBackups() {
    return state_->declineBackups();
}

bool ChatService::keepsChats() const {
    return state_->keepsNow() || state_->isRepairing();
}

QList<UnsavedReply> ChatService::saveNow() {
    return state_->saveNow();
}

bool ChatService::isRepairing() const {
    return state_->isRepairing();
}

bool ChatService::hidesChats() const {
    return state_->hidesChats();
}

bool ChatService::canTryAgain() const {
    return state_->canTryAgain();
}

void ChatService::tryAgain() {
    state_->tryAgain();
}

void ChatService::allowUnkeptChat() {
    state_->allowUnkept();
}

ConversationInfo ChatService::conversation(qint64 conversationId) const {
    const auto stored =
        state_->valueOf(state_->storeOf(conversationId).conversation(conversationId));
    if (!stored || stored->deleted) return {};
    ConversationInfo info = toInfo(*stored, state_->now());
    info.isGenerating = isGenerating(conversationId);
    info.isTemporary = ChatState::isUnkept(conversationId);
    return info;
}

QList<MessageInfo> ChatService::messages(qint64 conversationId) const {
    QList<MessageInfo> result;
    const auto path = state_->valueOf(state_->storeOf(conversationId).path(conversationId));
    for (std::size_t i = 0; i < path.size(); ++i) {
        result.append(state_->describe(path[i], i + 1 == path.size()));
    }
    return result;
}

MessageInfo ChatService::message(qint64 messageId) const {
    const auto stored = state_->valueOf(state_->storeOf(messageId).message(messageId));
    if (!stored) return {};
    const auto conversation =
        state_->valueOf(state_->storeOf(messageId).conversation(stored->conversationId));
    return state_->describe(*stored, conversation && conversation->currentLeaf == messageId);
}

bool ChatService::isGenerating(qint64 conversationId) const {
    return state_->isUnderWay(conversationId);
}

PromptFit ChatService::fit(qint64 conversationId, const QString& text) const {
    return state_->fitOf(conversationId, state_->leafOf(conversationId), text);
}

AttachedPrompt ChatService::attached(qint64 conversationId, const QString& text,
                                     const QList<DocumentPointer>& documents) const {
    return state_->attached(conversationId, state_->leafOf(conversationId), text, documents);
}

QList<DocumentPointer> ChatService::documents(qint64 messageId) const {
    const auto message = state_->valueOf(state_->storeOf(messageId).message(messageId));
    return message ? state_->documentsOf(*message) : QList<DocumentPointer>();
}

qint64 ChatService::send(qint64 conversationId, const QString& text, int answers,
                         const QList<DocumentPointer>& documents) {
    if (text.trimmed().isEmpty() || !state_->isFree(conversationId)) return 0;
    const qint64 leaf = state_->leafOf(conversationId);
    StoredMessage question;
    question.conversationId = conversationId;
    question.text = text.toStdString();
    if (!state_->prepare(question, leaf, documents)) return 0;
    if (conversationId == 0) return state_->startConversation(question, titleFor(text), answers);
    const auto conversation =
        state_->valueOf(state_->storeOf(conversationId).conversation(conversationId));
    if (!conversation || conversation->deleted) {
        state_->fail(said([] { return tr("This chat is not there any more."); }));
        return 0;
    }
    question.parentId = conversation->currentLeaf;
    const bool sent = state_->addAndGenerate({question, emptyReply(conversationId, 0)}, answers);
    return sent ? conversationId : 0;
}

void ChatService::setNextTemporary(bool isTemporary) {
    state_->setNextTemporary(isTemporary);
}

bool ChatService::isNextTemporary() const {
    return state_->isNextTemporary();
}

GenerationRequest ChatService::lastQuestion(qint64 conversationId) const {
    return state_->lastQuestion(conversationId);
}

QList<qint64> ChatService::answersToChooseFrom(qint64 conversationId) const {
    return state_->openAnswers(conversationId);
}

bool ChatService::keepAnswer(qint64 messageId) {
    const auto kept = state_->find(messageId);
    if (!kept) return false;
    for (const qint64 other : state_->openAnswers(kept->conversationId)) {
        if (other != messageId) state_->stopReply(other);
    }
    return selectSibling(messageId);
}

void ChatService::stopReply(qint64 messageId) {
    state_->stopReply(messageId);
}

void ChatService::setOpen(qint64 conversationId) {
    state_->setOpen(conversationId);
}

void ChatService::stop(qint64 conversationId) {
    state_->stop(conversationId);
}

bool ChatService::continueReply(qint64 messageId) {
    if (!message(messageId).canContinue) return false;
    auto reply = state_->find(messageId);
    if (!reply || !state_->mayAccept(reply->conversationId)) return false;
    reply->state = StoredMessage::State::Generating;
    reply->error.clear();
    if (!state_->succeeded(state_->storeOf(messageId).updateReply(*reply, kNormal))) return false;
    if (!state_->begin(messageId)) return false;
    Q_EMIT messageChanged(reply->conversationId, messageId);
    Q_EMIT conversationsChanged();
    return true;
}

bool ChatService::regenerate(qint64 messageId, int answers) {
    const auto old = state_->find(messageId);
    if (!old || !state_->isFree(old->conversationId)) return false;
    const bool isReply = old->role == ChatRole::Assistant;
    const qint64 parent = isReply ? old->parentId : old->id;
    if (!state_->mayAnswer(parent)) return false;
    if (!state_->addAndGenerate({emptyReply(old->conversationId, parent)}, answers)) return false;
    Q_EMIT branchChanged(old->conversationId);
    return true;
}

bool ChatService::editMessage(qint64 messageId, const QString& text) {
    const auto old = state_->find(messageId);
    if (!old || text.trimmed().isEmpty() || !state_->isFree(old->conversationId)) return false;
    const bool isQuestion = old->role == ChatRole::User;
    StoredMessage edited;
    edited.conversationId = old->conversationId;
    edited.parentId = old->parentId;
    edited.role = old->role;
    edited.text = text.toStdString();
    if (isQuestion && !state_->prepare(edited, old->parentId, state_->documentsOf(*old)))
        return false;
    if (isQuestion) {
        if (!state_->addAndGenerate({edited, emptyReply(old->conversationId, 0)})) {
            return false;
        }
    } else {
        edited.modelName = old->modelName;
        const auto ids = state_->valueOf(state_->storeOf(messageId).addMessages({edited}, kFull));
        if (ids.empty()) return false;
        state_->announceAdded(old->conversationId, ids);
        Q_EMIT conversationsChanged();
    }
    Q_EMIT branchChanged(old->conversationId);
    return true;
}

bool ChatService::selectSibling(qint64 messageId) {
    const auto chosen = state_->find(messageId);
    if (!chosen || !state_->succeeded(state_->storeOf(messageId).selectBranch(messageId)))
        return false;
    state_->closeAnswers(chosen->conversationId);
    Q_EMIT branchChanged(chosen->conversationId);
    return true;
}

bool ChatService::rate(qint64 messageId, ReplyRating rating) {
    const auto reply = state_->find(messageId);
    if (!reply || !state_->succeeded(state_->storeOf(messageId).setRating(messageId, rating)))
        return false;
    Q_EMIT messageChanged(reply->conversationId, messageId);
    return true;
}

QSet<qint64> ChatService::conversationsRated(ReplyRating rating) const {
    const auto ids = state_->allRated(rating);
    return {ids.begin(), ids.end()};
}

bool ChatService::rename(qint64 conversationId, const QString& title) {
    const QString name = title.simplified();
    if (name.isEmpty()) return false;
    return state_->listChanged(
        state_->storeOf(conversationId).rename(conversationId, name.toStdString(), false));
}

bool ChatService::setAutomaticTitle(qint64 conversationId, const QString& title) {
    const QString name = titleFor(title);
    const ConversationInfo info = conversation(conversationId);
    if (name.isEmpty() || info.id == 0 || info.hasOwnTitle) return false;
    return state_->listChanged(
        state_->storeOf(conversationId).rename(conversationId, name.toStdString(), true));
}

bool ChatService::setPinned(qint64 conversationId, bool pinned) {
    return state_->listChanged(state_->storeOf(conversationId).setPinned(conversationId, pinned));
}

GenerationChoices ChatService::choices(qint64 conversationId) const {
    const auto stored =
        state_->valueOf(state_->storeOf(conversationId).conversation(conversationId));
    return state_->choices(stored.value_or(StoredConversation{}));
}

bool ChatService::setChoices(qint64 conversationId, const GenerationChoices& choices) {
    return setSampling(conversationId, toJson(clamped(choices)),
                       rulesOf(samplingOf(conversationId)));
}

bool ChatService::setSampling(qint64 conversationId, const std::string& choices,
                              const ChatRules& rules) {
    return state_->succeeded(
        state_->storeOf(conversationId).setSamplingJson(conversationId, withRules(choices, rules)));
}

std::string ChatService::samplingOf(qint64 conversationId) const {
    const auto stored =
        state_->valueOf(state_->storeOf(conversationId).conversation(conversationId));
    return stored ? stored->samplingJson : std::string();
}

bool ChatService::hasOwnChoices(qint64 conversationId) const {
    return choicesFromJson(samplingOf(conversationId)).has_value();
}

bool ChatService::resetChoices(qint64 conversationId) {
    return setSampling(conversationId, {}, rulesOf(samplingOf(conversationId)));
}

QString ChatService::replyStart(qint64 conversationId) const {
    return rulesOf(samplingOf(conversationId)).replyStart;
}

bool ChatService::setReplyStart(qint64 conversationId, const QString& start) {
    const std::string sampling = samplingOf(conversationId);
    ChatRules rules = rulesOf(sampling);
    rules.replyStart = start;
    return setSampling(conversationId, sampling, rules);
}

WhenFull ChatService::whenFull(qint64 conversationId) const {
    return rulesOf(samplingOf(conversationId)).whenFull;
}

bool ChatService::setWhenFull(qint64 conversationId, WhenFull choice) {
    const std::string sampling = samplingOf(conversationId);
    ChatRules rules = rulesOf(sampling);
    rules.whenFull = choice;
    return setSampling(conversationId, sampling, rules);
}

bool ChatService::setSummary(qint64 messageId, const QString& text) {
    const auto message = state_->find(messageId);
    if (!message || !state_->isFree(message->conversationId)) return false;
    const std::string summary = text.trimmed().toStdString();
    if (!state_->succeeded(state_->storeOf(messageId).setSummary(messageId, summary))) return false;
    Q_EMIT branchChanged(message->conversationId);
    return true;
}

QString ChatService::systemPrompt(qint64 conversationId) const {
    const auto stored =
        state_->valueOf(state_->storeOf(conversationId).conversation(conversationId));
    return stored ? QString::fromStdString(stored->systemPrompt) : QString();
}

bool ChatService::setSystemPrompt(qint64 conversationId, const QString& prompt) {
    return state_->succeeded(state_->storeOf(conversationId)
                                 .setSystemPrompt(conversationId, prompt.trimmed().toStdString()));
}

}  // namespace dsm
