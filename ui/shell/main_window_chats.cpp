// What the window does with chats as wholes: what was taken out of the list comes back, chats go out
// and come in; and with the spelling of what is written to them.
#include <QFileDialog>
#include <QStandardPaths>

#include "app/services/chat/chat_service.h"
#include "app/services/program/said.h"
#include "app/services/program/settings.h"
#include "app/services/spelling/spell_checker.h"
#include "app/services/transfer/chat_export.h"
#include "app/services/transfer/chat_import.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/list_header.h"
#include "ui/chat/spelling_marks.h"
#include "ui/history/backups_dialog.h"
#include "ui/history/export_dialog.h"
#include "ui/history/printed_chat.h"
#include "ui/history/trash_dialog.h"
#include "ui/shell/main_window.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/tray.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/typing_focus.h"

namespace dsm {

void MainWindow::connectChats() {
    connect(sidebar_, &Sidebar::conversationArchived, this, &MainWindow::offerOutOfArchive);
    connect(sidebar_, &Sidebar::exportRequested, this, [this](qint64 id) { exportChats({id}); });
    connect(sidebar_, &Sidebar::printRequested, this, &MainWindow::printChat);
    connect(sidebar_->header(), &ListHeader::trashRequested, this, &MainWindow::showTrash);
    connect(sidebar_->header(), &ListHeader::importRequested, this, &MainWindow::importChats);
    connect(sidebar_->header(), &ListHeader::exportRequested, this, [this] { exportChats({}); });
    connect(import_, &ChatImport::finished, this, &MainWindow::showBrought);
    connect(tray_, &Tray::windowRequested, this, &MainWindow::bringUp);
    connect(tray_, &Tray::endRequested, this, &MainWindow::end);
    connect(tray_, &Tray::conversationRequested, this, [this](qint64 id) {
        bringUp();
        openConversation(id);
        showChat();
    });
}

void MainWindow::checkSpelling() {
    new SpellingMarks(*parts_.spelling, *page_->composer()->editor(), parts_.theme);
    const auto choose = [this] { parts_.spelling->choose(parts_.settings.spelling()); };
    connect(&parts_.settings, &Settings::spellingChanged, this, choose);
    connect(parts_.spelling, &SpellChecker::failed, this, &MainWindow::showNotice);
    choose();
}

void MainWindow::showTrash() {
    auto* dialog = new TrashDialog(parts_.chat, parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, focus_, &TypingFocus::bringHome);
    dialog->show();
}

void MainWindow::showBackups() {
    auto* dialog = new BackupsDialog(parts_.chat, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, focus_, &TypingFocus::bringHome);
    dialog->show();
}

void MainWindow::exportChats(const QList<qint64>& chats) {
    auto* dialog = new ExportDialog(parts_.chat, *export_, chats, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, focus_, &TypingFocus::bringHome);
    dialog->show();
}

void MainWindow::printChat(qint64 id) {
    const QByteArray html = export_->printedHtml(id);
    if (!html.isEmpty()) printOver(this, html);
}

void MainWindow::importChats() {
    const QStringList files = QFileDialog::getOpenFileNames(
        this, tr("Import chats"),
        QStandardPaths::writableLocation(QStandardPaths::DownloadLocation),
        tr("Exports of chats (*.json *.chat *.zip);;All files (*)"));
    if (!files.isEmpty()) importFiles(files);
}

void MainWindow::importFiles(const QStringList& files) {
    if (import_->isRunning()) {
        showNotice(
            said([] { return tr("Chats are being imported already. Wait until that is done."); }));
        return;
    }
    import_->read(files);
}

namespace {

QString wordsOf(const ChatsBrought& brought) {
    QStringList said;
    if (brought.added > 0 || brought.problems.isEmpty())
        said.append(
            MainWindow::tr("%n chats were imported.", nullptr, static_cast<int>(brought.added)));
    if (brought.already > 0) {
        said.append(MainWindow::tr("%n were there already and were passed over.", nullptr,
                                   static_cast<int>(brought.already)));
    }
    if (brought.empty > 0)
        said.append(
            MainWindow::tr("%n hold no message.", nullptr, static_cast<int>(brought.empty)));
    said += saidAgain(brought.problems);
    return said.join(brought.problems.isEmpty() ? QStringLiteral(" ") : QStringLiteral("\n"));
}

}  // namespace

void MainWindow::showBrought(const ChatsBrought& brought) {
    banner()->showMessage(brought.problems.isEmpty() ? Banner::Tone::Note : Banner::Tone::Warning,
                          [brought] { return wordsOf(brought); });
}

void MainWindow::offerUndo(qint64 conversationId, const QString& title) {
    const bool wasShown = page_->conversation() == conversationId;
    if (wasShown) page_->setConversation(0);
    focus_->bringHome();
    const QString shown = fontMetrics().elidedText(title, Qt::ElideRight, 220);
    toast_->showMessage([shown] { return tr("“%1” was deleted").arg(shown); },
                        [] { return tr("Undo"); },
                        [this, conversationId, wasShown] {
                            const bool isBack = parts_.chat.undoRemove(conversationId);
                            if (isBack && wasShown) openConversation(conversationId);
                        });
}

void MainWindow::offerOutOfArchive(qint64 conversationId, const QString& title) {
    focus_->bringHome();
    const QString shown = fontMetrics().elidedText(title, Qt::ElideRight, 220);
    toast_->showMessage([shown] { return tr("“%1” is in the archive").arg(shown); },
                        [] { return tr("Undo"); },
                        [this, conversationId] { parts_.chat.setArchived(conversationId, false); });
}

}  // namespace dsm
