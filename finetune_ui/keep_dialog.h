// KeepDialog: the name under which an adapter is kept in the chat's menu, and a note.
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
    // `folder` is where it will be; a name that is taken there is refused as it is typed.
    KeepDialog(const Theme& theme, const QString& name, const QString& folder,
               QWidget* parent = nullptr);

    QString name() const;  // as a folder may be called
    QString note() const;

    QLineEdit* nameField() const { return name_; }
    QPlainTextEdit* noteField() const { return note_; }
    QPushButton* keepButton() const { return keep_; }

  private:
    void showState();

    const QString folder_;
    QLineEdit* name_;
    QPlainTextEdit* note_;
    QLabel* problem_;
    QPushButton* keep_;
};

}  // namespace dsm
