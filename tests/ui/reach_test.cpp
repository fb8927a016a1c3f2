// On a screen of 640 x 480 every control of every page and dialog is in view, or can be scrolled
// there, in both languages and with text of twice the usual size.
#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/services/downloads/catalogue.h"
#include "app/services/texts/text_study.h"
#include "tests/ui/models_page_driver.h"
#include "tests/ui/reach.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/compare_dialog.h"
#include "ui/chat/welcome_page.h"
#include "ui/downloads/licence_dialog.h"
#include "ui/settings/settings_dialog.h"
#include "ui/shell/about_dialog.h"
#include "ui/shell/commands.h"
#include "ui/shell/data_notices.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/status_strip.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/texts_page.h"
#include "ui/texts/view_switches.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/name_dialog.h"
#include "ui/widgets/question.h"

using namespace dsm;

using test::kScreen;
using test::unreachable;

class ReachTest : public QObject {
    Q_OBJECT

    // For all who change no more of it than a dialog above it.
    std::unique_ptr<WindowFixture> window_;

    WindowFixture& window() {
        if (!window_) window_ = std::make_unique<WindowFixture>();
        start(*window_);
        return *window_;
    }

    // Of the four rounds, for what neither language nor size of text changes.
    static bool isFirstRound() {
        QFETCH_GLOBAL(QString, language);
        QFETCH_GLOBAL(double, scale);
        return language == QLatin1String("en") && scale == 1.0;
    }

    void start(WindowFixture& f) {
        // Texts are in the language of whoever asked last.
        if (&f != window_.get()) window_.reset();
        QFETCH_GLOBAL(QString, language);
        QFETCH_GLOBAL(double, scale);
        f.settings().setLanguage(language);
        f.theme().setTextScale(scale);
        test::readsTexts = scale == 1;
        QVERIFY(f.waitForModel());
        f.window().resize(kScreen);
        QTRY_COMPARE(f.window().size(), kScreen);
    }

  private Q_SLOTS:
    // That page has a test of its own (finetune_reach_test).
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void cleanup() {
        if (QTest::currentTestFailed()) window_.reset();
    }
    void cleanupTestCase() { window_.reset(); }

    void initTestCase_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<double>("scale");
        QTest::newRow("English") << QStringLiteral("en") << 1.0;
        QTest::newRow("English, twice as large") << QStringLiteral("en") << 2.0;
        QTest::newRow("Chinese") << QStringLiteral("zh_CN") << 1.0;
        QTest::newRow("Chinese, twice as large") << QStringLiteral("zh_CN") << 2.0;
    }

    void theScreenIsSmall() {
        if (!isFirstRound()) return;
        QCOMPARE(QApplication::primaryScreen()->size(), kScreen);
        WindowFixture f;
        QVERIFY(f.window().width() <= kScreen.width());
        QVERIFY(f.window().height() <= kScreen.height());
        QVERIFY(f.window().minimumWidth() <= kScreen.width());
        QVERIFY(f.window().minimumHeight() <= kScreen.height());
    }

    void theSidebarMakesWayAndComesBack() {
        if (!isFirstRound()) return;
        WindowFixture f;
        QVERIFY(f.waitForModel());
        f.window().resize(1000, 700);
        QTRY_VERIFY(f.window().sidebar()->isVisible());
        f.window().resize(600, 480);
        QTRY_VERIFY(!f.window().sidebar()->isVisible());
        f.window().resize(1000, 700);
        QTRY_VERIFY(f.window().sidebar()->isVisible());
        // Who hides it means it.
        QTest::keyClick(&f.window(), Qt::Key_B, Qt::ControlModifier);
        f.window().resize(600, 480);
        f.window().resize(1000, 700);
        QTest::qWait(1);
        QVERIFY(!f.window().sidebar()->isVisible());
    }

    void theWelcome() {
        WindowFixture& f = window();
        if (QTest::currentTestFailed()) return;
        QCOMPARE(unreachable(&f.window()), QString());
    }

    void aConversation() {
        WindowFixture f;
        start(f);
        f.sendMessage(QStringLiteral("Hi"));
        QVERIFY(f.waitForReply());
        f.window().page()->banner()->showMessage(
            Banner::Tone::Error,
            [] { return QStringLiteral("Something went wrong with a model. ").repeated(4); },
            [] { return QStringLiteral("Open another folder"); }, [] {});
        QCOMPARE(unreachable(&f.window()), QString());
    }

    // What is said of the chats is read to its end, and its choices are below it.
    void theNotices() {
        WindowFixture f;
        start(f);
        DataNotices* notices = f.window().dataNotices();
        const auto words = [](const char* text) {
            return [text] { return QString::fromLatin1(text); };
        };
        notices->showMessage(
            Banner::Tone::Warning,
            [] { return QStringLiteral("The file of the chats cannot be opened. ").repeated(6); },
            {{words("Bring them back"), [] {}},
             {words("Try again"), [] {}},
             {words("Chat without saving"), [] {}}});
        QCOMPARE(unreachable(&f.window()), QString());
        for (const QLabel* label : notices->findChildren<QLabel*>())
            QVERIFY2(!test::isCut(label), qPrintable(test::describe(label)));
        QVERIFY(notices->height() < f.window().height() / 2);
    }

    void theSidebar() {
        WindowFixture::hasFinetune = true;  // with all of its ways
        WindowFixture f;
        WindowFixture::hasFinetune = false;
        start(f);
        f.sendMessage(QStringLiteral("A long question with many words in its title"));
        QVERIFY(f.waitForReply());
        QTest::keyClick(&f.window(), Qt::Key_B, Qt::ControlModifier);
        QVERIFY(f.window().sidebar()->isVisible());
        QCOMPARE(unreachable(&f.window()), QString());
    }

    void theBarsOfAConversation() {
        WindowFixture f;
        start(f);
        f.sendMessage(QStringLiteral("Hi"));
        QVERIFY(f.waitForReply());
        f.drafts().setQueued(f.window().page()->conversation(),
                             QStringLiteral("A message that waits. ").repeated(20));
        QVERIFY(f.window().page()->find());
        QCOMPARE(unreachable(&f.window()), QString());
    }

    void whatIsSaidOfChatsAsWholes_data() {
        QTest::addColumn<QString>("command");
        for (const char* command : {"trash", "backups", "exportAll", "palette", "shortcuts",
                                    "about", "chatSettings", "branches"})
            QTest::newRow(command) << QString::fromLatin1(command);
    }
    void whatIsSaidOfChatsAsWholes() {
        QFETCH(QString, command);
        WindowFixture& f = window();
        if (QTest::currentTestFailed()) return;
        if (f.chat().trash().isEmpty()) {
            f.sendMessage(QStringLiteral("Gone"));
            QVERIFY(f.waitForReply());
            QVERIFY(f.chat().remove(f.window().page()->conversation()));
            f.window().newChat();
            f.sendMessage(QStringLiteral("A long question with many words in its title"));
            QVERIFY(f.waitForReply());
        }
        f.window().openConversation(f.chat().conversations().first().id);
        f.window().commands()->run(command);
        std::unique_ptr<QDialog> dialog;
        for (QDialog* one : f.window().findChildren<QDialog*>()) {
            if (one->isVisible()) dialog.reset(one);
        }
        QVERIFY(dialog != nullptr);
        QCOMPARE(unreachable(dialog.get()), QString());
    }

    void theNameOfAFolder() {
        WindowFixture& f = window();
        if (QTest::currentTestFailed()) return;
        const std::unique_ptr<NameDialog> dialog(
            NameDialog::open(&f.window(),
                             {QStringLiteral("New folder"),
                              QStringLiteral("Name of the folder:"),
                              {},
                              {},
                              QStringLiteral("Put the chat in it")},
                             [](const QString&) {}));
        QCOMPARE(unreachable(dialog.get()), QString());
    }

    void theModels() {
        WindowFixture f;
        start(f);
        const test::TinyModel model(
            "a-model-with-a-name-that-is-longer-than-a-small-window-is-wide");
        const test::TinyModel base("Base", false);
        f.library().addFolder(model.folder());
        f.library().addFolder(base.folder());
        QVERIFY(test::rowOf(f, base.folder(), QStringLiteral("bf16")) != nullptr);
        f.window().showModels();
        f.downloads().start({{}, QStringLiteral("someone/deepseek-moe-tuned"), {}, {}});
        QCOMPARE(unreachable(&f.window()), QString());
        QTest::keyClick(&f.window(), Qt::Key_B, Qt::ControlModifier);
        QCOMPARE(unreachable(&f.window()), QString());
    }

    void theBenchmarks() {
        WindowFixture f;
        start(f);
        f.window().showBenchmarks();
        QCOMPARE(unreachable(&f.window()), QString());
        QTest::keyClick(&f.window(), Qt::Key_B, Qt::ControlModifier);
        QCOMPARE(unreachable(&f.window()), QString());
    }

    void theTexts() {
        WindowFixture f(WindowFixture::Writer::Model);
        start(f);
        TextsPage* texts = f.window().texts();
        f.window().showTexts();
        QCOMPARE(unreachable(&f.window()), QString());
        texts->editor()->insertPlainText(QStringLiteral("A text of some words. ").repeated(30));
        const ViewSwitches* switches = texts->switches();
        for (QAction* view : {switches->tokens(), switches->probabilities()})
            view->setChecked(true);
        for (QAction* panel : {switches->likeliest(), switches->sampling()}) {
            panel->setChecked(true);
            QTRY_VERIFY_WITH_TIMEOUT(!f.texts().study().isBusy(), 20000);
            QCOMPARE(unreachable(&f.window()), QString());
        }
    }

    void theSettings() {
        WindowFixture& f = window();
        if (QTest::currentTestFailed()) return;
        f.window().showSettings();
        const std::unique_ptr<SettingsDialog> dialog(f.window().findChild<SettingsDialog*>());
        QCOMPARE(unreachable(dialog.get()), QString());
    }

    void whatTheProgramIs() {
        WindowFixture& f = window();
        if (QTest::currentTestFailed()) return;
        Q_EMIT f.window().sidebar()->aboutRequested();
        const std::unique_ptr<AboutDialog> dialog(f.window().findChild<AboutDialog*>());
        QCOMPARE(unreachable(dialog.get()), QString());
    }

    void theLicences() {
        WindowFixture& f = window();
        if (QTest::currentTestFailed()) return;
        LicenceDialog dialog(catalogue().first(), false, f.theme(), &f.window());
        dialog.show();
        QCOMPARE(unreachable(&dialog), QString());
    }

    void theComparison() {
        WindowFixture& f = window();
        if (QTest::currentTestFailed()) return;
        GenerationRequest question;
        question.messages = {
            {ChatRole::User, QStringLiteral("A very long question. ").repeated(80), {}}};
        CompareDialog dialog({f.host().status().folder, {}, 1, {QStringLiteral("One"), {}}},
                             f.host(), f.theme(), &f.window());
        dialog.show();
        QCOMPARE(unreachable(&dialog), QString());
        dialog.ask(question);
        QCOMPARE(unreachable(&dialog), QString());
    }

    void theQuestions() {
        WindowFixture& f = window();
        if (QTest::currentTestFailed()) return;
        const QString name = QStringLiteral("a-model-with-a-long-name");
        const std::unique_ptr<QMessageBox> box(
            ask(&f.window(),
                {QStringLiteral("Add a model"), QStringLiteral("Add %1?").arg(name),
                 QStringLiteral("Used where it is, nothing is copied: the files stay yours. ")
                     .repeated(3)},
                {{QStringLiteral("Use it where it is"), [] {}}, {QStringLiteral("Copy it"), [] {}}},
                QStringLiteral("Cancel")));
        QCOMPARE(unreachable(box.get()), QString());
    }
};

int main(int argc, char** argv) {
    const QTemporaryDir folder;
    if (!test::useSmallScreen(folder)) return 1;
    QApplication application(argc, argv);
    ReachTest reach;
    return QTest::qExec(&reach, argc, argv);
}

#include "reach_test.moc"
