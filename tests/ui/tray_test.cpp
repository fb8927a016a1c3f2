// The icon in the tray, what closing the window then does, and the small window for a question.
#include <QApplication>
#include <QComboBox>
#include <QMenu>
#include <QPushButton>
#include <QTest>
#include <QTimer>
#include <functional>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/quick_window.h"
#include "ui/settings/settings_dialog.h"
#include "ui/settings/tray_settings.h"
#include "ui/shell/commands.h"
#include "ui/shell/desktop_tray.h"
#include "ui/shell/tray.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

class TrayTest : public QObject {
    Q_OBJECT

    bool hasDesktopATray_ = true;
    std::unique_ptr<WindowFixture> f_;

    Tray* tray() { return f_->window().tray(); }
    void choose(QComboBox* box, bool value) {
        box->setCurrentIndex(box->findData(value));
        Q_EMIT box->activated(box->currentIndex());
    }
    // A display that is none has no tray, and Qt says so of each icon.
    static void expectIcon() {
        QTest::ignoreMessage(QtWarningMsg,
                             "QObject::connect: No such signal "
                             "QPlatformNativeInterface::systemTrayWindowChanged(QScreen*)");
    }
    void stayInTray() {
        expectIcon();
        f_->settings().setTray(true);
        f_->settings().setStaysInTray(true);
    }
    // Whether the program ends by itself once this is done.
    bool ends(const std::function<void()>& act) {
        constexpr int kStayed = 7;
        QTimer::singleShot(0, qApp, act);
        QTimer::singleShot(500, qApp, [] { QCoreApplication::exit(kStayed); });
        return QApplication::exec() != kStayed;
    }
    QAction* action(const QString& text) {
        for (QAction* one : tray()->menu()->actions()) {
            if (one->text() == text) return one;
        }
        return nullptr;
    }

  private Q_SLOTS:
    void initTestCase() {
        WindowFixture::hasFinetune = false;
        Tray::availability = [this] { return hasDesktopATray_; };
    }
    void cleanupTestCase() { Tray::availability = {}; }
    void init() {
        hasDesktopATray_ = true;
        f_ = std::make_unique<WindowFixture>();
        QVERIFY(f_->waitForModel());
    }
    void cleanup() { f_.reset(); }

    void thereIsNoneUnlessTheUserWantsIt() {
        QVERIFY(!tray()->isShown());
        QVERIFY(!tray()->keepsRunning());
        QVERIFY(f_->window().close());
        QVERIFY(!f_->window().isVisible());
    }

    void theSettingsShowItAtOnceAndKeepIt() {
        f_->window().showSettings();
        auto* dialog = f_->window().findChild<SettingsDialog*>();
        QVERIFY(dialog != nullptr);
        QVERIFY(!dialog->tray()->closing()->isEnabled());
        expectIcon();
        choose(dialog->tray()->icon(), true);
        QVERIFY(tray()->isShown());
        QVERIFY(!tray()->keepsRunning());
        QVERIFY(dialog->tray()->closing()->isEnabled());
        choose(dialog->tray()->closing(), true);
        QVERIFY(tray()->keepsRunning());
        dialog->close();
        expectIcon();
        f_->restart();
        QVERIFY(f_->waitForModel());
        QVERIFY(tray()->keepsRunning());
        f_->settings().setTray(false);
        QVERIFY(!tray()->isShown());
    }

    void closingLeavesTheProgramInTheTrayWhereThatIsChosen() {
        stayInTray();
        QVERIFY(!f_->window().close());
        QVERIFY(!f_->window().isVisible());
        QAction* show = action(QStringLiteral("Show the window"));
        QVERIFY(show != nullptr);
        show->trigger();
        QTRY_VERIFY(f_->window().isVisible());
        // The command ends the program all the same.
        f_->window().commands()->run(QStringLiteral("quit"));
        QVERIFY(!f_->window().isVisible());
    }

    void endingOutOfTheTrayEndsIt() {
        stayInTray();
        QVERIFY(!ends([this] { f_->window().close(); }));
        QVERIFY(ends([this] { action(QStringLiteral("End the program"))->trigger(); }));
        QVERIFY(!f_->window().isVisible());
    }

    void withoutATrayOfTheDesktopClosingEndsTheProgram() {
        hasDesktopATray_ = false;
        f_->settings().setTray(true);
        f_->settings().setStaysInTray(true);
        QVERIFY(!tray()->isShown());
        QVERIFY(f_->window().close());
    }

    void aPlatformWithoutAScreenHasNone() { QVERIFY(!DesktopTray::isThere()); }

    void aTrayThatComesLaterGetsTheIcon() {
        hasDesktopATray_ = false;
        f_->settings().setTray(true);
        QVERIFY(!tray()->isShown());
        hasDesktopATray_ = true;
        expectIcon();
        Q_EMIT tray()->desktop()->came();
        QVERIFY(tray()->isShown());
        // It stays when that of the desktop begins anew.
        hasDesktopATray_ = false;
        Q_EMIT tray()->desktop()->came();
        QVERIFY(tray()->isShown());
    }

    void aTrayThatGoesAwayKeepsNoWindow() {
        stayInTray();
        f_->window().close();
        f_->settings().setTray(false);
        QTRY_VERIFY(f_->window().isVisible());
    }

    void aQuickQuestionIsAChatLikeAnyOther() {
        f_->window().commands()->run(QStringLiteral("quickQuestion"));
        QuickWindow* quick = tray()->quickWindow();
        QVERIFY(quick != nullptr && quick->isVisible());
        QVERIFY(!quick->openButton()->isEnabled());
        f_->script().setReply(QStringLiteral("Four."));
        QTest::keyClicks(quick->field(), QStringLiteral("Two and two?"));
        QTest::keyClick(quick->field(), Qt::Key_Return);
        const qint64 chat = quick->conversation();
        QVERIFY(chat != 0);
        QTRY_VERIFY(!f_->chat().isGenerating(chat));
        QTRY_COMPARE(quick->messages()->items().size(), std::size_t{2});
        QTRY_COMPARE(quick->messages()->items().back()->content().text.trimmed(),
                     QStringLiteral("Four."));
        // What is asked next goes on with it.
        QTest::keyClicks(quick->field(), QStringLiteral("And one?"));
        QTest::keyClick(quick->field(), Qt::Key_Return);
        QCOMPARE(quick->conversation(), chat);
        QTRY_VERIFY(!f_->chat().isGenerating(chat));
        QCOMPARE(f_->chat().messages(chat).size(), 4);
        QTest::mouseClick(quick->openButton(), Qt::LeftButton);
        QVERIFY(!quick->isVisible());
        QCOMPARE(f_->window().page()->conversation(), chat);
        QTest::mouseClick(quick->newButton(), Qt::LeftButton);
        QCOMPARE(quick->conversation(), 0);
        QVERIFY(quick->messages()->items().empty());
    }

    void escapeStopsTheAnswerAndThenHidesTheWindow() {
        f_->window().commands()->run(QStringLiteral("quickQuestion"));
        QuickWindow* quick = tray()->quickWindow();
        f_->script().setReply(QStringLiteral("word ").repeated(400).trimmed());
        QTest::keyClicks(quick->field(), QStringLiteral("Tell me"));
        QTest::keyClick(quick->field(), Qt::Key_Return);
        const qint64 chat = quick->conversation();
        QTRY_VERIFY(quick->messages()->items().back()->content().text.size() > 20);
        QTest::keyClick(quick->field(), Qt::Key_Escape);
        QTRY_VERIFY(!f_->chat().isGenerating(chat));
        QVERIFY(quick->isVisible());
        QTest::keyClick(quick->field(), Qt::Key_Escape);
        QVERIFY(!quick->isVisible());
    }

    void closingTheSmallWindowEndsNothing() {
        stayInTray();
        f_->window().close();
        tray()->askQuickly();
        QVERIFY(!ends([this] { tray()->quickWindow()->close(); }));
        f_->window().bringUp();
        f_->window().showSettings();
        f_->window().close();
        QVERIFY(!ends([this] { f_->window().findChild<SettingsDialog*>()->close(); }));
    }

    void aChatThatIsDeletedLeavesTheQuickWindow() {
        tray()->askQuickly();
        QuickWindow* quick = tray()->quickWindow();
        QTest::keyClicks(quick->field(), QStringLiteral("Hi"));
        QTest::keyClick(quick->field(), Qt::Key_Return);
        const qint64 chat = quick->conversation();
        QTRY_VERIFY(!f_->chat().isGenerating(chat));
        QVERIFY(f_->chat().remove(chat));
        QTRY_COMPARE(quick->conversation(), 0);
    }
};

QTEST_MAIN(TrayTest)

#include "tray_test.moc"
