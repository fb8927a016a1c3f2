#include "ui/widgets/chart/chart.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>

#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

std::vector<QPointF> wave(int count) {
    std::vector<QPointF> points;
    for (int i = 0; i < count; ++i)
        points.emplace_back(i + 1, 2 + std::sin(i * 0.01));
    return points;
}

double most(const std::vector<QPointF>& points) {
    double value = -HUGE_VAL;
    for (const QPointF& point : points)
        value = std::max(value, point.y());
    return value;
}

void turnWheel(QWidget& over, Qt::KeyboardModifiers modifiers) {
    const QPointF place = over.rect().center();
    QWheelEvent event(place, over.mapToGlobal(place), {}, QPoint(0, 120), Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&over, &event);
}

// How many pixels have nearly this colour.
int pixelsOf(const QImage& image, const QColor& color) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor at = image.pixelColor(x, y);
            if (std::abs(at.red() - color.red()) + std::abs(at.green() - color.green()) +
                    std::abs(at.blue() - color.blue()) <
                24)
                ++count;
        }
    }
    return count;
}

}  // namespace

class ChartTest : public QObject {
    Q_OBJECT

    Theme theme_;

  private Q_SLOTS:
    void marksAreRoundNumbersWithinTheRange() {
        const std::vector<double> marks = ChartAxis({0.13, 1.02}, false).marks(5);
        QCOMPARE(marks.size(), size_t{5});  // by hand: 0.2 0.4 0.6 0.8 1.0
        QVERIFY(std::abs(marks.front() - 0.2) < 1e-12);
        QVERIFY(std::abs(marks.back() - 1.0) < 1e-12);
    }

    void noMarkStandsAlone() {
        // As of memory that is held, in GB: 0.3 alone would be written 0.
        for (const ChartRange range : {ChartRange{0.26, 0.34}, {0.19, 0.51}, {8.1, 11.9}})
            QVERIFY(ChartAxis(range, false).marks(2).size() >= 2);
    }

    void aLogarithmicAxisHasItsDecadesAtEqualDistances() {
        const ChartAxis axis({0.001, 10}, true);
        QVERIFY(std::abs(axis.shareOf(0.01) - 0.25) < 1e-12);
        QVERIFY(std::abs(axis.shareOf(1) - 0.75) < 1e-12);
        QVERIFY(std::abs(axis.valueAt(0.5) - 0.1) < 1e-12);
        QCOMPARE(axis.marks(6).size(), size_t{5});  // 0.001 .. 10
    }

    void eachDecadeIsWrittenWithDigitsOfItsOwn() {
        const ChartAxis axis({0.0009, 12}, true);
        const auto texts = [&](const std::vector<double>& marks) {
            QStringList all;
            for (const double mark : marks)
                all.append(axis.markText(mark, marks));
            return all.join(u' ');
        };
        QLocale::setDefault(QLocale::c());
        QCOMPARE(texts({0.001, 0.1, 10}), QStringLiteral("0.001 0.1 10"));
        QCOMPARE(texts({0.05, 0.1, 0.2}), QStringLiteral("0.05 0.1 0.2"));
        // Equal steps within a decade.
        QCOMPARE(texts({0.55, 0.6, 0.65}), QStringLiteral("0.55 0.60 0.65"));
    }

    void aSingleNumberHasRoomAroundIt() {
        for (const bool isLogarithmic : {false, true}) {
            const ChartRange range = ChartAxis::rangeFor(3, 3, isLogarithmic);
            QVERIFY(range.least < 3 && range.most > 3);
        }
    }

    void smoothingFollowsTheFormula() {
        // s = 0.5: 4, then (0.5 * 2 + 0.5 * 0) / (0.5 * 0.5 + 0.5) = 4/3, then ...
        const auto smooth = smoothed({{1, 4}, {2, 0}, {3, 8}}, 0.5);
        QVERIFY(std::abs(smooth[0].y() - 4) < 1e-12);
        QVERIFY(std::abs(smooth[1].y() - 4.0 / 3) < 1e-12);
        QVERIFY(std::abs(smooth[2].y() - (0.5 + 4) / 0.875) < 1e-12);
        QCOMPARE(smoothed({{1, 4}, {2, 0}}, 0)[1].y(), 0.0);
    }

    void whatIsSmoothedAwayHasItsPlace() {
        Chart chart(theme_);
        chart.resize(500, 300);
        std::vector<QPointF> points(50, QPointF(0, 1));
        for (std::size_t i = 0; i < points.size(); ++i)
            points[i].setX(static_cast<double>(i));
        points[25].setY(9);
        chart.setSeries({{QStringLiteral("loss"), 0, false, points}});
        chart.setSmoothing(0.9);
        // The peak itself reaches to the top: its smoothed line stays far below.
        const QImage image = chart.image();
        const QImage upper = image.copy(0, 0, image.width(), image.height() / 2);
        QVERIFY(pixelsOf(image, theme_.seriesColor(0)) > 100);
        QCOMPARE(pixelsOf(upper, theme_.seriesColor(0)), 0);
    }

    void manyPointsBecomeAFewWithoutLosingAPeak() {
        auto points = wave(100'000);
        points[61'234].setY(9);
        points[10].setY(-5);
        const auto shown = visiblePoints(points, {1, 100'000}, 400);
        QVERIFY(shown.size() <= 802);
        QCOMPARE(most(shown), 9.0);
        QVERIFY(std::any_of(shown.begin(), shown.end(), [](auto& p) { return p.y() == -5; }));
        QVERIFY(std::is_sorted(shown.begin(), shown.end(),
                               [](auto& a, auto& b) { return a.x() < b.x(); }));
    }

    void aPartShowsItsPointsAndTheirNeighbours() {
        const auto shown = visiblePoints(wave(1000), {100.5, 103.5}, 400);
        QCOMPARE(shown.size(), size_t{5});
        QCOMPARE(shown.front().x(), 100.0);
        QCOMPARE(shown.back().x(), 104.0);
    }

    void dragsMarkAPartAndADoubleClickShowsAll() {
        Chart chart(theme_);
        chart.resize(500, 300);
        chart.setSeries({{QStringLiteral("loss"), 0, false, wave(1000)}});
        QSignalSpy zooms(&chart, &Chart::zoomChanged);
        QTest::mousePress(&chart, Qt::LeftButton, {}, {200, 150});
        QTest::mouseMove(&chart, {300, 150});
        QTest::mouseRelease(&chart, Qt::LeftButton, {}, {300, 150});
        QVERIFY(chart.zoom());
        QVERIFY(chart.zoom()->least > 1 && chart.zoom()->most < 1000);
        QTest::mouseDClick(&chart, Qt::LeftButton, {}, {250, 150});
        QVERIFY(!chart.zoom());
        QCOMPARE(zooms.count(), 2);
    }

    void theWheelScrollsThePageUnlessCtrlIsHeld() {
        Chart chart(theme_);
        chart.resize(500, 300);
        chart.setSeries({{QStringLiteral("loss"), 0, false, wave(1000)}});
        turnWheel(chart, Qt::NoModifier);
        QVERIFY(!chart.zoom());
        turnWheel(chart, Qt::ControlModifier);
        QVERIFY(chart.zoom());
    }

    void keysReadValuesAndZoom() {
        Chart chart(theme_);
        chart.resize(500, 300);
        chart.setSeries({{QStringLiteral("loss"), 0, false, {{1, 4}, {2, 3}, {3, 2.5}}}});
        QTest::keyClick(&chart, Qt::Key_Home);
        QVERIFY(chart.accessibleDescription().contains(QStringLiteral("loss  4")));
        QTest::keyClick(&chart, Qt::Key_Right);
        QVERIFY(chart.accessibleDescription().contains(QStringLiteral("loss  3")));
        QTest::keyClick(&chart, Qt::Key_End);
        QVERIFY(chart.accessibleDescription().contains(QStringLiteral("loss  2.5")));
        QTest::keyClick(&chart, Qt::Key_Plus);
        QVERIFY(chart.zoom());
        QTest::keyClick(&chart, Qt::Key_0);
        QVERIFY(!chart.zoom());
    }

    void everyLineIsDrawnInItsColourAndThemeChangesIt() {
        Chart chart(theme_);
        chart.resize(500, 300);
        chart.setSeries({{QStringLiteral("a"), 0, false, wave(50)},
                         {QStringLiteral("b"), 1, true, {{1, 1}, {50, 1.5}}}});
        for (const bool dark : {false, true}) {
            theme_.setDark(dark);
            const QImage image = chart.image();
            QVERIFY(pixelsOf(image, theme_.seriesColor(0)) > 100);
            QVERIFY(pixelsOf(image, theme_.seriesColor(1)) > 100);
        }
        theme_.setDark(false);
    }

    void numbersThatAreNoneBreakNothing() {
        Chart chart(theme_);
        chart.resize(300, 200);
        chart.setEmptyText(QStringLiteral("Nothing yet."));
        chart.setSeries({{QStringLiteral("a"), 0, false, {{1, NAN}, {2, HUGE_VAL}}}});
        chart.setLogarithmic(true);
        QVERIFY(!chart.image().isNull());
        chart.setSeries({{QStringLiteral("a"), 0, false, {{1, NAN}, {2, 0}, {3, 5}}}});
        chart.setSmoothing(0.9);
        QVERIFY(pixelsOf(chart.image(), theme_.seriesColor(0)) > 0);
        chart.setSeries({});
        QVERIFY(!chart.image().isNull());
    }

    void csvHasEveryPoint() {
        Chart chart(theme_);
        chart.setSeries({{QStringLiteral("a, b"), 0, false, {{1, 0.5}, {2, 0.25}}}});
        QCOMPARE(chart.csv(), QStringLiteral("series,x,y\n\"a, b\",1,0.5\n\"a, b\",2,0.25\n"));
    }
};

QTEST_MAIN(ChartTest)
#include "chart_test.moc"
