// NameDialog: asks for one name; what is there already can be chosen from.
//
// Ownership  Deletes itself when it is closed.
// Threads    Main thread.
#pragma once

#include <QStringList>
#include <functional>

#include "ui/widgets/scroll_dialog.h"

class QLineEdit;
class QPushButton;

namespace dsm {

class NameDialog : public ScrollDialog {
    Q_OBJECT

  public:
    struct Wanted {
        QString title;
        QString label;
        QString name = {};       // to begin with
        QStringList known = {};  // completed while one types
        QString accept;          // on the button
    };

    // Shows it; `take` gets the name, which is not empty, without outer and double spaces.
    static NameDialog* open(QWidget* over, const Wanted& wanted,
                            std::function<void(const QString& name)> take);

    QLineEdit* field() const { return field_; }
    QPushButton* acceptButton() const { return accept_; }

  private:
    NameDialog(const Wanted& wanted, QWidget* over);

    QLineEdit* field_;
    QPushButton* accept_;
};

}  // namespace dsm
