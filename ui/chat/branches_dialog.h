// BranchesDialog: the branches of a chat as a tree, of which one is chosen to be shown.
//
// It says of each how it begins, who wrote that and when, and how many messages it has; what is
// shown now is marked. It follows the chat while it is open.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include "ui/widgets/scroll_dialog.h"

class QLabel;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace dsm {

class ChatService;
struct ChatBranch;
class Theme;

class BranchesDialog : public ScrollDialog {
    Q_OBJECT

  public:
    BranchesDialog(ChatService& chat, qint64 conversationId, const Theme& theme,
                   QWidget* parent = nullptr);

    QTreeWidget* tree() const { return tree_; }
    QLabel* note() const { return note_; }
    QPushButton* showButton() const { return show_; }

  Q_SIGNALS:
    // The branch that begins with this message is to be shown.
    void chosen(qint64 messageId);

  private:
    void makeLayout();
    void showBranches();
    void fill(QTreeWidgetItem* item, const ChatBranch& branch) const;
    void choose();

    ChatService& chat_;
    const qint64 conversation_;
    const Theme& theme_;
    QLabel* note_;
    QTreeWidget* tree_;
    QPushButton* show_;
    QPushButton* close_;
};

}  // namespace dsm
