// TakeBackDialog: a run that was trained elsewhere, taken into the list: what was found in its
// folder, its name, and the base model that it belongs to.
//
// Threads    Main thread.
#pragma once

#include <QList>

#include "app/services/training/results/run_return.h"
#include "finetune_ui/run/run_parts.h"
#include "ui/widgets/scroll_dialog.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace dsm {

class TakeBackDialog : public ScrollDialog {
    Q_OBJECT

  public:
    TakeBackDialog(const QString& folder, const QList<RunBase>& bases, QWidget* parent = nullptr);

    // Accepted, these are what the list of runs is to have.
    QString name() const;
    QString settingsJson() const;
    const ReturnedRun& run() const { return look_.run; }

    QLineEdit* nameField() const { return name_; }
    QComboBox* base() const { return base_; }
    QPushButton* takeButton() const { return take_; }
    QString said() const;

  private:
    void makeLayout();
    void ask();
    void takeLook(const RunReturnLook& look);
    void showState();
    void makeRoom();
    QString baseFolder() const;
    bool isWholeModel() const { return !look_.wholeModel.isEmpty(); }
    QString foundText() const;

    const QString folder_;
    RunReturn reader_;
    RunReturnLook look_;
    bool isKnown_ = false;
    QLineEdit* name_;
    QComboBox* base_;
    QLabel* baseLabel_;
    QLabel* said_;
    QPushButton* take_;
};

}  // namespace dsm
