// TrashDialog: the chats that were deleted, what they say, and the way back or out for good.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <QList>

#include "ui/widgets/scroll_dialog.h"

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace dsm {

class ChatService;
class Theme;

class TrashDialog : public ScrollDialog {
    Q_OBJECT

  public:
    TrashDialog(ChatService& chat, const Theme& theme, QWidget* parent = nullptr);

    QListWidget* list() const { return list_; }
    QPlainTextEdit* preview() const { return preview_; }
    QPushButton* restoreButton() const { return restore_; }
    QPushButton* removeButton() const { return remove_; }
    QPushButton* emptyButton() const { return empty_; }

  private:
    void makeLayout();
    void showTrash();
    void showChosen();
    QList<qint64> chosen() const;
    QList<qint64> all() const;
    void restore();
    void askToRemove(const QList<qint64>& chats);

    ChatService& chat_;
    const Theme& theme_;
    QLabel* note_;
    QListWidget* list_;
    QPlainTextEdit* preview_;
    QPushButton* restore_;
    QPushButton* remove_;
    QPushButton* empty_;
    QPushButton* close_;
};

}  // namespace dsm
