// DataRowDialog: one row of a data set, column by column, to be changed. What is no text is shown
// and read as JSON. What was typed stays in the dialog until it is kept.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/data/data_types.h"
#include "ui/widgets/scroll_dialog.h"

class QLabel;
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
    QLabel* problem() const { return problem_; }

    // Asks for it to be kept: kept() ends the dialog then, or showProblem() says why not.
    void accept() override;
    void kept();
    void showProblem(const QString& text);

  Q_SIGNALS:
    void keepWanted(const dsm::DataSource& source);

  private:
    DataSource source_;
    QList<QPlainTextEdit*> edits_;
    QLabel* problem_;
};

}  // namespace dsm
