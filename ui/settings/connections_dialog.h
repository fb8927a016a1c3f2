// ConnectionsDialog: every connection that the program has made, and the switch that lets it make none.
//
// Ownership  Borrows the connections.
// Threads    Main thread.
#pragma once

#include <QDialog>

class QCheckBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace dsm {

class Connections;

class ConnectionsDialog : public QDialog {
    Q_OBJECT

  public:
    explicit ConnectionsDialog(Connections& connections, QWidget* parent = nullptr);

    QTableWidget* table() const { return table_; }
    QCheckBox* never() const { return never_; }
    QPushButton* clearButton() const { return clear_; }

  private:
    void fill();

    Connections& connections_;
    QLabel* told_;
    QCheckBox* never_;
    QTableWidget* table_;
    QPushButton* clear_;
};

}  // namespace dsm
