// The branches of a chat as a tree.
#include <QTest>

#include "app/services/chat/chat_branches.h"
#include "tests/app/services/chat/chats_fixture.h"

namespace dsm {

class ChatBranchesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatsFixture> f_;

    void answer(const QString& text) {
        f_->generator.begin(f_->generator.lastId());
        f_->generator.write(f_->generator.lastId(), text, {1});
        f_->generator.end(f_->generator.lastId());
    }
    qint64 at(qint64 chat, int place) const { return f_->chats->messages(chat)[place].id; }

  private Q_SLOTS:
    void init() { f_ = std::make_unique<ChatsFixture>(); }
    void cleanup() { f_.reset(); }

    void aChatWithoutForksIsOneBranch() {
        const qint64 chat = f_->say(QStringLiteral("one\n two"), QStringLiteral("a"));
        f_->say(QStringLiteral("three"), QStringLiteral("b"), chat);
        const QList<ChatBranch> branches = f_->chats->branches(chat);
        QCOMPARE(branches.size(), 1);
        QCOMPARE(branches[0].messageId, at(chat, 0));
        QCOMPARE(branches[0].parent, -1);
        QCOMPARE(branches[0].role, ChatRole::User);
        QCOMPARE(branches[0].text, QStringLiteral("one two"));
        QCOMPARE(branches[0].created, f_->now);
        QCOMPARE(branches[0].messages, 4);
        QVERIFY(branches[0].isShown);
    }

    void eachForkBeginsTwoAndTheShownOnesAreMarked() {
        const qint64 chat = f_->say(QStringLiteral("q"), QStringLiteral("first"));
        f_->say(QStringLiteral("more"), QStringLiteral("b"), chat);
        const qint64 first = at(chat, 1);
        QVERIFY(f_->chats->regenerate(first));
        answer(QStringLiteral("second"));
        QVERIFY(f_->chats->editMessage(at(chat, 0), QStringLiteral("another q")));
        answer(QStringLiteral("third"));
        QList<ChatBranch> branches = f_->chats->branches(chat);
        // q -> (first, more, b), second; another q, third.
        QCOMPARE(branches.size(), 4);
        QCOMPARE(branches[0].text, QStringLiteral("q"));
        QCOMPARE(branches[0].messages, 1);
        QCOMPARE(branches[1].text, QStringLiteral("first"));
        QCOMPARE(branches[1].role, ChatRole::Assistant);
        QCOMPARE(branches[1].parent, 0);
        QCOMPARE(branches[1].messages, 3);
        QCOMPARE(branches[2].text, QStringLiteral("second"));
        QCOMPARE(branches[2].parent, 0);
        QCOMPARE(branches[3].text, QStringLiteral("another q"));
        QCOMPARE(branches[3].parent, -1);
        QCOMPARE(branches[3].messages, 2);
        const auto shown = [&] {
            QStringList texts;
            for (const ChatBranch& branch : f_->chats->branches(chat)) {
                if (branch.isShown) texts.append(branch.text);
            }
            return texts;
        };
        QCOMPARE(shown(), QStringList{QStringLiteral("another q")});
        QVERIFY(f_->chats->selectSibling(branches[1].messageId));
        QCOMPARE(shown(), (QStringList{QStringLiteral("q"), QStringLiteral("first")}));
        QCOMPARE(f_->texts(chat), (QStringList{QStringLiteral("q"), QStringLiteral("first"),
                                               QStringLiteral("more"), QStringLiteral("b")}));
    }

    void ofAVeryLongMessageTheFirstWordsAreTold() {
        const qint64 chat =
            f_->say(QStringLiteral("\u4E2D\u6587 ").repeated(9000), QStringLiteral("a"));
        const QString text = f_->chats->branches(chat)[0].text;
        QVERIFY(text.size() <= ChatBranch::kMostText);
        QVERIFY(text.startsWith(QStringLiteral("\u4E2D\u6587 \u4E2D\u6587")));
        QVERIFY(!text.contains(QChar::ReplacementCharacter));
    }

    void aChatThatIsNotThereHasNone() {
        const qint64 chat = f_->say(QStringLiteral("q"), QStringLiteral("a"));
        QVERIFY(f_->chats->remove(chat));
        QVERIFY(f_->chats->branches(chat).isEmpty());
        QVERIFY(f_->chats->branches(4711).isEmpty());
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatBranchesTest)

#include "chat_branches_test.moc"
