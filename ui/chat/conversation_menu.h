// ConversationMenu: what can be done with one chat of the list, and with one folder.
//
// Ownership  Borrows the service and the theme; deletes itself when it is closed.
// Threads    Main thread.
#pragma once

#include <QMenu>

namespace dsm {

class ChatService;
class Theme;

class ConversationMenu : public QMenu {
    Q_OBJECT

  public:
    // Dialogs stand over `over`.
    ConversationMenu(ChatService& chat, const Theme& theme, qint64 conversationId, QWidget* over);

  Q_SIGNALS:
    void renameRequested();
    void removeRequested();
    void exportRequested();
    void printRequested();
    void archived(const QString& title);

  private:
    void addFolders(const QString& current);
    void addTags(const QStringList& current);
    void askFolder();
    void askTag();
    void setTag(const QString& tag, bool isSet);

    ChatService& chat_;
    const Theme& theme_;
    const qint64 id_;
    QWidget* over_;
};

class FolderMenu : public QMenu {
    Q_OBJECT

  public:
    FolderMenu(ChatService& chat, const Theme& theme, const QString& folder, QWidget* over);

  Q_SIGNALS:
    void showRequested();
    void renameRequested();
};

}  // namespace dsm
