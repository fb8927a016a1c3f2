#include <QApplication>
#include <QComboBox>
#include <QFontMetrics>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <cmath>

#include "ui/widgets/app_style.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

// Source: WCAG 2.1, relative luminance and contrast ratio.
double luminance(const QColor& color) {
    const auto linear = [](double c) {
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b) {
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

struct Pair {
    ColorRole text;
    ColorRole surface;
};

QList<Pair> textPairs() {
    QList<Pair> pairs;
    const QList<ColorRole> surfaces{ColorRole::Window,        ColorRole::Sidebar,
                                    ColorRole::Surface,       ColorRole::SurfaceHover,
                                    ColorRole::SurfaceActive, ColorRole::Code};
    for (const ColorRole surface : surfaces) {
        pairs.append({ColorRole::Text, surface});
        pairs.append({ColorRole::TextSecondary, surface});
    }
    for (const ColorRole surface :
         {ColorRole::Window, ColorRole::Sidebar, ColorRole::Surface, ColorRole::SurfaceHover}) {
        pairs.append({ColorRole::TextTertiary, surface});
        pairs.append({ColorRole::AccentText, surface});
    }
    for (const ColorRole text : {ColorRole::SyntaxKeyword, ColorRole::SyntaxString,
                                 ColorRole::SyntaxNumber, ColorRole::SyntaxComment}) {
        pairs.append({text, ColorRole::Code});
    }
    pairs.append({ColorRole::Text, ColorRole::Bubble});
    pairs.append({ColorRole::OnAccent, ColorRole::Accent});
    pairs.append({ColorRole::OnAccent, ColorRole::AccentHover});
    pairs.append({ColorRole::Danger, ColorRole::Window});
    pairs.append({ColorRole::Danger, ColorRole::DangerSurface});
    pairs.append({ColorRole::Text, ColorRole::DangerSurface});
    pairs.append({ColorRole::Text, ColorRole::WarningSurface});
    pairs.append({ColorRole::Warning, ColorRole::WarningSurface});
    pairs.append({ColorRole::Success, ColorRole::SuccessSurface});
    pairs.append({ColorRole::AccentText, ColorRole::AccentSurface});
    pairs.append({ColorRole::TextSecondary, ColorRole::SurfaceActive});
    pairs.append({ColorRole::Danger, ColorRole::Surface});
    pairs.append({ColorRole::Text, ColorRole::AccentSurface});
    return pairs;
}

}  // namespace

class ThemeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void textIsReadableOnEverySurfaceItIsUsedOn() {
        for (const bool dark : {false, true}) {
            for (const Pair& pair : textPairs()) {
                const double ratio =
                    contrast(Theme::color(pair.text, dark), Theme::color(pair.surface, dark));
                const QString what = QStringLiteral("text %1 on surface %2, dark %3: %4")
                                         .arg(static_cast<int>(pair.text))
                                         .arg(static_cast<int>(pair.surface))
                                         .arg(dark)
                                         .arg(ratio);
                QVERIFY2(ratio >= 4.5, qPrintable(what));
            }
        }
    }

    void ofHighContrastTextIsSevenTimesAsBrightOrDark() {
        for (const bool dark : {false, true}) {
            for (const Pair& pair : textPairs()) {
                const double ratio = contrast(Theme::color(pair.text, dark, true),
                                              Theme::color(pair.surface, dark, true));
                const QString what = QStringLiteral("text %1 on surface %2, dark %3: %4")
                                         .arg(static_cast<int>(pair.text))
                                         .arg(static_cast<int>(pair.surface))
                                         .arg(dark)
                                         .arg(ratio);
                QVERIFY2(ratio >= 7, qPrintable(what));
            }
            const double border = contrast(Theme::color(ColorRole::Border, dark, true),
                                           Theme::color(ColorRole::Window, dark, true));
            QVERIFY(border >= 7);
        }
    }

    void everyIconDrawsSomethingAtEveryScale() {
        Theme theme;
        for (int name = 0; name < static_cast<int>(IconName::Count); ++name) {
            for (const double scale : {1.0, 1.5, 2.0}) {
                const QImage image =
                    theme.icon(static_cast<IconName>(name)).pixmap(QSize(18, 18), scale).toImage();
                QCOMPARE(image.width(), static_cast<int>(18 * scale));
                int painted = 0;
                for (int y = 0; y < image.height(); ++y) {
                    for (int x = 0; x < image.width(); ++x) {
                        painted += qAlpha(image.pixel(x, y)) > 128 ? 1 : 0;
                    }
                }
                QVERIFY2(painted > 4, qPrintable(QString::number(name)));
            }
        }
    }

    void theSheetHasNoUnresolvedColour() {
        Theme theme;
        QVERIFY(!theme.styleSheet().contains(QLatin1Char('@')));
        theme.setDark(true);
        QVERIFY(!theme.styleSheet().contains(QLatin1Char('@')));
    }

    void aChangeReachesTheApplicationAtOnce() {
        Theme theme;
        applyTheme(theme, *qApp);
        const QColor light = qApp->palette().color(QPalette::Window);
        theme.setDark(true);
        const QColor dark = qApp->palette().color(QPalette::Window);
        QVERIFY(light.lightness() > 200);
        QVERIFY(dark.lightness() < 60);
    }

    void whatIsPressedGrowsWithTheTextInIt() {
        Theme theme;
        applyTheme(theme, *qApp);
        QPushButton button(QStringLiteral("Send"));
        QComboBox list;
        list.addItem(QStringLiteral("Loss"));
        QLineEdit field;
        IconButton icon(theme, IconName::Trash);
        const auto heights = [&] {
            QList<int> all;
            for (QWidget* widget : std::initializer_list<QWidget*>{&button, &list, &field, &icon}) {
                widget->ensurePolished();
                all.append(widget->sizeHint().height());
            }
            return all;
        };
        const auto line = [&] { return QFontMetrics(theme.font(TextStyle::Interface)).height(); };
        const QList<int> usual = heights();
        const int usualLine = line();
        const int usualIcon = button.iconSize().height();
        theme.setTextScale(2);
        // The room around the line stays at least what it was.
        for (qsizetype i = 0; i < usual.size(); ++i)
            QVERIFY2(heights()[i] - line() >= usual[i] - usualLine, qPrintable(QString::number(i)));
        QCOMPARE(button.iconSize().height(), 2 * usualIcon);
        theme.setTextScale(1);
        QCOMPARE(heights(), usual);
    }
};

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
