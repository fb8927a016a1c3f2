// DataRowDialog: one row of a data set, column by column, to be changed. What is no text is shown
// and read as JSON.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/data/data_types.h"
#include "ui/widgets/scroll_dialog.h"

class QPlainTextEdit;

namespace dsm {

class Theme;

class DataRowDialog : public ScrollDialog {
    Q_OBJECT

  public:
    DataRowDialog(const Theme& theme, DataSource source, QWidget* parent = nullptr);

    // As it was changed.
    DataSource source() const;
    const QList<QPlainTextEdit*>& edits() const { return edits_; }

  private:
    DataSource source_;
    QList<QPlainTextEdit*> edits_;
};

}  // namespace dsm
