// Messages with files: what of these a model reads, and the files themselves.
#include "app/services/chat/attachment.h"
#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"

namespace dsm {

AttachedPrompt ChatState::attached(qint64 conversationId, qint64 parentId, const QString& question,
                                   const QList<DocumentPointer>& documents) {
    if (documents.isEmpty()) return {question, {}};
    const bool stops = stopsWhenFull(conversationId);
    return attach(question, documents, [&](const QString& prompt) {
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
        fail(
            ChatState::tr("This message was not sent: beside it the context has no room for any "
                          "part of the files."));
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

}  // namespace dsm
