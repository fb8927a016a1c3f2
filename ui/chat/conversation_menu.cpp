#include "ui/chat/conversation_menu.h"

#include <QActionGroup>

#include "app/services/chat/chat_service.h"
#include "ui/widgets/name_dialog.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/verbatim.h"

namespace dsm {

ConversationMenu::ConversationMenu(ChatService& chat, const Theme& theme, qint64 conversationId,
                                   QWidget* over)
    : QMenu(over), chat_(chat), theme_(theme), id_(conversationId), over_(over) {
    setAttribute(Qt::WA_DeleteOnClose);
    const ConversationInfo info = chat_.conversation(id_);
    addAction(theme.icon(IconName::Edit), tr("Rename"), this, &ConversationMenu::renameRequested)
        ->setShortcut(Qt::Key_F2);
    addAction(theme.icon(IconName::Pin), info.isPinned ? tr("Unpin") : tr("Pin"), this,
              [this, info] { chat_.setPinned(id_, !info.isPinned); });
    addFolders(info.folder);
    addTags(info.tags);
    addSeparator();
    addAction(tr("Export…"), this, &ConversationMenu::exportRequested);
    addAction(tr("Print…"), this, &ConversationMenu::printRequested);
    addSeparator();
    if (info.isArchived) {
        addAction(theme.icon(IconName::Archive), tr("Out of the archive"), this,
                  [this] { chat_.setArchived(id_, false); });
    } else {
        addAction(theme.icon(IconName::Archive), tr("Archive"), this, [this, info] {
            if (chat_.setArchived(id_, true)) Q_EMIT archived(info.title);
        });
    }
    addAction(theme.icon(IconName::Trash), tr("Delete"), this, &ConversationMenu::removeRequested)
        ->setShortcut(Qt::Key_Delete);
}

void ConversationMenu::addFolders(const QString& current) {
    QMenu* menu = addMenu(theme_.icon(IconName::Folder), tr("Folder"));
    auto* group = new QActionGroup(menu);
    const auto add = [&](const QString& text, const QString& folder) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(folder == current);
        group->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, folder] { chat_.setFolder(id_, folder); });
    };
    add(tr("In no folder"), {});
    for (const QString& folder : chat_.folders())
        add(verbatim(folder), folder);
    menu->addSeparator();
    menu->addAction(tr("New folder…"), this, &ConversationMenu::askFolder);
}

void ConversationMenu::addTags(const QStringList& current) {
    QMenu* menu = addMenu(theme_.icon(IconName::Tag), tr("Tags"));
    for (const QString& tag : chat_.tags()) {
        QAction* action = menu->addAction(verbatim(tag));
        action->setCheckable(true);
        action->setChecked(current.contains(tag));
        connect(action, &QAction::triggered, this, [this, tag](bool isSet) { setTag(tag, isSet); });
    }
    menu->addSeparator();
    menu->addAction(tr("New tag…"), this, &ConversationMenu::askTag);
}

// The menu is gone by the time a name is given.
void ConversationMenu::askFolder() {
    NameDialog::open(over_,
                     {tr("New folder"),
                      tr("Name of the folder:"),
                      {},
                      chat_.folders(),
                      tr("Put the chat in it")},
                     [&chat = chat_, id = id_](const QString& name) { chat.setFolder(id, name); });
}

void ConversationMenu::askTag() {
    NameDialog::open(
        over_, {tr("New tag"), tr("Name of the tag:"), {}, chat_.tags(), tr("Give it to the chat")},
        [&chat = chat_, id = id_](const QString& name) {
            chat.setTags(id, chat.conversation(id).tags + QStringList(name));
        });
}

void ConversationMenu::setTag(const QString& tag, bool isSet) {
    QStringList tags = chat_.conversation(id_).tags;
    tags.removeAll(tag);
    if (isSet) tags.append(tag);
    chat_.setTags(id_, tags);
}

FolderMenu::FolderMenu(ChatService& chat, const Theme& theme, const QString& folder, QWidget* over)
    : QMenu(over) {
    setAttribute(Qt::WA_DeleteOnClose);
    addAction(theme.icon(IconName::Folder), tr("Show this folder alone"), this,
              &FolderMenu::showRequested);
    addAction(theme.icon(IconName::Edit), tr("Rename"), this, &FolderMenu::renameRequested)
        ->setShortcut(Qt::Key_F2);
    addSeparator();
    addAction(theme.icon(IconName::Close), tr("Take all chats out of it"), this,
              [&chat, folder] { chat.renameFolder(folder, {}); });
}

}  // namespace dsm
