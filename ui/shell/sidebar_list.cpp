// What is done with the rows of the sidebar: menus, keys, folders opened and closed.
#include <QListView>

#include "app/services/chat/chat_service.h"
#include "app/services/program/settings.h"
#include "ui/chat/conversation_list_model.h"
#include "ui/chat/conversation_menu.h"
#include "ui/chat/list_header.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/name_dialog.h"

namespace dsm {

using Model = ConversationListModel;

bool Sidebar::isFolder(const QModelIndex& index) {
    return index.data(Model::KindRole).toInt() == static_cast<int>(Model::RowKind::Folder);
}

void Sidebar::showMenu(const QModelIndex& index, const QPoint& globalPosition) {
    if (isFolder(index)) return showFolderMenu(index, globalPosition);
    const qint64 id = index.data(Model::ConversationRole).toLongLong();
    if (id == 0) return;
    const QPersistentModelIndex row(index);
    auto* menu = new ConversationMenu(chat_, theme_, id, this);
    connect(menu, &ConversationMenu::renameRequested, this, [this, id] { renameConversation(id); });
    connect(menu, &ConversationMenu::removeRequested, this, [this, row] {
        if (row.isValid()) removeConversation(row);
    });
    connect(menu, &ConversationMenu::archived, this,
            [this, id](const QString& title) { Q_EMIT conversationArchived(id, title); });
    connect(menu, &ConversationMenu::exportRequested, this,
            [this, id] { Q_EMIT exportRequested(id); });
    connect(menu, &ConversationMenu::printRequested, this,
            [this, id] { Q_EMIT printRequested(id); });
    menu->popup(globalPosition);
}

void Sidebar::showFolderMenu(const QModelIndex& index, const QPoint& globalPosition) {
    const QString folder = index.data(Model::FolderRole).toString();
    auto* menu = new FolderMenu(chat_, theme_, folder, this);
    connect(menu, &FolderMenu::showRequested, this,
            [this, folder] { header_->showFolder(folder); });
    connect(menu, &FolderMenu::renameRequested, this, [this, folder] { askFolderName(folder); });
    menu->popup(globalPosition);
}

void Sidebar::askFolderName(const QString& folder) {
    NameDialog::open(window(), {tr("Rename the folder"), tr("New name:"), folder, {}, tr("Rename")},
                     [this, folder](const QString& name) { chat_.renameFolder(folder, name); });
}

void Sidebar::setFolded(const QModelIndex& folder, bool isFolded) {
    const QString name = folder.data(Model::FolderRole).toString();
    model_->setFolded(folder, isFolded);
    kept_.setFoldedFolders(model_->folded());
    // The rows are new ones; the keyboard stays where it was.
    const QModelIndex again = model_->indexOfFolder(name);
    if (again.isValid() && list_->hasFocus())
        list_->selectionModel()->setCurrentIndex(again, QItemSelectionModel::NoUpdate);
}

bool Sidebar::takeFolderKey(const QModelIndex& folder, int key) {
    const bool isFolded = folder.data(Model::FoldedRole).toBool();
    switch (key) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            setFolded(folder, !isFolded);
            return true;
        case Qt::Key_F2:
            askFolderName(folder.data(Model::FolderRole).toString());
            return true;
        case Qt::Key_Left:
        case Qt::Key_Right:
            setFolded(folder, key == Qt::Key_Left);
            return true;
        default:
            return false;
    }
}

void Sidebar::removeConversation(const QModelIndex& index) {
    const qint64 id = index.data(Model::ConversationRole).toLongLong();
    const QString title = chat_.conversation(id).title;
    if (id != 0 && chat_.remove(id)) Q_EMIT conversationRemoved(id, title);
}

bool Sidebar::takeListKey(int key) {
    const QModelIndex index = list_->currentIndex();
    if (isFolder(index) && takeFolderKey(index, key)) return true;
    if (key == Qt::Key_Delete) {
        // Only what is open before the reader's eyes.
        const qint64 chosen = index.data(Model::ConversationRole).toLongLong();
        if (chosen != 0 && chosen == current_) removeConversation(index);
        return true;
    }
    if ((key == Qt::Key_Return || key == Qt::Key_Enter) && index.isValid()) {
        choose(index);
        Q_EMIT conversationActivated();
        return true;
    }
    if (key == Qt::Key_Menu && index.isValid()) {
        const QRect place = list_->visualRect(index);
        showMenu(index, list_->viewport()->mapToGlobal(place.bottomLeft()));
        return true;
    }
    return false;
}

}  // namespace dsm
