// While the engine is busy, every control of the real window answers: none waits for the engine,
// and none keeps the main thread for long. A stop costs at most the token that is being computed.
#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QApplication>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <ctime>
#include <functional>

#include "tests/ui/held_engine.h"
#include "tests/ui/reach.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/downloads/source_choice.h"
#include "ui/settings/download_settings.h"
#include "ui/shell/commands.h"
#include "ui/texts/texts_page.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

using test::HeldEngine;
using test::Watch;

namespace {

constexpr const char* kSchemes[] = {"http", "https", "mailto", "file"};

// Milliseconds of the processor that a press may take on the main thread, with what is painted
// after it. The sanitizers make everything several times as slow.
#ifdef __SANITIZE_ADDRESS__
constexpr double kMostMs = 500;
#else
constexpr double kMostMs = 50;
#endif
constexpr int kMostAttempts = 8;  // another program's use of the caches counts as ours

double ownSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

// What leads out of this computer or this test.
bool isOutOfBounds(const QWidget* widget) {
    for (; widget != nullptr; widget = widget->parentWidget()) {
        if (qobject_cast<const SourceChoice*>(widget) != nullptr) return true;
        if (qobject_cast<const DownloadSettings*>(widget) != nullptr) return true;
    }
    return false;
}

void closeWhatOpened(const QWidget* window) {
    while (QWidget* popup = QApplication::activePopupWidget())
        popup->close();
    for (QWidget* top : QApplication::topLevelWidgets()) {
        if (top->isVisible() && top != window) top->close();
    }
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

void press(QWidget* control) {
    if (qobject_cast<QAbstractButton*>(control) || qobject_cast<QComboBox*>(control)) {
        QTest::mouseClick(control, Qt::LeftButton);
    } else if (control->inherits("QLineEdit") || control->inherits("QTextEdit")) {
        QTest::keyClick(control, Qt::Key_A);
        QTest::keyClick(control, Qt::Key_Backspace);
    } else {
        QTest::keyClick(control, Qt::Key_Down);
        QTest::keyClick(control, Qt::Key_Up);
    }
}

}  // namespace

class BusyTest : public QObject {
    Q_OBJECT

  public Q_SLOTS:
    void swallow(const QUrl&) {}

  private Q_SLOTS:
    void initTestCase() {
        for (const char* scheme : kSchemes)
            QDesktopServices::setUrlHandler(QLatin1String(scheme), this, "swallow");
    }
    void cleanupTestCase() {
        for (const char* scheme : kSchemes)
            QDesktopServices::unsetUrlHandler(QLatin1String(scheme));
    }

    void everyControlAnswersWhileTheEngineIsHeld_data() {
        QTest::addColumn<bool>("isLoading");
        QTest::newRow("a model loads") << true;
        QTest::newRow("a prompt is read") << false;
    }
    void everyControlAnswersWhileTheEngineIsHeld();
    void aStopEndsTheReplyWithinAToken();
    void whatIsStoppedBeforeItsFirstTokenWritesNone();

  private:
    void pressCommands(WindowFixture& f);
    void pressControls(WindowFixture& f);
    void pressed(WindowFixture& f, int place, const QString& name,
                 const std::function<void()>& act);
    double costOf(WindowFixture& f, const QString& name, const std::function<void()>& act);
    void goTo(WindowFixture& f, int place);

    HeldEngine* engine_ = nullptr;
    Watch* watch_ = nullptr;
    std::function<void()> keepBusy_;
    qint64 chat_ = 0;
    qsizetype answered_ = 0;
    double longest_ = 0;
    QString longestName_;
};

namespace {

void sayInModel(WindowFixture& f, int tokens) {
    GenerationChoices choices = f.settings().generation();
    choices.maximumTokens = tokens;
    choices.temperature = 0;
    f.settings().setGeneration(choices);
    f.sendMessage(QStringLiteral("Who are you?"));
}

}  // namespace

// Milliseconds of the processor.
double BusyTest::costOf(WindowFixture& f, const QString& name, const std::function<void()>& act) {
    // Menus, and dialogs of files and printers, have event loops of their own.
    QTimer closer;
    connect(&closer, &QTimer::timeout, this, [] {
        if (QWidget* popup = QApplication::activePopupWidget()) popup->close();
        auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget());
        if (dialog && (dialog->inherits("QFileDialog") || dialog->inherits("QPrintDialog")))
            dialog->reject();
    });
    closer.start(5);
    watch_->begin();
    const double start = ownSeconds();
    act();
    QCoreApplication::processEvents();
    const double tookMs = (ownSeconds() - start) * 1000;
    const bool hasAnswered = watch_->end();
    closeWhatOpened(&f.window());
    if (!hasAnswered) qWarning("%s waited for the engine", qPrintable(name));
    return tookMs;
}

void BusyTest::pressed(WindowFixture& f, int place, const QString& name,
                       const std::function<void()>& act) {
    double tookMs = costOf(f, name, act);
    for (int attempt = 1; attempt < kMostAttempts && tookMs > kMostMs; ++attempt) {
        goTo(f, place);
        tookMs = std::min(tookMs, costOf(f, name, act));
    }
    QVERIFY2(engine_->isHeld(), qPrintable(name));
    QVERIFY2(tookMs <= kMostMs,
             qPrintable(QStringLiteral("%1 took %2 ms").arg(name).arg(tookMs, 0, 'f', 0)));
    ++answered_;
    if (tookMs > longest_) longestName_ = name;
    longest_ = std::max(longest_, tookMs);
}

void BusyTest::goTo(WindowFixture& f, int place) {
    keepBusy_();
    if (f.chat().conversation(chat_).id == 0) f.chat().undoRemove(chat_);
    f.window().openConversation(chat_);
    if (place == 1) f.window().showTexts();
    if (place == 2) f.window().showModels();
    if (place == 3) f.window().showFinetune();
    QCoreApplication::processEvents();
}

void BusyTest::pressCommands(WindowFixture& f) {
    for (const Command& command : f.window().commands()->all()) {
        if (command.id == QLatin1String("quit")) continue;
        const int place = command.where == f.window().texts() ? 1 : 0;
        goTo(f, place);
        pressed(f, place, command.name(), [&] { f.window().commands()->run(command.id); });
        if (QTest::currentTestFailed()) return;
    }
}

void BusyTest::pressControls(WindowFixture& f) {
    for (int place = 0; place < 4; ++place) {
        goTo(f, place);
        QList<QPointer<QWidget>> controls;
        for (QWidget* widget : f.window().findChildren<QWidget*>()) {
            const bool isOurs = widget->window() == &f.window() && !isOutOfBounds(widget);
            if (isOurs && test::isControl(widget) && widget->isEnabled()) controls.append(widget);
        }
        QVERIFY(!controls.isEmpty());
        for (const QPointer<QWidget>& control : controls) {
            goTo(f, place);
            if (!control || !control->isVisible() || !control->isEnabled()) continue;
            pressed(f, place, test::describe(control), [control] {
                if (control) press(control);
            });
            if (QTest::currentTestFailed()) return;
        }
    }
}

void BusyTest::everyControlAnswersWhileTheEngineIsHeld() {
    QFETCH(bool, isLoading);
    WindowFixture f(WindowFixture::Writer::Model);
    f.settings().setDownloadSource(QStringLiteral("http://127.0.0.1:9"));
    QVERIFY(f.waitForModel());
    sayInModel(f, 12);
    chat_ = f.window().page()->conversation();
    QVERIFY(f.waitForReply());
    // The first token of a model that was loaded anew, too, is one that may crash.
    if (!isLoading) {
        QSignalSpy loaded(&f.host(), &ModelHost::loadFinished);
        f.window().loadModel(testModelFolder());
        QVERIFY(loaded.wait(30000));
        QVERIFY(f.waitForModel());
    }
    HeldEngine engine(f.folder());
    QVERIFY(engine.isMade());
    Watch watch(engine);
    engine_ = &engine;
    watch_ = &watch;
    keepBusy_ = [&] {
        if (isLoading) {
            if (f.host().status().state != ModelState::Loading)
                f.window().loadModel(testModelFolder());
        } else if (f.host().status().state == ModelState::Ready) {
            f.chat().regenerate(f.chat().messages(chat_).constLast().id);
            QTRY_COMPARE(f.host().status().state, ModelState::Generating);
        }
    };
    answered_ = 0;
    longest_ = 0;
    pressCommands(f);
    if (!QTest::currentTestFailed()) pressControls(f);
    if (QTest::currentTestFailed()) return;
    qInfo("%lld presses were answered, the longest in %.0f ms of the processor: %s",
          qint64(answered_), longest_, qPrintable(longestName_));
    QVERIFY(answered_ > 60);
    engine.release();
    QTRY_VERIFY_WITH_TIMEOUT(f.host().status().state != ModelState::Loading, 60000);
}

void BusyTest::aStopEndsTheReplyWithinAToken() {
    WindowFixture f(WindowFixture::Writer::Model);
    QVERIFY(f.waitForModel());
    QSignalSpy finished(&f.host(), &TextGenerator::generationFinished);
    QSignalSpy arrived(&f.host(), &TextGenerator::piecesArrived);
    // A model may end its reply before anybody has pressed anything.
    for (int attempt = 0; attempt < 20; ++attempt) {
        f.window().newChat();
        GenerationChoices choices = f.settings().generation();
        choices.maximumTokens = 4000;
        choices.temperature = 1.5;
        choices.seed = attempt;
        f.settings().setGeneration(choices);
        finished.clear();
        arrived.clear();
        f.sendMessage(QStringLiteral("Tell me a long story. ").repeated(20));
        // Not by QTRY, which looks every 50 ms: the demo model has ended by then.
        while (arrived.isEmpty() && finished.isEmpty())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QTest::keyClick(f.window().page()->composer()->editor(), Qt::Key_Escape);
        const qint64 written = f.host().status().contextUsed;  // of a moment after the stop
        QVERIFY(f.waitForReply());
        QTRY_COMPARE(finished.size(), 1);
        const auto outcome = finished[0][1].value<GenerationOutcome>();
        if (outcome.end != StopReason::Cancelled) continue;
        QVERIFY2(f.host().status().contextUsed <= written + 1,
                 qPrintable(QStringLiteral("%1 tokens, and %2 when it was stopped")
                                .arg(f.host().status().contextUsed)
                                .arg(written)));
        return;
    }
    QFAIL("no reply was long enough to be stopped");
}

void BusyTest::whatIsStoppedBeforeItsFirstTokenWritesNone() {
    WindowFixture f(WindowFixture::Writer::Model);
    QVERIFY(f.waitForModel());
    HeldEngine engine(f.folder());
    QVERIFY(engine.isMade());
    QSignalSpy finished(&f.host(), &TextGenerator::generationFinished);
    f.sendMessage(QStringLiteral("Who are you?"));
    QTRY_COMPARE(f.host().status().state, ModelState::Generating);
    IconButton* button = f.window().page()->composer()->button();
    QTest::mouseClick(button, Qt::LeftButton);
    engine.release();
    QVERIFY(f.waitForReply());
    QTRY_COMPARE(finished.size(), 1);
    const auto outcome = finished[0][1].value<GenerationOutcome>();
    QCOMPARE(outcome.end, StopReason::Cancelled);
    QCOMPARE(outcome.statistics.generatedTokens, 0);
}

QTEST_MAIN(BusyTest)

#include "busy_test.moc"
