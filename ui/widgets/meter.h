// Meter: a thin bar that shows how much of something is used.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

namespace dsm {

class Theme;

class Meter : public QWidget {
    Q_OBJECT

  public:
    explicit Meter(const Theme& theme, QWidget* parent = nullptr);

    // A share from 0 to 1; above 0.85 it is drawn as a warning.
    void setShare(double share);
    double share() const { return share_; }

    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const Theme& theme_;
    double share_ = 0;
};

}  // namespace dsm
