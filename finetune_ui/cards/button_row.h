// ButtonRow: buttons beside each other; those for which there is no room begin the next line.
//
// Threads  Main thread.
#pragma once

#include <QList>
#include <QWidget>

namespace dsm {

class ButtonRow : public QWidget {
    Q_OBJECT

  public:
    explicit ButtonRow(const QList<QWidget*>& buttons, QWidget* parent = nullptr);
};

}  // namespace dsm
