#include "ui/chat/reply_ending.h"

#include <QCoreApplication>
#include <algorithm>
#include <utility>

#include "app/services/chat/chat_service.h"
#include "app/services/model/text_generator.h"
#include "app/services/texts/text_service.h"
#include "ui/widgets/question.h"

namespace dsm {
namespace {

struct ReplyEnding {
    Q_DECLARE_TR_FUNCTIONS(ReplyEnding)
};

struct Words {
    QString what;
    QString loss;
};

bool isReplying(const ChatService& chat) {
    ConversationFilter everywhere;
    everywhere.archived.reset();
    const QList<ConversationInfo> all = chat.conversations(everywhere);
    return std::any_of(all.begin(), all.end(),
                       [](const ConversationInfo& one) { return one.isGenerating; });
}

Words wordsFor(bool isReply, bool isText) {
    if (isReply && isText) {
        return {ReplyEnding::tr("A reply and a text are being written"),
                ReplyEnding::tr(
                    "That ends both. What is written of them stays, and can be continued.")};
    }
    if (isText) {
        return {
            ReplyEnding::tr("A text is being written"),
            ReplyEnding::tr("The model stops there. What is written stays, and can be continued.")};
    }
    return {
        ReplyEnding::tr("A reply is being written"),
        ReplyEnding::tr("That ends the reply. What is written of it stays, and can be continued.")};
}

}  // namespace

void endReplies(QWidget* over, const Writers& writers, const QString& question, const QString& yes,
                std::function<void()> then) {
    const bool isReply = isReplying(writers.chat);
    const bool isText = writers.texts.isWritingAny();
    if (!isReply && !isText && writers.writer.status().state != ModelState::Generating)
        return then();
    const Words words = wordsFor(isReply, isText);
    ask(over, {words.what, question, words.loss}, {{yes, std::move(then)}},
        ReplyEnding::tr("Keep writing"));
}

}  // namespace dsm
