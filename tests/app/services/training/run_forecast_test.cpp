#include "app/services/training/job/run_forecast.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace dsm;

// Of the tiny model of tests/golden.
class RunForecastTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QJsonObject job_;

    QString text() const { return QString::fromUtf8(QJsonDocument(job_).toJson()); }
    QString out() const { return folder_.filePath(QStringLiteral("out")); }

  private Q_SLOTS:
    void init() {
        QFile data(folder_.filePath(QStringLiteral("rows.jsonl")));
        QVERIFY(data.open(QIODevice::WriteOnly));
        for (int i = 0; i < 10; ++i)
            data.write("{\"instruction\": \"" + QByteArray::number(i) +
                       "?\", \"output\": \"yes\"}\n");
        data.write("{\"instruction\": \"no answer\"}\n");
        job_ = {{QStringLiteral("model"), QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny")},
                {QStringLiteral("output"), out()},
                {QStringLiteral("data"), data.fileName()},
                {QStringLiteral("eval_share"), 0.2},
                {QStringLiteral("epochs"), 2},
                {QStringLiteral("batch_size"), 2},
                {QStringLiteral("accumulation"), 1},
                {QStringLiteral("max_length"), 64}};
    }

    void everythingIsKnownAndNothingWritten() {
        RunForecast forecast;
        QList<RunNumbers> told;
        connect(&forecast, &RunForecast::numbersTold, this,
                [&](const RunNumbers& numbers) { told.append(numbers); });
        QSignalSpy failed(&forecast, &RunForecast::failed);
        QSignalSpy finished(&forecast, &RunForecast::finished);
        forecast.askAll(text(), out());
        QVERIFY(forecast.isAsking());
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30000);
        QCOMPARE(failed.size(), 0);
        QCOMPARE(told.size(), 2);
        QCOMPARE(told.first().secondsPerStep, 0.0);
        const RunNumbers& n = told.last();
        QCOMPARE(n.rows, 11);
        QCOMPARE(n.refused, 1);
        QCOMPARE(n.examples, 8);
        QCOMPARE(n.evaluationExamples, 2);
        QCOMPARE(n.steps, 8);  // 4 in each epoch
        QVERIFY(n.secondsOfLongestStep >= n.secondsPerStep);
        QVERIFY(n.secondsPerStep > 0 && n.trainedTokens > 0 && n.largestBatchTokens > 0);
        QVERIFY(n.checkpointBytes > n.resultBytes && n.diskBytes > n.checkpointBytes);
        QVERIFY(n.diskFreeBytes > 0);
        quint64 sum = 0;
        for (const RunMemory::Part& part : n.memory.parts)
            sum += part.bytes;
        QCOMPARE(sum, n.memory.totalBytes);
        QVERIFY(n.memory.fits());
        // One row was refused, and the warm-up is longer than the run.
        QVERIFY(n.warnings.contains(RunWarning::Refused));
        QVERIFY(n.warnings.contains(RunWarning::Warmup));
        QVERIFY(!QFile::exists(out()));
    }

    void whatIsKeptBackIsNotTrained() {
        RunForecast forecast;
        QList<RunNumbers> told;
        connect(&forecast, &RunForecast::numbersTold, this, [&](const RunNumbers& numbers) {
            if (told.isEmpty() || told.last().examples != numbers.examples) told.append(numbers);
        });
        forecast.askAll(text(), out());
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, 30000);
        job_.remove(QStringLiteral("eval_share"));
        forecast.askAll(text(), out());
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), 2, 30000);
        // Each answer has as many tokens.
        QCOMPARE(told[0].examples, 8);
        QCOMPARE(told[0].trainedTokens * 10, told[1].trainedTokens * 8);
    }

    // Rows of the evaluation that are trained, too, are no rows that cannot be used.
    void aLeakIsNoRefusedRow() {
        QFile data(folder_.filePath(QStringLiteral("same.jsonl")));
        QVERIFY(data.open(QIODevice::WriteOnly));
        for (int i = 0; i < 10; ++i)
            data.write("{\"instruction\": \"1?\", \"output\": \"yes\"}\n");
        data.close();
        job_[QStringLiteral("data")] = data.fileName();
        RunForecast forecast;
        QList<RunNumbers> told;
        connect(&forecast, &RunForecast::numbersTold, this,
                [&](const RunNumbers& numbers) { told.append(numbers); });
        forecast.askAll(text(), out());
        QTRY_VERIFY_WITH_TIMEOUT(!told.isEmpty(), 30000);
        QCOMPARE(told.first().refused, 0);
        QVERIFY(!told.first().warnings.contains(RunWarning::Refused));
    }

    void theMemoryIsAtMostWhatIsAskedFirst() {
        RunForecast forecast;
        QList<RunMemory> told;
        connect(&forecast, &RunForecast::memoryTold, this,
                [&](const RunMemory& memory) { told.append(memory); });
        forecast.askMemory(text());
        QTRY_COMPARE(told.size(), 1);
        QVERIFY(told.first().totalBytes > 0 && told.first().learningNumbers > 0);
        job_[QStringLiteral("batch_size")] = 8;
        forecast.askMemory(text());
        QTRY_COMPARE(told.size(), 2);
        QVERIFY(told[1].totalBytes > told[0].totalBytes);
    }

    void onlyTheLastQuestionIsAnswered() {
        RunForecast forecast;
        QList<RunNumbers> told;
        connect(&forecast, &RunForecast::numbersTold, this,
                [&](const RunNumbers& numbers) { told.append(numbers); });
        QSignalSpy finished(&forecast, &RunForecast::finished);
        forecast.askAll(text(), out());
        job_[QStringLiteral("epochs")] = 5;
        forecast.askAll(text(), out());
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30000);
        QVERIFY(!told.isEmpty());
        for (const RunNumbers& numbers : told)
            QCOMPARE(numbers.epochs, 5);
    }

    void aStopEndsItWithoutAWord() {
        RunForecast forecast;
        QSignalSpy told(&forecast, &RunForecast::numbersTold);
        QSignalSpy failed(&forecast, &RunForecast::failed);
        QSignalSpy finished(&forecast, &RunForecast::finished);
        forecast.askAll(text(), out());
        forecast.stop();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30000);
        QCOMPARE(told.size(), 0);
        QCOMPARE(failed.size(), 0);
    }

    void whatIsWrongIsSaid() {
        RunForecast forecast;
        QSignalSpy failed(&forecast, &RunForecast::failed);
        QSignalSpy unknown(&forecast, &RunForecast::memoryUnknown);
        job_[QStringLiteral("data")] = QStringLiteral("/nowhere.jsonl");
        forecast.askAll(text(), out());
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().value<ReasonShown>().text.contains(
            QStringLiteral("/nowhere.jsonl")));
        job_[QStringLiteral("model")] = QStringLiteral("/no-model");
        forecast.askMemory(text());
        QTRY_COMPARE(unknown.size(), 1);
        QVERIFY(unknown.first().first().value<ReasonShown>().text.contains(
            QStringLiteral("/no-model")));
    }
};

QTEST_MAIN(RunForecastTest)
#include "run_forecast_test.moc"
