// From the field of the search to the words in the message: wherever they stand, they are marked
// and in view.
#include <QLineEdit>
#include <QListView>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_list_model.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"

using namespace dsm;

namespace {

const QString kParagraphs = QStringLiteral("A_line_of_text.\n\n").repeated(150);
const QString kCode = QStringLiteral("x=1\n").repeated(120);

QModelIndex hitIn(const QListView* list, qint64 conversation) {
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        const QModelIndex index = list->model()->index(row, 0);
        const bool isHit = index.data(ConversationListModel::KindRole).toInt() ==
                           static_cast<int>(ConversationListModel::RowKind::Hit);
        if (isHit &&
            index.data(ConversationListModel::ConversationRole).toLongLong() == conversation)
            return index;
    }
    return {};
}

// Of the first words that are marked, in the part of the messages that is seen.
QRect markIn(WindowFixture& fixture) {
    MessageView* view = fixture.window().page()->messages();
    for (MessageItem* item : view->items()) {
        const QRect mark = item->isRealized() ? item->firstMark() : QRect();
        if (!mark.isNull()) return mark.translated(item->mapTo(view->viewport(), QPoint()));
    }
    return {};
}

}  // namespace

class SearchTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void aHitLeadsToTheWords_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<QString>("reply");
        QTest::addColumn<QString>("words");
        const QString ask = QStringLiteral("Hi");
        const QString needle = QStringLiteral("Zanzibar");
        QTest::newRow("far down") << ask << kParagraphs + needle + kParagraphs << needle;
        QTest::newRow("Chinese") << ask
                                 << kParagraphs + QStringLiteral("今天天气很好。") + kParagraphs
                                 << QStringLiteral("天气");
        QTest::newRow("in code") << ask
                                 << kParagraphs + QStringLiteral("```py\n") + kCode + needle +
                                        u'\n' + kCode + QStringLiteral("```\n\n") + kParagraphs
                                 << needle;
        QTest::newRow("at the end of a long line of code")
            << ask
            << QStringLiteral("```\n") + QStringLiteral("y=2;").repeated(200) + u';' + needle +
                   QStringLiteral("\n```\n\n") + kParagraphs
            << needle;
        QTest::newRow("in very long code")
            << ask
            << kParagraphs + QStringLiteral("```py\n") + kCode.repeated(40) + needle + u'\n' +
                   kCode + QStringLiteral("```")
            << needle;
        QTest::newRow("in a table") << ask
                                    << kParagraphs + QStringLiteral("|a|b|\n|---|---|\n") +
                                           QStringLiteral("|c|d|\n").repeated(60) + u'|' + needle +
                                           QStringLiteral("|e|\n\n") + kParagraphs
                                    << needle;
        QTest::newRow("in bold") << ask
                                 << kParagraphs + QStringLiteral("> - **") + needle +
                                        QStringLiteral("**\n\n") + kParagraphs
                                 << needle;
        QTest::newRow("in a very long text") << ask
                                             << QStringLiteral("word\n").repeated(30'000) + needle +
                                                    QStringLiteral("\nword").repeated(30'000)
                                             << needle;
        QTest::newRow("in the question")
            << kParagraphs + needle + kParagraphs << QStringLiteral("Yes.") << needle;
    }

    void aHitLeadsToTheWords() {
        QFETCH(QString, question);
        QFETCH(QString, reply);
        QFETCH(QString, words);
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.window().resize(1000, 700);
        fixture.script().setReply(reply);
        fixture.sendMessage(question);
        QVERIFY(fixture.waitForReply());
        const qint64 id = fixture.window().page()->conversation();
        fixture.window().newChat();
        fixture.script().setReply(QStringLiteral("Else."));
        fixture.sendMessage(QStringLiteral("Something else"));
        QVERIFY(fixture.waitForReply());

        Sidebar* sidebar = fixture.window().sidebar();
        sidebar->focusSearch();
        sidebar->searchField()->setText(words);
        QTRY_VERIFY(hitIn(sidebar->list(), id).isValid());
        QListView* list = sidebar->list();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(hitIn(list, id)).center());
        QTRY_COMPARE(fixture.window().page()->conversation(), id);
        const QRect seen = fixture.window().page()->messages()->viewport()->rect();
        QTRY_VERIFY2(!markIn(fixture).isNull() && seen.contains(markIn(fixture).center()),
                     qPrintable(QStringLiteral("the words are %1 to %2 of %3")
                                    .arg(markIn(fixture).top())
                                    .arg(markIn(fixture).bottom())
                                    .arg(seen.height())));
        // And stay there once everything is laid out.
        QTest::qWait(50);
        QVERIFY(seen.contains(markIn(fixture).center()));
    }
};

QTEST_MAIN(SearchTest)
#include "search_test.moc"
