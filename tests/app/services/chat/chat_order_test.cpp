// How chats are found and ordered: folders, tags, archive, filters, sort orders.
#include <QSignalSpy>
#include <QTest>

#include "tests/app/services/chat/chats_fixture.h"

namespace dsm {
namespace {

const QString kWork = QStringLiteral("Work");
const QString kBirds = QStringLiteral("birds");

QList<qint64> ids(const QList<ConversationInfo>& conversations) {
    QList<qint64> result;
    for (const ConversationInfo& one : conversations)
        result.append(one.id);
    return result;
}

}  // namespace

class ChatOrderTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ChatsFixture>();
        owl_ = f_->say(QStringLiteral("An owl?"), QStringLiteral("A bird of night."));
        f_->now = f_->now.addDays(10);
        bee_ = f_->say(QStringLiteral("a bee 10?"), QStringLiteral("No bird."));
        f_->now = f_->now.addDays(1);
        cat_ = f_->say(QStringLiteral("A bee 9?"), QStringLiteral("It eats birds."));
    }

    void cleanup() { f_.reset(); }

    void foldersAndTagsAreThoseInUse() {
        QSignalSpy changed(f_->chats.get(), &ChatService::conversationsChanged);
        QVERIFY(f_->chats->setFolder(owl_, QStringLiteral("  Work ")));
        QVERIFY(f_->chats->setFolder(bee_, QStringLiteral("a10")));
        QVERIFY(f_->chats->setFolder(cat_, QStringLiteral("A9")));
        QVERIFY(f_->chats->setTags(owl_, {kBirds, QStringLiteral(" "), kBirds}));
        QCOMPARE(changed.count(), 4);
        QCOMPARE(f_->chats->folders(),
                 (QStringList{QStringLiteral("A9"), QStringLiteral("a10"), kWork}));
        QCOMPARE(f_->chats->tags(), QStringList{kBirds});
        QVERIFY(f_->chats->remove(owl_));
        QVERIFY(f_->chats->tags().isEmpty());
        f_->open();
        QCOMPARE(f_->chats->conversation(cat_).folder, QStringLiteral("A9"));
    }

    void aFilterTakesWhatItSays() {
        QVERIFY(f_->chats->setFolder(owl_, kWork));
        QVERIFY(f_->chats->setTags(bee_, {kBirds}));
        ConversationFilter filter;
        filter.folder = kWork;
        QCOMPARE(ids(f_->chats->conversations(filter)), QList<qint64>{owl_});
        filter = {};
        filter.tag = kBirds;
        QCOMPARE(ids(f_->chats->conversations(filter)), QList<qint64>{bee_});
        filter = {};
        filter.words = QStringLiteral("bird");
        QCOMPARE(ids(f_->chats->conversations(filter)), (QList<qint64>{cat_, bee_, owl_}));
        filter.to = QDate(2026, 3, 18);
        QCOMPARE(ids(f_->chats->conversations(filter)), QList<qint64>{owl_});
        filter = {};
        filter.words = QStringLiteral("bee");
        filter.role = ChatRole::Assistant;
        QVERIFY(f_->chats->conversations(filter).isEmpty());
        filter = {};
        filter.model = QStringLiteral("fake");
        QCOMPARE(f_->chats->conversations(filter).size(), 3);
        filter.model = QStringLiteral("another");
        QVERIFY(f_->chats->conversations(filter).isEmpty());
        QCOMPARE(f_->chats->models(), QStringList{QStringLiteral("fake")});
    }

    void theArchiveIsOutOfTheWay() {
        QVERIFY(f_->chats->setArchived(owl_, true));
        QCOMPARE(ids(f_->chats->conversations()), (QList<qint64>{cat_, bee_}));
        ConversationFilter filter;
        filter.archived = true;
        QCOMPARE(ids(f_->chats->conversations(filter)), QList<qint64>{owl_});
        QVERIFY(f_->chats->conversation(owl_).isArchived);
        QCOMPARE(f_->chats->search(QStringLiteral("night")).size(), 1);
        f_->now = f_->now.addSecs(60);
        f_->say(QStringLiteral("And by day?"), QStringLiteral("It sleeps."), owl_);
        QCOMPARE(f_->chats->conversations().first().id, owl_);
    }

    void theOrderIsByChangeBeginningOrTitle() {
        f_->now = f_->now.addDays(1);
        f_->say(QStringLiteral("More"), QStringLiteral("Much more"), owl_);
        QCOMPARE(ids(f_->chats->conversations()), (QList<qint64>{owl_, cat_, bee_}));
        const auto sorted = [&](ConversationOrder order) {
            return f_->chats->conversations({}, order);
        };
        QCOMPARE(ids(sorted(ConversationOrder::Created)), (QList<qint64>{cat_, bee_, owl_}));
        QCOMPARE(sorted(ConversationOrder::Created).last().group, DateGroup::Previous30Days);
        QCOMPARE(ids(sorted(ConversationOrder::Title)), (QList<qint64>{cat_, bee_, owl_}));
        QVERIFY(f_->chats->setPinned(bee_, true));
        QCOMPARE(sorted(ConversationOrder::Title).first().id, bee_);
    }

    void foundMessagesAreThoseWrittenThen() {
        ConversationFilter filter;
        filter.words = QStringLiteral("bird");
        QCOMPARE(f_->chats->search(filter).size(), 3);
        filter.from = QDate(2026, 3, 28);
        filter.to = QDate(2026, 3, 28);
        const auto hits = f_->chats->search(filter);
        QCOMPARE(hits.size(), 1);
        QCOMPARE(hits[0].conversationId, bee_);
    }

    void renamingAFolderTakesItsChatsAlong() {
        QVERIFY(f_->chats->setFolder(owl_, kWork));
        QVERIFY(f_->chats->setTags(owl_, {kBirds}));
        QVERIFY(f_->chats->renameFolder(kWork, QStringLiteral("Play")));
        QVERIFY(f_->chats->renameTag(kBirds, QStringLiteral("fowl")));
        QCOMPARE(f_->chats->conversation(owl_).folder, QStringLiteral("Play"));
        QCOMPARE(f_->chats->conversation(owl_).tags, QStringList{QStringLiteral("fowl")});
        QVERIFY(f_->chats->renameFolder(QStringLiteral("Play"), {}));
        QVERIFY(f_->chats->folders().isEmpty());
    }

  private:
    std::unique_ptr<ChatsFixture> f_;
    qint64 owl_ = 0;
    qint64 bee_ = 0;
    qint64 cat_ = 0;
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatOrderTest)
#include "chat_order_test.moc"
