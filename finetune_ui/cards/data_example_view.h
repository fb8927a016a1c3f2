// DataExampleView: one row of a data set as a conversation, what is learned of it marked, and what
// the maximum length cuts off struck out.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "app/services/training/data/data_types.h"

class QPushButton;

namespace dsm {

class Theme;

class DataExampleView : public QWidget {
    Q_OBJECT

  public:
    DataExampleView(const Theme& theme, DataRow row, QWidget* parent = nullptr);
    // To be read alone, under a heading of its own.
    DataExampleView(const Theme& theme, const QString& heading, const QList<DataTurn>& turns,
                    QWidget* parent = nullptr);

    const DataRow& row() const { return row_; }
    QPushButton* editButton() const { return edit_; }
    QPushButton* leaveOutButton() const { return leaveOut_; }

  Q_SIGNALS:
    void editRequested(qint64 index);
    void leaveOutRequested(qint64 index);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void makeLayout(const QString& heading);
    QWidget* makeTurn(const DataTurn& turn);
    QString richText(const DataTurn& turn) const;

    const Theme& theme_;
    DataRow row_;
    const bool isReadOnly_;
    QPushButton* edit_;
    QPushButton* leaveOut_;
};

}  // namespace dsm
