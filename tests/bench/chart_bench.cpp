// What a chart of a long run costs: milliseconds for each painting, after each new point, while
// smoothed. chart_bench [POINTS]; runs offscreen.
#include <QApplication>
#include <QElapsedTimer>
#include <QTextStream>
#include <cmath>

#include "ui/widgets/chart/chart.h"
#include "ui/widgets/theme.h"

using namespace dsm;

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int count = argc > 1 ? QString::fromLocal8Bit(argv[1]).toInt() : 100'000;
    std::vector<QPointF> points;
    for (int i = 0; i < count; ++i)
        points.emplace_back(i, 3 * std::exp(-i * 4.0 / count) + 0.3 * std::sin(i * 12.9898));
    Theme theme;
    Chart chart(theme);
    chart.resize(1200, 400);
    constexpr int kFrames = 30;
    QTextStream out(stdout);
    for (const double smoothing : {0.0, 0.9}) {
        chart.setSmoothing(smoothing);
        qint64 set = 0;
        qint64 paint = 0;
        for (int i = 0; i < kFrames; ++i) {
            points.emplace_back(count + i, 0.1);
            QElapsedTimer timer;
            timer.start();
            chart.setSeries({{QStringLiteral("loss"), 0, false, points}});
            set += timer.nsecsElapsed();
            timer.restart();
            (void)chart.grab();
            paint += timer.nsecsElapsed();
        }
        out << count << " points, smoothing " << smoothing << ": " << double(set) / kFrames / 1e6
            << " ms to take a new point, " << double(paint) / kFrames / 1e6 << " ms to paint\n";
    }
    return 0;
}
