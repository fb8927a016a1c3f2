// Messages with files: what of these a model reads, and the files themselves.
//
// A message is kept with the parts that the words chose; what the model chooses then takes their place.
#include <algorithm>
#include <utility>

#include "app/services/chat/attachment.h"
#include "app/services/chat/chat_state.h"
#include "app/services/chat/part_chooser.h"
#include "app/services/chat/stored_chat.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

GenerationOutcome cancelledOutcome() {
    GenerationOutcome outcome;
    outcome.end = StopReason::Cancelled;
    return outcome;
}

}  // namespace

AttachedPrompt ChatState::attached(qint64 conversationId, qint64 parentId, const QString& question,
                                   const QList<DocumentPointer>& documents) {
    if (documents.isEmpty()) return {question, {}};
    return attachedBy(partsByWords(question, documents), conversationId, parentId, question,
                      documents);
}

AttachedPrompt ChatState::attachedBy(const QList<FilePart>& parts, qint64 conversationId,
                                     qint64 parentId, const QString& question,
                                     const QList<DocumentPointer>& documents) {
    const bool stops = stopsWhenFull(conversationId);
    return attach(question, documents, parts, [&](const QString& prompt) {
        const PromptFit fit = fitOf(conversationId, parentId, prompt);
        return stops ? fit.fitsWhole() : fit.fits();
    });
}

QList<DocumentPointer> ChatState::documentsOf(const StoredMessage& message) {
    if (message.attached.empty()) return {};
    return unpackDocuments(message, valueOf(storeOf(message.id).attachedTexts(message.id)));
}

bool ChatState::prepare(StoredMessage& question, qint64 parentId,
                        const QList<DocumentPointer>& documents) {
    const QString text = QString::fromStdString(question.text);
    if (!hasRoomFor(question.conversationId, text, parentId)) return false;
    if (documents.isEmpty()) return true;
    const AttachedPrompt prompt = attached(question.conversationId, parentId, text, documents);
    if (prompt.attachments.isEmpty()) {
        fail(said([] {
            return ChatState::tr(
                "This message was not sent: beside it the context has no "
                "room for any part of the files.");
        }));
        return false;
    }
    question.prompt = prompt.text.toStdString();
    question.attached = packAttachments(prompt.attachments);
    QStringList texts;
    for (const DocumentPointer& document : documents)
        texts.append(document->text());
    question.attachedTexts = packTexts(texts);
    return true;
}

bool ChatState::chooseParts(const std::vector<StoredMessage>& path,
                            const std::vector<std::int64_t>& replyIds) {
    if (path.size() < 2 || generator_->modelName().isEmpty()) return false;
    const StoredMessage& question = path[path.size() - 2];
    const bool goesOn = !path.back().tokenIds.empty();  // with a reply to what was read
    const QList<Attachment> files = unpackAttachments(question.attached);
    const bool isPart = std::any_of(files.begin(), files.end(),
                                    [](const Attachment& file) { return !file.isWhole(); });
    const bool isChosen = std::any_of(files.begin(), files.end(),
                                      [](const Attachment& file) { return file.partsSeen > 0; });
    if (goesOn || !isPart || isChosen) return false;
    const QList<DocumentPointer> documents = documentsOf(question);
    if (documents.size() != files.size()) return false;
    const quint64 id = chooser_->choose(QString::fromStdString(question.text), documents);
    choosings_.push_back({id, question, documents, replyIds});
    for (Turn& turn : turns_) {
        const bool waits =
            std::find(replyIds.begin(), replyIds.end(), turn.reply.id) != replyIds.end();
        if (waits) turn.requestId = id;
    }
    partSeen(id);
    return true;
}

std::vector<ChatState::Choosing>::iterator ChatState::choosingWith(quint64 id) {
    return std::find_if(choosings_.begin(), choosings_.end(),
                        [&](const Choosing& choosing) { return choosing.id == id; });
}

void ChatState::partSeen(quint64 id) {
    const auto choosing = choosingWith(id);
    if (choosing == choosings_.end()) return;
    const qint64 conversationId = choosing->question.conversationId;
    const std::vector<std::int64_t> replyIds = choosing->replyIds;
    for (const std::int64_t replyId : replyIds)
        Q_EMIT chats_->messageChanged(conversationId, replyId);
}

void ChatState::partsChosen(quint64 id, const PartChoice& choice) {
    const auto choosing = choosingWith(id);
    if (choosing == choosings_.end()) return;
    const Choosing done = std::move(*choosing);
    choosings_.erase(choosing);
    const StoredMessage& question = done.question;
    AttachedPrompt prompt =
        choice.seen() == 0 ? AttachedPrompt()  // what the words chose stays
                           : attachedBy(choice.order(), question.conversationId, question.parentId,
                                        QString::fromStdString(question.text), done.documents);
    for (qsizetype i = 0; i < prompt.attachments.size(); ++i)
        prompt.attachments[i].partsSeen = static_cast<int>(choice.seenOf(i));
    if (!prompt.attachments.isEmpty() &&
        succeeded(storeOf(question.id)
                      .setPrompt(question.id, prompt.text.toStdString(),
                                 packAttachments(prompt.attachments))))
        Q_EMIT chats_->messageChanged(question.conversationId, question.id);
    if (ask(done.replyIds, Files::Chosen)) return;
    endTurns(done.replyIds, cancelledOutcome());
}

void ChatState::choiceStopped(quint64 id) {
    const auto choosing = choosingWith(id);
    if (choosing == choosings_.end()) return;
    const std::vector<std::int64_t> replyIds = std::move(choosing->replyIds);
    choosings_.erase(choosing);
    endTurns(replyIds, cancelledOutcome());
}

}  // namespace dsm
