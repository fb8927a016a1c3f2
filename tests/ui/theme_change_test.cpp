// What a change of the theme costs: no more for a widget that others are around.
#include <QApplication>
#include <QLabel>
#include <QPointer>
#include <QScrollBar>
#include <QTest>
#include <ctime>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/message/message_view.h"

namespace dsm {
namespace {

// The changes of style that widgets are told of.
class StyleCount : public QObject {
  public:
    StyleCount() { qApp->installEventFilter(this); }
    int take() { return std::exchange(count_, 0); }

    bool eventFilter(QObject* watched, QEvent* event) override {
        count_ += event->type() == QEvent::StyleChange && watched->isWidgetType();
        return false;
    }

  private:
    int count_ = 0;
};

double milliseconds() {
    return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace

class ThemeChangeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aWidgetIsMadeUpOnceForItselfAlone() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("a question"));
        QVERIFY(fixture.waitForReply());
        MainWindow& window = fixture.window();
        for (const auto show :
             {&MainWindow::showFinetune, &MainWindow::showModels, &MainWindow::showChat}) {
            (window.*show)();
            QTest::qWait(50);
            const auto widgets = static_cast<int>(window.findChildren<QWidget*>().size());
            StyleCount styles;
            const double before = milliseconds();
            fixture.theme().setDark(!fixture.theme().isDark());
            const double changed = milliseconds();
            QApplication::processEvents();
            const int told = styles.take();
            qInfo("%d widgets, %d changes of style, %.0f ms, and %.0f ms until all is painted",
                  widgets, told, changed - before, milliseconds() - changed);
            // The old sheet is taken off, the new one put on.
            QVERIFY2(told <= 2 * widgets + widgets / 4,
                     qPrintable(QStringLiteral("%1 of %2").arg(told).arg(widgets)));
        }
    }

    // Qt tells widgets of a style one by one, of a list that it made before.
    void noWidgetIsDeletedMeanwhile() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.script().setReply(
            "Some **bold** words.\n\n```py\nx = 1\n```\n\n| a |\n|---|\n| 1 |\n");
        for (int question = 0; question < 12; ++question) {
            fixture.sendMessage(QStringLiteral("question %1\n").arg(question).repeated(8));
            QVERIFY(fixture.waitForReply());
        }
        MessageView* view = fixture.window().findChild<MessageView*>();
        for (const double scale : {2.0, 1.0, 1.5, 1.25}) {
            view->verticalScrollBar()->setValue(view->verticalScrollBar()->maximum() / 2);
            QTest::qWait(20);
            QList<QPointer<QWidget>> widgets;
            for (QWidget* widget : QApplication::allWidgets())
                widgets.append(widget);
            fixture.theme().setTextScale(scale);
            fixture.window().resize(fixture.window().width(), scale > 1.4 ? 400 : 700);
            fixture.theme().setDark(!fixture.theme().isDark());
            QVERIFY(!widgets.contains(nullptr));
            QTRY_VERIFY(widgets.contains(nullptr) || scale < 1.4);
        }
    }

    void aLabelKeepsItsOwnFont() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        const auto labels = fixture.window().findChildren<QLabel*>();
        const auto title = std::find_if(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->text() == QLatin1String("DeepSeekMoE Desktop");
        });
        QVERIFY(title != labels.end());
        const auto pixels = [&] { return (*title)->font().pixelSize(); };
        QCOMPARE(pixels(), fixture.theme().font(TextStyle::Display).pixelSize());
        fixture.theme().setDark(true);
        QCOMPARE(pixels(), fixture.theme().font(TextStyle::Display).pixelSize());
        fixture.theme().setTextScale(2);
        QCOMPARE(pixels(), fixture.theme().font(TextStyle::Display).pixelSize());
    }

    void aToneFollowsTheTheme() {
        Theme theme;
        applyTheme(theme, *qApp);
        QLabel label(QStringLiteral("text"));
        setTone(&label, ColorRole::Danger);
        label.show();
        const auto shown = [&] { return label.palette().color(QPalette::WindowText); };
        QCOMPARE(shown(), Theme::color(ColorRole::Danger, false));
        theme.setDark(true);
        QCOMPARE(shown(), Theme::color(ColorRole::Danger, true));
        label.setFont(theme.font(TextStyle::Display));
        setTone(&label, ColorRole::Success);
        QCOMPARE(shown(), Theme::color(ColorRole::Success, true));
        QCOMPARE(label.font().pixelSize(), theme.font(TextStyle::Display).pixelSize());
        theme.setDark(false);
        QCOMPARE(shown(), Theme::color(ColorRole::Success, false));
    }
};

}  // namespace dsm

QTEST_MAIN(dsm::ThemeChangeTest)
#include "theme_change_test.moc"
