#include "app/services/training/engine_runner.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

namespace dsm {

// The tiny model of tests/golden learns a few rows.
class EngineRunnerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void trainsAnAdapter();
    void pausedAndResumedEqualsUninterrupted();
    void saysWhatIsWrongWithAJob();
    void measuresBeforeTheFirstStep();
    void answersThePromptsBeforeAndAtEachCheckpoint();
    void aPromptThatCannotBeAnsweredStopsNoRun();

  private:
    // As a service would: counts steps, and stops after `stopAfter` of them.
    TrainingEnd train(const QString& folder, int stopAfter = 1000);
    static QByteArray content(const QString& path);

    std::unique_ptr<QTemporaryDir> folder_;
    QJsonObject job_;
    QList<TrainingStep> steps_;
    QList<qint64> resumedAt_;
    QList<PromptAnswer> answers_;
};

void EngineRunnerTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    QFile data(folder_->filePath(QStringLiteral("rows.jsonl")));
    QVERIFY(data.open(QIODevice::WriteOnly));
    for (int i = 0; i < 8; ++i)
        data.write("{\"instruction\": \"" + QByteArray::number(i) + "?\", \"output\": \"yes\"}\n");
    job_ = {{QStringLiteral("model"), QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny")},
            {QStringLiteral("output"), QStringLiteral("unused")},
            {QStringLiteral("data"), data.fileName()},
            {QStringLiteral("rank"), 2},
            {QStringLiteral("epochs"), 3},
            {QStringLiteral("batch_size"), 2},
            {QStringLiteral("accumulation"), 1},
            {QStringLiteral("learning_rate"), 1e-3},
            {QStringLiteral("warmup_steps"), 0},
            {QStringLiteral("max_length"), 64},
            {QStringLiteral("threads"), 1}};
    steps_.clear();
    resumedAt_.clear();
    answers_.clear();
}

TrainingEnd EngineRunnerTest::train(const QString& folder, int stopAfter) {
    std::stop_source stop;
    int count = 0;
    TrainingReport report;
    report.step = [&](const TrainingStep& step) {
        steps_.append(step);
        if (++count == stopAfter) stop.request_stop();
    };
    report.log = [](const QString&) {};
    report.resumedAt = [&](qint64 step) { resumedAt_.append(step); };
    report.answered = [&](const PromptAnswer& answer) { answers_.append(answer); };
    const QString settings = QString::fromUtf8(QJsonDocument(job_).toJson());
    return trainWithEngine({1, settings, folder, false}, report, stop.get_token());
}

QByteArray EngineRunnerTest::content(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void EngineRunnerTest::trainsAnAdapter() {
    const QString out = folder_->filePath(QStringLiteral("out"));
    const TrainingEnd end = train(out);
    QCOMPARE(end.error, QString());
    QVERIFY(!end.isPaused);
    QCOMPARE(steps_.size(), 12);
    QCOMPARE(steps_.last().totalSteps, 12);
    QVERIFY(steps_.last().metrics[0].value < steps_.first().metrics[0].value);
    QVERIFY(QFile::exists(out + QStringLiteral("/adapter_config.json")));
    QVERIFY(!QDir(out).entryList({QStringLiteral("events.out.tfevents.*")}).isEmpty());
}

void EngineRunnerTest::pausedAndResumedEqualsUninterrupted() {
    const QString whole = folder_->filePath(QStringLiteral("whole"));
    const QString parts = folder_->filePath(QStringLiteral("parts"));
    QCOMPARE(train(whole).error, QString());
    const TrainingEnd paused = train(parts, 5);
    QCOMPARE(paused.error, QString());
    QVERIFY(paused.isPaused);
    QCOMPARE(train(parts).error, QString());
    QCOMPARE(resumedAt_, (QList<qint64>{0, 0, 5}));
    const QString weights = QStringLiteral("/adapter_model.safetensors");
    QVERIFY(!content(whole + weights).isEmpty());
    QCOMPARE(content(parts + weights), content(whole + weights));
}

void EngineRunnerTest::saysWhatIsWrongWithAJob() {
    job_[QStringLiteral("ranks")] = 3;
    QVERIFY(
        train(folder_->filePath(QStringLiteral("out"))).error.contains(QStringLiteral("ranks")));
    job_.remove(QStringLiteral("ranks"));
    job_[QStringLiteral("data")] = QStringLiteral("/missing.jsonl");
    QVERIFY(train(folder_->filePath(QStringLiteral("out")))
                .error.contains(QStringLiteral("/missing.jsonl")));
}

void EngineRunnerTest::measuresBeforeTheFirstStep() {
    job_[QStringLiteral("eval_share")] = 0.25;
    job_[QStringLiteral("eval_at_start")] = true;
    const TrainingEnd end = train(folder_->filePath(QStringLiteral("out")));
    QCOMPARE(end.error, QString());
    const TrainingStep& first = steps_.first();
    QCOMPARE(first.step, 0);
    QCOMPARE(first.metrics.first().name, QStringLiteral("eval/loss"));
    QVERIFY(std::isfinite(first.metrics.first().value));
    // What follows is the run that it would have been without.
    const QByteArray tuned =
        content(folder_->filePath(QStringLiteral("out/adapter_model.safetensors")));
    QVERIFY(!tuned.isEmpty());
    job_.remove(QStringLiteral("eval_at_start"));
    QCOMPARE(train(folder_->filePath(QStringLiteral("without"))).error, QString());
    QCOMPARE(content(folder_->filePath(QStringLiteral("without/adapter_model.safetensors"))),
             tuned);
}

void EngineRunnerTest::answersThePromptsBeforeAndAtEachCheckpoint() {
    job_[QStringLiteral("sample_prompts")] = QJsonArray{QStringLiteral("1?"), QStringLiteral("2?")};
    job_[QStringLiteral("sample_tokens")] = 4;
    job_[QStringLiteral("save_steps")] = 6;
    const QString out = folder_->filePath(QStringLiteral("out"));
    // Paused after the first checkpoint, and gone on with: each step is answered once.
    QVERIFY(train(out, 7).isPaused);
    QCOMPARE(train(out).error, QString());
    QList<qint64> asked;
    for (const PromptAnswer& answer : answers_) {
        QCOMPARE(answer.problem, QString());
        asked.append(answer.step);
    }
    QCOMPARE(asked, (QList<qint64>{0, 0, 6, 6, 7, 7, 12, 12}));
    QCOMPARE(answers_[2].prompt, QStringLiteral("1?"));
    const QList<QByteArray> lines =
        content(out + QStringLiteral("/samples.jsonl")).trimmed().split('\n');
    QCOMPARE(lines.size(), 8);
    QCOMPARE(QJsonDocument::fromJson(lines.last())[QStringLiteral("answer")].toString(),
             answers_.last().answer);
    // With the same seed the same answers.
    const QList<PromptAnswer> before = answers_;
    answers_.clear();
    QCOMPARE(train(folder_->filePath(QStringLiteral("again"))).error, QString());
    QCOMPARE(answers_.first().answer, before.first().answer);
    QCOMPARE(answers_.last().answer, before.last().answer);
}

void EngineRunnerTest::aPromptThatCannotBeAnsweredStopsNoRun() {
    // Longer than any example may be.
    job_[QStringLiteral("sample_prompts")] =
        QJsonArray{QString(2000, QLatin1Char('a')), QStringLiteral("1?")};
    const TrainingEnd end = train(folder_->filePath(QStringLiteral("out")));
    QCOMPARE(end.error, QString());
    QCOMPARE(steps_.last().step, 12);
    QVERIFY(!answers_.isEmpty());
    QVERIFY(!answers_.first().problem.isEmpty());
    QVERIFY(answers_[1].problem.isEmpty());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::EngineRunnerTest)
#include "engine_runner_test.moc"
