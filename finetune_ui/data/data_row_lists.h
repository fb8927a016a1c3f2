// Lists of rows of a data set that something is the matter with: those that cannot be used, each
// with its reason, and those that a person changed or left out, which can be put back.
//
// Ownership  Borrow the study and the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/data/data_types.h"
#include "ui/widgets/scroll_dialog.h"

class QHBoxLayout;
class QLabel;
class QListWidget;
class QPushButton;

namespace dsm {

class DataStudy;
class Theme;

class RowListDialog : public ScrollDialog {
    Q_OBJECT

  public:
    QListWidget* list() const { return list_; }

  protected:
    RowListDialog(const Theme& theme, QWidget* parent);
    void setTexts(const QString& title, const QString& hint);
    // Before that which closes.
    QPushButton* addButton(const QString& text);

  private:
    QHBoxLayout* buttons_;
    QLabel* hint_;
    QListWidget* list_;
};

class RefusedRowsDialog : public RowListDialog {
    Q_OBJECT

  public:
    RefusedRowsDialog(const DataFindings& findings, const Theme& theme, QWidget* parent = nullptr);

    QPushButton* changeButton() const { return change_; }
    QPushButton* saveButton() const { return save_; }

  Q_SIGNALS:
    void changeRequested(const QString& path, qint64 number);
    void saveRequested();

  private:
    QPushButton* change_;
    QPushButton* save_;
};

class ChangedRowsDialog : public RowListDialog {
    Q_OBJECT

  public:
    ChangedRowsDialog(DataStudy& study, const Theme& theme, QWidget* parent = nullptr);

    QPushButton* putBackButton() const { return putBack_; }
    QPushButton* allButton() const { return all_; }

  private:
    void setChanges(const QList<DataChange>& changes);

    DataStudy& study_;
    QPushButton* putBack_;
    QPushButton* all_;
    QList<DataChange> changes_;
};

}  // namespace dsm
