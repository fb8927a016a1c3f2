#include "ui/widgets/number_field.h"

#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSlider>
#include <QTabBar>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

#include "ui/widgets/app_style.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

// Whether it was used up: else it goes on to the page.
bool turnWheel(QWidget* over) {
    const QPointF place = over->rect().center();
    QWheelEvent event(place, over->mapToGlobal(place), {}, QPoint(0, -120), Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    event.ignore();
    QApplication::sendEvent(over, &event);
    return event.isAccepted();
}

// Controls of every kind that a wheel could change, on a page that scrolls.
struct ScrollingPage {
    explicit ScrollingPage(const Theme& theme) {
        auto* content = new QWidget;
        auto* column = new QVBoxLayout(content);
        combo = new QComboBox(content);
        combo->addItems({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")});
        combo->setCurrentIndex(1);
        spin = new QSpinBox(content);
        spin->setValue(50);
        decimal = new QDoubleSpinBox(content);
        decimal->setValue(50);
        slider = new QSlider(Qt::Vertical, content);
        slider->setMinimumHeight(60);
        slider->setValue(50);
        tabs = new QTabBar(content);
        for (const char* name : {"a", "b", "c"})
            tabs->addTab(QLatin1String(name));
        tabs->setCurrentIndex(1);
        number = new NumberField(theme, {0, 100}, content);
        number->setValue(50);
        for (QWidget* control : controls())
            column->addWidget(control);
        column->addSpacing(2000);
        area.setWidget(content);
        area.setWidgetResizable(true);
        area.resize(300, 300);
        area.show();
    }

    QList<QWidget*> controls() const { return {combo, spin, decimal, slider, tabs, number}; }
    QString values() const {
        return QStringLiteral("%1 %2 %3 %4 %5 %6")
            .arg(combo->currentIndex())
            .arg(spin->value())
            .arg(decimal->value())
            .arg(slider->value())
            .arg(tabs->currentIndex())
            .arg(number->text());
    }

    QScrollArea area;
    QComboBox* combo;
    QSpinBox* spin;
    QDoubleSpinBox* decimal;
    QSlider* slider;
    QTabBar* tabs;
    NumberField* number;
};

}  // namespace

class NumberFieldTest : public QObject {
    Q_OBJECT

    Theme theme_;

    static void type(NumberField& field, const QString& text) {
        field.selectAll();
        QTest::keyClick(&field, Qt::Key_Delete);
        QTest::keyClicks(&field, text);
        QTest::keyClick(&field, Qt::Key_Return);
    }

  private Q_SLOTS:
    void aBoundNobodyComesNearIsNotShown() {
        const auto range = [this](double least, double most, bool isWhole) {
            return NumberField(theme_, {least, most, 1, isWhole}).rangeText();
        };
        QCOMPARE(range(1, 256, true), QStringLiteral("1 – 256"));
        QCOMPARE(range(1, 1e9, true), QStringLiteral("≥ 1"));
        QCOMPARE(range(1e-12, 1, false), QStringLiteral("> 0, ≤ 1"));
        QCOMPARE(range(1e-6, 1e6, false), QStringLiteral("> 0"));
    }

    void smallNumbersAreWrittenPlainly() {
        NumberField field(theme_, {0, 1, 1, false});
        for (const auto& [number, text] :
             {std::pair(2e-5, "0.00002"), std::pair(1.25e-6, "0.00000125"), std::pair(0.5, "0.5"),
              std::pair(0.99999999, "1"), std::pair(1.0 / 3, "0.333333"), std::pair(0.0, "0"),
              std::pair(1e-12, "1E-12")}) {
            field.setValue(number);
            QCOMPARE(field.text(), QLatin1String(text));
        }
    }

    void initTestCase() {
        QLocale::setDefault(QLocale(QStringLiteral("en")));
        applyTheme(theme_, *qApp);
    }

    void theWheelIsLeftToThePageAndChangesNothingUnderARestingPointer() {
        ScrollingPage page(theme_);
        QVERIFY(QTest::qWaitForWindowExposed(&page.area));
        page.area.setFocus();
        const QString before = page.values();
        for (QWidget* control : page.controls()) {
            QVERIFY2(!turnWheel(control), control->metaObject()->className());
            QCOMPARE(page.values(), before);
            QVERIFY2(!control->hasFocus(), control->metaObject()->className());
            QVERIFY2(!(control->focusPolicy() & 4), control->metaObject()->className());
        }
    }

    void aMarkOfThousandsIsNoNumberOfAnotherSize() {
        NumberField field(theme_, {0, 5000, 0.1, false});
        type(field, QStringLiteral("0,001"));
        QCOMPARE(field.value(), std::optional(0.001));
        type(field, QStringLiteral("1,000"));  // one, or a thousand
        QVERIFY(!field.isValid());
        QCOMPARE(field.value(), std::optional(0.001));
        type(field, QStringLiteral("2.5"));
        QCOMPARE(field.value(), std::optional(2.5));
    }

    void theWheelChangesWhatHasTheKeyboard() {
        ScrollingPage page(theme_);
        QVERIFY(QTest::qWaitForWindowActive(&page.area));
        for (QWidget* control : page.controls()) {
            const QString before = page.values();
            control->setFocus();
            QTRY_VERIFY(control->hasFocus());
            turnWheel(control);
            QVERIFY2(page.values() != before, control->metaObject()->className());
        }
    }

    void anEmptyFieldStandsForNone() {
        NumberField field(theme_, {0, 2, 0.1, false});
        field.setNone(QStringLiteral("Like the model"));
        QSignalSpy changed(&field, &NumberField::valueChanged);
        type(field, QStringLiteral("0.5"));
        QCOMPARE(field.value().value(), 0.5);
        type(field, {});
        QVERIFY(!field.value().has_value());
        QVERIFY(field.isValid());
        QCOMPARE(field.placeholderText(), QStringLiteral("Like the model"));
        QCOMPARE(changed.count(), 2);
    }

    void noNumberBecomesAnotherOne_data() {
        QTest::addColumn<QString>("typed");
        for (const char* text : {"-0.10", "-0.1", "2.01", "3", "1e9", "nan", "inf", "-inf", "abc",
                                 "0x1", "1..2", "--1", "1 2", "0,5,5", "９"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }

    void noNumberBecomesAnotherOne() {
        QFETCH(QString, typed);
        NumberField field(theme_, {0, 2, 0.1, false});
        field.setNone(QStringLiteral("Like the model"));
        field.setValue(1.5);
        QSignalSpy changed(&field, &NumberField::valueChanged);
        field.setText(typed);
        QTest::keyClick(&field, Qt::Key_Return);
        QVERIFY(!field.isValid());
        QCOMPARE(field.text(), typed);  // stays to be mended
        QCOMPARE(field.value().value(), 1.5);
        QCOMPARE(changed.count(), 0);
        QVERIFY(field.accessibleDescription().contains(QStringLiteral("0 – 2")));
    }

    void aNumberIsReadHoweverItsDecimalsAreMarked() {
        NumberField field(theme_, {0, 2, 0.1, false});
        type(field, QStringLiteral("0,5"));
        QCOMPARE(field.value().value(), 0.5);
        type(field, QStringLiteral("0.777"));
        QCOMPARE(field.value().value(), 0.777);
        QCOMPARE(field.text(), QStringLiteral("0.777"));
    }

    void wholeNumbersAreWhole() {
        NumberField field(theme_, {1, 6});
        field.setValue(4);
        for (const char* text : {"0", "7", "2.5", ""}) {
            field.setText(QLatin1String(text));
            QTest::keyClick(&field, Qt::Key_Return);
            QVERIFY2(!field.isValid(), text);
            QCOMPARE(field.value().value(), 4.0);
        }
        type(field, QStringLiteral("6"));
        QCOMPARE(field.value().value(), 6.0);
    }

    void theArrowsStepWithinTheRange() {
        NumberField field(theme_, {0, 2, 0.1, false});
        field.setNone(QStringLiteral("Like the model"));
        QTest::keyClick(&field, Qt::Key_Up);
        QCOMPARE(field.value().value(), 0.0);
        for (int i = 0; i < 30; ++i)
            QTest::keyClick(&field, Qt::Key_Up);
        QCOMPARE(field.text(), QStringLiteral("2"));
        field.setValue(0.1);
        QTest::keyClick(&field, Qt::Key_Down);
        QCOMPARE(field.text(), QStringLiteral("0"));
        QTest::keyClick(&field, Qt::Key_Down);
        QVERIFY(!field.value().has_value());
        QTest::keyClick(&field, Qt::Key_Down);
        QVERIFY(!field.value().has_value());
    }

    // As a file may hold it that was written by hand.
    void aStoredNumberOutsideTheRangeIsShownAndKept() {
        NumberField field(theme_, {0, 2, 0.1, false});
        field.setValue(3);
        QCOMPARE(field.text(), QStringLiteral("3"));
        QVERIFY(!field.isValid());
        QTest::keyClick(&field, Qt::Key_Return);
        QCOMPARE(field.value().value(), 3.0);
    }
};

QTEST_MAIN(NumberFieldTest)
#include "number_field_test.moc"
