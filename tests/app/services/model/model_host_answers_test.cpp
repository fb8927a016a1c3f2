// Several replies to one prompt, which a loaded model writes at once.
#include <QSignalSpy>
#include <QTest>

#include "tests/app/services/model/model_host_fixture.h"

namespace dsm {

using test::kWaitMs;

class ModelHostAnswersTest : public QObject, protected test::ModelHostFixture {
    Q_OBJECT

  private Q_SLOTS:
    void init() { open(); }
    void cleanup() { host_.reset(); }

    void areThoseThatAreWrittenAlone();
    void endEachForItselfWhenOneIsStopped();
    void allEndWhenAllAreStoppedBeforeTheyBegin();
    void failEachWithTheReason();

  private:
    // One for each seed.
    QList<GenerationRequest> requests(const QString& text, int tokens, int count);
    // Waits for all of them, once `then` was done.
    QList<Written> written(const QList<GenerationRequest>& asked,
                           const std::function<void()>& then = {});
};

QList<GenerationRequest> ModelHostAnswersTest::requests(const QString& text, int tokens,
                                                        int count) {
    QList<GenerationRequest> all;
    for (int i = 0; i < count; ++i) {
        all.append(request(text, tokens));
        all.back().choices.seed = static_cast<quint64>(i) + 11;
    }
    return all;
}

QList<test::ModelHostFixture::Written> ModelHostAnswersTest::written(
    const QList<GenerationRequest>& asked, const std::function<void()>& then) {
    QList<Written> all(asked.size());
    qsizetype ended = 0;
    const auto numberOf = [&](quint64 id) {
        const auto at = std::find_if(asked.begin(), asked.end(),
                                     [id](const auto& request) { return request.id == id; });
        return at - asked.begin();
    };
    QObject context;
    QObject::connect(host_.get(), &TextGenerator::piecesArrived, &context,
                     [&](quint64 id, const QString& text, const QList<int>& ids) {
                         const qsizetype i = numberOf(id);
                         all[i].text += text;
                         all[i].tokenIds += ids;
                     });
    QObject::connect(host_.get(), &TextGenerator::generationFinished, &context,
                     [&](quint64 id, const GenerationOutcome& outcome) {
                         static_cast<GenerationOutcome&>(all[numberOf(id)]) = outcome;
                         ++ended;
                     });
    host_->generateTogether(asked);
    if (then) then();
    [&] { QTRY_COMPARE_WITH_TIMEOUT(ended, asked.size(), kWaitMs); }();
    return all;
}

void ModelHostAnswersTest::areThoseThatAreWrittenAlone() {
    load();
    QSignalSpy started(host_.get(), &TextGenerator::generationStarted);
    const QList<GenerationRequest> asked = requests(QStringLiteral("hello"), 30, 3);
    const QList<Written> together = written(asked);
    QCOMPARE(started.count(), 3);
    QCOMPARE(host_->status().state, ModelState::Ready);
    QVERIFY(host_->status().tokensPerSecond > 0);
    QVERIFY(together[0].tokenIds != together[1].tokenIds);
    for (qsizetype i = 0; i < asked.size(); ++i) {
        GenerationRequest alone = asked[i];
        alone.id = host_->newRequestId();
        const Written expected = outcomeOf(alone);
        QCOMPARE(together[i].tokenIds, expected.tokenIds);
        QCOMPARE(together[i].text, expected.text);
        QCOMPARE(together[i].end, expected.end);
        QCOMPARE(together[i].modelName, expected.modelName);
        QVERIFY(together[i].error.isEmpty());
    }
}

void ModelHostAnswersTest::endEachForItselfWhenOneIsStopped() {
    load();
    const QList<GenerationRequest> asked = requests(QStringLiteral("hello"), 90, 2);
    const QList<Written> together = written(asked, [&] { host_->stop(asked[0].id); });
    QCOMPARE(together[0].end, StopReason::Cancelled);
    QVERIFY(together[0].tokenIds.size() < 90);
    QCOMPARE(together[1].tokenIds.size(), 90);
    QCOMPARE(together[1].end, StopReason::MaximumTokens);
}

void ModelHostAnswersTest::allEndWhenAllAreStoppedBeforeTheyBegin() {
    load();
    const GenerationRequest before = request(QStringLiteral("first"), 60);
    host_->generate(before);
    const QList<GenerationRequest> asked = requests(QStringLiteral("hello"), 90, 2);
    QSignalSpy finished(host_.get(), &TextGenerator::generationFinished);
    host_->generateTogether(asked);
    for (const GenerationRequest& request : asked)
        host_->stop(request.id);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 3, kWaitMs);
    for (int i = 1; i < 3; ++i) {
        const auto outcome = finished[i][1].value<GenerationOutcome>();
        QCOMPARE(outcome.end, StopReason::Cancelled);
        QVERIFY(outcome.error.isEmpty());
    }
}

void ModelHostAnswersTest::failEachWithTheReason() {
    const QList<Written> without = written(requests(QStringLiteral("hello"), 5, 2));
    for (const Written& one : without)
        QVERIFY(one.error.contains(QStringLiteral("No model is loaded")));
    load();
    const QList<Written> tooLong = written(requests(QStringLiteral("hello ").repeated(2000), 5, 2));
    for (const Written& one : tooLong)
        QVERIFY2(one.error.contains(QStringLiteral("Shorten it")), qPrintable(one.error));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ModelHostAnswersTest)
#include "model_host_answers_test.moc"
