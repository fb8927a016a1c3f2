// Chats as wholes: removed and brought back, pinned, grouped, named, found.
#include <QSignalSpy>
#include <QTest>

#include "tests/app/services/chat/chats_fixture.h"

namespace dsm {

class ChatConversationsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatsFixture> f_;

  private Q_SLOTS:
    void init() { f_ = std::make_unique<ChatsFixture>(); }
    void cleanup() { f_.reset(); }

    void removedConversationComesBack() {
        const qint64 id = f_->say(QStringLiteral("q"), QStringLiteral("a"));
        QSignalSpy changed(f_->chats.get(), &ChatService::conversationsChanged);
        QVERIFY(f_->chats->remove(id));
        QVERIFY(f_->chats->conversations().isEmpty());
        QCOMPARE(f_->chats->conversation(id).id, 0);
        QCOMPARE(f_->chats->send(id, QStringLiteral("into the trash")), 0);
        QVERIFY(f_->chats->undoRemove(id));
        QCOMPARE(f_->chats->conversations().size(), 1);
        QCOMPARE(f_->texts(id).size(), 2);
        QVERIFY(changed.count() >= 2);
    }

    void removingStopsTheReply() {
        const qint64 id = f_->chats->send(0, QStringLiteral("q"));
        QVERIFY(f_->chats->remove(id));
        QCOMPARE(f_->generator.stopped, QList<quint64>({f_->generator.lastId()}));
        QTRY_VERIFY(!f_->chats->isGenerating(id));
        QVERIFY(f_->chats->undoRemove(id));
        QCOMPARE(f_->chats->messages(id)[1].state, MessageState::Stopped);
    }

    void pinnedConversationsComeFirst() {
        const qint64 a = f_->say(QStringLiteral("a"), QStringLiteral("x"));
        f_->now = f_->now.addSecs(60);
        const qint64 b = f_->say(QStringLiteral("b"), QStringLiteral("x"));
        QCOMPARE(f_->chats->conversations()[0].id, b);
        QVERIFY(f_->chats->setPinned(a, true));
        QCOMPARE(f_->chats->conversations()[0].id, a);
        QCOMPARE(f_->chats->conversations()[0].group, DateGroup::Pinned);
        QVERIFY(f_->chats->rename(a, QStringLiteral("  My  title ")));
        QCOMPARE(f_->chats->conversation(a).title, QStringLiteral("My title"));
        QVERIFY(!f_->chats->rename(a, QStringLiteral("  ")));
    }

    void conversationsAreGroupedByCalendarDay() {
        const QDateTime start(QDate(2026, 3, 18), QTime(23, 59));
        f_->now = start;
        f_->say(QStringLiteral("q"), QStringLiteral("a"));
        const auto groupAt = [this](const QDateTime& now) {
            f_->now = now;
            return f_->chats->conversations()[0].group;
        };
        QCOMPARE(groupAt(start), DateGroup::Today);
        QCOMPARE(groupAt(start.addSecs(120)), DateGroup::Yesterday);
        QCOMPARE(groupAt(start.addDays(2)), DateGroup::Previous7Days);
        QCOMPARE(groupAt(start.addDays(7)), DateGroup::Previous7Days);
        QCOMPARE(groupAt(start.addDays(8)), DateGroup::Previous30Days);
        QCOMPARE(groupAt(start.addDays(31)), DateGroup::Older);
        QCOMPARE(groupAt(start.addDays(-1)), DateGroup::Today);
    }

    void longQuestionsGiveShortTitles_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<QString>("title");
        QTest::newRow("short") << QStringLiteral("Hello") << QStringLiteral("Hello");
        QTest::newRow("first line")
            << QStringLiteral("  Fix this:\nint main()") << QStringLiteral("Fix this:");
        QTest::newRow("cut at a word")
            << QStringLiteral("Explain how the router chooses experts in a mixture model")
            << QStringLiteral("Explain how the router chooses experts in a…");
        QTest::newRow("Chinese") << QString(60, QChar(0x4E13))
                                 << QString(21, QChar(0x4E13)) + QChar(0x2026);
        QTest::newRow("one long word") << QString(80, u'x') << QString(43, u'x') + QChar(0x2026);
    }

    void longQuestionsGiveShortTitles() {
        QFETCH(QString, question);
        QFETCH(QString, title);
        const qint64 id = f_->say(question, QStringLiteral("a"));
        QCOMPARE(f_->chats->conversation(id).title, title);
    }

    void searchFindsChineseWordsWithMarks() {
        const qint64 id = f_->say(QStringLiteral("你好"), QStringLiteral("混合专家模型"));
        const auto hits = f_->chats->search(QStringLiteral("专家"));
        QCOMPARE(hits.size(), 1);
        QCOMPARE(hits[0].conversationId, id);
        QCOMPARE(hits[0].messageId, f_->chats->messages(id)[1].id);
        QVERIFY(hits[0].snippet.contains(SearchHit::kHitBegin + QStringLiteral("专家") +
                                         SearchHit::kHitEnd));
        QVERIFY(f_->chats->search(QStringLiteral("\"*")).isEmpty());
    }

    void unknownIdsFailWithASentence() {
        QSignalSpy failed(f_->chats.get(), &ChatService::failed);
        QVERIFY(!f_->chats->regenerate(99));
        QVERIFY(!f_->chats->selectSibling(99));
        QVERIFY(!f_->chats->rename(99, QStringLiteral("x")));
        QCOMPARE(f_->chats->send(99, QStringLiteral("x")), 0);
        QCOMPARE(failed.count(), 4);
        for (const auto& arguments : failed)
            QVERIFY(!arguments[0].toString().isEmpty());
        QVERIFY(f_->chats->messages(99).isEmpty());
        QCOMPARE(f_->chats->message(99).id, 0);
        f_->chats->stop(99);
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatConversationsTest)
#include "chat_conversations_test.moc"
