// Changing the model in the window, what a chat takes of its context, and what is kept of what was
// written and not sent.
#include <QAction>
#include <QApplication>
#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTest>

#include "tests/ui/models_page_driver.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/composer_hint.h"
#include "ui/shell/status_strip.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

namespace {

const QString kLongReply = QStringLiteral("word ").repeated(4000).trimmed();

QAction* inMenuOf(StatusStrip* strip, const QString& text) {
    strip->modelButton()->click();
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    if (menu == nullptr) return nullptr;
    for (QAction* action : menu->actions()) {
        if (action->text() == text) return action;
    }
    menu->close();
    return nullptr;
}

}  // namespace

class ModelSwitchTest : public QObject {
    Q_OBJECT

    static void beginReply(WindowFixture& f) {
        QVERIFY(f.waitForModel());
        f.script().setReply(kLongReply);
        f.sendMessage(QStringLiteral("Tell me"));
        QTRY_VERIFY(f.lastText().size() > 20);
    }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void aReplyThatIsBeingWrittenIsNotEndedUnasked() {
        const test::TinyModel other("Other");
        WindowFixture f;
        beginReply(f);
        if (QTest::currentTestFailed()) return;
        f.window().loadModel(other.folder());
        QVERIFY(test::questionOver(&f.window()).contains(QStringLiteral("Load Other?")));
        QCOMPARE(f.host().status().folder, QDir(testModelFolder()).absolutePath());
        QVERIFY(test::answer(&f.window(), QStringLiteral("Keep writing")));
        QVERIFY(f.chat().isGenerating(f.window().page()->conversation()));
        QCOMPARE(f.host().status().folder, QDir(testModelFolder()).absolutePath());

        const QString before = f.lastText();
        f.window().loadModel(other.folder());
        QVERIFY(test::answer(&f.window(), QStringLiteral("Load")));
        QTRY_COMPARE(f.host().status().folder, QDir(other.folder()).absolutePath());
        QVERIFY(f.chat().messages(f.window().page()->conversation())[1].text.startsWith(
            before.left(20)));
    }

    void unloadingAsksToo() {
        WindowFixture f;
        beginReply(f);
        if (QTest::currentTestFailed()) return;
        QAction* unload = inMenuOf(f.window().strip(), QStringLiteral("Unload the model"));
        QVERIFY(unload != nullptr);
        unload->trigger();
        QVERIFY(test::questionOver(&f.window()).contains(QStringLiteral("Unload the model?")));
        QVERIFY(test::answer(&f.window(), QStringLiteral("Unload")));
        QTRY_COMPARE(f.host().status().state, ModelState::Empty);
    }

    // With the real model: what it had written stays with the chat.
    void whatAnEndedReplyHadWrittenStays() {
        const test::TinyModel other("Other");
        WindowFixture f(WindowFixture::Writer::Model);
        QVERIFY(f.waitForModel());
        f.sendMessage(QStringLiteral("Tell me everything"));
        const qint64 id = f.window().page()->conversation();
        QTRY_VERIFY(!f.lastText().isEmpty() || !f.chat().isGenerating(id));
        if (!f.chat().isGenerating(id)) QSKIP("the reply was over at once");
        const QString before = f.lastText();
        f.window().loadModel(other.folder());
        // The question may have come too late for a short reply.
        if (f.window().findChild<QMessageBox*>() != nullptr)
            QVERIFY(test::answer(&f.window(), QStringLiteral("Load")));
        QTRY_VERIFY(!f.chat().isGenerating(id));
        QVERIFY(f.chat().messages(id)[1].text.startsWith(before));
    }

    void theMenuOfTheModelListsTheModelsThereAre() {
        const test::TinyModel other("R&D");
        WindowFixture f;
        QVERIFY(f.waitForModel());
        QVERIFY(inMenuOf(f.window().strip(), QStringLiteral("R&&D, 16 bits")) == nullptr);
        QVERIFY(f.library().addFolder(other.folder()));
        QTRY_VERIFY(f.library().formIn(other.folder()).isPresent());
        QAction* action = inMenuOf(f.window().strip(), QStringLiteral("R&&D, 16 bits"));
        QVERIFY(action != nullptr && !action->isChecked());
        action->trigger();
        QVERIFY(f.waitForModel());
        QCOMPARE(f.host().status().folder, QDir(other.folder()).absolutePath());
        QVERIFY(inMenuOf(f.window().strip(), QStringLiteral("R&&D, 16 bits"))->isChecked());
        QCOMPARE(f.settings().lastModelFolder(), other.folder());
    }

    void aModelOnAMissingDiskIsShownAndNotForgotten() {
        WindowFixture f;
        QVERIFY(f.waitForModel());
        const test::TinyModel other("Mine");
        const QString away = other.folder() + QStringLiteral("-away");
        f.window().loadModel(other.folder());
        QVERIFY(f.waitForModel());
        QTRY_VERIFY(f.library().formIn(other.folder()).isPresent());
        QVERIFY(QDir().rename(other.folder(), away));
        // As the program does at its start.
        f.window().loadInstead(testModelFolder());
        QVERIFY(f.waitForModel());
        QCOMPARE(f.settings().lastModelFolder(), other.folder());
        f.window().showModels();
        const auto card = [&] { return f.window().models()->card(other.folder()); };
        QTRY_VERIFY(card() != nullptr && card()->model().isMissing);
        QVERIFY(card()->rows().empty());
        bool canBeFound = false;
        for (const QPushButton* button : card()->findChildren<QPushButton*>())
            canBeFound = canBeFound || (button->isVisible() &&
                                        button->text() == QStringLiteral("Find it again…"));
        QVERIFY(canBeFound);
        const QAction* missing = inMenuOf(f.window().strip(), QStringLiteral("Mine (not there)"));
        QVERIFY(missing != nullptr && !missing->isEnabled());
        QApplication::activePopupWidget()->close();

        QVERIFY(QDir().rename(away, other.folder()));
        f.window().showChat();
        f.window().showModels();
        QTRY_VERIFY(card() != nullptr && !card()->model().isMissing);
        QVERIFY(QDir().rename(other.folder(), away));
        f.window().showChat();
        f.window().showModels();
        QTRY_VERIFY(card() != nullptr && card()->model().isMissing);
        QVERIFY(test::chooseInMenu(card(), QStringLiteral("Remove from the list")));
        QTRY_VERIFY(card() == nullptr);
    }

    void draftsOfAllChatsAreThereAfterARestart() {
        WindowFixture f;
        QVERIFY(f.waitForModel());
        f.sendMessage(QStringLiteral("Hi"));
        QVERIFY(f.waitForReply());
        const qint64 id = f.window().page()->conversation();
        Composer* composer = f.window().page()->composer();
        QTest::keyClicks(composer->editor(), QStringLiteral("half a thought"));
        f.window().newChat();
        QTest::keyClicks(composer->editor(), QStringLiteral("another"));
        f.restart();
        composer = f.window().page()->composer();
        QCOMPARE(composer->text(), QStringLiteral("another"));
        f.window().openConversation(id);
        QCOMPARE(composer->text(), QStringLiteral("half a thought"));
        QVERIFY(f.waitForModel());
        QTest::keyClick(composer->editor(), Qt::Key_Return);
        QVERIFY(f.waitForReply());
        f.restart();
        f.window().openConversation(id);
        QCOMPARE(f.window().page()->composer()->text(), QString());
    }

    void aMessageThatDoesNotFitIsToldWhileItIsWrittenAndNotLost() {
        WindowFixture f;
        QVERIFY(f.waitForModel());
        f.script().setRoom(100);
        Composer* composer = f.window().page()->composer();
        const QString text = QStringLiteral("word ").repeated(150).trimmed();
        composer->editor()->insertPlainText(text);
        ComposerHint* hint = f.window().page()->hint();
        QTRY_VERIFY(!hint->fit().fits());
        QVERIFY(hint->text().contains(QStringLiteral("150")));
        QVERIFY(hint->text().contains(QStringLiteral("100")));
        QTest::keyClick(composer->editor(), Qt::Key_Return);
        QCOMPARE(composer->text(), text);
        QVERIFY(f.window().page()->banner()->isVisible());
        QVERIFY(f.window().page()->banner()->text().contains(QStringLiteral("was not sent")));
        QVERIFY(f.chat().conversations().isEmpty());
        composer->setText(QStringLiteral("word ").repeated(60).trimmed());
        QTRY_VERIFY(hint->fit().fits() && hint->text().startsWith(QStringLiteral("60 of 100")));
        QTest::keyClick(composer->editor(), Qt::Key_Return);
        QVERIFY(f.waitForReply());
        QCOMPARE(f.chat().conversations().size(), 1);
    }

    void anEditThatDoesNotFitStaysInItsField() {
        WindowFixture f;
        QVERIFY(f.waitForModel());
        f.sendMessage(QStringLiteral("Hi"));
        QVERIFY(f.waitForReply());
        f.script().setRoom(5);
        MessageItem* item = f.window().page()->messages()->items().front();
        item->beginEdit();
        item->findChild<PromptEdit*>()->setText(QStringLiteral("one two three four five six"));
        QTest::keyClick(item->findChild<PromptEdit*>(), Qt::Key_Return);
        item = f.window().page()->messages()->items().front();
        QTRY_VERIFY(item->isEditing());
        bool isThere = false;
        for (const PromptEdit* editor : item->findChildren<PromptEdit*>())
            isThere = isThere || editor->text() == QStringLiteral("one two three four five six");
        QVERIFY(isThere);
    }

    void aFullContextOffersNoMoreOfTheReply() {
        WindowFixture f;
        QVERIFY(f.waitForModel());
        f.script().setRoom(4);
        f.script().setEnd(StopReason::ContextFull);
        f.sendMessage(QStringLiteral("Hi"));
        QVERIFY(f.waitForReply());
        QTRY_VERIFY(!f.window().page()->messages()->items().back()->content().note.isEmpty());
        QVERIFY(f.window().page()->messages()->items().back()->content().canContinue);
        f.script().setRoom(3);
        f.window().newChat();
        f.sendMessage(QStringLiteral("Hi"));
        QVERIFY(f.waitForReply());
        QTRY_VERIFY(!f.window().page()->messages()->items().back()->content().note.isEmpty());
        QVERIFY(!f.window().page()->messages()->items().back()->content().canContinue);
    }

    void theContextIsThatOfTheChatThatIsShown() {
        WindowFixture f;
        QVERIFY(f.waitForModel());
        f.window().resize(1180, 780);
        const auto shown = [&] { return f.window().strip()->context()->text(); };
        f.script().setReply(QStringLiteral("one two"));
        f.sendMessage(QStringLiteral("Hi"));
        QVERIFY(f.waitForReply());
        const qint64 first = f.window().page()->conversation();
        QTRY_VERIFY(shown().startsWith(QStringLiteral("Context 12 / ")));
        f.window().newChat();
        QVERIFY(shown().startsWith(QStringLiteral("Context 0 / ")));
        f.script().setReply(QStringLiteral("one two three four five"));
        f.sendMessage(QStringLiteral("Hi"));
        QVERIFY(f.waitForReply());
        QTRY_VERIFY(shown().startsWith(QStringLiteral("Context 15 / ")));
        f.window().openConversation(first);
        QVERIFY(shown().startsWith(QStringLiteral("Context 12 / ")));
    }

    void textsOfQtAreChineseToo() {
        WindowFixture f;
        f.settings().setLanguage(QStringLiteral("zh_CN"));
        const QDialogButtonBox box(QDialogButtonBox::Cancel);
        QCOMPARE(box.button(QDialogButtonBox::Cancel)->text().remove(u'&'), QStringLiteral("取消"));
        f.settings().setLanguage(QStringLiteral("en"));
        const QDialogButtonBox english(QDialogButtonBox::Cancel);
        QCOMPARE(english.button(QDialogButtonBox::Cancel)->text().remove(u'&'),
                 QStringLiteral("Cancel"));
    }
};

QTEST_MAIN(ModelSwitchTest)
#include "model_switch_test.moc"
