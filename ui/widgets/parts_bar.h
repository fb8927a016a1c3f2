// PartsBar: what something is made of, as parts of one bar against all there is, with a word for
// each part below it.
//
// Up to twelve parts differ in their fill: in six colours, plain and then striped. A mark shows how
// much of all is free; what goes beyond all is cut off there.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QList>
#include <QRectF>
#include <QWidget>

namespace dsm {

class Theme;

class PartsBar : public QWidget {
    Q_OBJECT

  public:
    struct Part {
        QString text;  // "Weights 11 MB"
        double amount = 0;
    };

    explicit PartsBar(const Theme& theme, QWidget* parent = nullptr);

    // `all` 0: the parts alone fill the bar. `available` <= 0: no mark.
    void setParts(const QList<Part>& parts, double all, double available);
    const QList<Part>& parts() const { return parts_; }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    // Where each part's word stands.
    QList<QRect> wordPlaces(int width) const;
    void fillPart(QPainter& painter, const QRectF& rect, qsizetype part) const;
    int barHeight() const;

    const Theme& theme_;
    QList<Part> parts_;
    double all_ = 0;
    double available_ = 0;
};

}  // namespace dsm
