// Kept prompts: typed behind "/", filled where they have places, and changed in a dialog of their own.
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

#include "app/services/chat/prompt_text.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/prompt_places_dialog.h"
#include "ui/chat/prompt_popup.h"
#include "ui/chat/prompts_dialog.h"
#include "ui/shell/commands.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

class PromptsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;

    PromptEdit* editor() { return f_->window().page()->composer()->editor(); }
    PromptPopup* popup() { return f_->window().page()->prompts(); }
    QString written() { return f_->window().page()->composer()->text(); }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = std::make_unique<WindowFixture>();
        QVERIFY(f_->waitForModel());
        f_->settings().setPrompt(QStringLiteral("shorter"), QStringLiteral("Say it shorter."));
        f_->settings().setPrompt(QStringLiteral("translate"),
                                 QStringLiteral("Into {{language}}: {{text}} ({{language}})"));
        editor()->setFocus();
    }
    void cleanup() { f_.reset(); }

    void placesAreFoundAndFilledAsText() {
        const QString prompt = QStringLiteral("{{a b}} {x} {{名称}} {{a b}} {{}} {{{c}}}");
        QCOMPARE(placesIn(prompt),
                 (QStringList{QStringLiteral("a b"), QStringLiteral("名称"), QStringLiteral("c")}));
        QCOMPARE(filledPrompt(prompt, {{QStringLiteral("a b"), QStringLiteral("{{名称}}")},
                                       {QStringLiteral("c"), QStringLiteral("\\1")}}),
                 QStringLiteral("{{名称}} {x} {{名称}} {{名称}} {{}} {\\1}"));
        QCOMPARE(promptName(QStringLiteral(" My / Prompt ")), QStringLiteral("my-prompt"));
        QVERIFY(promptWanted(QStringLiteral("a/b")).isNull());
        QVERIFY(promptWanted(QStringLiteral("/usr bin")).isNull());
        QVERIFY(!promptWanted(QStringLiteral("/")).isNull());
    }

    void aSlashShowsWhatBeginsLikeIt() {
        QTest::keyClicks(editor(), QStringLiteral("/"));
        QVERIFY(popup()->isVisible());
        QCOMPARE(popup()->count(), 3);
        QVERIFY(editor()->hasFocus());
        QTest::keyClicks(editor(), QStringLiteral("sh"));
        QCOMPARE(popup()->count(), 2);
        QTest::keyClick(editor(), Qt::Key_Return);
        QVERIFY(!popup()->isVisible());
        QCOMPARE(written(), QStringLiteral("Say it shorter."));
        QVERIFY(f_->chat().conversations().isEmpty());
    }

    void escapeLeavesTheTextAndItCanBeSentAsItIs() {
        QTest::keyClicks(editor(), QStringLiteral("/sh"));
        QTest::keyClick(editor(), Qt::Key_Escape);
        QVERIFY(!popup()->isVisible());
        QCOMPARE(written(), QStringLiteral("/sh"));
        QTest::keyClick(editor(), Qt::Key_Return);
        QVERIFY(f_->waitForReply());
        QCOMPARE(f_->chat().messages(f_->window().page()->conversation()).front().text,
                 QStringLiteral("/sh"));
    }

    void aSlashWithinAMessageIsText() {
        QTest::keyClicks(editor(), QStringLiteral("and /"));
        QVERIFY(!popup()->isVisible());
    }

    void placesAreAskedForEachOnce() {
        QTest::keyClicks(editor(), QStringLiteral("/tr"));
        QTest::keyClick(editor(), Qt::Key_Tab);
        auto* dialog = f_->window().findChild<PromptPlacesDialog*>();
        const auto fields = dialog->findChildren<QPlainTextEdit*>();
        for (const QPlainTextEdit* field : fields)
            QCOMPARE(field->property("kind").toString(), QStringLiteral("field"));
        QVERIFY2(dialog->focusWidget() == fields.first(), "the keyboard is not at the first place");
        QVERIFY(dialog != nullptr && dialog->isVisible());
        dialog->field(QStringLiteral("language"))->setPlainText(QStringLiteral("French"));
        dialog->field(QStringLiteral("text"))->setPlainText(QStringLiteral("Good morning"));
        dialog->insertButton()->click();
        QCOMPARE(written(), QStringLiteral("Into French: Good morning (French)"));
        QTRY_VERIFY(editor()->hasFocus());
        QTest::keyClick(editor(), Qt::Key_Return);
        QVERIFY(f_->waitForReply());
    }

    void aDialogThatIsCancelledLeavesWhatWasTyped() {
        QTest::keyClicks(editor(), QStringLiteral("/tr"));
        QTest::keyClick(editor(), Qt::Key_Return);
        f_->window().findChild<PromptPlacesDialog*>()->reject();
        QCOMPARE(written(), QStringLiteral("/tr"));
        QVERIFY(!popup()->isVisible());
    }

    void promptsAreWrittenRenamedAndTakenAwayWithAWayBack() {
        QTest::keyClicks(editor(), QStringLiteral("/"));
        QTest::keyClick(editor(), Qt::Key_Up);  // the last row
        QTest::keyClick(editor(), Qt::Key_Return);
        auto* dialog = f_->window().findChild<PromptsDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        QCOMPARE(dialog->list()->count(), 2);
        dialog->addButton()->click();
        dialog->name()->setText(QStringLiteral("My Poem"));
        QTest::keyClick(dialog->name(), Qt::Key_Return);
        dialog->text()->setPlainText(QStringLiteral("Write a poem.\nIn rhymes."));
        QCOMPARE(f_->settings().prompts().value(QStringLiteral("my-poem")),
                 QStringLiteral("Write a poem.\nIn rhymes."));
        dialog->name()->setText(QStringLiteral("shorter"));
        QTest::keyClick(dialog->name(), Qt::Key_Return);
        QCOMPARE(f_->settings().prompts().size(), 3);
        QVERIFY(f_->settings().prompts().contains(QStringLiteral("shorter-2")));
        dialog->removeButton()->click();
        QCOMPARE(f_->settings().prompts().size(), 2);
        dialog->undoButton()->click();
        QCOMPARE(f_->settings().prompts().value(QStringLiteral("shorter-2")),
                 QStringLiteral("Write a poem.\nIn rhymes."));
        dialog->accept();
        f_->restart();
        QCOMPARE(f_->settings().prompts().size(), 3);
    }

    void thePaletteLeadsToThem() {
        for (const Command& command : f_->window().commands()->all()) {
            if (command.id == QStringLiteral("prompts")) command.run();
        }
        QVERIFY(f_->window().findChild<PromptsDialog*>() != nullptr);
    }
};

QTEST_MAIN(PromptsTest)
#include "prompts_test.moc"
