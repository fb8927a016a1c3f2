#include "app/services/chat/chat_state.h"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "app/services/chat/chat_summary.h"
#include "app/services/chat/part_chooser.h"
#include "app/services/chat/stored_chat.h"
#include "app/services/program/path_text.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "app/services/program/settings.h"

namespace dsm {
namespace {

constexpr int kSaveMs = 250;
constexpr std::chrono::minutes kLookAfter{10};
constexpr auto kFull = Durability::Full;

bool wasCutShort(const MessageInfo& info) {
    const bool reachedLimit =
        info.end == StopReason::MaximumTokens || info.end == StopReason::ContextFull;
    return info.state == MessageState::Stopped || info.state == MessageState::Failed ||
           (info.state == MessageState::Complete && reachedLimit);
}

}  // namespace

StoredMessage emptyReply(qint64 conversationId, qint64 parentId) {
    StoredMessage reply;
    reply.conversationId = conversationId;
    reply.parentId = parentId;
    reply.role = ChatRole::Assistant;
    reply.state = StoredMessage::State::Generating;
    return reply;
}

ChatState::ChatState(ChatSignals* chats, const QString& file, TextGenerator& generator,
                     const Settings& settings, ChatClock clock)
    : chats_(chats),
      file_(toPath(file)),
      generator_(&generator),
      settings_(settings),
      clock_(std::move(clock)),
      chooser_(std::make_unique<PartChooser>(generator)) {
    if (!clock_) clock_ = [] { return QDateTime::currentDateTime(); };
    open();
    listen();
    startUpkeep();
}

ChatState::~ChatState() {
    upkeep_.stop();
    repair_.stop();
    saveEnded();
    for (Turn& turn : turns_) {
        stopTurn(turn);
        turn.reply.state = StoredMessage::State::Stopped;
        // Nobody is left to hear of a failure; the last save of the growing reply stays.
        static_cast<void>(storeOf(turn.reply.id).updateReply(turn.reply, kFull));
    }
}

void ChatState::listen() {
    saving_.setInterval(kSaveMs);
    QObject::connect(&saving_, &QTimer::timeout, chats_, [this] { saveGrowing(); });
    lookingAfter_.start(kLookAfter);
    QObject::connect(&lookingAfter_, &QTimer::timeout, chats_, [this] { startUpkeep(); });
    QObject::connect(&room_, &QTimer::timeout, chats_, [this] { useNewRoom(); });
    QObject::connect(generator_, &TextGenerator::generationStarted, chats_,
                     [this](quint64 id) { began(id); });
    QObject::connect(generator_, &TextGenerator::piecesArrived, chats_,
                     [this](quint64 id, const QString& text, const QList<int>& tokenIds) {
                         grew(id, text, tokenIds);
                     });
    QObject::connect(generator_, &TextGenerator::generationFinished, chats_,
                     [this](quint64 id, const GenerationOutcome& outcome) { ended(id, outcome); });
    QObject::connect(chooser_.get(), &PartChooser::progressed, chats_,
                     [this](quint64 id) { partSeen(id); });
    QObject::connect(chooser_.get(), &PartChooser::chosen, chats_,
                     [this](quint64 id, const PartChoice& choice) { partsChosen(id, choice); });
    QObject::connect(chooser_.get(), &PartChooser::stopped, chats_,
                     [this](quint64 id) { choiceStopped(id); });
}

bool ChatState::succeeded(const Result<void>& result) {
    if (result) return true;
    if (isRepairing()) {
        fail(refusal());
    } else {
        fail(result.error());
    }
    return false;
}

void ChatState::fail(const Error& error) {
    if (error.code == ErrorCode::Malformed) meetDamage(error);
    fail(presentError(error));
}

bool ChatState::listChanged(const Result<void>& result) {
    if (!succeeded(result)) return false;
    Q_EMIT chats_->conversationsChanged();
    return true;
}

bool ChatState::isFree(qint64 conversationId) {
    if (!isUnderWay(conversationId)) return true;
    fail(said([] { return ChatState::tr("Wait until the reply is finished, or stop it first."); }));
    return false;
}

void ChatState::stop(qint64 conversationId) {
    for (const Turn& turn : turns_) {
        if (turn.reply.conversationId == conversationId) stopTurn(turn);
    }
}

void ChatState::stopTurn(const Turn& turn) {
    chooser_->stop(turn.requestId);
    if (generator_) generator_->stop(turn.requestId);
}

void ChatState::setOpen(qint64 conversationId) {
    open_ = conversationId;
    if (generator_) generator_->openConversation(isUnkept(conversationId) ? 0 : conversationId);
}

bool ChatState::remove(qint64 conversationId) {
    stop(conversationId);
    if (!listChanged(storeOf(conversationId).moveToTrash(conversationId))) return false;
    if (generator_) generator_->forgetConversation(conversationId);
    return true;
}

std::optional<StoredMessage> ChatState::find(qint64 messageId) {
    auto found = valueOf(storeOf(messageId).message(messageId));
    if (!found) fail(said([] { return ChatState::tr("This message is not there any more."); }));
    return found;
}

std::vector<StoredConversation> ChatState::allTrashed() {
    std::vector<StoredConversation> all = valueOf(store_->trash());
    if (!unkept_) return all;
    for (StoredConversation& conversation : valueOf(unkept_->trash()))
        all.push_back(std::move(conversation));
    return all;
}

std::vector<std::int64_t> ChatState::allRated(ReplyRating rating) {
    std::vector<std::int64_t> ids = valueOf(store_->conversationsRated(rating));
    if (!unkept_) return ids;
    for (const std::int64_t id : valueOf(unkept_->conversationsRated(rating)))
        ids.push_back(id);
    return ids;
}

std::vector<std::int64_t> ChatState::allOf(const std::string& modelName) {
    std::vector<std::int64_t> ids = valueOf(store_->conversationsOf(modelName));
    if (!unkept_) return ids;
    for (const std::int64_t id : valueOf(unkept_->conversationsOf(modelName)))
        ids.push_back(id);
    return ids;
}

MessageInfo ChatState::describe(const StoredMessage& stored, bool isLeaf) {
    const Turn* turn = turnOfReply(stored.id);
    const bool inTurn = turn != nullptr;
    // What has grown since the last save is only here.
    const auto ended = std::find_if(unsaved_.begin(), unsaved_.end(),
                                    [&](const auto& reply) { return reply.id == stored.id; });
    MessageInfo info = toInfo(inTurn ? turn->reply : ended != unsaved_.end() ? *ended : stored);
    info.rating = stored.rating;
    info.summary = QString::fromStdString(stored.summary);
    info.isSummarizing = isSumming(stored.id);
    if (inTurn) std::tie(info.partsSeen, info.partsToSee) = chooser_->progress(turn->requestId);
    if (inTurn) {
        info.state = turn->started ? MessageState::Generating : MessageState::Waiting;
    } else if (info.state == MessageState::Generating) {
        info.state = MessageState::Stopped;  // its last save failed
    }
    const auto siblings = valueOf(storeOf(stored.id).siblings(stored.id));
    info.siblings = QList<qint64>(siblings.begin(), siblings.end());
    info.siblingIndex = static_cast<int>(std::max<qsizetype>(0, info.siblings.indexOf(info.id)));
    info.canContinue = isLeaf && !isUnderWay(stored.conversationId) &&
                       info.role == ChatRole::Assistant && wasCutShort(info) &&
                       (info.end != StopReason::ContextFull || canGrow(stored));
    return info;
}

GenerationChoices ChatState::choices(const StoredConversation& conversation) const {
    const auto own = choicesFromJson(conversation.samplingJson);
    return own ? clamped(*own) : settings_.generation();
}

void ChatState::announceAdded(qint64 conversationId, const std::vector<std::int64_t>& ids) {
    for (const std::int64_t id : ids)
        Q_EMIT chats_->messageAdded(conversationId, id);
}

GenerationRequest ChatState::requestFor(const StoredConversation& conversation,
                                        const std::vector<StoredMessage>& path) const {
    GenerationRequest request;
    request.id = generator_->newRequestId();
    request.conversationId = isUnkept(conversation.id) ? 0 : conversation.id;
    request.choices = choices(conversation);
    request.replySoFar = toPrompt(path.back());
    if (!conversation.systemPrompt.empty()) {
        request.messages.append(
            {ChatRole::System, QString::fromStdString(conversation.systemPrompt), {}});
    }
    auto message = path.begin() + endOfSummary(path);
    if (message != path.begin())
        request.messages += summaryExchange(QString::fromStdString((message - 1)->summary));
    for (; message != path.end() - 1; ++message) {
        // A reply stopped before its first word says nothing to a model.
        const bool isEmptyReply = message->role == ChatRole::Assistant && message->text.empty();
        if (!isEmptyReply) request.messages.append(toPrompt(*message));
    }
    return request;
}

GenerationRequest ChatState::lastQuestion(qint64 conversationId) {
    auto path = valueOf(storeOf(conversationId).path(conversationId));
    while (!path.empty() && path.back().role != ChatRole::User)
        path.pop_back();
    const auto conversation = valueOf(storeOf(conversationId).conversation(conversationId));
    if (path.empty() || !conversation || !generator_) return {};
    path.push_back(emptyReply(conversationId, path.back().id));
    return requestFor(*conversation, path);
}

qint64 ChatState::leafOf(qint64 conversationId) {
    if (conversationId == 0) return 0;
    const auto conversation = valueOf(storeOf(conversationId).conversation(conversationId));
    return conversation ? conversation->currentLeaf : 0;
}

PromptFit ChatState::fitOf(qint64 conversationId, qint64 parentId, const QString& text) {
    if (!generator_) return {};
    std::vector<StoredMessage> path;
    if (parentId != 0) path = valueOf(storeOf(parentId).pathTo(parentId));
    if (!text.isEmpty()) {
        StoredMessage question;
        question.text = text.toStdString();
        path.push_back(std::move(question));
    }
    if (path.empty()) return {};
    path.push_back(emptyReply(conversationId, 0));
    const auto conversation = valueOf(storeOf(conversationId).conversation(conversationId));
    return generator_->promptFit(requestFor(conversation.value_or(StoredConversation{}), path));
}

bool ChatState::hasRoomFor(qint64 conversationId, const QString& text, qint64 parentId) {
    const PromptFit fit = fitOf(conversationId, parentId, text);
    if (fit.fits()) {
        if (fit.fitsWhole() || !stopsWhenFull(conversationId)) return true;
        fail(said([] {
            return ChatState::tr(
                "This message was not sent: the chat and this message are longer than the "
                "context. Begin a new chat, or choose in the settings of this chat what happens "
                "then.");
        }));
        return false;
    }
    fail(said(
        [] {
            return ChatState::tr(
                "This message was not sent: it takes %1 tokens, and the context "
                "has room for %2. Shorten it.");
        },
        {QString::number(fit.tokens), QString::number(fit.room)}));
    return false;
}

bool ChatState::stopsWhenFull(qint64 conversationId) {
    if (conversationId == 0) return false;
    const auto conversation = valueOf(storeOf(conversationId).conversation(conversationId));
    return conversation && rulesOf(conversation->samplingJson).whenFull == WhenFull::Stop;
}

bool ChatState::mayAnswer(qint64 questionId) {
    const auto question = find(questionId);
    if (!question || !stopsWhenFull(question->conversationId)) return question.has_value();
    return hasRoomFor(question->conversationId, toPrompt(*question).text, question->parentId);
}

bool ChatState::canGrow(const StoredMessage& reply) {
    const auto path = valueOf(storeOf(reply.id).pathTo(reply.id));
    const auto conversation = valueOf(storeOf(reply.id).conversation(reply.conversationId));
    if (path.empty() || !conversation || !generator_) return true;
    const PromptFit fit = generator_->promptFit(requestFor(*conversation, path));
    return stopsWhenFull(reply.conversationId) ? fit.fitsWhole() : fit.fits();
}

}  // namespace dsm
