#include <QAbstractButton>
#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QTextEdit>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_list_model.h"
#include "ui/chat/welcome_page.h"
#include "ui/settings/settings_dialog.h"
#include "ui/shell/data_notices.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/status_strip.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/toast.h"

using namespace dsm;

namespace {

using Writer = WindowFixture::Writer;

const QString kLongReply = QStringLiteral("word ").repeated(400).trimmed();

int rowsOf(const QListView* list, ConversationListModel::RowKind kind) {
    int rows = 0;
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        const QModelIndex index = list->model()->index(row, 0);
        rows += index.data(ConversationListModel::KindRole).toInt() == static_cast<int>(kind);
    }
    return rows;
}

int conversationRows(const QListView* list) {
    return rowsOf(list, ConversationListModel::RowKind::Conversation);
}

QModelIndex rowOf(const QListView* list, qint64 conversation) {
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        const QModelIndex index = list->model()->index(row, 0);
        if (index.data(ConversationListModel::ConversationRole).toLongLong() == conversation) {
            return index;
        }
    }
    return {};
}

}  // namespace

class MainWindowTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aBannerIsOfOneColourBehindItsTextToo() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.window().showNotice(QStringLiteral("."));
        Banner* banner = fixture.window().page()->banner();
        QTRY_VERIFY(banner->isVisible());
        const QImage seen = banner->grab().toImage();
        const QPoint behindText(seen.width() / 2, seen.height() / 2);
        QCOMPARE(seen.pixelColor(behindText), seen.pixelColor(seen.width() / 2, 3));
    }

    void aMessageIsAnsweredByTheModelAndIsThereAfterARestart() {
        WindowFixture fixture(Writer::Model);
        QVERIFY(fixture.waitForModel());
        GenerationChoices choices = fixture.settings().generation();
        choices.maximumTokens = 12;
        choices.temperature = 0;
        fixture.settings().setGeneration(choices);
        QSignalSpy arrived(&fixture.chat(), &ChatService::messageTextAppended);
        fixture.sendMessage(QStringLiteral("Who are you?"));
        const qint64 id = fixture.window().page()->conversation();
        QVERIFY(id != 0);
        QVERIFY(fixture.waitForReply());
        QVERIFY(arrived.count() > 0);
        QTRY_VERIFY(!fixture.lastText().isEmpty());
        const QString reply = fixture.lastText();
        QCOMPARE(fixture.chat().messages(id).size(), 2);
        QCOMPARE(fixture.chat().messages(id)[1].text, reply);
        QCOMPARE(fixture.window().windowTitle(),
                 QStringLiteral("Who are you? – DeepSeekMoE Desktop"));

        fixture.restart();
        QCOMPARE(conversationRows(fixture.window().sidebar()->list()), 1);
        fixture.window().openConversation(id);
        QCOMPARE(fixture.lastText(), reply);
    }

    void tokensArriveOneAfterTheOther() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.script().setReply(kLongReply);
        fixture.sendMessage(QStringLiteral("Tell me"));
        QTRY_VERIFY(fixture.lastText().size() > 20);
        const qsizetype before = fixture.lastText().size();
        QVERIFY(before < kLongReply.size());
        QTRY_VERIFY(fixture.lastText().size() > before + 40);
        QVERIFY(fixture.window().page()->composer()->isGenerating());
    }

    void stopKeepsWhatWasWrittenAndContinueGoesOn() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.script().setReply(kLongReply);
        fixture.sendMessage(QStringLiteral("Tell me"));
        QTRY_VERIFY(fixture.lastText().size() > 20);
        QTest::keyClick(fixture.window().page()->composer()->editor(), Qt::Key_Escape);
        QVERIFY(fixture.waitForReply());
        QTRY_VERIFY(!fixture.window().page()->composer()->isGenerating());
        const QString kept = fixture.lastText();
        QVERIFY(kept.size() > 20 && kept.size() < kLongReply.size());
        MessageItem* item = fixture.window().page()->messages()->items().back();
        QVERIFY(item->content().canContinue);
        fixture.script().setReply(QStringLiteral("and the rest"));
        for (QPushButton* button : item->findChildren<QPushButton*>()) {
            if (button->accessibleName() == QLatin1String("Continue the reply")) button->click();
        }
        QTRY_VERIFY(fixture.lastText().contains(QLatin1String("and the rest")));
        QVERIFY(fixture.lastText().startsWith(kept.trimmed()));
    }

    void otherConversationsCanBeReadWhileOneStreams() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("First"));
        const qint64 first = fixture.window().page()->conversation();
        QVERIFY(fixture.waitForReply());
        fixture.window().newChat();
        fixture.script().setReply(kLongReply);
        fixture.sendMessage(QStringLiteral("Second"));
        const qint64 second = fixture.window().page()->conversation();
        QTRY_VERIFY(fixture.lastText().size() > 20);

        fixture.window().openConversation(first);
        QCOMPARE(fixture.lastText().trimmed(), QStringLiteral("A scripted reply."));
        QTest::qWait(200);
        QCOMPARE(fixture.lastText().trimmed(), QStringLiteral("A scripted reply."));
        QVERIFY(!fixture.window().page()->composer()->isGenerating());

        fixture.window().openConversation(second);
        const qsizetype seen = fixture.lastText().size();
        QVERIFY(seen > 20);
        QTRY_VERIFY(fixture.lastText().size() > seen);
        fixture.chat().stop(second);
        QVERIFY(fixture.waitForReply());
        QTRY_COMPARE(fixture.lastText(), fixture.chat().messages(second).back().text);
    }

    void anotherReplyBecomesASiblingWithArrows() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("Hi"));
        QVERIFY(fixture.waitForReply());
        MessageView* view = fixture.window().page()->messages();
        fixture.script().setReply(QStringLiteral("Another one."));
        Q_EMIT view->regenerateRequested(view->items().back()->content().id);
        QVERIFY(fixture.waitForReply());
        QTRY_COMPARE(fixture.lastText().trimmed(), QStringLiteral("Another one."));
        QTRY_COMPARE(view->items().back()->content().siblingCount, 2);
        Q_EMIT view->siblingRequested(view->items().back()->content().id, 0);
        QTRY_COMPARE(fixture.lastText().trimmed(), QStringLiteral("A scripted reply."));
    }

    void anEditedMessageIsAnsweredAnew() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("Hi"));
        QVERIFY(fixture.waitForReply());
        MessageView* view = fixture.window().page()->messages();
        const qint64 question = view->items().front()->content().id;
        view->items().front()->beginEdit();
        auto* editor = view->items().front()->findChild<PromptEdit*>();
        editor->setText(QStringLiteral("Good day"));
        QTest::keyClick(editor, Qt::Key_Return);
        QVERIFY(fixture.waitForReply());
        QTRY_COMPARE(view->items().size(), size_t(2));
        QCOMPARE(view->items().front()->content().text, QStringLiteral("Good day"));
        QVERIFY(view->items().front()->content().id != question);
        QCOMPARE(view->items().front()->content().siblingCount, 2);
    }

    void aConversationIsRenamedInPlace() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("Hi"));
        QVERIFY(fixture.waitForReply());
        QListView* list = fixture.window().sidebar()->list();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_F2);
        auto* editor = list->findChild<QLineEdit*>();
        QVERIFY(editor != nullptr);
        editor->selectAll();
        QTest::keyClicks(editor, QStringLiteral("Greetings"));
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(fixture.window().page()->title(), QStringLiteral("Greetings"));
        QVERIFY(fixture.window().windowTitle().startsWith(QLatin1String("Greetings")));
    }

    void deletingCanBeUndone() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("Keep me"));
        QVERIFY(fixture.waitForReply());
        const qint64 id = fixture.window().page()->conversation();
        QListView* list = fixture.window().sidebar()->list();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Backspace);
        QCOMPARE(conversationRows(list), 1);
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(conversationRows(list), 0);
        QCOMPARE(fixture.window().page()->conversation(), qint64(0));
        QVERIFY(fixture.window().toast()->isVisible());
        fixture.window().toast()->actionButton()->click();
        QCOMPARE(conversationRows(list), 1);
        QCOMPARE(fixture.window().page()->conversation(), id);
        QCOMPARE(fixture.chat().messages(id).size(), 2);
    }

    void searchFindsTwoChineseCharacters() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("今天天气怎么样？"));
        QVERIFY(fixture.waitForReply());
        const qint64 id = fixture.window().page()->conversation();
        fixture.window().newChat();
        fixture.sendMessage(QStringLiteral("Something else"));
        QVERIFY(fixture.waitForReply());
        Sidebar* sidebar = fixture.window().sidebar();
        sidebar->searchField()->setText(QStringLiteral("天气"));
        QTRY_VERIFY(rowsOf(sidebar->list(), ConversationListModel::RowKind::Hit) > 0);
        sidebar->list()->setCurrentIndex(rowOf(sidebar->list(), id));
        QCOMPARE(fixture.window().page()->conversation(), id);
        sidebar->searchField()->clear();
        QTRY_COMPARE(conversationRows(sidebar->list()), 2);
    }

    void draftsStayWithTheirConversations() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("Hi"));
        const qint64 id = fixture.window().page()->conversation();
        QVERIFY(fixture.waitForReply());
        Composer* composer = fixture.window().page()->composer();
        composer->setText(QStringLiteral("half a thought"));
        QTest::keyClick(&fixture.window(), Qt::Key_N, Qt::ControlModifier);
        QCOMPARE(fixture.window().page()->conversation(), qint64(0));
        QCOMPARE(composer->text(), QString());
        fixture.window().openConversation(id);
        QCOMPARE(composer->text(), QStringLiteral("half a thought"));
    }

    void theBadgeSaysThatThisIsTheDemo() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        QTRY_VERIFY(fixture.window().strip()->badge()->isVisible());
        QVERIFY(fixture.window().strip()->badge()->text().contains(
            QLatin1String("not DeepSeekMoE 16B")));
        fixture.window().resize(fixture.window().minimumSize());
        QVERIFY(fixture.window().strip()->badge()->isVisible());
    }

    void aModelThatCannotBeLoadedIsABannerWithARemedy() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.window().loadModel(QStringLiteral("/nonexistent/model"));
        Banner* banner = fixture.window().page()->banner();
        QTRY_VERIFY(banner->isVisible());
        QVERIFY(!banner->text().isEmpty());
        bool hasRemedy = false;
        for (QPushButton* button : banner->findChildren<QPushButton*>()) {
            if (!button->isVisible()) continue;
            hasRemedy = true;
            button->click();
        }
        QVERIFY(hasRemedy);
        QVERIFY(fixture.waitForModel());
    }

    void anExampleQuestionIsAsked() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        ExampleCard* card = fixture.window().page()->welcome()->cards()[1];
        QTRY_VERIFY(card->isEnabled());
        card->click();
        QVERIFY(fixture.window().page()->conversation() != 0);
        QCOMPARE(fixture.window().page()->messages()->items().front()->content().text,
                 card->question());
    }

    void theLanguageChangesWhileTheProgramRuns() {
        WindowFixture fixture;
        QCOMPARE(fixture.window().sidebar()->newChatButton()->text(), QStringLiteral("New chat"));
        fixture.settings().setLanguage(QStringLiteral("zh_CN"));
        QTRY_COMPARE(fixture.window().sidebar()->newChatButton()->text(),
                     QStringLiteral("新建对话"));
        fixture.settings().setLanguage(QStringLiteral("en"));
        QTRY_COMPARE(fixture.window().sidebar()->newChatButton()->text(),
                     QStringLiteral("New chat"));
    }

    void whatIsSaidOfGpusChangesWithTheLanguage() {
        WindowFixture fixture;
        fixture.window().showSettings();
        const auto* dialog = fixture.window().findChild<SettingsDialog*>();
        const QString english = dialog->gpuNote()->text();
        QVERIFY(!english.isEmpty());
        fixture.settings().setLanguage(QStringLiteral("zh_CN"));
        QTRY_VERIFY(dialog->gpuNote()->text() != english);
        fixture.settings().setLanguage(QStringLiteral("en"));
        QTRY_COMPARE(dialog->gpuNote()->text(), english);
    }

    void theModelsOwnValuesHoldUntilOthersAreChosen() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.window().showSettings();
        const auto* dialog = fixture.window().findChild<SettingsDialog*>();
        NumberField* temperature = dialog->temperature();
        for (const NumberField* field : {temperature, dialog->topP(), dialog->tokens()}) {
            QVERIFY(field->text().isEmpty());
            QCOMPARE(field->placeholderText(), QStringLiteral("Like the model"));
        }
        temperature->setFocus();
        QTest::keyClick(temperature, Qt::Key_Up);
        QVERIFY(fixture.settings().generation().temperature == 0.0);
        temperature->setText(QStringLiteral("0.8"));
        QTest::keyClick(temperature, Qt::Key_Return);
        QVERIFY(fixture.settings().generation().temperature == 0.8);
        QVERIFY(!fixture.settings().generation().topP);
        temperature->clear();
        QTest::keyClick(temperature, Qt::Key_Return);
        QVERIFY(!fixture.settings().generation().temperature);
    }

    void theSettingsOfferTheGpusAndKeepTheChosenOne() {
        const GpuReader gpus = [] {
            GpuListing listing;
            listing.gpus = {{0, QStringLiteral("Old"), 4'000'000'000, 0,
                             QStringLiteral("GPU 0 (Old) is too old.")},
                            {1, QStringLiteral("Fast"), 24'000'000'000, 20'000'000'000}};
            return listing;
        };
        WindowFixture fixture(Writer::Script, {}, {}, gpus);
        QVERIFY(fixture.waitForModel());
        fixture.window().showSettings();
        const auto* dialog = fixture.window().findChild<SettingsDialog*>();
        QComboBox* backend = dialog->backend();
        QCOMPARE(backend->currentText(), QStringLiteral("The fastest here"));
        const QString gpu = QStringLiteral("cuda:1");
        QTRY_VERIFY(backend->findData(gpu) >= 0);
        QVERIFY(backend->findData(QStringLiteral("cuda:0")) < 0);
        QVERIFY(
            backend->itemText(backend->findData(gpu)).startsWith(QStringLiteral("GPU 1: Fast")));
        QVERIFY(dialog->gpuNote()->text().contains(QStringLiteral("GPU 0 (Old) is too old.")));
        QVERIFY(dialog->gpuNote()->text().contains(QStringLiteral("GPU 1: ")));

        const int index = backend->findData(gpu);
        backend->setCurrentIndex(index);
        Q_EMIT backend->activated(index);
        QCOMPARE(fixture.settings().backend(), QStringLiteral("cuda"));
        QCOMPARE(fixture.settings().gpu(), 1);
        QVERIFY(dialog->gpuLayers()->isEnabled());
        QCOMPARE(dialog->gpuLayers()->placeholderText(), QStringLiteral("As many as fit"));
        QVERIFY(dialog->gpuLayers()->text().isEmpty());
        dialog->gpuLayers()->setText(QStringLiteral("7"));
        QTest::keyClick(dialog->gpuLayers(), Qt::Key_Return);
        QCOMPARE(fixture.settings().gpuLayers(), 7);
        const int cpu = backend->findData(QStringLiteral("cpu"));
        backend->setCurrentIndex(cpu);
        Q_EMIT backend->activated(cpu);
        QCOMPARE(fixture.settings().backend(), QStringLiteral("cpu"));
        QCOMPARE(fixture.settings().gpu(), -1);
    }

    // The engine's own sentence was shown, in English whatever the language.
    void aProgramWithoutCudaSaysSoInWordsOfTheWindow() {
        const GpuReader gpus = [] {
            GpuListing listing;
            listing.problem = QStringLiteral("a sentence of the engine");
            listing.isWithoutCuda = true;
            return listing;
        };
        WindowFixture fixture(Writer::Script, {}, {}, gpus);
        fixture.window().showSettings();
        const auto* dialog = fixture.window().findChild<SettingsDialog*>();
        QTRY_COMPARE(
            dialog->gpuNote()->text(),
            QStringLiteral("This program was built without CUDA: it computes on the CPU."));
        const GpuListing here = readGpus();
        QCOMPARE(here.isWithoutCuda, here.problem.contains(QStringLiteral("without CUDA")));
    }

    void aComputerWithoutAGpuSaysSoInTheSettings() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.window().showSettings();
        const auto* dialog = fixture.window().findChild<SettingsDialog*>();
        QCOMPARE(dialog->gpuNote()->text(), QStringLiteral("No NVIDIA GPU was found."));
        QVERIFY(!dialog->gpuLayers()->isEnabled());
    }

    // Forced onto a GPU that this computer does not have, or one that failed while it wrote.
    void aGpuThatFailsIsReplacedByTheCpuWhenTheUserAgrees() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        Banner* banner = fixture.window().page()->banner();
        const auto agree = [&] {
            QTRY_VERIFY(banner->isVisible());
            QPushButton* goOn = nullptr;
            for (QPushButton* button : banner->findChildren<QPushButton*>()) {
                if (button->text() == QStringLiteral("Go on with the CPU")) goOn = button;
            }
            QVERIFY(goOn != nullptr && goOn->isVisible());
            goOn->click();
            QVERIFY(fixture.waitForModel());
            QVERIFY(fixture.host().status().backend.startsWith(QStringLiteral("CPU")));
            QVERIFY(!banner->isVisible());
        };
        fixture.settings().setBackend(QStringLiteral("cuda"));
        fixture.settings().setGpu(1000);
        fixture.window().loadModel(testModelFolder());
        QTRY_COMPARE(fixture.host().status().state, ModelState::Failed);
        QVERIFY(fixture.host().status().gpuFailed);
        agree();
        // For this time only.
        QCOMPARE(fixture.settings().backend(), QStringLiteral("cuda"));

        Q_EMIT fixture.host().gpuLost(QStringLiteral("The GPU failed."));
        QCOMPARE(banner->text(), QStringLiteral("The GPU failed."));
        agree();
    }

    void everyControlThatTakesTheFocusHasAName() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("Hi"));
        fixture.script().setReply(QStringLiteral("Text\n\n```py\nx = 1\n```\n"));
        QVERIFY(fixture.waitForReply());
        fixture.window().showSettings();
        int controls = 0;
        for (QWidget* widget : fixture.window().findChildren<QWidget*>()) {
            const bool isControl = qobject_cast<QAbstractButton*>(widget) != nullptr ||
                                   qobject_cast<QTextEdit*>(widget) != nullptr ||
                                   qobject_cast<QComboBox*>(widget) != nullptr ||
                                   widget->focusPolicy() & Qt::TabFocus;
            // Parts of Qt's own compound widgets speak through those.
            const bool isInner = widget->objectName().startsWith(QLatin1String("qt_")) ||
                                 qobject_cast<QComboBox*>(widget->parentWidget()) != nullptr ||
                                 widget->inherits("QComboBoxPrivateContainer") ||
                                 widget->parentWidget()->inherits("QComboBoxPrivateContainer") ||
                                 qobject_cast<QLineEdit*>(widget->parentWidget()) != nullptr;
            if (!isControl || isInner || widget->isHidden()) continue;
            const auto* button = qobject_cast<QAbstractButton*>(widget);
            const bool hasText = button != nullptr && !button->text().isEmpty();
            ++controls;
            // What a screen reader says; a label before a field names it, too.
            const auto* spoken = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(hasText || (spoken && !spoken->text(QAccessible::Name).isEmpty()),
                     qPrintable(QStringLiteral("%1 in %2")
                                    .arg(QLatin1String(widget->metaObject()->className()),
                                         QLatin1String(
                                             widget->parentWidget()->metaObject()->className()))));
        }
        QVERIFY(controls > 20);
    }

    void theWindowCanBeClosedWhileAReplyGrows() {
        WindowFixture fixture(Writer::Model);
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("Tell me everything"));
        const qint64 id = fixture.window().page()->conversation();
        fixture.restart();
        const QList<MessageInfo> messages = fixture.chat().messages(id);
        QCOMPARE(messages.size(), 2);
        QCOMPARE(messages[0].text, QStringLiteral("Tell me everything"));
        QVERIFY(messages[1].state != MessageState::Generating);
    }

    void sizeAndPlaceAreKept() {
        WindowFixture fixture;
        fixture.window().resize(901, 603);
        fixture.restart();
        QCOMPARE(fixture.window().size(), QSize(901, 603));
    }
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
