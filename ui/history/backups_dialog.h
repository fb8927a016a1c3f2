// BackupsDialog: the backups of the chats: when they were made, what they hold; each can bring back what
// is missing now, or be copied elsewhere.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <functional>

#include "ui/widgets/scroll_dialog.h"

class QLabel;
class QListWidget;
class QPushButton;

namespace dsm {

class ChatService;

class BackupsDialog : public ScrollDialog {
    Q_OBJECT

  public:
    explicit BackupsDialog(ChatService& chat, QWidget* parent = nullptr);

    QListWidget* list() const { return list_; }
    QPushButton* restoreButton() const { return restore_; }
    QPushButton* exportButton() const { return export_; }
    QLabel* note() const { return note_; }
    // Where to copy a backup of this name to; "" for nowhere. Asked of the user unless a test does.
    void setChooser(std::function<QString(const QString& name)> chooser) { chooser_ = chooser; }

  private:
    void makeLayout();
    void showBackups();
    void showChosen();
    void restore();
    void copy();
    QString chosen() const;  // the file; "" for none

    ChatService& chat_;
    QLabel* note_;
    QListWidget* list_;
    QPushButton* restore_;
    QPushButton* export_;
    QPushButton* close_;
    std::function<QString(const QString& name)> chooser_;
};

}  // namespace dsm
