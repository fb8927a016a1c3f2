// What a large file of examples costs the window: finetune_large_data FILE
//
// Reads the file on the page of the data in the real window, stops it and reads it again, changes
// the maximum length, leaves a row out, and tells the longest time in which the window answered
// nobody, and the memory. Of a time away it tells how much the window's thread was at work: the rest
// the machine gave to others.
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QPushButton>
#include <QTest>
#include <QTextStream>
#include <QTimer>
#include <ctime>

#include "finetune_ui/cards/data_example_view.h"
#include "finetune_ui/data/data_findings_card.h"
#include "finetune_ui/data/data_length_card.h"
#include "finetune_ui/data/data_page.h"
#include "finetune_ui/data/data_rows_card.h"
#include "tests/ui/window_fixture.h"
#include "ui/widgets/length_histogram.h"
#include "ui/widgets/number_field.h"

using namespace dsm;

namespace {

constexpr int kBeatMs = 5;
constexpr int kPatienceMs = 3'600'000;

// Of this thread, in milliseconds.
double workNow() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// How long the window was away at most, since the last time it was asked.
class Stalls {
  public:
    struct Longest {
        qint64 ms = 0;
        double workMs = 0;
    };

    Stalls() {
        beat_.setTimerType(Qt::PreciseTimer);
        QObject::connect(&beat_, &QTimer::timeout, &beat_, [this] { note(); });
        clock_.start();
        beat_.start(kBeatMs);
    }
    Longest takeLongest() {
        note();
        return std::exchange(longest_, {});
    }

  private:
    void note() {
        const double work = workNow();
        longest_.ms = std::max(longest_.ms, clock_.restart() - kBeatMs);
        longest_.workMs = std::max(longest_.workMs, work - std::exchange(work_, work));
    }

    QTimer beat_;
    QElapsedTimer clock_;
    double work_ = workNow();
    Longest longest_;
};

// Of /proc/self/status; "" where there is none.
QString memoryNow() {
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QStringList lines;
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith("VmRSS") || line.startsWith("VmHWM"))
            lines.append(QString::fromLatin1(line.simplified()));
    }
    return lines.join(QStringLiteral(", "));
}

void dragLength(LengthHistogram& histogram) {
    constexpr int kMoves = 60;
    const int middle = histogram.height() / 2;
    const auto place = [&](int move) {
        return QPoint(histogram.width() * (move % kMoves + 5) / (kMoves + 10), middle);
    };
    QTest::mousePress(&histogram, Qt::LeftButton, {}, place(0));
    for (int move = 1; move < kMoves; ++move) {
        QTest::mouseMove(&histogram, place(move));
        QTest::qWait(10);
    }
    QTest::mouseRelease(&histogram, Qt::LeftButton, {}, place(kMoves / 2));
    QTest::qWait(300);
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    if (argc != 2) return 1;
    WindowFixture fixture;
    QTextStream out(stdout);
    if (!fixture.waitForModel()) return 1;
    fixture.window().resize(1180, 780);
    fixture.window().showFinetune();
    QTest::qWait(500);
    DataPage* page = fixture.finetune().data();
    DataStudy& study = fixture.study();
    Stalls stalls;
    QElapsedTimer clock;
    clock.start();
    const auto say = [&](const char* what) {
        const qint64 ms = clock.restart();
        const Stalls::Longest stall = stalls.takeLongest();
        out << what << ": " << ms << " ms, longest stall " << stall.ms << " ms, at most "
            << qRound(stall.workMs) << " ms of work, " << study.findings().rows << " rows, "
            << memoryNow() << Qt::endl;
    };
    const auto wait = [](const auto& condition) {
        if (!QTest::qWaitFor(condition, kPatienceMs)) qFatal("it never came");
    };
    page->addFiles({QString::fromLocal8Bit(argv[1])});
    wait([&] { return study.findings().rows > 0; });
    say("first rows");
    QTest::qWait(3000);
    say("some seconds");
    page->findingsCard()->stopButton()->click();
    wait([&] { return !study.isStudying(); });
    say("stopped");
    study.study(study.request());
    wait([&] { return study.findings().isWhole && !study.isStudying(); });
    say("all rows");
    for (int length = 20; length < 120; ++length) {
        page->lengthCard()->histogram()->setValue(length);
        QApplication::processEvents();
    }
    say("a hundred lengths");
    dragLength(*page->lengthCard()->histogram());
    say("the line dragged");
    for (int step = 0; step < FinetunePage::kSteps - 1; ++step) {
        fixture.finetune().showStep(step);
        QTest::qWait(300);
    }
    fixture.finetune().showStep(0);
    say("steps");
    page->rowsCard()->rowField()->setText(QString::number(study.findings().examples - 2));
    Q_EMIT page->rowsCard()->rowField()->editingFinished();
    QTest::qWait(500);
    say("the last rows");
    page->rowsCard()->views().first()->leaveOutButton()->click();
    wait([&] { return study.findings().leftOut == 1 && study.findings().isWhole; });
    say("one left out");
    return 0;
}
