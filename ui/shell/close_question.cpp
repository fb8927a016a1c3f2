#include "ui/shell/close_question.h"

#include <QLocale>
#include <QMessageBox>

#include "app/services/chat/chat_service.h"
#include "app/services/chat/drafts.h"
#include "app/services/texts/text_service.h"
#include "ui/widgets/question.h"

namespace dsm {
namespace {

constexpr int kMostLines = 5;
constexpr int kTitleWidth = 300;

}  // namespace

CloseQuestion::CloseQuestion(QWidget* window, ChatService& chat, TextService& texts, Drafts& drafts)
    : QObject(window), window_(window), chat_(chat), texts_(texts), drafts_(drafts) {}

bool CloseQuestion::mayClose() {
    if (mayLose_ || (question_ && question_->isVisible())) return true;
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
        rest.texts.append(lineOf(reply));
        rest.reason = reply.reason;
    }
    if (replies.size() > kMostLines)
        rest.texts.append(tr("%n more replies.", nullptr, int(replies.size()) - kMostLines));
    addTexts(rest);
    if (const QString reason = drafts_.saveNow(); !reason.isEmpty()) {
        rest.texts.append(tr("What you have written and not sent."));
        if (rest.reason.isEmpty()) rest.reason = reason;
    }
    return rest;
}

void CloseQuestion::addTexts(Unsaved& rest) {
    const QList<UnsavedText> texts = texts_.saveNow();
    for (const UnsavedText& text : texts.first(std::min<qsizetype>(texts.size(), kMostLines))) {
        const QString name =
            window_->fontMetrics().elidedText(text.firstLine, Qt::ElideRight, kTitleWidth);
        rest.texts.append(
            tr("The text “%1”, of %2 characters.").arg(name, QLocale().toString(text.characters)));
        rest.reason = text.reason;
    }
    if (texts.size() > kMostLines)
        rest.texts.append(tr("%n more texts.", nullptr, int(texts.size()) - kMostLines));
}

QString CloseQuestion::lineOf(const UnsavedReply& reply) const {
    const QString characters = QLocale().toString(reply.characters);
    if (reply.title.isEmpty()) return tr("A reply of %1 characters.").arg(characters);
    const QString title =
        window_->fontMetrics().elidedText(reply.title, Qt::ElideRight, kTitleWidth);
    return tr("The last reply in “%1”, of %2 characters.").arg(title, characters);
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
