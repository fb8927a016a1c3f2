// FoldingRow: two parts beside each other, the second below the first where there is no room for
// both.
//
// Threads  Main thread.
#pragma once

#include <QWidget>

class QBoxLayout;

namespace dsm {

class FoldingRow : public QWidget {
    Q_OBJECT

  public:
    // What is over goes to the first part, and to the second as its share says. Takes both.
    FoldingRow(QWidget* first, QWidget* second, QWidget* parent, int spacing = 0,
               int secondShare = 0);

    QSize minimumSizeHint() const override;

  protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void arrange();

    QWidget* first_;
    QWidget* second_;
    QBoxLayout* layout_;
};

}  // namespace dsm
