// A list to choose of: what is cut says so, and is told by its tip.
#include "ui/widgets/choice_box.h"

#include <QHelpEvent>
#include <QTest>
#include <QToolTip>

#include "ui/widgets/app_style.h"
#include "ui/widgets/theme.h"

using namespace dsm;

class ChoiceBoxTest : public QObject {
    Q_OBJECT

    Theme theme_;

  private Q_SLOTS:
    void initTestCase() { applyTheme(theme_, *qApp); }

    void aTextThatHasNoRoomEndsInDots() {
        ChoiceBox box;
        const QString text = QStringLiteral("What the run put aside to evaluate with");
        box.addItem(text);
        box.resize(box.sizeHint());
        QCOMPARE(box.shownText(), text);
        QCOMPARE(box.currentText(), text);
        for (const double scale : {1.0, 2.0}) {
            theme_.setTextScale(scale);
            box.setFixedWidth(200);
            box.show();
            QVERIFY(QTest::qWaitForWindowExposed(&box));
            QVERIFY2(box.shownText().endsWith(u'…'), qPrintable(box.shownText()));
            QVERIFY(text.startsWith(box.shownText().chopped(1)));
            QCOMPARE(box.currentText(), text);
            QHelpEvent help(QEvent::ToolTip, {5, 5}, box.mapToGlobal(QPoint(5, 5)));
            QApplication::sendEvent(&box, &help);
            QCOMPARE(QToolTip::text(), text);
            QToolTip::hideText();
        }
        theme_.setTextScale(1);
    }

    void itGrowsWithItsTexts() {
        ChoiceBox box;
        box.addItem(QStringLiteral("步"));
        box.show();
        const int before = box.sizeHint().width();
        box.setItemText(0, QStringLiteral("By the step of the run"));
        QVERIFY(box.sizeHint().width() > before);
    }
};

QTEST_MAIN(ChoiceBoxTest)
#include "choice_box_test.moc"
