// The replies that are under way: begun, grown, ended, and saved meanwhile.
#include <algorithm>
#include <utility>

#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"
#include "app/services/program/reason_words.h"

namespace dsm {
namespace {

constexpr int kTicksBetweenTries = 8;  // of a reply that the disk did not take
constexpr auto kFull = Durability::Full;
constexpr auto kNormal = Durability::Normal;

// The model's text begins with the space that follows "Assistant:".
QString withoutLeadingSpace(const QString& text) {
    const auto first =
        std::find_if_not(text.begin(), text.end(), [](QChar c) { return c.isSpace(); });
    return text.mid(first - text.begin());
}

}  // namespace

const ChatState::Turn* ChatState::turnOf(qint64 conversationId) const {
    const auto found = std::find_if(turns_.begin(), turns_.end(), [&](const Turn& turn) {
        return turn.reply.conversationId == conversationId;
    });
    return found == turns_.end() ? nullptr : &*found;
}

std::vector<ChatState::Turn>::iterator ChatState::turnWith(quint64 requestId) {
    return std::find_if(turns_.begin(), turns_.end(),
                        [&](const Turn& turn) { return turn.requestId == requestId; });
}

void ChatState::began(quint64 requestId) {
    if (summingWith(requestId) != summings_.end()) return;
    const auto turn = turnWith(requestId);
    if (turn == turns_.end()) return;
    turn->started = true;
    turn->reply.modelName = generator_->modelName().toStdString();
    saving_.start();
    Q_EMIT chats_->replyStarted(turn->reply.conversationId, turn->reply.id);
}

void ChatState::grew(quint64 requestId, const QString& text, const QList<int>& tokenIds) {
    if (const auto summing = summingWith(requestId); summing != summings_.end()) {
        summing->text += text.toStdString();
        return;
    }
    const auto turn = turnWith(requestId);
    if (turn == turns_.end()) return;
    StoredMessage& reply = turn->reply;
    const QString delta = reply.text.empty() ? withoutLeadingSpace(text) : text;
    reply.text += delta.toStdString();
    reply.tokenIds.insert(reply.tokenIds.end(), tokenIds.begin(), tokenIds.end());
    turn->unsaved = true;
    if (!delta.isEmpty()) {
        Q_EMIT chats_->messageTextAppended(reply.conversationId, reply.id, delta);
    }
}

void ChatState::ended(quint64 requestId, const GenerationOutcome& outcome) {
    if (summingWith(requestId) != summings_.end()) return summed(requestId, outcome);
    const auto turn = turnWith(requestId);
    if (turn != turns_.end()) endTurn(turn, outcome);
}

void ChatState::endTurn(std::vector<Turn>::iterator turn, const GenerationOutcome& outcome) {
    StoredMessage reply = std::move(turn->reply);
    turns_.erase(turn);
    applyOutcome(outcome, reply);
    if (!succeeded(storeOf(reply.id).updateReply(reply, kFull))) {
        unsaved_.push_back(reply);
        couldNotSave_ = true;
    }
    if (turns_.empty() && unsaved_.empty()) saving_.stop();
    if (!unsaved_.empty() && !saving_.isActive()) saving_.start();  // it may never have begun
    Q_EMIT chats_->messageChanged(reply.conversationId, reply.id);
    Q_EMIT chats_->replyFinished(reply.conversationId, reply.id);
    Q_EMIT chats_->conversationsChanged();
    noteSaved();
    startUpkeep();
    repairWhenIdle();
}

void ChatState::endTurns(const std::vector<std::int64_t>& replyIds,
                         const GenerationOutcome& outcome) {
    for (const std::int64_t replyId : replyIds) {
        const auto turn = std::find_if(turns_.begin(), turns_.end(),
                                       [&](const Turn& one) { return one.reply.id == replyId; });
        if (turn != turns_.end()) endTurn(turn, outcome);
    }
}

void ChatState::saveEnded() {
    std::erase_if(unsaved_, [this](const StoredMessage& reply) {
        return storeOf(reply.id).updateReply(reply, kFull).has_value();
    });
}

QList<UnsavedReply> ChatState::saveNow() {
    QList<UnsavedReply> lost;
    const auto isSaved = [&](const StoredMessage& reply) {
        const Result<void> saved = storeOf(reply.id).updateReply(reply, kFull);
        if (!saved) lost.append(describeUnsaved(reply, saved.error()));
        return saved.has_value();
    };
    std::erase_if(unsaved_, isSaved);
    for (Turn& turn : turns_) {
        if (!turn.unsaved && !turn.saveFailed) continue;
        turn.unsaved = !isSaved(turn.reply);
        turn.saveFailed = turn.saveFailed && turn.unsaved;
    }
    noteSaved();
    return lost;
}

UnsavedReply ChatState::describeUnsaved(const StoredMessage& reply, const Error& why) {
    // Where nothing can be written, little can be read, perhaps.
    const auto chat = storeOf(reply.id).conversation(reply.conversationId);
    return {chat && *chat ? QString::fromStdString((*chat)->title) : QString(),
            QString::fromStdString(reply.text).size(), presentError(why)};
}

void ChatState::noteSaved() {
    const bool isAllSaved =
        unsaved_.empty() && std::none_of(turns_.begin(), turns_.end(),
                                         [](const Turn& turn) { return turn.saveFailed; });
    if (couldNotSave_ && isAllSaved) {
        couldNotSave_ = false;
        Q_EMIT chats_->savedAgain();
    }
}

void ChatState::saveGrowing() {
    const bool triesAgain = ++ticks_ % kTicksBetweenTries == 0;
    if (triesAgain) saveEnded();
    if (turns_.empty() && unsaved_.empty()) saving_.stop();
    QStringList failures;
    for (Turn& turn : turns_) {
        if (!turn.unsaved || (turn.saveFailed && !triesAgain)) continue;
        const bool wasSaid = turn.saveFailed;
        turn.reply.state = StoredMessage::State::Generating;
        const Result<void> saved = storeOf(turn.reply.id).updateReply(turn.reply, kNormal);
        turn.unsaved = !saved;
        turn.saveFailed = !saved;
        couldNotSave_ = couldNotSave_ || !saved;
        if (!saved && !wasSaid) failures.append(presentError(saved.error()));
    }
    // After the loop: a listener may send a message, which adds a turn.
    for (const QString& failure : failures)
        fail(failure);
    noteSaved();
}

}  // namespace dsm
