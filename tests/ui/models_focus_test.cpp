// After whatever is done on the page of the models the keyboard is on the thing it was done to, or,
// where that is gone, on the first control of the page.
#include <QLineEdit>

#include "tests/ui/download_page_driver.h"
#include "ui/chat/chat_page.h"
#include "ui/models/import_row.h"
#include "ui/models/imports_panel.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;
using namespace dsm::test;

namespace {

QString describeFocus() {
    const QWidget* focus = QApplication::focusWidget();
    if (focus == nullptr) return QStringLiteral("nobody");
    return QStringLiteral("%1 \"%2\" in %3")
        .arg(QLatin1String(focus->metaObject()->className()), focus->accessibleName(),
             QLatin1String(focus->parentWidget()->metaObject()->className()));
}

bool isOn(const QWidget* thing) {
    const QWidget* focus = QApplication::focusWidget();
    return focus != nullptr && focus->isVisible() && focus->isEnabled() &&
           (thing == focus || thing->isAncestorOf(focus));
}

ImportRow* importRow(DownloadPage& page) {
    const auto& rows = page.fixture.window().models()->imports()->rows();
    return rows.empty() ? nullptr : rows.front();
}

// A download that takes as long as the test wants it to.
void startSlowly(DownloadPage& page) {
    page.server.setBytesPerSecond(20'000);
    QVERIFY(page.start() != nullptr);
    QVERIFY(page.waitForState(DownloadState::Downloading));
    QTRY_VERIFY_WITH_TIMEOUT(page.row()->content().download.bytesDone > 0, kWaitMs);
}

void finish(DownloadPage& page) {
    QVERIFY(page.start() != nullptr);
    QVERIFY(page.waitForState(DownloadState::Finished));
}

// A copy of a model that fails, or one that takes long.
void import(DownloadPage& page, const TinyModel& model, bool isLong) {
    ImportsPanel* panel = page.fixture.window().models()->imports();
    const QString tokenizer = model.folder() + QStringLiteral("/tokenizer.json");
    if (isLong) {
        QFile large(model.folder() + QStringLiteral("/padding.json"));
        QVERIFY(large.open(QIODevice::WriteOnly));
        QVERIFY(large.resize(qint64(800) << 20));  // a hole
    }
    panel->offer({model.folder()});
    QVERIFY(!questionOver(panel).isEmpty());
    if (!isLong) QVERIFY(QFile::remove(tokenizer));
    QVERIFY(answer(panel, QStringLiteral("Copy it")));
    QTRY_VERIFY_WITH_TIMEOUT(importRow(page) != nullptr, kWaitMs);
    page.activate();
    if (!isLong) QTRY_VERIFY_WITH_TIMEOUT(importRow(page)->retryButton()->isVisible(), kWaitMs);
}

enum class Place { Row, Import, Card, FirstControl, Composer, Repository };

struct Action {
    const char* name;
    Place place;
    void (*act)(DownloadPage&);
};

const Action kActions[] = {
    {"accept a licence and download", Place::Card, [](DownloadPage& page) { startSlowly(page); }},
    {"pause", Place::Row,
     [](DownloadPage& page) {
         startSlowly(page);
         QVERIFY(page.pressInRow(QStringLiteral("Pause")));
         QVERIFY(page.waitForState(DownloadState::Paused));
     }},
    {"resume", Place::Row,
     [](DownloadPage& page) {
         startSlowly(page);
         QVERIFY(page.pressInRow(QStringLiteral("Pause")));
         QVERIFY(page.waitForState(DownloadState::Paused));
         QVERIFY(page.pressInRow(QStringLiteral("Resume")));
         QVERIFY(page.waitForState(DownloadState::Downloading));
     }},
    {"cancel", Place::FirstControl,
     [](DownloadPage& page) {
         startSlowly(page);
         QVERIFY(page.pressInRow(QStringLiteral("Cancel")));
         QVERIFY(answer(page.fixture.window().models(), QStringLiteral("Cancel and delete")));
         QTRY_VERIFY_WITH_TIMEOUT(page.row() == nullptr, kWaitMs);
     }},
    {"keep instead of cancel", Place::Row,
     [](DownloadPage& page) {
         startSlowly(page);
         QVERIFY(page.pressInRow(QStringLiteral("Cancel")));
         QVERIFY(answer(page.fixture.window().models(), QStringLiteral("Keep")));
     }},
    {"a download ends while its button has the keyboard", Place::Row,
     [](DownloadPage& page) {
         startSlowly(page);
         page.row()->button()->setFocus(Qt::TabFocusReason);
         page.server.setBytesPerSecond(0);
         QVERIFY(page.waitForState(DownloadState::Finished));
     }},
    {"check the files", Place::Row,
     [](DownloadPage& page) {
         finish(page);
         press(page.row()->checkButton());
         QTRY_VERIFY_WITH_TIMEOUT(page.row()->checkButton()->isVisible(), kWaitMs);
     }},
    {"take a download from the list", Place::FirstControl,
     [](DownloadPage& page) {
         finish(page);
         press(page.row()->dismissButton());
         QTRY_VERIFY_WITH_TIMEOUT(page.row() == nullptr, kWaitMs);
     }},
    {"chat with what was downloaded", Place::Composer,
     [](DownloadPage& page) {
         finish(page);
         QVERIFY(page.pressInRow(QStringLiteral("Chat now")));
         QTRY_VERIFY_WITH_TIMEOUT(page.fixture.window().page()->isVisible(), kWaitMs);
         QVERIFY(page.fixture.waitForModel());
     }},
    {"another repository", Place::Repository,
     [](DownloadPage& page) { press(page.section()->otherButton()); }},
    {"cancel an import", Place::FirstControl,
     [](DownloadPage& page) {
         const TinyModel model("my-model");
         import(page, model, true);
         press(importRow(page)->button());
         QTRY_VERIFY_WITH_TIMEOUT(importRow(page) == nullptr, kWaitMs);
     }},
    {"dismiss an import that failed", Place::FirstControl,
     [](DownloadPage& page) {
         const TinyModel model("my-model");
         import(page, model, false);
         press(importRow(page)->button());
         QTRY_VERIFY_WITH_TIMEOUT(importRow(page) == nullptr, kWaitMs);
     }},
    {"try an import again", Place::Import,
     [](DownloadPage& page) {
         const TinyModel model("my-model");
         import(page, model, false);
         press(importRow(page)->retryButton());
         QTRY_VERIFY_WITH_TIMEOUT(
             importRow(page) != nullptr && importRow(page)->retryButton()->isVisible(), kWaitMs);
     }},
    {"leave the page", Place::Composer,
     [](DownloadPage& page) {
         QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
         Q_UNUSED(page)
     }},
};

const QWidget* widgetOf(DownloadPage& page, Place place) {
    switch (place) {
        case Place::Row:
            return page.row();
        case Place::Import:
            return importRow(page);
        case Place::Card:
            return page.card();
        case Place::Composer:
            return page.fixture.window().page()->composer()->editor();
        case Place::Repository:
            return page.section()->repository();
        default:
            return page.fixture.window().models()->addButton();
    }
}

}  // namespace

class ModelsFocusTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void theKeyboardIsOnWhatWasActedOn_data() {
        QTest::addColumn<int>("action");
        for (int i = 0; i < static_cast<int>(std::size(kActions)); ++i)
            QTest::newRow(kActions[i].name) << i;
    }

    void theKeyboardIsOnWhatWasActedOn() {
        QFETCH(int, action);
        DownloadPage page;
        QVERIFY(page.open());
        QVERIFY(QTest::qWaitForWindowActive(&page.fixture.window()));
        kActions[action].act(page);
        if (QTest::currentTestFailed()) return;
        page.activate();
        const QWidget* expected = widgetOf(page, kActions[action].place);
        QVERIFY(expected != nullptr);
        QTRY_VERIFY2(isOn(expected), qPrintable(describeFocus()));
    }

    // From the first control to the last and round again, each once.
    void theTabKeyComesToEveryControlOfThePage() {
        DownloadPage page;
        QVERIFY(page.open());
        finish(page);
        if (QTest::currentTestFailed()) return;
        QSet<const QWidget*> seen;
        for (int step = 0; step < 300 && QApplication::focusWidget() != nullptr; ++step) {
            seen.insert(QApplication::focusWidget());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        QStringList missed;
        for (QWidget* control : page.fixture.window().findChildren<QAbstractButton*>()) {
            const bool isReachable = control->isVisible() && control->isEnabled() &&
                                     (control->focusPolicy() & Qt::TabFocus);
            if (isReachable && !seen.contains(control)) missed.append(control->accessibleName());
        }
        QCOMPARE(missed.join(QStringLiteral(", ")), QString());
        QVERIFY(seen.size() > 12);
    }
};

QTEST_MAIN(ModelsFocusTest)
#include "models_focus_test.moc"
