// Sparkline: the course of a run's loss, as small as a word.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QPointF>
#include <QWidget>
#include <vector>

namespace dsm {

class Theme;

class Sparkline : public QWidget {
    Q_OBJECT

  public:
    explicit Sparkline(const Theme& theme, QWidget* parent = nullptr);

    void setPoints(std::vector<QPointF> points);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const Theme& theme_;
    std::vector<QPointF> points_;
};

}  // namespace dsm
