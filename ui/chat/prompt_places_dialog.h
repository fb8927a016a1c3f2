// PromptPlacesDialog: asks for what goes into the places of a kept prompt.
//
// Ownership  Deletes itself when it is closed.
// Threads    Main thread.
#pragma once

#include <QHash>

#include "ui/widgets/scroll_dialog.h"

class QPlainTextEdit;
class QPushButton;

namespace dsm {

class PromptPlacesDialog : public ScrollDialog {
    Q_OBJECT

  public:
    PromptPlacesDialog(const QString& prompt, QWidget* parent);

    QPlainTextEdit* field(const QString& place) const { return fields_.value(place); }
    QPushButton* insertButton() const { return insert_; }

  Q_SIGNALS:
    void filled(const QString& text);

  private:
    void take();

    const QString prompt_;
    QHash<QString, QPlainTextEdit*> fields_;
    QPushButton* insert_;
};

}  // namespace dsm
