// A page whose height depends on its width comes to rest, whatever the height of its place.
#include "ui/widgets/page_scroll.h"

#include <QApplication>
#include <QLabel>
#include <QLayout>
#include <QScrollBar>
#include <QTest>
#include <QVBoxLayout>

#include "tests/ui/window_fixture.h"
#include "ui/widgets/app_style.h"

namespace dsm {
namespace {

// Counts the layouts of a page.
class LayoutCount : public QObject {
  public:
    explicit LayoutCount(QWidget* page) { page->installEventFilter(this); }
    int take() { return std::exchange(count_, 0); }

    bool eventFilter(QObject*, QEvent* event) override {
        count_ += event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest;
        return false;
    }

  private:
    int count_ = 0;
};

// Shorter where it is narrow, as a card whose parts then stand below each other without their gaps:
// with the bar it needs none, and without it, it needs one.
class FlippingPage : public QWidget {
  public:
    explicit FlippingPage(int turn) : turn_(turn) {
        QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
    }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return width >= turn_ ? 320 : 280; }
    QSize minimumSizeHint() const override { return {100, 100}; }
    QSize sizeHint() const override { return {400, 300}; }

  private:
    int turn_;
};

// Whatever its size, it would rather have another.
class RestlessPage : public QWidget {
  public:
    QSize minimumSizeHint() const override { return {width() == 900 ? 800 : 900, 100}; }
    QSize sizeHint() const override { return minimumSizeHint(); }
};

int passesUntilAtRest(LayoutCount& layouts) {
    constexpr int kMost = 40;
    for (int pass = 0; pass < kMost; ++pass) {
        layouts.take();
        QApplication::sendPostedEvents();
        QApplication::processEvents();
        if (layouts.take() == 0) return pass;
    }
    return kMost;
}

}  // namespace

class PageScrollTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aPageThatIsHigherWithoutTheBarComesToRest() {
        Theme theme;
        applyTheme(theme, *qApp);
        PageScroll scroll;
        auto* page = new FlippingPage(395);
        scroll.setWidget(page);
        scroll.resize(400, 300);
        LayoutCount layouts(page);
        scroll.show();
        QVERIFY(passesUntilAtRest(layouts) < 10);
        for (int height = 270; height < 330; ++height) {
            scroll.resize(400, height);
            QVERIFY2(passesUntilAtRest(layouts) < 10, qPrintable(QString::number(height)));
            QCOMPARE(scroll.verticalScrollBar()->isVisible(), height < 320);
        }
    }

    void wrappedTextIsSeenToItsEnd() {
        PageScroll scroll;
        auto* page = new QWidget;
        auto* column = new QVBoxLayout(page);
        for (int i = 0; i < 8; ++i) {
            auto* text = new QLabel(QStringLiteral("words that are wrapped ").repeated(9));
            text->setWordWrap(true);
            column->addWidget(text);
        }
        scroll.setWidget(page);
        scroll.show();
        LayoutCount layouts(page);
        for (int width = 200; width < 500; width += 3) {
            for (const int height : {200, 330, 500}) {
                scroll.resize(width, height);
                QVERIFY(passesUntilAtRest(layouts) < 10);
                const int place = scroll.viewport()->height();
                const int whole = page->heightForWidth(scroll.viewport()->width());
                QVERIFY(page->height() >= whole);
                QVERIFY(scroll.verticalScrollBar()->isVisible() || whole <= place);
                QCOMPARE(scroll.verticalScrollBar()->maximum(),
                         std::max(0, page->height() - place));
            }
        }
    }

    void aPageThatIsNeverContentWithItsSizeIsLeftAsItIs() {
        PageScroll scroll;
        scroll.setWidget(new RestlessPage);
        scroll.resize(400, 300);
        scroll.show();
        scroll.widget()->updateGeometry();
        QApplication::processEvents();
        QVERIFY(scroll.widget()->width() >= 800);
    }

    // Each page of the program, at each height around that at which it begins to scroll.
    void everyPageOfTheWindowComesToRest() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        MainWindow& window = fixture.window();
        for (const char* language : {"en", "zh_CN"}) {
            fixture.settings().setLanguage(QLatin1String(language));
            for (const auto show :
                 {&MainWindow::newChat, &MainWindow::showModels, &MainWindow::showFinetune}) {
                (window.*show)();
                comesToRest(window);
            }
        }
    }

  private:
    static void comesToRest(MainWindow& window) {
        for (const int width : {760, 1000}) {
            for (int height = 380; height < 1100; height += 7) {
                window.resize(width, height);
                QApplication::processEvents();
                for (auto* scroll : window.findChildren<PageScroll*>()) {
                    if (!scroll->isVisible()) continue;
                    LayoutCount layouts(scroll->widget());
                    QVERIFY2(passesUntilAtRest(layouts) < 20,
                             qPrintable(QStringLiteral("%1 x %2").arg(width).arg(height)));
                }
            }
        }
    }
};

}  // namespace dsm

QTEST_MAIN(dsm::PageScrollTest)
#include "page_scroll_test.moc"
