// The page of raw texts, through the real window: writing, letting the model write on, undoing it, and
// texts as wholes.
#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>
#include <QTextDocument>
#include <memory>

#include "tests/ui/models_page_driver.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/shell/commands.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/status_strip.h"
#include "ui/texts/sampling_panel.h"
#include "ui/texts/text_bar.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/text_status.h"
#include "ui/texts/texts_page.h"
#include "ui/texts/view_switches.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/name_dialog.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/sampling_fields.h"
#include "ui/widgets/toast.h"

using namespace dsm;

class TextsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;

    TextsPage* page() { return f_->window().texts(); }
    TextEditor* editor() { return page()->editor(); }
    void type(const QString& text) { editor()->insertPlainText(text); }
    void press(int key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(editor(), static_cast<Qt::Key>(key), modifiers);
    }
    bool waitForEnd() {
        return QTest::qWaitFor([this] { return !page()->isWriting(); }, 10000);
    }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = std::make_unique<WindowFixture>();
        f_->script().setInterval(1);
        QVERIFY(f_->waitForModel());
        f_->window().showTexts();
    }
    void cleanup() { f_.reset(); }

    void thePageIsReachedByButtonAndKeysAndLeftByEscape() {
        QVERIFY(page()->isVisible());
        QVERIFY(f_->window().windowTitle().startsWith(QStringLiteral("Texts")));
        press(Qt::Key_Escape);
        QVERIFY(f_->window().page()->isVisible());
        QTest::keyClick(&f_->window(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(page()->isVisible());
        QTRY_VERIFY(editor()->hasFocus());
        f_->window().showChat();
        f_->window().sidebar()->textsButton()->click();
        QVERIFY(page()->isVisible());
        QVERIFY(f_->window().sidebar()->textsButton()->isChecked());
    }

    void theFirstLetterMakesAText() {
        QCOMPARE(page()->current(), 0);
        QVERIFY(f_->texts().texts().isEmpty());
        type(QStringLiteral("Once"));
        QVERIFY(page()->current() > 0);
        QCOMPARE(f_->texts().texts().size(), 1);
        QCOMPARE(page()->bar()->choice()->currentText(), QStringLiteral("Once"));
        f_->restart();
        QCOMPARE(editor()->text(), QStringLiteral("Once"));
    }

    void theModelWritesOnAtTheEndOfTheText() {
        f_->script().setReply(QStringLiteral("upon a time"));
        type(QStringLiteral("Once "));
        editor()->moveCursor(QTextCursor::Start);
        press(Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(page()->isWriting());
        QVERIFY(waitForEnd());
        QCOMPARE(editor()->text(), QStringLiteral("Once upon a time "));
        QCOMPARE(f_->script().requests().last().rawText, QStringLiteral("Once "));
        QCOMPARE(f_->texts().text(page()->current()), editor()->text());
        QVERIFY(page()->status()->text().contains(QStringLiteral("ended its text")));
    }

    void whatItWroteIsOneStepToUndoAndToRedo() {
        f_->script().setReply(QStringLiteral("upon a time"));
        type(QStringLiteral("Once "));
        page()->continueText();
        QVERIFY(waitForEnd());
        page()->continueText();
        QVERIFY(waitForEnd());
        const QString twice = editor()->text();
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(editor()->text(), QStringLiteral("Once upon a time "));
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(editor()->text(), QStringLiteral("Once "));
        QTRY_COMPARE(f_->texts().text(page()->current()), QStringLiteral("Once "));
        press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(editor()->text(), twice);
    }

    void escapeStopsAndNobodyWritesMeanwhile() {
        f_->script().setReply(QStringLiteral("word ").repeated(4000).trimmed());
        type(QStringLiteral("Once "));
        page()->continueText();
        QTRY_VERIFY(editor()->text().size() > 20);
        QCOMPARE(page()->goButton()->text(), QStringLiteral("Stop"));
        QVERIFY(editor()->isReadOnly());
        press(Qt::Key_X);
        QVERIFY(!editor()->text().contains(u'x'));
        QVERIFY(page()->status()->text().contains(QStringLiteral("The model is writing; you can")));
        press(Qt::Key_Escape);
        QVERIFY(waitForEnd());
        QVERIFY(page()->isVisible());
        QVERIFY(!editor()->isReadOnly());
        QVERIFY(editor()->hasFocus());
        press(Qt::Key_X);
        QVERIFY(editor()->text().endsWith(u'x'));
        QCOMPARE(f_->texts().text(page()->current()), editor()->text());
    }

    void theViewFollowsTheModelUntilItIsScrolledAway() {
        f_->script().setReply(QStringLiteral("word\n ").repeated(4000).trimmed());
        QScrollBar* bar = editor()->verticalScrollBar();
        type(QStringLiteral("Once "));
        press(Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(bar->maximum() > 10);
        QCOMPARE(bar->value(), bar->maximum());
        bar->setValue(2);
        const int before = bar->maximum();
        QTRY_VERIFY(bar->maximum() > before + 5);
        QCOMPARE(bar->value(), 2);
        bar->setValue(bar->maximum());
        const int later = bar->maximum();
        QTRY_VERIFY(bar->maximum() > later + 5);
        QCOMPARE(bar->value(), bar->maximum());
        page()->stop();
        QVERIFY(waitForEnd());
        QTest::qWait(50);  // other words below may have taken another line
        QCOMPARE(bar->value(), bar->maximum());
    }

    void escapeInTheListOfTextsOnlyClosesIt() {
        f_->script().setReply(QStringLiteral("word ").repeated(4000).trimmed());
        type(QStringLiteral("Once "));
        ChoiceBox* choice = page()->bar()->choice();
        for (const bool isWriting : {false, true}) {
            if (isWriting) page()->continueText();
            choice->showPopup();
            QTRY_VERIFY(choice->view()->isVisible());
            QTest::keyClick(choice->view(), Qt::Key_Escape);
            QTRY_VERIFY(!choice->view()->isVisible());
            QVERIFY(page()->isVisible());
        }
        QVERIFY(!QTest::qWaitFor([this] { return !page()->isWriting(); }, 100));
    }

    void escapeJustAfterTheEndStaysOnThePage() {
        type(QStringLiteral("Once "));
        page()->continueText();
        connect(&f_->texts(), &TextService::ended, page(), [this] { press(Qt::Key_Escape); });
        QVERIFY(waitForEnd());
        QVERIFY(page()->isVisible());
        QVERIFY(editor()->hasFocus());
        QTest::qWait(1200);
        press(Qt::Key_Escape);
        QVERIFY(!page()->isVisible());
    }

    void aTextThatWaitsForAnotherSaysSo() {
        f_->script().setReply(QStringLiteral("word ").repeated(4000).trimmed());
        type(QStringLiteral("First "));
        const qint64 first = page()->current();
        page()->continueText();
        QTRY_VERIFY(editor()->text().size() > 10);
        page()->newText();
        type(QStringLiteral("Second "));
        page()->continueText();
        const QString words = QStringLiteral("done with another text");
        QVERIFY(page()->status()->text().contains(words));
        f_->texts().stop(first);
        QTRY_VERIFY(editor()->text().size() > 10);
        QVERIFY(!page()->status()->text().contains(words));
        QVERIFY(page()->status()->text().contains(QStringLiteral("The model is writing")));
    }

    void whatTakesTheModelFromATextAsksFirst() {
        f_->script().setReply(QStringLiteral("word ").repeated(4000).trimmed());
        type(QStringLiteral("Once "));
        page()->continueText();
        f_->window().loadModel(testModelFolder());
        const QString question = test::questionOver(&f_->window());
        QVERIFY(question.contains(QStringLiteral("Load ")));
        QVERIFY(!question.contains(QStringLiteral("reply")));
        QVERIFY(test::answer(&f_->window(), QStringLiteral("Keep writing")));
        QVERIFY(page()->isWriting());
    }

    void atTheCursorItWritesInPlaceOfTheRest() {
        f_->script().setReply(QStringLiteral("day"));
        type(QStringLiteral("One night"));
        for (int i = 0; i < 5; ++i)
            press(Qt::Key_Left);
        press(Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(waitForEnd());
        QCOMPARE(f_->script().requests().last().rawText, QStringLiteral("One "));
        QCOMPARE(editor()->text(), QStringLiteral("One day "));
        press(Qt::Key_Z, Qt::ControlModifier);
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(editor()->text(), QStringLiteral("One night"));
    }

    void aFullContextIsSaidBeforeItBegins() {
        f_->script().setRoom(6);
        type(QStringLiteral("one two three"));
        QTRY_VERIFY(page()->status()->text().contains(QStringLiteral("3 of 6")));
        QVERIFY(page()->goButton()->isEnabled());
        type(QStringLiteral(" four five six seven"));
        QTRY_VERIFY(!page()->goButton()->isEnabled());
        QVERIFY(page()->status()->text().contains(QStringLiteral("Too long: 7 tokens")));
        press(Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(!page()->isWriting());
        QVERIFY(f_->script().requests().isEmpty());
        // At the cursor there may be room.
        editor()->moveCursor(QTextCursor::Start);
        editor()->moveCursor(QTextCursor::NextWord);
        page()->continueHere();
        QVERIFY(page()->isWriting());
        QCOMPARE(f_->script().requests().last().rawText, QStringLiteral("one "));
        QVERIFY(waitForEnd());
    }

    void textsAreSwitchedEachWithItsUndo() {
        type(QStringLiteral("First"));
        const qint64 first = page()->current();
        page()->bar()->newButton()->click();
        QCOMPARE(page()->current(), 0);
        QCOMPARE(editor()->text(), QString());
        type(QStringLiteral("Second"));
        ChoiceBox* choice = page()->bar()->choice();
        QCOMPARE(choice->count(), 2);
        page()->open(first);
        QCOMPARE(editor()->text(), QStringLiteral("First"));
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(editor()->text(), QString());
    }

    void theModelWritesOnInATextThatIsNotShown() {
        f_->script().setReply(QStringLiteral("word ").repeated(60).trimmed());
        type(QStringLiteral("First "));
        const qint64 first = page()->current();
        page()->continueText();
        QTRY_VERIFY(editor()->text().size() > 10);
        page()->newText();
        QVERIFY(!editor()->isReadOnly());
        type(QStringLiteral("Second"));
        QTRY_VERIFY(!f_->texts().isWriting(first));
        QCOMPARE(editor()->text(), QStringLiteral("Second"));
        page()->open(first);
        QCOMPARE(editor()->text(), QStringLiteral("First ") + QStringLiteral("word ").repeated(60));
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(editor()->text(), QStringLiteral("First "));
    }

    void aDeletedTextComesBack() {
        type(QStringLiteral("Precious"));
        const qint64 id = page()->current();
        page()->bar()->remove();
        QVERIFY(page()->current() != id);
        QVERIFY(f_->texts().texts().isEmpty());
        QTRY_VERIFY(editor()->hasFocus());
        f_->window().toast()->actionButton()->click();
        QCOMPARE(page()->current(), id);
        QCOMPARE(editor()->text(), QStringLiteral("Precious"));
        // Later, too, and after a new start.
        page()->bar()->remove();
        f_->restart();
        f_->window().showTexts();
        QCOMPARE(page()->current(), 0);
        QTest::mouseClick(page()->bar()->moreButton(), Qt::LeftButton);
        QMenu* trash = page()->bar()->menu()->findChild<QMenu*>();
        QVERIFY(trash != nullptr);
        QCOMPARE(trash->actions().size(), 1);
        page()->bar()->menu()->close();
        trash->actions().first()->trigger();
        QCOMPARE(editor()->text(), QStringLiteral("Precious"));
    }

    void aTextGetsAName() {
        type(QStringLiteral("Line one"));
        f_->window().commands()->run(QStringLiteral("renameText"));
        auto* dialog = f_->window().findChild<NameDialog*>();
        QVERIFY(dialog != nullptr);
        dialog->field()->setText(QStringLiteral("A & <b>name</b>"));
        dialog->acceptButton()->click();
        QCOMPARE(page()->bar()->choice()->currentText(), QStringLiteral("A & <b>name</b>"));
        QTRY_VERIFY(editor()->hasFocus());
        f_->restart();
        QCOMPARE(page()->bar()->choice()->currentText(), QStringLiteral("A & <b>name</b>"));
    }

    // It would be that of the last chat.
    void theStripSaysNothingOfAChatsContextHere() {
        QVERIFY(f_->waitForModel());
        f_->window().resize(1180, 780);
        const QLabel* context = f_->window().strip()->context();
        QVERIFY(!context->isVisible());
        f_->window().newChat();
        QTRY_VERIFY(context->isVisible());
        f_->window().showTexts();
        QVERIFY(!context->isVisible());
    }

    void everyLetterStaysAsItIs() {
        const QString text = QStringLiteral("a\u00A0b\tc  d\n\n你好 \U0001F600 e\u0301\u200B.");
        type(text);
        QCOMPARE(editor()->text(), text);
        QTRY_COMPARE(f_->texts().text(page()->current()), text);
        QVERIFY(f_->texts().saveNow().isEmpty());
        f_->restart();
        QCOMPARE(editor()->text(), text);
    }

    void whatIsPastedIsPlainAndNotTooLong() {
        auto* mime = new QMimeData;
        mime->setHtml(QStringLiteral("<b>bold</b>"));
        mime->setText(QStringLiteral("bold"));
        QApplication::clipboard()->setMimeData(mime);
        editor()->paste();
        QCOMPARE(editor()->text(), QStringLiteral("bold"));
        QApplication::clipboard()->setText(QString(TextEditor::kLongest, u'x'));
        editor()->paste();
        QCOMPARE(editor()->text(), QStringLiteral("bold"));
        QVERIFY(page()->status()->text().contains(QStringLiteral("Not pasted")));
    }

    void tabLeadsOnAndCtrlTabIsWritten() {
        type(QStringLiteral("a"));
        press(Qt::Key_Tab, Qt::ControlModifier);
        QCOMPARE(editor()->text(), QStringLiteral("a\t"));
        press(Qt::Key_Tab);
        QTRY_VERIFY(!editor()->hasFocus());
        QCOMPARE(editor()->text(), QStringLiteral("a\t"));
    }

    void aTextHasItsOwnSampling() {
        type(QStringLiteral("Once "));
        page()->switches()->buttonOf(page()->switches()->sampling())->click();
        QVERIFY(page()->sampling()->isVisible());
        NumberField* temperature = page()->sampling()->fields()->temperature();
        temperature->setFocus();
        temperature->setText(QStringLiteral("1.5"));
        QTest::keyClick(temperature, Qt::Key_Return);
        page()->continueText();
        QVERIFY(waitForEnd());
        QCOMPARE(f_->script().requests().last().choices.temperature, 1.5);
        const quint64 seed = f_->script().requests().last().choices.seed.value();
        page()->sampling()->lastSeedButton()->click();
        QCOMPARE(page()->sampling()->fields()->seed()->text(), QString::number(seed));
        page()->continueText();
        QVERIFY(waitForEnd());
        QCOMPARE(f_->script().requests().last().choices.seed, seed);
        page()->newText();
        type(QStringLiteral("Other"));
        QVERIFY(page()->sampling()->fields()->temperature()->text().isEmpty());
    }

    void keysOfTextsDoNothingInAChat() {
        type(QStringLiteral("Once "));
        f_->window().showChat();
        QTest::keyClick(&f_->window(), Qt::Key_Return, Qt::ControlModifier);
        f_->window().commands()->run(QStringLiteral("continueText"));
        f_->window().commands()->run(QStringLiteral("deleteText"));
        QVERIFY(f_->script().requests().isEmpty());
        QCOMPARE(f_->texts().texts().size(), 1);
    }

    void aLetterTypedElsewhereOnThePageBelongsToTheText() {
        type(QStringLiteral("a"));
        page()->goButton()->setFocus();
        QTest::keyClick(page()->goButton(), Qt::Key_B);
        QCOMPARE(editor()->text(), QStringLiteral("ab"));
        QVERIFY(editor()->hasFocus());
    }

    void withoutAModelTheTextCanBeWrittenAllTheSame() {
        f_->host().unload();
        QTRY_VERIFY(!page()->goButton()->isEnabled());
        type(QStringLiteral("Once"));
        QTRY_VERIFY(page()->status()->text().contains(QStringLiteral("No model")));
        page()->continueHere();
        QCOMPARE(editor()->text(), QStringLiteral("Once"));
        QVERIFY(!page()->isWriting());
    }

    void theRealModelWritesOnWithoutATemplate() {
        f_ = std::make_unique<WindowFixture>(WindowFixture::Writer::Model);
        QVERIFY(f_->waitForModel());
        f_->window().showTexts();
        type(QStringLiteral("The capital of France is"));
        QTRY_VERIFY(page()->status()->text().contains(QStringLiteral(" of ")));
        page()->continueText();
        QTRY_VERIFY_WITH_TIMEOUT(editor()->text().size() > 26, 10000);
        page()->stop();
        QVERIFY(waitForEnd());
        QVERIFY(editor()->text().startsWith(QStringLiteral("The capital of France is")));
        QCOMPARE(f_->texts().text(page()->current()), editor()->text());
    }
};

QTEST_MAIN(TextsTest)
#include "texts_test.moc"
