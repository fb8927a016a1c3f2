// DataExampleView: one row of a data set as a conversation, what is learned of it marked, and what
// the maximum length cuts off struck out.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "app/services/training/data/data_types.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace dsm {

class MarkedText;
class Theme;

class DataExampleView : public QWidget {
    Q_OBJECT

  public:
    DataExampleView(const Theme& theme, DataRow row, QWidget* parent = nullptr);
    // What its marked parts are.
    enum class Marked { Learned, Measured };
    // To be read alone, under a heading of its own.
    DataExampleView(const Theme& theme, const QString& heading, const QList<DataTurn>& turns,
                    Marked marked, QWidget* parent = nullptr);

    const DataRow& row() const { return row_; }
    // Shows another, or the same cut at another length; what stays the same is not laid out again.
    void setRow(DataRow row);
    QPushButton* editButton() const { return edit_; }
    QPushButton* leaveOutButton() const { return leaveOut_; }

  Q_SIGNALS:
    void editRequested(qint64 index);
    void leaveOutRequested(qint64 index);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Turn {
        QWidget* whole;
        QLabel* speaker;
        MarkedText* text;
    };

    void makeLayout();
    Turn makeTurn();
    void showTurns();
    void showTurn(const Turn& shown, const DataTurn& turn) const;

    const Theme& theme_;
    DataRow row_;
    const bool isReadOnly_;
    const Marked marked_ = Marked::Learned;
    QLabel* heading_;
    QPushButton* edit_;
    QPushButton* leaveOut_;
    QList<Turn> turns_;
};

}  // namespace dsm
