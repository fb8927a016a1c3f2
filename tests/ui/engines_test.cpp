// A model at an address, from the page of models to a chat that outlives its server.
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include "tests/app/services/remote/scripted_engine.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/models/engine_card.h"
#include "ui/models/engine_dialog.h"
#include "ui/models/engines_section.h"
#include "ui/models/models_page.h"
#include "ui/shell/status_strip.h"
#include "ui/texts/texts_page.h"
#include "ui/texts/view_switches.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/toast.h"

namespace dsm {

using test::EngineAnswer;
using test::EngineRequest;
using test::ScriptedEngine;

namespace {

constexpr int kWaitMs = 30'000;

}  // namespace

class EnginesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedEngine> server_;
    std::unique_ptr<WindowFixture> fixture_;

    EnginesSection* section() { return fixture_->window().models()->engines(); }

    // As a person does it: the address is typed, tried and kept.
    void addByHand() {
        fixture_->window().showModels();
        QTest::mouseClick(section()->addButton(), Qt::LeftButton);
        auto* dialog = section()->findChild<EngineDialog*>();
        QVERIFY(dialog != nullptr);
        QVERIFY(!dialog->saveButton()->isEnabled());
        QTest::keyClicks(dialog->addressField(), QStringLiteral("127.0.0.1:"));
        QTest::keyClicks(dialog->addressField(), QString::number(server_->serverPort()));
        QTest::keyClicks(dialog->keyField(), QStringLiteral("sesame"));
        QTest::keyClicks(dialog->nameField(), QStringLiteral("Department"));
        QTest::mouseClick(dialog->tryButton(), Qt::LeftButton);
        QTRY_VERIFY2_WITH_TIMEOUT(dialog->result()->text().contains(QStringLiteral("answers in")),
                                  qPrintable(dialog->result()->text()), kWaitMs);
        QCOMPARE(dialog->modelField()->currentText(), QStringLiteral("tiny"));
        QTest::mouseClick(dialog->saveButton(), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(section()->cards().size(), std::size_t(1), kWaitMs);
    }
    void use() {
        QTest::mouseClick(section()->cards()[0]->button(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(fixture_->inUse().isRemote(), kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(fixture_->inUse().status().latencyMs > 0, kWaitMs);
    }
    const MessageItem* lastItem() { return fixture_->page()->messages()->items().back(); }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        server_ = std::make_unique<ScriptedEngine>();
        fixture_ = std::make_unique<WindowFixture>(WindowFixture::Writer::Model);
        QVERIFY(fixture_->waitForModel());
    }
    void cleanup() {
        fixture_.reset();
        server_.reset();
    }

    void anAddressIsAddedTalkedToDroppedContinuedAndThereAfterARestart() {
        server_->setScript([](const EngineRequest& request, EngineAnswer answer) {
            const QJsonArray messages = request.json()[QStringLiteral("messages")].toArray();
            const bool goesOn =
                messages.last()[QStringLiteral("role")] == QStringLiteral("assistant");
            answer.stream();
            if (goesOn) {
                answer.say(QStringLiteral(" three."));
                return answer.done();
            }
            answer.say(QStringLiteral("One, two,"));
            answer.drop();
        });
        addByHand();
        use();
        QCOMPARE(fixture_->host().status().state, ModelState::Empty);
        fixture_->window().newChat();
        fixture_->window().showChat();
        QVERIFY(fixture_->page()->composer()->isReady());
        fixture_->sendMessage(QStringLiteral("Count"));
        QVERIFY(fixture_->waitForReply());
        QCOMPARE(fixture_->lastText(), QStringLiteral("One, two,"));
        QCOMPARE(lastItem()->content().author, QStringLiteral("Department"));
        QVERIFY2(lastItem()->content().note.contains(QStringLiteral("broke off")),
                 qPrintable(lastItem()->content().note));
        QVERIFY(lastItem()->content().canContinue);
        Q_EMIT fixture_->page()->messages()->continueRequested(lastItem()->content().id);
        QVERIFY(fixture_->waitForReply());
        QCOMPARE(fixture_->lastText(), QStringLiteral("One, two, three."));
        QCOMPARE(server_->asked().last().headers.value("authorization"), "Bearer sesame");
        const qint64 chat = fixture_->page()->conversation();
        fixture_->window().showModels();
        const QString health = section()->cards()[0]->health()->text();
        QVERIFY2(health.contains(QStringLiteral("Answers in")), qPrintable(health));
        QVERIFY2(!health.contains(QStringLiteral("key")), qPrintable(health));
        fixture_->window().showChat();
        // A person sees every connection that was made for that.
        QVERIFY(fixture_->connections().all().size() >= 3);
        fixture_->restart();
        fixture_->window().openConversation(chat);
        QCOMPARE(fixture_->lastText(), QStringLiteral("One, two, three."));
        QVERIFY(fixture_->inUse().isRemote());
        QTRY_VERIFY_WITH_TIMEOUT(fixture_->page()->composer()->isReady(), kWaitMs);
        const auto replies = [this] { return server_->asked().size(); };
        const qsizetype before = replies();
        fixture_->sendMessage(QStringLiteral("Again"));
        QVERIFY(fixture_->waitForReply());
        QVERIFY(replies() > before);
        QCOMPARE(fixture_->lastText(), QStringLiteral("One, two,"));
    }

    void whatItCannotDoIsGreyedWithTheReason() {
        addByHand();
        use();
        fixture_->window().showTexts();
        ViewSwitches* switches = fixture_->window().texts()->switches();
        for (QAction* action :
             {switches->tokens(), switches->probabilities(), switches->likeliest()}) {
            QVERIFY(!action->isEnabled());
            QVERIFY(switches->buttonOf(action)->toolTip().contains(QStringLiteral("address")));
        }
        QVERIFY(switches->sampling()->isEnabled());
        QVERIFY(
            fixture_->window().strip()->backend()->text().contains(QStringLiteral("127.0.0.1:")));
        fixture_->window().loadModel(testModelFolder());
        QVERIFY(fixture_->waitForModel());
        QVERIFY(!fixture_->inUse().isRemote());
        QTRY_VERIFY_WITH_TIMEOUT(switches->tokens()->isEnabled(), kWaitMs);
        QCOMPARE(fixture_->engines().inUse(), 0);
    }

    void neverToConnectHoldsForAddressesToo() {
        addByHand();
        use();
        fixture_->connections().setAllowed(false);
        const qsizetype before = server_->requests().size();
        fixture_->window().newChat();
        fixture_->sendMessage(QStringLiteral("Hello"));
        QVERIFY(fixture_->waitForReply());
        QVERIFY2(lastItem()->content().note.contains(QStringLiteral("never to connect")),
                 qPrintable(lastItem()->content().note));
        QCOMPARE(server_->requests().size(), before);
    }

    void aRemovalIsUndone() {
        addByHand();
        use();
        const RemoteEngine engine = fixture_->engines().all().first();
        Q_EMIT section()->cards()[0]->removeRequested(engine.id);
        QVERIFY(section()->cards().empty());
        QVERIFY(!fixture_->inUse().isRemote());
        QTest::mouseClick(fixture_->window().toast()->actionButton(), Qt::LeftButton);
        QCOMPARE(fixture_->engines().all().size(), 1);
        QCOMPARE(fixture_->engines().all().first().address, engine.address);
        QVERIFY(fixture_->inUse().isRemote());
    }

    void aDialogSendsNoKeyThatCouldBeReadAndKnowsNoAddressWhereNoneIs() {
        fixture_->window().showModels();
        EngineDialog* dialog = section()->open(0);
        dialog->modelField()->setEditText(QStringLiteral("tiny"));
        dialog->addressField()->setText(QStringLiteral("ftp://a"));
        QVERIFY(!dialog->saveButton()->isEnabled() && !dialog->tryButton()->isEnabled());
        QVERIFY(dialog->result()->text().contains(QStringLiteral("no address")));
        dialog->addressField()->setText(QStringLiteral("http://gpu.example:8000"));
        QVERIFY(dialog->saveButton()->isEnabled());
        dialog->keyField()->setText(QStringLiteral("sesame"));
        QVERIFY(!dialog->saveButton()->isEnabled());
        QVERIFY(dialog->result()->text().contains(QStringLiteral("could be read")));
        dialog->addressField()->setText(QStringLiteral("gpu.example:8000"));
        QVERIFY(dialog->saveButton()->isEnabled());
        dialog->reject();
        QVERIFY(fixture_->engines().all().isEmpty());
    }
};

}  // namespace dsm

QTEST_MAIN(dsm::EnginesTest)
#include "engines_test.moc"
