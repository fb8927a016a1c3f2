#include "app/services/benchmarks/benchmark_service.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/services/benchmarks/published_results.h"
#include "app/services/program/engine_lease.h"

namespace dsm {

using RunState = BenchmarkRunInfo::State;

// The tiny model of tests/golden is asked a few questions.
class BenchmarkServiceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void keepsEveryAnswerOfABenchmark();
    void goesOnWhereItWasStopped();
    void goesOnAfterTheProgramWasEnded();
    void refusesToGoOnWithOtherQuestions();
    void comparesTwoRuns();
    void saysWhyItCannot();
    void holdsTheComputerMeanwhile();
    void bringsBackWhatWasRemoved();
    void knowsWhatWasPublished();

  private:
    QString path(const char* name) const { return folder_->filePath(QLatin1String(name)); }
    BenchmarkWish wish(int questions) const;
    void open();
    bool wait() const {
        return QTest::qWaitFor([this] { return service_->running() == 0; }, 60'000);
    }
    BenchmarkRunInfo last() const { return service_->runs().constLast(); }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<EngineLease> lease_;
    std::unique_ptr<BenchmarkService> service_;
};

void BenchmarkServiceTest::init() {
    service_.reset();
    folder_ = std::make_unique<QTemporaryDir>();
    lease_ = std::make_unique<EngineLease>();
    open();
}

void BenchmarkServiceTest::open() {
    service_.reset();
    service_ = std::make_unique<BenchmarkService>(path("benchmarks.db"), *lease_);
}

BenchmarkWish BenchmarkServiceTest::wish(int questions) const {
    QFile file(path("piqa.jsonl"));
    const bool isOpen = file.open(QIODevice::WriteOnly);
    Q_ASSERT(isOpen);
    for (int i = 0; i < questions; ++i) {
        file.write(
            QStringLiteral("{\"goal\": \"Find %1\", \"sol1\": \"look\", \"sol2\": \"go there\", "
                           "\"label\": %2}\n")
                .arg(i)
                .arg(i % 2)
                .toUtf8());
    }
    return {.task = QStringLiteral("piqa"),
            .files = {path("piqa.jsonl")},
            .shotFiles = {},
            .shots = 0,
            .subject = {},
            .limit = 0,
            .modelFolder = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"),
            .modelName = QStringLiteral("tiny"),
            .adapterFolder = {},
            .adapterName = {}};
}

void BenchmarkServiceTest::keepsEveryAnswerOfABenchmark() {
    QSignalSpy told(service_.get(), &BenchmarkService::progressed);
    const qint64 id = service_->start(wish(6));
    QVERIFY(id > 0);
    QVERIFY(wait());
    QVERIFY(!told.isEmpty());
    QCOMPARE(told.constLast().at(0).toLongLong(), 6);
    open();
    const BenchmarkRunInfo run = last();
    QCOMPARE(run.state, RunState::Finished);
    QCOMPARE(run.answered, 6);
    QCOMPARE(run.questions, 6);
    QVERIFY(!run.format.isEmpty() && !run.machine.isEmpty());
    QCOMPARE(run.figures.size(), 2);
    QCOMPARE(run.figures.constFirst().name, QStringLiteral("acc"));
    qint64 right = 0;
    for (const BenchmarkAnswerInfo& answer : service_->answers(id))
        right += answer.judgement == Judgement::Right ? 1 : 0;
    QCOMPARE(run.figures.constFirst().value, static_cast<double>(right) / 6);
    const auto answer = service_->answer(id, 3);
    QVERIFY(answer.has_value());
    QCOMPARE(answer->prompt, QStringLiteral("Question: Find 3\nAnswer:"));
    QCOMPARE(answer->place, QStringLiteral("piqa.jsonl, line 4"));
    QCOMPARE(answer->choices.size(), 2);
    QVERIFY(answer->choices.at(1).isRight);
    QVERIFY(answer->choices.at(0).logLikelihood < 0);
    QVERIFY(!service_->answer(id, 6).has_value());
}

void BenchmarkServiceTest::goesOnWhereItWasStopped() {
    const BenchmarkWish wanted = wish(3000);
    const qint64 id = service_->start(wanted);
    QTRY_VERIFY_WITH_TIMEOUT(last().answered > 3, 60'000);
    service_->stop();
    QVERIFY(wait());
    const qint64 answered = last().answered;
    QCOMPARE(last().state, RunState::Stopped);
    QVERIFY(answered < 3000);
    QVERIFY(service_->resume(id));
    QTRY_VERIFY_WITH_TIMEOUT(last().answered > answered, 60'000);
    service_->stop();
    QVERIFY(wait());
    QCOMPARE(service_->answers(id).size(), last().answered);
}

void BenchmarkServiceTest::goesOnAfterTheProgramWasEnded() {
    service_->start(wish(3000));
    QTRY_VERIFY_WITH_TIMEOUT(last().answered > 0, 60'000);
    open();
    QCOMPARE(last().state, RunState::Stopped);
    QVERIFY(last().answered > 0);
    QCOMPARE(lease_->holder(), EngineLease::Holder::None);
}

void BenchmarkServiceTest::refusesToGoOnWithOtherQuestions() {
    const qint64 id = service_->start(wish(2));
    QVERIFY(wait());
    wish(5);
    QSignalSpy failed(service_.get(), &BenchmarkService::failed);
    QVERIFY(service_->resume(id));
    QVERIFY(wait());
    QCOMPARE(failed.size(), 1);
    QVERIFY2(failed.constFirst().at(0).toString().contains(QLatin1String("other questions")),
             qPrintable(failed.constFirst().at(0).toString()));
    QCOMPARE(last().state, RunState::Failed);
    QCOMPARE(last().answered, 2);
}

void BenchmarkServiceTest::comparesTwoRuns() {
    const qint64 first = service_->start(wish(4));
    QVERIFY(wait());
    const qint64 second = service_->start(wish(4));
    QVERIFY(wait());
    const auto compared = service_->compare(first, second);
    QVERIFY(compared.has_value());
    QCOMPARE(compared->questions, 4);
    QCOMPARE(compared->difference, 0.0);
    QCOMPARE(compared->chance, 1.0);
    QVERIFY(!service_->compare(first, 99).has_value());
}

void BenchmarkServiceTest::saysWhyItCannot() {
    QSignalSpy failed(service_.get(), &BenchmarkService::failed);
    BenchmarkWish wanted = wish(1);
    QFile file(path("piqa.jsonl"));
    QVERIFY(file.open(QIODevice::Append));
    file.write("{\"goal\": \"x\", \"sol1\": 3, \"sol2\": \"b\", \"label\": 0}\n");
    file.close();
    service_->start(wanted);
    QVERIFY(wait());
    QCOMPARE(failed.size(), 1);
    QVERIFY2(failed.constFirst().at(0).toString().contains(
                 QLatin1String("piqa.jsonl, line 2: sol1: expected a string")),
             qPrintable(failed.constFirst().at(0).toString()));
    QCOMPARE(last().state, RunState::Failed);
    QVERIFY(last().error.contains(QLatin1String("sol1")));
}

void BenchmarkServiceTest::holdsTheComputerMeanwhile() {
    service_->start(wish(3000));
    QCOMPARE(lease_->holder(), EngineLease::Holder::Training);
    QSignalSpy failed(service_.get(), &BenchmarkService::failed);
    QCOMPARE(service_->start(wish(1)), 0);
    QCOMPARE(failed.size(), 1);
    service_->stop();
    QVERIFY(wait());
    QCOMPARE(lease_->holder(), EngineLease::Holder::None);
    QVERIFY(lease_->take(EngineLease::Holder::Chat));
    QCOMPARE(service_->start(wish(1)), 0);
    QVERIFY(failed.constLast().at(0).toString().contains(QLatin1String("loading or writing")));
}

void BenchmarkServiceTest::bringsBackWhatWasRemoved() {
    const qint64 id = service_->start(wish(1));
    QVERIFY(!service_->remove(id));
    QVERIFY(wait());
    QVERIFY(service_->remove(id));
    QVERIFY(service_->runs().isEmpty());
    QVERIFY(service_->restore(id));
    QCOMPARE(last().answered, 1);
}

void BenchmarkServiceTest::knowsWhatWasPublished() {
    QCOMPARE(publishedResult(QStringLiteral("mmlu")).base, 45.0);
    QCOMPARE(publishedResult(QStringLiteral("gsm8k")).chat, 62.2);
    QVERIFY(publishedResult(QStringLiteral("piqa")).chat < 0);
    QVERIFY(publishedResult(QStringLiteral("wikitext")).base < 0);
    QCOMPARE(BenchmarkService::task(QStringLiteral("gsm8k")).shots, 8);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::BenchmarkServiceTest)
#include "benchmark_service_test.moc"
