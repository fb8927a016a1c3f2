#include "app/services/chat/conversation_export.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/program/settings.h"
#include "tests/app/services/chat/fake_generator.h"

namespace dsm {

class ConversationExportTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void writesTheChosenConversationsAlone();
    void leavesOutRepliesThatAreNotWhole();
    void saysWhereNothingIsToLearn();
    void choosesByWordsDateAndPin();
    void repliesWithAThumbUpAloneAreLearnt();
    void aReplyWithAThumbDownIsNeverLearnt();
    void saysWhereTheFileCannotBeWritten();

  private:
    qint64 talk(const QString& question, const QString& answer,
                StopReason end = StopReason::EndOfText, qint64 conversation = 0);
    ConversationsWritten write(const QList<qint64>& ids, LearntReplies learnt = LearntReplies::All);
    // Of the reply to the question of this number, from 0.
    void rate(qint64 conversation, int question, ReplyRating rating);
    // The weights of the answers of a row; 1 where none is said.
    static QList<int> weightsOf(const QJsonObject& row);
    static QList<QJsonObject> rowsIn(const QString& file);
    QString examples() const { return folder_->filePath(QStringLiteral("examples")); }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<FakeGenerator> fake_;
    std::unique_ptr<ChatService> chats_;
    QDateTime now_;
};

void ConversationExportTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    settings_ = std::make_unique<Settings>(folder_->filePath(QStringLiteral("settings.ini")));
    fake_ = std::make_unique<FakeGenerator>();
    now_ = QDateTime(QDate(2026, 3, 18), QTime(15, 0));
    chats_ = std::make_unique<ChatService>(folder_->filePath(QStringLiteral("chats.db")), *fake_,
                                           *settings_, nullptr, [this] { return now_; });
}

void ConversationExportTest::cleanup() {
    chats_.reset();
    fake_.reset();
}

qint64 ConversationExportTest::talk(const QString& question, const QString& answer, StopReason end,
                                    qint64 conversation) {
    const qint64 id = chats_->send(conversation, question);
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), answer, {1, 2});
    fake_->end(fake_->lastId(), end);
    return id;
}

void ConversationExportTest::rate(qint64 conversation, int question, ReplyRating rating) {
    QVERIFY(chats_->rate(chats_->messages(conversation).at(2 * question + 1).id, rating));
}

QList<int> ConversationExportTest::weightsOf(const QJsonObject& row) {
    QList<int> weights;
    for (const QJsonValue& turn : row[QStringLiteral("messages")].toArray()) {
        if (turn[QStringLiteral("role")] == QStringLiteral("assistant"))
            weights.append(turn[QStringLiteral("weight")].toInt(1));
    }
    return weights;
}

ConversationsWritten ConversationExportTest::write(const QList<qint64>& ids, LearntReplies learnt) {
    ConversationExport conversations(*chats_, examples());
    QSignalSpy written(&conversations, &ConversationExport::written);
    conversations.write(ids, learnt);
    if (!written.wait(30'000)) return {};
    return written.first().first().value<ConversationsWritten>();
}

QList<QJsonObject> ConversationExportTest::rowsIn(const QString& path) {
    QFile file(path);
    QList<QJsonObject> rows;
    if (!file.open(QIODevice::ReadOnly)) return rows;
    while (!file.atEnd())
        rows.append(QJsonDocument::fromJson(file.readLine()).object());
    return rows;
}

void ConversationExportTest::writesTheChosenConversationsAlone() {
    const qint64 first =
        talk(QStringLiteral("What is \"an expert\"?"), QStringLiteral("A\nnetwork."));
    talk(QStringLiteral("And how many?"), QStringLiteral("64."), StopReason::EndOfText, first);
    talk(QStringLiteral("A secret?"), QStringLiteral("Kept."));
    QVERIFY(chats_->setSystemPrompt(first, QStringLiteral("Be brief.")));
    const ConversationsWritten result = write({first});
    QCOMPARE(result.conversations, 1);
    QCOMPARE(result.answers, 2);
    QCOMPARE(result.withoutAnswer, 0);
    const QList<QJsonObject> rows = rowsIn(result.file);
    QCOMPARE(rows.size(), 1);
    const QJsonArray turns = rows[0].value(QStringLiteral("messages")).toArray();
    QCOMPARE(turns.size(), 5);
    QCOMPARE(turns[0].toObject().value(QStringLiteral("role")).toString(),
             QStringLiteral("system"));
    QCOMPARE(turns[2].toObject().value(QStringLiteral("content")).toString(),
             QStringLiteral("A\nnetwork."));
    const auto others = QFileDevice::ReadGroup | QFileDevice::ReadOther;
    QVERIFY(!(QFileInfo(result.file).permissions() & others));
    QCOMPARE(chats_->conversations().size(), 2);
}

void ConversationExportTest::leavesOutRepliesThatAreNotWhole() {
    const qint64 cut = talk(QStringLiteral("One?"), QStringLiteral("Whole."));
    talk(QStringLiteral("Two?"), QStringLiteral("Not wh"), StopReason::Cancelled, cut);
    const qint64 none = talk(QStringLiteral("Three?"), QStringLiteral("Th"), StopReason::Cancelled);
    const ConversationsWritten result = write({cut, none});
    QCOMPARE(result.conversations, 1);
    QCOMPARE(result.answers, 1);
    QCOMPARE(result.withoutAnswer, 1);
}

void ConversationExportTest::saysWhereNothingIsToLearn() {
    const qint64 none = talk(QStringLiteral("Three?"), QStringLiteral("Th"), StopReason::Cancelled);
    ConversationExport conversations(*chats_, examples());
    QSignalSpy failed(&conversations, &ConversationExport::failed);
    conversations.write({none});
    QVERIFY(failed.wait(30'000));
    QVERIFY(failed.first().first().toString().contains(QStringLiteral("whole answer")));
    QVERIFY(QDir(examples()).isEmpty());
}

void ConversationExportTest::choosesByWordsDateAndPin() {
    now_ = QDateTime(QDate(2026, 1, 2), QTime(12, 0));
    const qint64 old = talk(QStringLiteral("Where is the harbour?"), QStringLiteral("North."));
    now_ = QDateTime(QDate(2026, 3, 18), QTime(12, 0));
    const qint64 recent =
        talk(QStringLiteral("And the station?"), QStringLiteral("Near the harbour."));
    QVERIFY(chats_->setPinned(old, true));
    const ConversationExport conversations(*chats_, examples());
    const auto ids = [&](const ConversationFilter& filter) {
        QList<qint64> found;
        for (const ConversationInfo& one : conversations.matching(filter))
            found.append(one.id);
        return found;
    };
    const auto where = [](auto&& member, const auto& value) {
        ConversationFilter filter;
        filter.*member = value;
        return filter;
    };
    const auto words = &ConversationFilter::words;
    QCOMPARE(ids({}), (QList<qint64>{old, recent}));
    QCOMPARE(ids(where(words, QStringLiteral("harbour"))), (QList<qint64>{old, recent}));
    QCOMPARE(ids(where(words, QStringLiteral("station"))), QList<qint64>{recent});
    QCOMPARE(ids(where(&ConversationFilter::pinnedOnly, true)), QList<qint64>{old});
    QCOMPARE(ids(where(&ConversationFilter::from, QDate(2026, 3, 1))), QList<qint64>{recent});
    QCOMPARE(ids(where(&ConversationFilter::to, QDate(2026, 1, 2))), QList<qint64>{old});
}

void ConversationExportTest::repliesWithAThumbUpAloneAreLearnt() {
    const qint64 rated = talk(QStringLiteral("One?"), QStringLiteral("First."));
    for (const char* question : {"Two?", "Three?"})
        talk(QLatin1String(question), QStringLiteral("More."), StopReason::EndOfText, rated);
    const qint64 other = talk(QStringLiteral("Four?"), QStringLiteral("Unrated."));
    rate(rated, 1, ReplyRating::Up);
    const ConversationExport conversations(*chats_, examples());
    ConversationFilter filter;
    filter.ratedOnly = true;
    const QList<ConversationInfo> found = conversations.matching(filter);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first().id, rated);
    const ConversationsWritten result = write({rated, other}, LearntReplies::ThumbUp);
    QCOMPARE(result.conversations, 1);
    QCOMPARE(result.answers, 1);
    QCOMPARE(result.withoutAnswer, 1);
    // What came before is read, what came after is not there.
    QCOMPARE(weightsOf(rowsIn(result.file).at(0)), (QList<int>{0, 1}));
    rate(rated, 1, ReplyRating::None);
    QVERIFY(conversations.matching(filter).isEmpty());
}

void ConversationExportTest::aReplyWithAThumbDownIsNeverLearnt() {
    const qint64 id = talk(QStringLiteral("One?"), QStringLiteral("Wrong."));
    talk(QStringLiteral("Two?"), QStringLiteral("Right."), StopReason::EndOfText, id);
    talk(QStringLiteral("Three?"), QStringLiteral("Wrong again."), StopReason::EndOfText, id);
    rate(id, 0, ReplyRating::Down);
    rate(id, 2, ReplyRating::Down);
    const ConversationsWritten result = write({id});
    QCOMPARE(result.answers, 1);
    QCOMPARE(weightsOf(rowsIn(result.file).at(0)), (QList<int>{0, 1}));
}

void ConversationExportTest::saysWhereTheFileCannotBeWritten() {
    const qint64 id = talk(QStringLiteral("q?"), QStringLiteral("a."));
    QFile blocked(examples());
    QVERIFY(blocked.open(QIODevice::WriteOnly));
    ConversationExport conversations(*chats_, examples());
    QSignalSpy failed(&conversations, &ConversationExport::failed);
    conversations.write({id});
    QCOMPARE(failed.size(), 1);
    QVERIFY(failed.first().first().toString().startsWith(examples()));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ConversationExportTest)
#include "conversation_export_test.moc"
