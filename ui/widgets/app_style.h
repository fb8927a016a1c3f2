// AppStyle: what a style sheet cannot say: focus rings, icon sizes, tool tip delay.
//
// Ownership  Borrows the theme, which outlives the application's style.
// Threads    Main thread.
#pragma once

#include <QProxyStyle>

namespace dsm {

class Theme;

class AppStyle : public QProxyStyle {
    Q_OBJECT

  public:
    explicit AppStyle(const Theme& theme);

    int pixelMetric(PixelMetric metric, const QStyleOption* option = nullptr,
                    const QWidget* widget = nullptr) const override;
    int styleHint(StyleHint hint, const QStyleOption* option = nullptr,
                  const QWidget* widget = nullptr,
                  QStyleHintReturn* returnData = nullptr) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget = nullptr) const override;

  private:
    const Theme& theme_;
};

}  // namespace dsm
