// Chart: lines over numbers, as of a training run.
//
// The pointer, or the arrow keys while it has the keyboard, show the values at one place; dragging
// marks a part to look at, the wheel with Ctrl and the keys + and - zoom, 0 and a double click show
// everything again. Where smoothing is on, the points as they are stay faintly behind the line.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QImage>
#include <QWidget>
#include <optional>
#include <vector>

#include "ui/widgets/chart/chart_series.h"

namespace dsm {

class Theme;

class Chart : public QWidget {
    Q_OBJECT

  public:
    explicit Chart(const Theme& theme, QWidget* parent = nullptr);

    // What both axes count, in words; also what a screen reader says.
    void setTitles(const QString& chart, const QString& x, const QString& y);
    void setSeries(std::vector<ChartSeries> series);
    const std::vector<ChartSeries>& series() const { return series_; }
    // What stands in the middle while there is no point.
    void setEmptyText(const QString& text);

    void setLogarithmic(bool isLogarithmic);  // y; points of 0 and less are left out
    void setWholeX(bool isWhole);             // of x that count: there are no marks between them
    // As of smoothed(); what the points behind a smoothed line are called in the legend.
    void setSmoothing(double smoothing);
    void setFaintText(const QString& text);

    // The x that are shown; none: all.
    std::optional<ChartRange> zoom() const { return zoom_; }
    void setZoom(std::optional<ChartRange> range);

    // As it is shown, at twice its size on the screen.
    QImage image();
    // Series, x and y of every point, with a line of names.
    QString csv() const;

    QSize sizeHint() const override { return {480, 240}; }
    QSize minimumSizeHint() const override { return {200, 140}; }

  Q_SIGNALS:
    void zoomChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    struct Frame;  // where what is drawn
    struct Entry;  // of the legend

    void prepare();
    ChartRange allX() const;
    ChartRange shownX() const { return zoom_.value_or(allX()); }
    ChartRange shownY() const;
    // Its points as they are stand behind its smoothed line.
    bool hasFaint(const ChartSeries& series) const { return smoothing_ > 0 && !series.isExact; }
    Frame frame() const;
    double valueAt(double pixel) const;  // x of what is shown there
    void paint(QPainter& painter) const;
    void paintMarks(QPainter& painter, const Frame& frame) const;
    void paintLines(QPainter& painter, const Frame& frame) const;
    void paintLine(QPainter& painter, const Frame& frame, const ChartSeries& series,
                   const std::vector<QPointF>& points, bool isFaint) const;
    // In as many lines as the names need.
    std::vector<Entry> legend() const;
    void paintLegend(QPainter& painter) const;
    void paintReading(QPainter& painter, const Frame& frame) const;
    // A line for each series: the values nearest to the place that is read.
    QStringList reading(double x) const;
    void readAt(std::optional<double> x);
    void step(int points);
    void zoomBy(double factor, double around);

    const Theme& theme_;
    QString title_, xTitle_, yTitle_, emptyText_, faintText_;
    std::vector<ChartSeries> series_;
    std::vector<std::vector<QPointF>> lines_;  // what is drawn of each: smoothed, or as it is
    bool isLogarithmic_ = false;
    bool isWholeX_ = false;
    double smoothing_ = 0;
    std::optional<ChartRange> zoom_;
    std::optional<double> readX_;     // the place whose values are shown
    std::optional<double> dragFrom_;  // pixels
    double dragTo_ = 0;
};

}  // namespace dsm
