// Messages that ask for a reply, or for several at once.
#include <QRandomGenerator>
#include <algorithm>
#include <iterator>
#include <utility>

#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"

namespace dsm {

const ChatState::Turn* ChatState::turnOfReply(qint64 replyId) const {
    const auto found = std::find_if(turns_.begin(), turns_.end(),
                                    [&](const Turn& turn) { return turn.reply.id == replyId; });
    return found == turns_.end() ? nullptr : &*found;
}

void ChatState::stopReply(qint64 replyId) {
    const Turn* turn = turnOfReply(replyId);
    if (turn != nullptr) stopTurn(*turn);
}

// Each is a message of its own from the beginning: what was written of it is on the disk, whatever
// happens, and stays as a version of the reply.
std::vector<std::int64_t> ChatState::addAnswers(qint64 conversationId, qint64 replyId,
                                                int answers) {
    std::vector<std::int64_t> all{replyId};
    const auto first = valueOf(storeOf(replyId).message(replyId));
    if (!first || answers < 2) return all;
    while (static_cast<int>(all.size()) < answers) {
        StoredMessage another = emptyReply(conversationId, first->parentId);
        another.text = first->text;
        const auto more = storeOf(replyId).addMessages({another}, Durability::Full);
        if (!more) break;  // the file takes no more: the answers so far are written
        all.push_back(more->back());
    }
    succeeded(storeOf(replyId).selectBranch(replyId));
    return all;
}

bool ChatState::addAndGenerate(std::vector<StoredMessage> chain, int answers) {
    const qint64 conversationId = chain.back().conversationId;
    if (!mayAccept(conversationId)) return false;
    const auto conversation = valueOf(storeOf(conversationId).conversation(conversationId));
    if (conversation)
        chain.back().text = rulesOf(conversation->samplingJson).replyStart.toStdString();
    const auto ids = storeOf(conversationId).addMessages(chain, Durability::Full);
    if (!ids) return refuse(conversationId, ids.error());
    if (!isUnkept(conversationId)) endRefusal();
    if (ids->empty() || !begin(addAnswers(conversationId, ids->back(), answers))) return false;
    announceAdded(conversationId, *ids);
    Q_EMIT chats_->conversationsChanged();
    return true;
}

qint64 ChatState::startConversation(const StoredMessage& question, const QString& title,
                                    int answers) {
    if (!mayAccept(0)) return 0;
    const auto startIn = [&](ConversationStore& store) {
        return store.startConversation(title.toStdString(), true, {question, emptyReply(0, 0)},
                                       Durability::Full);
    };
    const bool isForFile = isKept() && !nextIsTemporary_;
    auto started = startIn(isForFile ? *store_ : unkept());
    if (!started && isForFile && nextIsUnkept_) started = startIn(unkept());
    if (!started) {
        refuse(0, started.error());
        return 0;
    }
    const qint64 conversationId = started->conversationId;
    if (!isUnkept(conversationId)) endRefusal();
    if (!begin(addAnswers(conversationId, started->messageIds.back(), answers))) return 0;
    nextIsUnkept_ = false;
    nextIsTemporary_ = false;
    Q_EMIT chats_->conversationAdded(conversationId);
    announceAdded(conversationId, started->messageIds);
    Q_EMIT chats_->conversationsChanged();
    return conversationId;
}

bool ChatState::begin(const std::vector<std::int64_t>& replyIds) {
    std::vector<Turn> turns;
    for (const std::int64_t replyId : replyIds) {
        const auto reply = valueOf(storeOf(replyId).message(replyId));
        if (!reply || !generator_) return false;
        Turn turn;
        turn.reply = *reply;
        turns.push_back(std::move(turn));
    }
    const qint64 conversationId = turns.back().reply.conversationId;
    std::move(turns.begin(), turns.end(), std::back_inserter(turns_));
    closeAnswers(conversationId);
    if (replyIds.size() > 1)
        openAnswers_[conversationId] = QList<qint64>(replyIds.begin(), replyIds.end());
    if (ask(replyIds)) return true;
    std::erase_if(turns_,
                  [&](const Turn& turn) { return turn.reply.conversationId == conversationId; });
    closeAnswers(conversationId);
    return false;
}

bool ChatState::ask(const std::vector<std::int64_t>& replyIds, Files files) {
    QList<GenerationRequest> requests;
    for (const std::int64_t replyId : replyIds) {
        const auto path = valueOf(storeOf(replyId).pathTo(replyId));
        if (path.empty()) return false;
        const auto conversation =
            valueOf(storeOf(replyId).conversation(path.back().conversationId));
        if (!conversation) return false;
        const bool isFirst = requests.isEmpty();
        if (isFirst && files == Files::ToChoose && chooseParts(path, replyIds)) return true;
        if (isFirst && summarize(*conversation, path, replyIds)) return true;
        GenerationRequest request = requestFor(*conversation, path);
        // Drawn here, so that it can be told and used again. Equal seeds would write equal answers.
        if (!request.choices.seed)
            request.choices.seed = QRandomGenerator::global()->generate();
        else
            *request.choices.seed += static_cast<quint64>(requests.size());
        requests.append(request);
    }
    for (std::size_t i = 0; i < replyIds.size(); ++i) {
        for (Turn& turn : turns_) {
            if (turn.reply.id != replyIds[i]) continue;
            const GenerationRequest& request = requests[static_cast<qsizetype>(i)];
            turn.requestId = request.id;
            turn.reply.seed = request.choices.seed;
        }
    }
    if (requests.size() == 1) {
        generator_->generate(requests.front());
    } else {
        generator_->generateTogether(requests);
    }
    return true;
}

}  // namespace dsm
