// ButtonRow: buttons beside each other, or below each other where there is no room for that.
//
// Threads  Main thread.
#pragma once

#include <QList>
#include <QWidget>

class QBoxLayout;

namespace dsm {

class ButtonRow : public QWidget {
    Q_OBJECT

  public:
    explicit ButtonRow(const QList<QWidget*>& buttons, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

  protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void arrange();

    const QList<QWidget*> buttons_;
    QBoxLayout* layout_;
};

}  // namespace dsm
