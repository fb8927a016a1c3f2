// AppStyle: what a style sheet cannot say: focus rings, icon sizes, tool tip delay, and what holds
// for every widget, whoever made it:
//
//   text    a label shows its text as it is, unless it was told to read it as rich text; so the
//           labels of message boxes and tool tips, which show names of files and chats
//   wheel   changes the value of a field, a list to choose from, a slider or a tab bar only while
//           that has the focus, and never gives the focus: else a page that scrolls under a resting
//           pointer would change what is chosen
//
// Ownership  Borrows the theme, which outlives the application's style.
// Threads    Main thread.
#pragma once

#include <QProxyStyle>

class QApplication;

namespace dsm {

enum class ColorRole;
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
    using QProxyStyle::polish;
    using QProxyStyle::unpolish;
    void polish(QWidget* widget) override;
    void unpolish(QWidget* widget) override;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    const Theme& theme_;
};

// Shows the widget's text in the role's colour, of whatever theme: what names its colour in a sheet
// of its own is made up anew at each change of the theme.
void setTone(QWidget* widget, ColorRole role);
// The look of a button, as the style sheet names it; "" is the plain one of its class.
void setKind(QWidget* button, const QString& kind);

// Gives the application this style and the theme's palette, font and sheet, now and on each change.
void applyTheme(const Theme& theme, QApplication& application);

}  // namespace dsm
