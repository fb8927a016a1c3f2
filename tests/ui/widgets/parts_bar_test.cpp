// The parts of a bar are told apart by their fill, however many there are, in every theme.
#include <QApplication>
#include <QHash>
#include <QImage>
#include <QTest>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/widgets/parts_bar.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

constexpr int kParts = 12;  // more than a run is made of
constexpr int kPartWidth = 60;

double luminance(QRgb rgb) {
    const auto linear = [](int value) {
        const double c = value / 255.0;
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(qRed(rgb)) + 0.7152 * linear(qGreen(rgb)) + 0.0722 * linear(qBlue(rgb));
}

// Source: WCAG 2.1, of parts of a drawing at least 3.
double contrast(QRgb a, QRgb b) {
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

int distance(QRgb a, QRgb b) {
    return std::abs(qRed(a) - qRed(b)) + std::abs(qGreen(a) - qGreen(b)) +
           std::abs(qBlue(a) - qBlue(b));
}

// What a part looks like: the colour that is not that of the card, and the share that it covers.
struct Fill {
    QRgb color = 0;
    double share = 0;
};

Fill fillIn(const QImage& image, const QRect& rect, QRgb ground) {
    QHash<QRgb, int> seen;
    for (int y = rect.top(); y <= rect.bottom(); ++y) {
        for (int x = rect.left(); x <= rect.right(); ++x)
            ++seen[image.pixel(x, y) | 0xFF000000];
    }
    Fill fill;
    int most = 0;
    for (auto it = seen.cbegin(); it != seen.cend(); ++it) {
        if (it.key() == ground || it.value() <= most) continue;
        most = it.value();
        fill.color = it.key();
    }
    fill.share = double(most) / (rect.width() * rect.height());
    return fill;
}

}  // namespace

class PartsBarTest : public QObject {
    Q_OBJECT

    static QList<PartsBar::Part> parts() {
        QList<PartsBar::Part> all;
        for (int i = 0; i < kParts; ++i)
            all.append({QString(QChar(u'A' + i)), 1});
        return all;
    }

  private Q_SLOTS:
    void eachPartHasAFillOfItsOwn_data() {
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<bool>("isHigh");
        QTest::newRow("light") << false << false;
        QTest::newRow("dark") << true << false;
        QTest::newRow("light, high contrast") << false << true;
        QTest::newRow("dark, high contrast") << true << true;
    }

    void eachPartHasAFillOfItsOwn() {
        QFETCH(bool, isDark);
        QFETCH(bool, isHigh);
        Theme theme;
        theme.setDark(isDark);
        theme.setHighContrast(isHigh);
        PartsBar bar(theme);
        bar.setParts(parts(), 0, 0);
        bar.resize(kParts * kPartWidth, bar.heightForWidth(kParts * kPartWidth));
        const QImage image = bar.grab().toImage();
        const QRgb ground = theme.color(ColorRole::Surface).rgb();
        std::array<Fill, kParts> fills;
        for (int i = 0; i < kParts; ++i) {
            const QRect middle(i * kPartWidth + 10, 3, kPartWidth - 20, 8);
            fills[static_cast<std::size_t>(i)] = fillIn(image, middle, ground);
            const Fill& fill = fills[static_cast<std::size_t>(i)];
            const QByteArray which = QByteArray::number(i);
            QVERIFY2(fill.share > 0.2, which.constData());
            QVERIFY2(contrast(fill.color, ground) >= 3, which.constData());
            const QRgb rest = theme.color(ColorRole::SurfaceActive).rgb();
            QVERIFY2(contrast(fill.color, rest) >= 3, which.constData());
        }
        for (std::size_t i = 0; i < kParts; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                const bool isOtherColor = distance(fills[i].color, fills[j].color) >= 40;
                const bool isOtherPattern = std::abs(fills[i].share - fills[j].share) >= 0.15;
                QVERIFY2(isOtherColor || isOtherPattern,
                         qPrintable(QStringLiteral("%1 like %2").arg(i).arg(j)));
            }
        }
    }

    void theSquareBesideAWordIsFilledLikeItsPart() {
        Theme theme;
        PartsBar bar(theme);
        bar.setParts(parts(), 0, 0);
        bar.resize(kParts * kPartWidth, bar.heightForWidth(kParts * kPartWidth));
        const QImage image = bar.grab().toImage();
        const QRgb ground = theme.color(ColorRole::Surface).rgb();
        const int below = 14 + space::kSmall;
        for (int i = 0; i < kParts; ++i) {
            const QRect middle(i * kPartWidth + 10, 3, kPartWidth - 20, 8);
            const QRgb color = fillIn(image, middle, ground).color;
            bool isThere = false;
            for (int y = below; y < image.height() && !isThere; ++y) {
                for (int x = 0; x < image.width() && !isThere; ++x)
                    isThere = (image.pixel(x, y) | 0xFF000000) == color;
            }
            QVERIFY2(isThere, qPrintable(QString::number(i)));
        }
    }

    void neighboursHaveAnEdgeBetweenThem() {
        Theme theme;
        PartsBar bar(theme);
        bar.setParts(parts(), 0, 0);
        bar.resize(kParts * kPartWidth, bar.heightForWidth(kParts * kPartWidth));
        const QImage image = bar.grab().toImage();
        const QRgb edge = theme.color(ColorRole::SurfaceActive).rgb();
        for (int i = 1; i < kParts; ++i)
            QCOMPARE(image.pixel(i * kPartWidth - 1, 7) | 0xFF000000, edge);
    }
};

QTEST_MAIN(PartsBarTest)
#include "parts_bar_test.moc"
