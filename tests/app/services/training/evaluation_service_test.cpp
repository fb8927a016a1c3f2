#include "app/services/training/results/evaluation_service.h"

#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cerrno>
#include <cmath>
#include <utility>

#include "kernels/base/system_faults.h"

namespace dsm {

// The tiny model of tests/golden answers a few rows.
class EvaluationServiceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void keepsWhatItMeasuresBesideTheRun();
    void keepsWhatBelongsToNoRunInAFolderOfItsOwn();
    void losesNoneBehindALineThatWasLeftHalf();
    void keepsTheFileWhereTheDiskIsFull();
    void evaluatesThePartThatTheRunPutAside();
    void evaluatesOnTheFilesOfARunThatMeasuredOnTheWay();
    void guessesTheColumnsOfAnotherFile();
    void readsAFileWithTheColumnsOfTheRunAsTheRunDid();
    void isStoppedAndLeavesNothing();
    void saysWhyItCannot();
    void holdsTheComputerMeanwhile();

  private:
    EvaluationTask task() const;
    QString path(const char* name) const { return folder_->filePath(QLatin1String(name)); }
    void write(const char* name, const QByteArray& bytes) const;

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<EngineLease> lease_;
    std::unique_ptr<EvaluationService> service_;
    QJsonObject job_;
};

void EvaluationServiceTest::init() {
    service_.reset();
    folder_ = std::make_unique<QTemporaryDir>();
    lease_ = std::make_unique<EngineLease>();
    service_ = std::make_unique<EvaluationService>(*lease_, path("own"));
    QVERIFY(QDir().mkpath(path("run")));
    QByteArray rows;
    for (int i = 0; i < 8; ++i)
        rows += "{\"q\": \"" + QByteArray::number(i) + "?\", \"output\": \"yes\"}\n";
    write("rows.jsonl", rows);
    job_ = {{QStringLiteral("data"), path("rows.jsonl")},
            {QStringLiteral("model"), QStringLiteral("/elsewhere")},
            {QStringLiteral("columns"),
             QJsonObject{{QStringLiteral("instruction"), QStringLiteral("q")}}},
            {QStringLiteral("max_length"), 64},
            {QStringLiteral("threads"), 1}};
}

void EvaluationServiceTest::write(const char* name, const QByteArray& bytes) const {
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

EvaluationTask EvaluationServiceTest::task() const {
    return {.runFolder = path("run"),
            .settingsJson = QString::fromUtf8(QJsonDocument(job_).toJson()),
            .modelFolder = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"),
            .adapterFolder = {},
            .subject = QStringLiteral("Base"),
            .files = {}};
}

void EvaluationServiceTest::keepsWhatItMeasuresBesideTheRun() {
    QSignalSpy finished(service_.get(), &EvaluationService::finished);
    QSignalSpy progressed(service_.get(), &EvaluationService::progressed);
    QVERIFY(service_->start(task()));
    QVERIFY(finished.wait(30'000));
    QVERIFY(!service_->isRunning());
    QVERIFY(!progressed.isEmpty());
    QVERIFY(service_->start(task()));
    QVERIFY(finished.wait(30'000));
    const QList<EvaluationResult> kept = EvaluationService::resultsOf(path("run"));
    QCOMPARE(kept.size(), 2);
    QCOMPARE(kept[0].subject, QStringLiteral("Base"));
    QCOMPARE(kept[0].files, QStringList{QStringLiteral("rows.jsonl")});
    QCOMPARE(kept[0].rows, 8);
    QCOMPARE(kept[0].answers, 8);
    QVERIFY(!kept[0].isPart);
    QVERIFY(kept[0].loss > 0);
    QVERIFY(std::abs(kept[0].perplexity - std::exp(kept[0].loss)) < 1e-6 * kept[0].perplexity);
    QCOMPARE(kept[1].loss, kept[0].loss);
    QCOMPARE(kept[0].ends.worst.size(), 4);
    QCOMPARE(kept[0].ends.worst[0].turns[1].parts[0].text, QStringLiteral("yes"));
    QVERIFY(kept[0].made.secsTo(QDateTime::currentDateTime()) < 600);
}

void EvaluationServiceTest::keepsWhatBelongsToNoRunInAFolderOfItsOwn() {
    QVERIFY(service_->ownResults().isEmpty());
    EvaluationTask free = task();
    free.runFolder = QString();
    free.settingsJson = QStringLiteral("{}");
    free.files = QStringList{path("rows.jsonl")};
    free.adapterFolder = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter/saved");
    free.adapter = QStringLiteral("letters");
    QSignalSpy finished(service_.get(), &EvaluationService::finished);
    QVERIFY(service_->start(free));
    QVERIFY(service_->runFolder().isEmpty());
    QVERIFY(finished.wait(30'000));
    QVERIFY(finished[0][0].value<EvaluationResult>().notKept.isEmpty());
    // It survives the service, and stands beside no run.
    service_ = std::make_unique<EvaluationService>(*lease_, path("own"));
    const QList<EvaluationResult> kept = service_->ownResults();
    QCOMPARE(kept.size(), 1);
    QCOMPARE(kept[0].subject, QStringLiteral("Base"));
    QCOMPARE(kept[0].adapter, QStringLiteral("letters"));
    QCOMPARE(kept[0].modelFolder, free.modelFolder);
    QCOMPARE(kept[0].rows, 8);
    QVERIFY(EvaluationService::resultsOf(path("run")).isEmpty());
}

void EvaluationServiceTest::losesNoneBehindALineThatWasLeftHalf() {
    write("run/evaluations.jsonl", "{\"loss\": 1.5}\n{\"loss\": 2.5, \"rows");
    QSignalSpy finished(service_.get(), &EvaluationService::finished);
    QVERIFY(service_->start(task()));
    QVERIFY(finished.wait(30'000));
    const QList<EvaluationResult> kept = EvaluationService::resultsOf(path("run"));
    QCOMPARE(kept.size(), 2);
    QCOMPARE(kept[0].loss, 1.5);
    QCOMPARE(kept[1].rows, 8);
}

void EvaluationServiceTest::keepsTheFileWhereTheDiskIsFull() {
    const QByteArray before = "{\"loss\": 1.5}\n";
    write("run/evaluations.jsonl", before);
    QSignalSpy finished(service_.get(), &EvaluationService::finished);
    bool isFirst = true;
    const SystemStandIns full{
        .pwrite = [&](int file, const void* from, std::size_t size, off_t offset) -> ssize_t {
            if (std::exchange(isFirst, false)) return ::pwrite(file, from, size / 2, offset);
            errno = ENOSPC;
            return -1;
        },
        .fdatasync = {},
        .freeBytes = {}};
    useSystemStandIns(&full);
    const bool hasFinished = service_->start(task()) && finished.wait(30'000);
    useSystemStandIns(nullptr);
    QVERIFY(hasFinished);
    QCOMPARE(finished[0][0].value<EvaluationResult>().notKept,
             QStringLiteral("No space left on device"));
    QFile file(path("run/evaluations.jsonl"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), before);
}

void EvaluationServiceTest::evaluatesThePartThatTheRunPutAside() {
    job_[QStringLiteral("eval_share")] = 0.25;
    QSignalSpy finished(service_.get(), &EvaluationService::finished);
    QVERIFY(service_->start(task()));
    QVERIFY(finished.wait(30'000));
    QCOMPARE(EvaluationService::resultsOf(path("run"))[0].rows, 2);
    QVERIFY(EvaluationService::resultsOf(path("run"))[0].isPart);
    // All of it where it is named.
    EvaluationTask all = task();
    all.files = QStringList{path("rows.jsonl")};
    QVERIFY(service_->start(all));
    QVERIFY(finished.wait(30'000));
    QCOMPARE(EvaluationService::resultsOf(path("run"))[1].rows, 8);
}

void EvaluationServiceTest::evaluatesOnTheFilesOfARunThatMeasuredOnTheWay() {
    write("eval.jsonl", "{\"q\": \"1?\", \"output\": \"yes\"}\n");
    job_[QStringLiteral("eval_data")] = path("eval.jsonl");
    job_[QStringLiteral("eval_at_start")] = true;
    job_[QStringLiteral("eval_steps")] = 5;
    job_[QStringLiteral("patience")] = 2;
    QSignalSpy finished(service_.get(), &EvaluationService::finished);
    QVERIFY(service_->start(task()));
    QVERIFY(finished.wait(30'000));
    const QList<EvaluationResult> kept = EvaluationService::resultsOf(path("run"));
    QCOMPARE(kept[0].files, QStringList{QStringLiteral("eval.jsonl")});
    QCOMPARE(kept[0].rows, 1);
}

void EvaluationServiceTest::guessesTheColumnsOfAnotherFile() {
    write("other.csv", "question,answer\nWho?,I\nWhy?,So\n");
    EvaluationTask other = task();
    other.files = QStringList{path("other.csv")};
    QSignalSpy finished(service_.get(), &EvaluationService::finished);
    QSignalSpy failed(service_.get(), &EvaluationService::failed);
    QVERIFY(service_->start(other));
    QTRY_VERIFY_WITH_TIMEOUT(finished.count() + failed.count() == 1, 30'000);
    QVERIFY2(failed.isEmpty(),
             failed.isEmpty() ? "" : qPrintable(failed[0][0].value<ReasonShown>().text));
    QCOMPARE(EvaluationService::resultsOf(path("run"))[0].rows, 2);
}

// The question stands in the column "output", as a person said of the run's data.
void EvaluationServiceTest::readsAFileWithTheColumnsOfTheRunAsTheRunDid() {
    job_[QStringLiteral("columns")] =
        QJsonObject{{QStringLiteral("instruction"), QStringLiteral("answer")},
                    {QStringLiteral("output"), QStringLiteral("question")}};
    write("other.csv", "answer,question\nWho?,I\n");
    EvaluationTask other = task();
    other.files = QStringList{path("other.csv")};
    QSignalSpy finished(service_.get(), &EvaluationService::finished);
    QVERIFY(service_->start(other));
    QVERIFY(finished.wait(30'000));
    const EvaluationResult kept = EvaluationService::resultsOf(path("run"))[0];
    QCOMPARE(kept.ends.worst[0].turns[1].parts[0].text, QStringLiteral("I"));
}

void EvaluationServiceTest::isStoppedAndLeavesNothing() {
    QSignalSpy failed(service_.get(), &EvaluationService::failed);
    QVERIFY(service_->start(task()));
    service_->stop();
    QVERIFY(failed.wait(30'000));
    QCOMPARE(failed[0][0].value<ReasonShown>().text, QString());
    QVERIFY(EvaluationService::resultsOf(path("run")).isEmpty());
    QCOMPARE(lease_->holder(), EngineLease::Holder::None);
}

void EvaluationServiceTest::saysWhyItCannot() {
    QSignalSpy failed(service_.get(), &EvaluationService::failed);
    EvaluationTask missing = task();
    missing.files = QStringList{path("missing.jsonl")};
    QVERIFY(service_->start(missing));
    QVERIFY(failed.wait(30'000));
    QVERIFY(failed[0][0].value<ReasonShown>().text.contains(QStringLiteral("missing.jsonl")));
    // What cannot be kept is told all the same.
    QSignalSpy finished(service_.get(), &EvaluationService::finished);
    EvaluationTask nowhere = task();
    nowhere.runFolder = path("not-there");
    QVERIFY(service_->start(nowhere));
    QVERIFY(finished.wait(30'000));
    const auto result = finished[0][0].value<EvaluationResult>();
    QCOMPARE(result.rows, 8);
    QVERIFY(!result.notKept.isEmpty());
}

void EvaluationServiceTest::holdsTheComputerMeanwhile() {
    QVERIFY(lease_->take(EngineLease::Holder::Chat));
    QSignalSpy failed(service_.get(), &EvaluationService::failed);
    QVERIFY(!service_->start(task()));
    QVERIFY(failed[0][0].value<ReasonShown>().text.contains(QStringLiteral("loading or writing")));
    lease_->giveBack(EngineLease::Holder::Chat);
    QVERIFY(service_->start(task()));
    QVERIFY(!lease_->take(EngineLease::Holder::Chat));
    QVERIFY(!service_->start(task()));
    // Its end is that of the evaluation, too.
    service_.reset();
    QCOMPARE(lease_->holder(), EngineLease::Holder::None);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::EvaluationServiceTest)
#include "evaluation_service_test.moc"
