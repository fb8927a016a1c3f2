// ShortcutsDialog: the keys of every command, which can be changed. Keys that another command has are
// refused, and that is said.
//
// Ownership  Borrows the commands and the theme.
// Threads    Main thread.
#pragma once

#include "ui/widgets/scroll_dialog.h"

class QKeySequenceEdit;
class QLabel;
class QPushButton;

namespace dsm {

class Commands;
class Theme;

class ShortcutsDialog : public ScrollDialog {
    Q_OBJECT

  public:
    ShortcutsDialog(Commands& commands, const Theme& theme, QWidget* parent = nullptr);

    // Of the command; nullptr where there is none.
    QKeySequenceEdit* field(const QString& id) const;
    QLabel* note() const { return note_; }
    QPushButton* resetButton() const { return reset_; }

  private:
    void showKeys();
    void take(const QString& id, QKeySequenceEdit* field);

    Commands& commands_;
    QLabel* note_;
    QPushButton* reset_;
};

}  // namespace dsm
