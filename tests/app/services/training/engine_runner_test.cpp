#include "app/services/training/engine_runner.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

namespace dsm {

// The tiny model of tests/golden learns a few rows.
class EngineRunnerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void trainsAnAdapter();
    void pausedAndResumedEqualsUninterrupted();
    void saysWhatIsWrongWithAJob();

  private:
    // As a service would: counts steps, and stops after `stopAfter` of them.
    TrainingEnd train(const QString& folder, int stopAfter = 1000);
    static QByteArray content(const QString& path);

    std::unique_ptr<QTemporaryDir> folder_;
    QJsonObject job_;
    QList<TrainingStep> steps_;
    QList<qint64> resumedAt_;
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

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::EngineRunnerTest)
#include "engine_runner_test.moc"
