#include "ui/chat/reply_ending.h"

#include <QCoreApplication>
#include <algorithm>
#include <utility>

#include "app/services/chat/chat_service.h"
#include "app/services/model/model_host.h"
#include "ui/widgets/question.h"

namespace dsm {
namespace {

struct ReplyEnding {
    Q_DECLARE_TR_FUNCTIONS(ReplyEnding)
};

bool isWriting(const ChatService& chat, const ModelHost& host) {
    if (host.status().state == ModelState::Generating) return true;
    ConversationFilter everywhere;
    everywhere.archived.reset();
    const QList<ConversationInfo> all = chat.conversations(everywhere);
    return std::any_of(all.begin(), all.end(),
                       [](const ConversationInfo& one) { return one.isGenerating; });
}

}  // namespace

void endReplies(QWidget* over, const ChatService& chat, const ModelHost& host,
                const QString& question, const QString& yes, std::function<void()> then) {
    if (!isWriting(chat, host)) return then();
    ask(over,
        {ReplyEnding::tr("A reply is being written"), question,
         ReplyEnding::tr(
             "That ends the reply. What is written of it stays, and can be continued.")},
        {{yes, std::move(then)}}, ReplyEnding::tr("Keep writing"));
}

}  // namespace dsm
