// What the page of a chat and its window offer beside writing: finding words, a message that waits, a
// chat that is never written, a fork, the palette of commands, keys that can be changed.
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_settings_dialog.h"
#include "ui/chat/find_bar.h"
#include "ui/chat/queued_message.h"
#include "ui/settings/connections_dialog.h"
#include "ui/settings/settings_dialog.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/commands.h"
#include "ui/shell/shortcuts_dialog.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

namespace {

const QString kSecret = QStringLiteral("Zanzibarian");

template <class Dialog>
Dialog* shown(WindowFixture& f) {
    for (auto* dialog : f.window().findChildren<Dialog*>()) {
        if (dialog->isVisible()) return dialog;
    }
    return nullptr;
}

PromptEdit* editor(WindowFixture& f) {
    return f.window().page()->composer()->editor();
}

// Of all that the program wrote.
bool isOnDisk(const QString& folder, const QString& word) {
    QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(word.toUtf8())) return true;
    }
    return false;
}

}  // namespace

class ChatToolsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;

    void say(const QString& question, const QString& answer) {
        f_->script().setReply(answer);
        f_->sendMessage(question);
        QVERIFY(f_->waitForReply());
    }

    CommandPalette* palette() {
        QTest::keyClick(&f_->window(), Qt::Key_K, Qt::ControlModifier);
        return shown<CommandPalette>(*f_);
    }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = std::make_unique<WindowFixture>();
        QVERIFY(f_->waitForModel());
    }
    void cleanup() { f_.reset(); }

    void wordsAreFoundInTheChat() {
        say(QStringLiteral("An owl, an OWL"), QStringLiteral("No bird."));
        say(QStringLiteral("And?"), QStringLiteral("The owl sleeps."));
        QTest::keyClick(&f_->window(), Qt::Key_F, Qt::ControlModifier);
        FindBar* bar = f_->window().page()->findBar();
        QVERIFY(bar->isVisible());
        QVERIFY(bar->field()->hasFocus());
        QTest::keyClicks(bar->field(), QStringLiteral("owl"));
        QTRY_COMPARE(bar->count()->text(), QStringLiteral("3 times, in message 2 of 2"));
        QTest::keyClick(bar->field(), Qt::Key_Return);
        QCOMPARE(bar->count()->text(), QStringLiteral("3 times, in message 1 of 2"));
        QTest::keyClick(bar->field(), Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(bar->count()->text(), QStringLiteral("3 times, in message 2 of 2"));
        MessageItem* last = f_->window().page()->messages()->items().back();
        QTRY_VERIFY(!last->firstMark().isNull());
        QTest::keyClicks(bar->field(), QStringLiteral("x"));
        QTRY_COMPARE(bar->count()->text(), QStringLiteral("Not found"));
        QVERIFY(last->firstMark().isNull());
        QTest::keyClick(bar->field(), Qt::Key_Backspace);
        QTRY_VERIFY(!last->firstMark().isNull());
        QTest::keyClick(bar->field(), Qt::Key_Escape);
        QVERIFY(!bar->isVisible());
        QVERIFY(last->firstMark().isNull());
        QVERIFY(editor(*f_)->hasFocus());
    }

    void withoutAChatEveryChatIsSearched() {
        QTest::keyClick(&f_->window(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(f_->window().sidebar()->searchField()->hasFocus());
    }

    void aMessageWaitsForTheReplyToEnd() {
        f_->script().setReply(QStringLiteral("word ").repeated(60).trimmed());
        f_->sendMessage(QStringLiteral("First"));
        QTRY_VERIFY(f_->window().page()->composer()->isGenerating());
        const qint64 id = f_->window().page()->conversation();
        f_->script().setReply(QStringLiteral("Second answer."));
        editor(*f_)->setText(QStringLiteral("Second"));
        QTest::keyClick(editor(*f_), Qt::Key_Return);
        QCOMPARE(editor(*f_)->text(), QString());
        QCOMPARE(f_->drafts().queued(id), QStringLiteral("Second"));
        QVERIFY(f_->window().page()->queued()->isVisible());
        QTRY_COMPARE(f_->chat().messages(id).size(), 4);
        QVERIFY(f_->waitForReply());
        QCOMPARE(f_->chat().messages(id)[2].text, QStringLiteral("Second"));
        QCOMPARE(f_->drafts().queued(id), QString());
        QVERIFY(!f_->window().page()->queued()->isVisible());
    }

    void afterAStopTheMessageWaitsForAWordAlsoOverTheEnd() {
        f_->script().setReply(QStringLiteral("word ").repeated(400).trimmed());
        f_->sendMessage(QStringLiteral("First"));
        const qint64 id = f_->window().page()->conversation();
        QTRY_VERIFY(f_->lastText().size() > 20);
        editor(*f_)->setText(QStringLiteral("Second"));
        QTest::keyClick(editor(*f_), Qt::Key_Return);
        f_->chat().stop(id);
        QVERIFY(f_->waitForReply());
        QTest::qWait(50);
        QCOMPARE(f_->chat().messages(id).size(), 2);
        f_->restart();
        QVERIFY(f_->waitForModel());
        f_->window().openConversation(id);
        QueuedMessage* queued = f_->window().page()->queued();
        QVERIFY(queued->isVisible());
        queued->editButton()->click();
        QCOMPARE(editor(*f_)->text(), QStringLiteral("Second"));
        QVERIFY(!queued->isVisible());
    }

    void keysMakeTheTextLargerAndSmaller() {
        const auto press = [&](const char* id) { f_->window().commands()->run(QLatin1String(id)); };
        QCOMPARE(f_->settings().textPercent(), 100);
        QTest::keyClick(&f_->window(), Qt::Key_Plus, Qt::ControlModifier);
        QCOMPARE(f_->settings().textPercent(), 110);
        for (int i = 0; i < 20; ++i)
            press("largerText");
        QCOMPARE(f_->settings().textPercent(), Settings::kMostText);
        press("smallerText");
        QCOMPARE(f_->settings().textPercent(), 200);
        QTest::keyClick(&f_->window(), Qt::Key_0, Qt::ControlModifier);
        QCOMPARE(f_->settings().textPercent(), 100);
        press("smallerText");
        QCOMPARE(f_->settings().textPercent(), 100);
    }

    void connectionsAreListedAndSwitchedOff() {
        const qint64 id = f_->connections().begin(QStringLiteral("huggingface.co"),
                                                  QStringLiteral("/a/model.safetensors"), true);
        f_->connections().end(id, 4096, Connection::Outcome::Answered);
        f_->window().commands()->run(QStringLiteral("connections"));
        auto* dialog = shown<ConnectionsDialog>(*f_);
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->table()->rowCount(), 1);
        QCOMPARE(dialog->table()->item(0, 1)->text(), QStringLiteral("huggingface.co"));
        QCOMPARE(dialog->table()->item(0, 2)->text(),
                 QStringLiteral("Download of model.safetensors"));
        QVERIFY(!dialog->never()->isChecked());
        QTest::keyClick(dialog->never(), Qt::Key_Space);
        QVERIFY(!f_->connections().isAllowed());
        dialog->clearButton()->click();
        QTRY_COMPARE(dialog->table()->rowCount(), 0);
        dialog->reject();
        f_->restart();
        QVERIFY(!f_->connections().isAllowed());
    }

    void aTemporaryChatIsNeverWritten() {
        QTest::keyClick(&f_->window(), Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(f_->window().page()->temporaryMark()->isVisible());
        editor(*f_)->setText(kSecret);
        QTest::qWait(600);
        QVERIFY(!isOnDisk(f_->folder(), kSecret));
        say(kSecret, kSecret + QStringLiteral(" indeed"));
        const qint64 id = f_->window().page()->conversation();
        QVERIFY(f_->chat().conversation(id).isTemporary);
        QVERIFY(f_->window().page()->temporaryMark()->isVisible());
        editor(*f_)->setText(kSecret + QStringLiteral(" draft"));
        QTest::qWait(600);
        QCOMPARE(f_->chat().messages(id).size(), 2);
        QVERIFY(!isOnDisk(f_->folder(), kSecret));
        f_->window().newChat();
        QVERIFY(!f_->window().page()->temporaryMark()->isVisible());
        say(QStringLiteral("Kept"), QStringLiteral("Yes."));
        QVERIFY(!f_->chat().conversation(f_->window().page()->conversation()).isTemporary);
        f_->restart();
        QCOMPARE(f_->chat().conversations().size(), 1);
        QVERIFY(!isOnDisk(f_->folder(), kSecret));
    }

    void aForkIsANewChatUpToTheMessage() {
        say(QStringLiteral("One"), QStringLiteral("First answer."));
        say(QStringLiteral("Two"), QStringLiteral("Second answer."));
        const qint64 old = f_->window().page()->conversation();
        QVERIFY(f_->chat().setSystemPrompt(old, QStringLiteral("Be kind.")));
        f_->window().page()->messages()->items()[1]->setFocus();
        QTest::keyClick(&f_->window(), Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
        const qint64 fork = f_->window().page()->conversation();
        QVERIFY(fork != old);
        QCOMPARE(f_->chat().messages(fork).size(), 2);
        QCOMPARE(f_->chat().messages(fork)[1].text.trimmed(), QStringLiteral("First answer."));
        QCOMPARE(f_->chat().systemPrompt(fork), QStringLiteral("Be kind."));
        QCOMPARE(f_->chat().messages(old).size(), 4);
    }

    void thePaletteReachesCommandsSettingsAndChats() {
        say(QStringLiteral("Of whales"), QStringLiteral("Large."));
        const qint64 id = f_->window().page()->conversation();
        f_->window().newChat();
        CommandPalette* open = palette();
        QVERIFY(open != nullptr);
        QTRY_VERIFY(open->field()->hasFocus());
        QTest::keyClicks(open->field(), QStringLiteral("whales"));
        QTest::keyClick(open->field(), Qt::Key_Return);
        QTRY_COMPARE(f_->window().page()->conversation(), id);
        f_->window().commands()->run(QStringLiteral("palette"));
        QTRY_VERIFY((open = shown<CommandPalette>(*f_)) != nullptr);
        QTest::keyClicks(open->field(), QStringLiteral("temperature"));
        QTest::keyClick(open->field(), Qt::Key_Return);
        QTRY_VERIFY(shown<SettingsDialog>(*f_) != nullptr);
        shown<SettingsDialog>(*f_)->close();
        f_->window().commands()->run(QStringLiteral("palette"));
        QTRY_VERIFY((open = shown<CommandPalette>(*f_)) != nullptr);
        QTest::keyClicks(open->field(), QStringLiteral("archive this"));
        QCOMPARE(open->list()->count(), 1);
        QTest::keyClick(open->field(), Qt::Key_Return);
        QTRY_VERIFY(f_->chat().conversation(id).isArchived);
    }

    // The field that a command opens has the keyboard before the window is active again: what was typed
    // as a new name went into the message, and Return sent it.
    void whatACommandOpensKeepsTheKeyboard() {
        say(QStringLiteral("Of whales"), QStringLiteral("Large."));
        MainWindow& window = f_->window();
        const qint64 id = window.page()->conversation();
        for (const char* words : {"rename this", "find in this", "search all chats"}) {
            CommandPalette* open = palette();
            QVERIFY(open != nullptr);
            QTest::keyClicks(open->field(), QString::fromLatin1(words));
            QTest::keyClick(open->field(), Qt::Key_Return);
            QTRY_VERIFY(f_->window().findChild<CommandPalette*>() == nullptr);
            QLineEdit* field = nullptr;
            QTRY_VERIFY2((field = qobject_cast<QLineEdit*>(window.focusWidget())) != nullptr,
                         words);
            QTest::qWait(50);
            QCOMPARE(window.focusWidget(), field);
            QTest::keyClicks(field, QStringLiteral("whale"));
            QCOMPARE(editor(*f_)->text(), QString());
            if (words == QByteArray("rename this")) {
                QTest::keyClick(field, Qt::Key_Return);
                QTRY_COMPARE(f_->chat().conversation(id).title, QStringLiteral("whale"));
                QTRY_VERIFY(editor(*f_)->hasFocus());
                continue;
            }
            QTest::qWait(50);
            QTest::keyClick(field, Qt::Key_Escape);
            window.page()->focusComposer();
        }
    }

    void everySettingOfThePaletteIsThere() {
        f_->window().showSettings();
        auto* settings = shown<SettingsDialog>(*f_);
        QVERIFY(settings != nullptr);
        for (const QString& name : SettingsDialog::names()) {
            bool isThere = false;
            for (const QWidget* control : settings->findChildren<QWidget*>())
                isThere = isThere || control->accessibleName() == name;
            QVERIFY2(isThere, qPrintable(name));
        }
    }

    void theBestMatchesComeFirst() {
        const std::vector<PaletteEntry> entries = {
            {QStringLiteral("Open a chat"), {}, {}},
            {QStringLiteral("Chat anew"), QStringLiteral("Ctrl+N"), {}},
            {QStringLiteral("Quit"), {}, {}}};
        QCOMPARE(CommandPalette::matching(entries, QStringLiteral("chat")),
                 (std::vector<std::size_t>{1, 0}));
        QCOMPARE(CommandPalette::matching(entries, QStringLiteral("ctrl anew")),
                 (std::vector<std::size_t>{1}));
        QCOMPARE(CommandPalette::matching(entries, {}).size(), std::size_t{3});
    }

    void keysAreChangedKeptAndRefusedWhereTheyAreTaken() {
        const QString id = QStringLiteral("temporaryChat");
        f_->window().commands()->run(QStringLiteral("shortcuts"));
        auto* dialog = shown<ShortcutsDialog>(*f_);
        QVERIFY(dialog != nullptr);
        QKeySequenceEdit* field = dialog->field(id);
        QVERIFY(field != nullptr);
        field->setKeySequence(Qt::CTRL | Qt::Key_N);
        Q_EMIT field->editingFinished();
        QVERIFY(dialog->note()->text().contains(QStringLiteral("New chat")));
        QCOMPARE(field->keySequence(), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        field->setKeySequence(Qt::CTRL | Qt::Key_J);
        Q_EMIT field->editingFinished();
        QCOMPARE(f_->window().commands()->keysOf(id), QKeySequence(Qt::CTRL | Qt::Key_J));
        dialog->close();
        f_->restart();
        QVERIFY(f_->waitForModel());
        QTest::keyClick(&f_->window(), Qt::Key_J, Qt::ControlModifier);
        QVERIFY(f_->window().page()->temporaryMark()->isVisible());
        f_->window().commands()->resetKeys();
        QCOMPARE(f_->window().commands()->keysOf(id),
                 QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
    }

    void aChatHasChoicesOfItsOwn() {
        say(QStringLiteral("Hi"), QStringLiteral("Hello."));
        const qint64 id = f_->window().page()->conversation();
        f_->window().commands()->run(QStringLiteral("chatSettings"));
        auto* dialog = shown<ChatSettingsDialog>(*f_);
        QVERIFY(dialog != nullptr);
        QVERIFY(!dialog->resetButton()->isEnabled());
        dialog->temperature()->setText(QStringLiteral("0.3"));
        QTest::keyClick(dialog->temperature(), Qt::Key_Return);
        dialog->seed()->setText(QStringLiteral("18446744073709551615"));
        Q_EMIT dialog->seed()->editingFinished();
        QCOMPARE(f_->chat().choices(id).temperature, std::optional(0.3));
        QCOMPARE(f_->chat().choices(id).seed, std::optional<std::uint64_t>(18446744073709551615U));
        QVERIFY(f_->settings().generation().temperature != std::optional(0.3));
        QVERIFY(!dialog->systemWarning()->text().contains(QLatin1String("not trained")));
        dialog->systemText()->setPlainText(QStringLiteral("Be brief."));
        QVERIFY(dialog->systemWarning()->text().contains(QLatin1String("not trained")));
        dialog->replyStart()->setText(QStringLiteral("Well, "));
        dialog->close();
        QCOMPARE(f_->chat().systemPrompt(id), QStringLiteral("Be brief."));
        say(QStringLiteral("And?"), QStringLiteral("yes."));
        QCOMPARE(f_->chat().messages(id).last().text.trimmed(), QStringLiteral("Well, yes."));
        f_->restart();
        QCOMPARE(f_->chat().replyStart(id), QStringLiteral("Well, "));
        QCOMPARE(f_->chat().choices(id).temperature, std::optional(0.3));
        QVERIFY(f_->chat().resetChoices(id));
        QVERIFY(!f_->chat().hasOwnChoices(id));
        QCOMPARE(f_->chat().replyStart(id), QStringLiteral("Well, "));
    }

    void aPresetIsSavedUnderANameAndUsedInAnotherChat() {
        say(QStringLiteral("Hi"), QStringLiteral("Hello."));
        GenerationChoices choices;
        choices.temperature = 0.25;
        choices.maximumTokens = 33;
        f_->settings().setPreset(QStringLiteral("Short & dry/1"), choices);
        f_->restart();
        QVERIFY(f_->waitForModel());
        QCOMPARE(f_->settings().presets().size(), 1);
        const qint64 id = f_->chat().conversations().first().id;
        f_->window().openConversation(id);
        f_->window().commands()->run(QStringLiteral("chatSettings"));
        auto* dialog = shown<ChatSettingsDialog>(*f_);
        QVERIFY(dialog != nullptr);
        dialog->presets()->setCurrentIndex(1);
        Q_EMIT dialog->presets()->activated(1);
        QCOMPARE(f_->chat().choices(id).maximumTokens, std::optional<std::int64_t>(33));
        QCOMPARE(dialog->temperature()->value(), std::optional(0.25));
        dialog->forgetButton()->click();
        QVERIFY(f_->settings().presets().isEmpty());
    }

    void everyCommandHasANameAndKeysOfItsOwn() {
        std::vector<QKeySequence> keys;
        for (const Command& command : f_->window().commands()->all()) {
            QVERIFY2(!command.name().isEmpty(), qPrintable(command.id));
            if (command.keys.isEmpty()) continue;
            QVERIFY2(std::find(keys.begin(), keys.end(), command.keys) == keys.end(),
                     qPrintable(command.id));
            keys.push_back(command.keys);
        }
    }
};

QTEST_MAIN(ChatToolsTest)
#include "chat_tools_test.moc"
