// The files that go with a message: chosen, dropped, pasted, and what was read of those that were sent.
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMimeData>

#include "app/services/chat/chat_service.h"
#include "app/services/program/said.h"
#include "ui/chat/attachment_bar.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/composer_hint.h"
#include "ui/chat/files_dialog.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/drop_mark.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {

void ChatPage::connectAttachments() {
    setAcceptDrops(true);
    connect(composer_, &Composer::attachRequested, this, &ChatPage::chooseFiles);
    connect(composer_->editor(), &PromptEdit::filesPasted, this,
            [this](const QMimeData* files) { attachments_->add(AttachmentBar::filesIn(files)); });
    connect(attachments_, &AttachmentBar::changed, hint_, &ComposerHint::refresh);
    connect(attachments_, &AttachmentBar::failed, this, [this](const QString& problem) {
        banner_->showMessage(Banner::Tone::Error, sayAgain(problem));
    });
    connect(hint_, &ComposerHint::counted, this,
            [this] { attachments_->setRead(hint_->attachments()); });
}

void ChatPage::chooseFiles() {
    auto* dialog = new QFileDialog(this, tr("Attach files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setNameFilters(
        {tr("Texts and PDF (*.txt *.md *.csv *.json *.xml *.html *.tex *.pdf *.py *.c *.h *.cpp "
            "*.hpp *.cs *.java *.js *.ts *.go *.rs *.sh *.sql *.yaml *.yml *.toml *.ini *.log)"),
         tr("All files (*)")});
    connect(dialog, &QFileDialog::filesSelected, attachments_, &AttachmentBar::add);
    connect(dialog, &QFileDialog::finished, this, &ChatPage::focusComposer);
    dialog->open();
}

void ChatPage::showFiles(qint64 messageId) {
    auto* dialog = new FilesDialog(chat_.message(messageId).attachments, chat_.documents(messageId),
                                   theme_, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, &ChatPage::focusComposer);
    dialog->open();
}

void ChatPage::dragEnterEvent(QDragEnterEvent* event) {
    if (AttachmentBar::filesIn(event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    dropMark_->cover(rect().adjusted(space::kSmall, space::kSmall, -space::kSmall, -space::kSmall));
}

void ChatPage::dragLeaveEvent(QDragLeaveEvent*) {
    dropMark_->hide();
}

void ChatPage::dropEvent(QDropEvent* event) {
    dropMark_->hide();
    attachments_->add(AttachmentBar::filesIn(event->mimeData()));
    event->acceptProposedAction();
    focusComposer();
}

}  // namespace dsm
