// Windows on two screens, of which the second is smaller.

#include "ui/widgets/screen_fit.h"

#include <QApplication>
#include <QDataStream>
#include <QFile>
#include <QScreen>
#include <QTemporaryDir>
#include <QTest>
#include <QWidget>

using namespace dsm;

class ScreenFitTest : public QObject {
    Q_OBJECT

    // What a window that stood there leaves behind.
    static QByteArray leftAt(const QRect& place) {
        QWidget window;
        window.setGeometry(place);
        window.show();
        return window.saveGeometry();
    }

  private Q_SLOTS:
    void initTestCase() { QCOMPARE(QGuiApplication::screens().size(), 2); }

    // One that is not shown yet counts as one of the first screen.
    void aWindowComesBackToTheScreenThatItWasOn() {
        const QRect place(1400, 100, 400, 300);
        QWidget window;
        QVERIFY(restoreOnScreen(&window, leftAt(place)));
        QCOMPARE(window.geometry(), place);
    }

    void aPlaceOnNoScreenBecomesOneOfAScreen() {
        const QByteArray geometry = leftAt({1400, 100, 400, 300});
        QWidget window;
        QByteArray gone = geometry;
        // As QWidget::saveGeometry() writes it: the places stand behind magic, version and frames.
        QVERIFY(gone.size() > 40);
        QDataStream read(geometry);
        quint32 magic = 0;
        quint16 major = 0, minor = 0;
        QRect frame, normal;
        read >> magic >> major >> minor >> frame >> normal;
        QByteArray rest = geometry.mid(static_cast<qsizetype>(read.device()->pos()));
        gone.clear();
        QDataStream write(&gone, QIODevice::WriteOnly);
        write << magic << major << minor << frame.translated(9000, 0) << normal.translated(9000, 0);
        gone += rest;
        QVERIFY(restoreOnScreen(&window, gone));
        QVERIFY(QGuiApplication::screenAt(window.geometry().center()) != nullptr);
    }
};

int main(int argc, char** argv) {
    QTemporaryDir folder;
    QFile screens(folder.filePath(QStringLiteral("screens.json")));
    if (!screens.open(QIODevice::WriteOnly)) return 1;
    screens.write(R"({"windowFrameMargins": false, "screens": [
        {"name": "large", "x": 0, "y": 0, "width": 1280, "height": 800, "logicalDpi": 96,
         "logicalBaseDpi": 96, "dpr": 1},
        {"name": "small", "x": 1280, "y": 0, "width": 640, "height": 480, "logicalDpi": 96,
         "logicalBaseDpi": 96, "dpr": 1}]})");
    screens.close();
    qputenv("QT_QPA_PLATFORM", "offscreen:configfile=" + screens.fileName().toUtf8());
    QApplication application(argc, argv);
    ScreenFitTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "screen_fit_test.moc"
