#include "ui/shell/close_question.h"

#include <QLocale>
#include <QMessageBox>

#include "app/services/chat/chat_service.h"
#include "app/services/chat/drafts.h"
#include "ui/widgets/question.h"

namespace dsm {
namespace {

constexpr int kMostLines = 5;
constexpr int kTitleWidth = 300;

}  // namespace

CloseQuestion::CloseQuestion(QWidget* window, ChatService& chat, Drafts& drafts)
    : QObject(window), window_(window), chat_(chat), drafts_(drafts) {}

bool CloseQuestion::mayClose() {
    if (mayLose_ || question_) return true;
    const Unsaved rest = unsaved();
    if (rest.texts.isEmpty()) return true;
    ask(rest);
    return false;
}

CloseQuestion::Unsaved CloseQuestion::unsaved() {
    Unsaved rest;
    const QList<UnsavedReply> replies = chat_.saveNow();
    for (const UnsavedReply& reply :
         replies.first(std::min<qsizetype>(replies.size(), kMostLines))) {
        const QString title =
            window_->fontMetrics().elidedText(reply.title, Qt::ElideRight, kTitleWidth);
        rest.texts.append(tr("The last reply in “%1”, of %2 characters.")
                              .arg(title, QLocale().toString(reply.characters)));
        rest.reason = reply.reason;
    }
    if (replies.size() > kMostLines)
        rest.texts.append(tr("%n more replies.", nullptr, int(replies.size()) - kMostLines));
    if (const QString reason = drafts_.saveNow(); !reason.isEmpty()) {
        rest.texts.append(tr("What you have written and not sent."));
        if (rest.reason.isEmpty()) rest.reason = reason;
    }
    return rest;
}

void CloseQuestion::ask(const Unsaved& unsaved) {
    Question question;
    question.title = tr("Close and lose this?");
    question.text = tr("This could not be saved, and is lost if the program ends now:") + u'\n' +
                    unsaved.texts.join(u'\n');
    question.more = unsaved.reason + u'\n' +
                    tr("While the program is open it tries again, and says when all is saved.");
    const QuestionAnswer lose{tr("Close and lose it"), [this] {
                                  mayLose_ = true;
                                  window_->close();
                              }};
    question_ = dsm::ask(window_, question, {lose}, tr("Keep open"));
}

}  // namespace dsm
