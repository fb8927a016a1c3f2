// What a chat can do with a reply, in the real window, where a model at an address writes: another version,
// an edited question, answers side by side, and going on after a connection broke off.
#include <QComboBox>
#include <QJsonArray>
#include <QPushButton>
#include <QSet>
#include <QTest>
#include <QTreeWidget>

#include "tests/app/services/remote/scripted_engine.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/answer_column.h"
#include "ui/chat/answer_count.h"
#include "ui/chat/answers_view.h"
#include "ui/chat/branches_dialog.h"
#include "ui/chat/chat_page.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"

namespace dsm {

using test::EngineAnswer;
using test::EngineRequest;
using test::ScriptedEngine;

namespace {

constexpr int kWaitMs = 30'000;

// "user: q|assistant: a": what a server was told.
QString toldTo(const EngineRequest& request) {
    QStringList told;
    for (const QJsonValue& message : request.json()[QStringLiteral("messages")].toArray())
        told.append(message[QStringLiteral("role")].toString() + QStringLiteral(": ") +
                    message[QStringLiteral("content")].toString());
    return told.join(u'|');
}

}  // namespace

class EngineChatTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedEngine> server_;
    std::unique_ptr<WindowFixture> f_;
    QStringList replies_;  // one for each request, in their order; "...": it breaks off after that
    qsizetype written_ = 0;

    MessageView* view() { return f_->page()->messages(); }
    const MessageContent& shown(std::size_t at) { return view()->items().at(at)->content(); }
    QStringList shownTexts() {
        QStringList texts;
        for (const MessageItem* item : view()->items())
            texts.append(item->content().text.trimmed());
        return texts;
    }
    QString lastTold() { return toldTo(server_->asked().last()); }
    void say(const QString& question) {
        f_->sendMessage(question);
        QVERIFY(f_->waitForReply());
    }
    void regenerate() {
        Q_EMIT view()->regenerateRequested(view()->items().back()->content().id);
        QVERIFY(f_->waitForReply());
    }
    void goOn() {
        QVERIFY(view()->items().back()->content().canContinue);
        Q_EMIT view()->continueRequested(view()->items().back()->content().id);
        QVERIFY(f_->waitForReply());
    }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        replies_.clear();
        written_ = 0;
        server_ = std::make_unique<ScriptedEngine>();
        server_->setScript([this](const EngineRequest&, EngineAnswer answer) {
            QString reply = replies_.value(written_++, QStringLiteral("nothing was asked for"));
            const bool breaksOff = reply.endsWith(QStringLiteral("..."));
            if (breaksOff) reply.chop(3);
            answer.stream();
            answer.say(reply);
            breaksOff ? answer.drop() : answer.done();
        });
        f_ = std::make_unique<WindowFixture>(WindowFixture::Writer::Model);
        QVERIFY(f_->waitForModel());
        RemoteEngine engine;
        engine.name = QStringLiteral("Department");
        engine.address = server_->address();
        engine.model = QStringLiteral("tiny");
        const qint64 id = f_->engines().add(engine);
        QVERIFY(id != 0);
        f_->inUse().use(id);
        QTRY_VERIFY_WITH_TIMEOUT(f_->inUse().isRemote(), kWaitMs);
        f_->window().newChat();
        f_->window().showChat();
        QTRY_VERIFY_WITH_TIMEOUT(f_->page()->composer()->isReady(), kWaitMs);
    }
    void cleanup() {
        f_.reset();
        server_.reset();
    }

    void anotherVersionIsAskedForWithoutTheFirstAndBothStay() {
        replies_ = {QStringLiteral("first"), QStringLiteral("second"), QStringLiteral("of first")};
        say(QStringLiteral("q"));
        const QString told = lastTold();
        regenerate();
        QCOMPARE(lastTold(), told);
        QCOMPARE(shownTexts(), (QStringList{QStringLiteral("q"), QStringLiteral("second")}));
        QCOMPARE(shown(1).siblingCount, 2);
        QCOMPARE(shown(1).siblingIndex, 1);
        Q_EMIT view()->siblingRequested(shown(1).id, 0);
        QTRY_COMPARE(shownTexts(), (QStringList{QStringLiteral("q"), QStringLiteral("first")}));
        // What is asked next goes on from the version that is shown.
        say(QStringLiteral("more"));
        QVERIFY2(lastTold().endsWith(QStringLiteral("user: q|assistant: first|user: more")),
                 qPrintable(lastTold()));
        const qint64 chat = f_->page()->conversation();
        f_->restart();
        f_->window().openConversation(chat);
        QCOMPARE(shownTexts(), (QStringList{QStringLiteral("q"), QStringLiteral("first"),
                                            QStringLiteral("more"), QStringLiteral("of first")}));
        QCOMPARE(shown(1).siblingCount, 2);
    }

    void anEditedQuestionIsABranchThatTheTreeLeadsOutOf() {
        replies_ = {QStringLiteral("of owls"), QStringLiteral("of bees")};
        say(QStringLiteral("owls?"));
        Q_EMIT view()->editAccepted(shown(0).id, QStringLiteral("bees?"));
        QVERIFY(f_->waitForReply());
        QCOMPARE(shownTexts(), (QStringList{QStringLiteral("bees?"), QStringLiteral("of bees")}));
        QVERIFY2(lastTold().endsWith(QStringLiteral("user: bees?")), qPrintable(lastTold()));
        QVERIFY(!lastTold().contains(QStringLiteral("owls")));
        QTest::keyClick(&f_->window(), Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
        auto* dialog = f_->window().findChild<BranchesDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        QCOMPARE(dialog->tree()->topLevelItemCount(), 2);
        dialog->tree()->setCurrentItem(dialog->tree()->topLevelItem(0));
        QTest::mouseClick(dialog->showButton(), Qt::LeftButton);
        QTRY_COMPARE(shownTexts(),
                     (QStringList{QStringLiteral("owls?"), QStringLiteral("of owls")}));
    }

    void aVersionThatBrokeOffGoesOnInItsOwnBranch() {
        replies_ = {QStringLiteral("first"), QStringLiteral("One, two,..."),
                    QStringLiteral(" three,..."), QStringLiteral(" four.")};
        say(QStringLiteral("Count"));
        regenerate();
        QVERIFY2(shown(1).note.contains(QStringLiteral("broke off")), qPrintable(shown(1).note));
        goOn();
        // It may break off again where it goes on.
        QCOMPARE(shown(1).text, QStringLiteral("One, two, three,"));
        goOn();
        QCOMPARE(shown(1).text, QStringLiteral("One, two, three, four."));
        QVERIFY2(lastTold().endsWith(QStringLiteral("user: Count|assistant: One, two, three,")),
                 qPrintable(lastTold()));
        QCOMPARE(shown(1).siblingCount, 2);
        QVERIFY2(!shown(1).note.contains(QStringLiteral("broke off")), qPrintable(shown(1).note));
        Q_EMIT view()->siblingRequested(shown(1).id, 0);
        QTRY_COMPARE(shown(1).text, QStringLiteral("first"));
    }

    void answersStandSideBySideAndTheOneThatBrokeOffGoesOnWhenKept() {
        GenerationChoices choices = f_->settings().generation();
        choices.seed = 3;
        f_->settings().setGeneration(choices);
        replies_ = {QStringLiteral("Owls."), QStringLiteral("Bees,..."), QStringLiteral("Cats."),
                    QStringLiteral(" and wasps.")};
        f_->page()->answerCount()->setCurrentIndex(2);
        f_->sendMessage(QStringLiteral("Which?"));
        QTRY_VERIFY(f_->page()->answers()->isVisible());
        QVERIFY(f_->waitForReply());
        QCOMPARE(server_->asked().size(), 3);
        QSet<qint64> seeds;
        for (const EngineRequest& request : server_->asked()) {
            QCOMPARE(toldTo(request), toldTo(server_->asked().first()));
            seeds.insert(request.json()[QStringLiteral("seed")].toInteger(-1));
        }
        QCOMPARE(seeds.size(), 3);  // the same seed would write the same answer three times
        QStringList texts;
        AnswerColumn* brokeOff = nullptr;
        for (AnswerColumn* column : f_->page()->answers()->columns()) {
            QVERIFY(!column->isGrowing());
            texts.append(column->text()->source().trimmed());
            if (texts.last() == QStringLiteral("Bees,")) brokeOff = column;
        }
        texts.sort();
        QCOMPARE(texts, (QStringList{QStringLiteral("Bees,"), QStringLiteral("Cats."),
                                     QStringLiteral("Owls.")}));
        QVERIFY(brokeOff != nullptr);
        QTest::mouseClick(brokeOff->keepButton(), Qt::LeftButton);
        QTRY_VERIFY(!f_->page()->answers()->isVisible());
        QCOMPARE(shown(1).siblingCount, 3);
        QVERIFY2(shown(1).note.contains(QStringLiteral("broke off")), qPrintable(shown(1).note));
        goOn();
        QCOMPARE(shown(1).text, QStringLiteral("Bees, and wasps."));
        QCOMPARE(shown(1).siblingCount, 3);
    }
};

}  // namespace dsm

QTEST_MAIN(dsm::EngineChatTest)
#include "engine_chat_test.moc"
