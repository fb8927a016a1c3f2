// LengthHistogram: how many of many things have which length, with a limit that is dragged across
// them or moved with the keyboard.
//
// The limit is the slider's value. The bars have equal widths from 1 on; the last holds all that is
// longer, and is set apart. What lies beyond the limit is drawn as a warning.
//
// The wheel is the page's, also after a drag.
//
// Keys       arrows by a tenth of a bar, Page Up and Page Down by a bar, Home and End to the ends
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QAbstractSlider>
#include <QList>

namespace dsm {

class Theme;

class LengthHistogram : public QAbstractSlider {
    Q_OBJECT

  public:
    explicit LengthHistogram(const Theme& theme, QWidget* parent = nullptr);

    // Of lengths 1 to `width`, the next `width`, ..; the last up to `longest`. Empty: nothing is
    // known.
    void setBars(const QList<qint64>& counts, int width, int longest);
    // What the limit is called beside its line, and where it lies beyond the longest of all, at an
    // arrow in place of a line; "%L1" stands for it.
    void setLimitText(const QString& text, const QString& beyondText);
    // No length that is shown reaches the limit.
    bool isLimitBeyond() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void sliderChange(SliderChange change) override;
    bool event(QEvent* event) override;

  private:
    QRectF plot() const;        // where the bars stand
    double scaleWidth() const;  // of all bars but the last
    int scaleEnd() const;       // the longest of these
    double placeOf(int length) const;
    int lengthAt(double x) const;
    QRectF barRect(int bar) const;
    void drawBars(QPainter& painter) const;
    void drawScale(QPainter& painter) const;
    void drawLimit(QPainter& painter) const;
    void drawGrip(QPainter& painter, double x) const;
    void drawArrow(QPainter& painter) const;

    const Theme& theme_;
    QList<qint64> counts_;
    int width_ = 1;
    int longest_ = 0;
    QString limitText_;
    QString beyondText_;
    bool hasKeyboard_ = false;
};

}  // namespace dsm
