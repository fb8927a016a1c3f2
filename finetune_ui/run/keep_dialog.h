// KeepDialog: the name under which an adapter is kept in the chat's menu, and a note; or that of a
// whole model among the others.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QString>

#include "ui/widgets/scroll_dialog.h"

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace dsm {

class Theme;

class KeepDialog : public ScrollDialog {
    Q_OBJECT

  public:
    struct Kept {
        QString name;
        QString folder;        // where it will be; a name that is taken there is refused
        bool isModel = false;  // a whole one; else an adapter
        QString room;          // what it takes, in words; "": not worth saying
        QString note;          // as it was typed before, in vain
    };

    KeepDialog(const Theme& theme, const Kept& kept, QWidget* parent = nullptr);

    QString name() const;  // as a folder may be called
    QString note() const;  // of an adapter

    QLineEdit* nameField() const { return name_; }
    QPlainTextEdit* noteField() const { return note_; }
    QPushButton* keepButton() const { return keep_; }

  private:
    void showState();

    const Kept kept_;
    QLineEdit* name_;
    QPlainTextEdit* note_;
    QLabel* problem_;
    QPushButton* keep_;
};

}  // namespace dsm
