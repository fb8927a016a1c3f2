#include "ui/widgets/length_histogram.h"

#include <QAccessible>
#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include "ui/widgets/theme.h"

using namespace dsm;

class LengthHistogramTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void theLineIsDraggedWithTheMouse();
    void theLineIsMovedWithTheKeyboard();
    void theWheelIsLeftToThePage();
    void whatLiesBeyondTheLimitIsDrawnOtherwise();
    void aLimitBeyondAllHasNoPlaceOnTheScale();
    void saysItsValueToScreenReaders();
    void withoutBarsThereIsNothingToDrag();

  private:
    QPoint at(double share) const {
        return {static_cast<int>(histogram_->width() * share), histogram_->height() / 2};
    }

    Theme theme_;
    std::unique_ptr<LengthHistogram> histogram_;
};

void LengthHistogramTest::init() {
    histogram_ = std::make_unique<LengthHistogram>(theme_);
    histogram_->resize(500, 168);
    histogram_->setRange(2, 100'000);
    histogram_->setBars({5, 9, 4, 2, 1, 1, 0, 0, 1, 3}, 100, 5000);
    histogram_->setValue(450);
    histogram_->show();
}

void LengthHistogramTest::theLineIsDraggedWithTheMouse() {
    QSignalSpy released(histogram_.get(), &QAbstractSlider::sliderReleased);
    QTest::mousePress(histogram_.get(), Qt::LeftButton, {}, at(0.5));
    const int middle = histogram_->value();
    QVERIFY2(middle > 400 && middle < 600, qPrintable(QString::number(middle)));
    QTest::mouseMove(histogram_.get(), at(0.25));
    QVERIFY(histogram_->value() < middle);
    QCOMPARE(released.size(), 0);
    QTest::mouseRelease(histogram_.get(), Qt::LeftButton, {}, at(0.25));
    QCOMPARE(released.size(), 1);
    QTest::mousePress(histogram_.get(), Qt::LeftButton, {}, QPoint(-50, 60));
    QCOMPARE(histogram_->value(), 2);
    QTest::mouseMove(histogram_.get(), QPoint(histogram_->width() + 50, 60));
    QCOMPARE(histogram_->value(), 5000);
}

void LengthHistogramTest::theLineIsMovedWithTheKeyboard() {
    QTest::keyClick(histogram_.get(), Qt::Key_Right);
    QCOMPARE(histogram_->value(), 460);
    QTest::keyClick(histogram_.get(), Qt::Key_PageDown);
    QTest::keyClick(histogram_.get(), Qt::Key_Left);
    QVERIFY(histogram_->value() != 460);
    QTest::keyClick(histogram_.get(), Qt::Key_Home);
    QCOMPARE(histogram_->value(), 2);
}

void LengthHistogramTest::theWheelIsLeftToThePage() {
    histogram_->setFocus();
    QWheelEvent turn(at(0.5), histogram_->mapToGlobal(at(0.5)), {}, {0, -120}, Qt::NoButton,
                     Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(histogram_.get(), &turn);
    QCOMPARE(histogram_->value(), 450);
    QVERIFY(!turn.isAccepted());
}

void LengthHistogramTest::whatLiesBeyondTheLimitIsDrawnOtherwise() {
    const auto count = [&](ColorRole role) {
        const QImage image = histogram_->grab().toImage();
        const QRgb wanted = theme_.color(role).rgb();
        int pixels = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                pixels += (image.pixel(x, y) | 0xff000000U) == wanted;
        }
        return pixels;
    };
    const int beyond = count(ColorRole::Warning);
    QVERIFY(beyond > 0);
    histogram_->setValue(950);  // only some of the longest
    const int few = count(ColorRole::Warning);
    QVERIFY(few > 0 && few < beyond);
    histogram_->setValue(5000);
    QCOMPARE(count(ColorRole::Warning), 0);
    histogram_->setValue(2);
    QVERIFY(count(ColorRole::Warning) > beyond);
}

void LengthHistogramTest::aLimitBeyondAllHasNoPlaceOnTheScale() {
    histogram_->setLimitText({}, {});
    // The line goes through the bars, beyond which nothing of its colour is.
    const auto lineIsThere = [&] {
        const QImage image = histogram_->grab().toImage();
        const QRgb wanted = theme_.color(ColorRole::Text).rgb();
        const int y = image.height() / 2;
        for (int x = 0; x < image.width(); ++x) {
            if ((image.pixel(x, y) | 0xff000000U) == wanted) return true;
        }
        return false;
    };
    histogram_->setValue(5000);
    QVERIFY(!histogram_->isLimitBeyond());
    QVERIFY(lineIsThere());
    histogram_->setValue(5001);
    QVERIFY(histogram_->isLimitBeyond());
    QVERIFY(!lineIsThere());
    const QImage without = histogram_->grab().toImage();
    histogram_->setLimitText(QStringLiteral("at %L1"), QStringLiteral("beyond %L1"));
    QVERIFY(histogram_->grab().toImage() != without);
}

void LengthHistogramTest::saysItsValueToScreenReaders() {
    histogram_->setAccessibleName(QStringLiteral("Maximum length"));
    QAccessibleInterface* reader = QAccessible::queryAccessibleInterface(histogram_.get());
    QVERIFY(reader != nullptr);
    QCOMPARE(reader->role(), QAccessible::Slider);
    QCOMPARE(reader->text(QAccessible::Name), QStringLiteral("Maximum length"));
    QVERIFY(reader->valueInterface() != nullptr);
    QCOMPARE(reader->valueInterface()->currentValue().toInt(), 450);
}

void LengthHistogramTest::withoutBarsThereIsNothingToDrag() {
    histogram_->setBars({}, 100, 0);
    QTest::mouseClick(histogram_.get(), Qt::LeftButton, {}, at(0.1));
    QCOMPARE(histogram_->value(), 450);
    histogram_->grab();
}

QTEST_MAIN(LengthHistogramTest)
#include "length_histogram_test.moc"
