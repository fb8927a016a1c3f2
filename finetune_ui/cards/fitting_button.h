// FittingButton: a button whose text ends in dots where it has no room; the pointer resting on it
// shows it whole.
//
// Threads  Main thread.
#pragma once

#include <QPushButton>

namespace dsm {

class FittingButton : public QPushButton {
    Q_OBJECT

  public:
    explicit FittingButton(QWidget* parent = nullptr);
    explicit FittingButton(const QString& text, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    int textWidth() const;
    bool isCut() const;
};

}  // namespace dsm
