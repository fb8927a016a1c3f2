#include "app/services/training/engine_runner.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "app/services/training/results/run_files.h"
#include "app/services/training/results/run_rows.h"

namespace dsm {

// The tiny model of tests/golden learns a few rows.
class EngineRunnerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void trainsAnAdapter();
    void pausedAndResumedEqualsUninterrupted();
    void aStopCanEndTheRunWithItsResult();
    void theBestEvaluationIsTheResultAndIsNotListedTwice();
    void aStopCanLeaveEverythingUnsaved();
    void saysWhatIsWrongWithAJob();
    void measuresBeforeTheFirstStep();
    void answersThePromptsBeforeAndAtEachCheckpoint();
    void aPromptThatCannotBeAnsweredStopsNoRun();
    void keepsTheFirstBatchAsItWasFed();
    void keepsTheRowsThatAnEvaluationFindsHardest();
    void aResumedRunForgetsTheRowsOfLaterSteps();
    void aResumedRunTellsWhatWasMeasuredBefore();

  private:
    // As a service would: counts steps, and stops after `stopAfter` of them.
    TrainingEnd train(const QString& folder, int stopAfter = 1000,
                      TrainingStop means = TrainingStop::Pause);
    static QByteArray content(const QString& path);

    std::unique_ptr<QTemporaryDir> folder_;
    QJsonObject job_;
    QList<TrainingStep> steps_;
    QList<qint64> resumedAt_;
    QList<PromptAnswer> answers_;
    QList<TrainingStep> measured_;
    QStringList phases_;
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
    measured_.clear();
    phases_.clear();
}

TrainingEnd EngineRunnerTest::train(const QString& folder, int stopAfter, TrainingStop means) {
    std::stop_source stop;
    int count = 0;
    TrainingReport report;
    report.step = [&](const TrainingStep& step) {
        steps_.append(step);
        if (++count == stopAfter) stop.request_stop();
    };
    report.log = [](const ReasonShown&) {};
    report.phase = [&](const QString& what, double) { phases_.append(what); };
    report.resumedAt = [&](qint64 step) { resumedAt_.append(step); };
    report.answered = [&](const PromptAnswer& answer) { answers_.append(answer); };
    report.measured = [&](const QList<TrainingStep>& steps) { measured_ = steps; };
    const QString settings = QString::fromUtf8(QJsonDocument(job_).toJson());
    return trainWithEngine({1, settings, folder, false, [means] { return means; }}, report,
                           stop.get_token());
}

QByteArray EngineRunnerTest::content(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void EngineRunnerTest::aResumedRunTellsWhatWasMeasuredBefore() {
    const QString out = folder_->filePath(QStringLiteral("out"));
    QVERIFY(train(out, 4).isPaused);
    QVERIFY(measured_.isEmpty());
    const QList<TrainingStep> before = steps_;
    QCOMPARE(train(out).error, ReasonShown());
    QCOMPARE(measured_.size(), before.size());
    const auto lossOf = [](const TrainingStep& step) {
        for (const TrainingMetric& metric : step.metrics) {
            if (metric.name == QLatin1String("train/loss")) return metric.value;
        }
        return -1.0;
    };
    for (qsizetype i = 0; i < before.size(); ++i) {
        QCOMPARE(measured_[i].step, before[i].step);
        QCOMPARE(lossOf(measured_[i]), static_cast<double>(static_cast<float>(lossOf(before[i]))));
    }
}

void EngineRunnerTest::trainsAnAdapter() {
    const QString out = folder_->filePath(QStringLiteral("out"));
    const TrainingEnd end = train(out);
    QCOMPARE(end.error, ReasonShown());
    QVERIFY(!end.isPaused);
    QVERIFY(phases_.contains(QStringLiteral("Reading data")));
    QVERIFY(phases_.contains(QStringLiteral("Loading")));
    QCOMPARE(steps_.size(), 12);
    QCOMPARE(steps_.last().totalSteps, 12);
    QVERIFY(steps_.last().metrics[0].value < steps_.first().metrics[0].value);
    QVERIFY(QFile::exists(out + QStringLiteral("/adapter_config.json")));
    QVERIFY(!QDir(out).entryList({QStringLiteral("events.out.tfevents.*")}).isEmpty());
}

void EngineRunnerTest::aStopCanEndTheRunWithItsResult() {
    const QString out = folder_->filePath(QStringLiteral("out"));
    const QString adapter = QStringLiteral("/adapter_model.safetensors");
    const TrainingEnd end = train(out, 5, TrainingStop::Finish);
    QCOMPARE(end.error, ReasonShown());
    QVERIFY(!end.isPaused);
    // The result is that of its last step.
    QVERIFY(!content(out + adapter).isEmpty());
    QCOMPARE(content(out + adapter), content(out + QStringLiteral("/checkpoint-5") + adapter));
    // To try both would be to try one twice.
    for (const RunResult& one : filesOfRun(out).results)
        QVERIFY(one.step != 5);
    QCOMPARE(filesOfRun(out).results.first().folder, out);
}

void EngineRunnerTest::theBestEvaluationIsTheResultAndIsNotListedTwice() {
    job_[QStringLiteral("eval_share")] = 0.25;
    job_[QStringLiteral("eval_steps")] = 3;
    job_[QStringLiteral("save_steps")] = 3;
    job_[QStringLiteral("learning_rate")] = 0.3;  // it gets worse
    const QString out = folder_->filePath(QStringLiteral("out"));
    QCOMPARE(train(out).error, ReasonShown());
    const QString adapter = QStringLiteral("/adapter_model.safetensors");
    const QList<RunResult> results = filesOfRun(out).results;
    QVERIFY(results.size() > 1);
    QCOMPARE(results.first().step, 0);
    int equal = 0;
    for (const QString& name : QDir(out).entryList({QStringLiteral("checkpoint-*")}, QDir::Dirs)) {
        const QString folder = out + u'/' + name;
        const bool isListed = std::any_of(results.begin(), results.end(),
                                          [&](const auto& one) { return one.folder == folder; });
        const bool isEqual = content(folder + adapter) == content(out + adapter);
        QCOMPARE(isListed, !isEqual);
        equal += isEqual ? 1 : 0;
    }
    QCOMPARE(equal, 1);
}

void EngineRunnerTest::aStopCanLeaveEverythingUnsaved() {
    job_[QStringLiteral("save_steps")] = 3;
    const QString out = folder_->filePath(QStringLiteral("out"));
    const TrainingEnd end = train(out, 5, TrainingStop::Discard);
    QVERIFY(end.isPaused);
    QCOMPARE(QDir(out).entryList({QStringLiteral("checkpoint-*")}),
             QStringList{QStringLiteral("checkpoint-3")});
    QCOMPARE(train(out).error, ReasonShown());
    QCOMPARE(resumedAt_.last(), 3);
}

void EngineRunnerTest::pausedAndResumedEqualsUninterrupted() {
    const QString whole = folder_->filePath(QStringLiteral("whole"));
    const QString parts = folder_->filePath(QStringLiteral("parts"));
    QCOMPARE(train(whole).error, ReasonShown());
    const TrainingEnd paused = train(parts, 5);
    QCOMPARE(paused.error, ReasonShown());
    QVERIFY(paused.isPaused);
    QCOMPARE(train(parts).error, ReasonShown());
    QCOMPARE(resumedAt_, (QList<qint64>{0, 0, 5}));
    const QString weights = QStringLiteral("/adapter_model.safetensors");
    QVERIFY(!content(whole + weights).isEmpty());
    QCOMPARE(content(parts + weights), content(whole + weights));
}

void EngineRunnerTest::saysWhatIsWrongWithAJob() {
    job_[QStringLiteral("ranks")] = 3;
    QVERIFY(train(folder_->filePath(QStringLiteral("out")))
                .error.text.contains(QStringLiteral("ranks")));
    job_.remove(QStringLiteral("ranks"));
    job_[QStringLiteral("data")] = QStringLiteral("/missing.jsonl");
    QVERIFY(train(folder_->filePath(QStringLiteral("out")))
                .error.text.contains(QStringLiteral("/missing.jsonl")));
}

void EngineRunnerTest::measuresBeforeTheFirstStep() {
    job_[QStringLiteral("eval_share")] = 0.25;
    job_[QStringLiteral("eval_at_start")] = true;
    const TrainingEnd end = train(folder_->filePath(QStringLiteral("out")));
    QCOMPARE(end.error, ReasonShown());
    const TrainingStep& first = steps_.first();
    QCOMPARE(first.step, 0);
    QCOMPARE(first.metrics.first().name, QStringLiteral("eval/loss"));
    QVERIFY(std::isfinite(first.metrics.first().value));
    // What follows is the run that it would have been without.
    const QByteArray tuned =
        content(folder_->filePath(QStringLiteral("out/adapter_model.safetensors")));
    QVERIFY(!tuned.isEmpty());
    job_.remove(QStringLiteral("eval_at_start"));
    QCOMPARE(train(folder_->filePath(QStringLiteral("without"))).error, ReasonShown());
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
    QCOMPARE(train(out).error, ReasonShown());
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
    QCOMPARE(train(folder_->filePath(QStringLiteral("again"))).error, ReasonShown());
    QCOMPARE(answers_.first().answer, before.first().answer);
    QCOMPARE(answers_.last().answer, before.last().answer);
}

void EngineRunnerTest::aPromptThatCannotBeAnsweredStopsNoRun() {
    // Longer than any example may be.
    job_[QStringLiteral("sample_prompts")] =
        QJsonArray{QString(2000, QLatin1Char('a')), QStringLiteral("1?")};
    const TrainingEnd end = train(folder_->filePath(QStringLiteral("out")));
    QCOMPARE(end.error, ReasonShown());
    QCOMPARE(steps_.last().step, 12);
    QVERIFY(!answers_.isEmpty());
    QVERIFY(!answers_.first().problem.isEmpty());
    QVERIFY(answers_[1].problem.isEmpty());
}

void EngineRunnerTest::keepsTheFirstBatchAsItWasFed() {
    job_[QStringLiteral("accumulation")] = 2;
    const QString out = folder_->filePath(QStringLiteral("out"));
    QVERIFY(train(out, 1).isPaused);
    const FedBatch fed = firstBatchOf(out);
    QCOMPARE(fed.batches.size(), 2);
    QCOMPARE(fed.samples, 4);
    QCOMPARE(fed.leftOut, 0);
    const FedSample& sample = fed.batches[1][0];
    QString text, learnt;
    for (const DataPart& part : sample.parts) {
        text += part.text;
        if (part.isTrained) learnt += part.text;
    }
    // Every token of the template, the special ones by their names.
    static const QRegularExpression form(
        QStringLiteral("^(.*)User: \\d\\?\n\nAssistant: yes(.*)$"));
    QVERIFY2(form.match(text).hasMatch(), qPrintable(text));
    QVERIFY(sample.parts.first().isToken);
    QVERIFY(learnt.startsWith(QStringLiteral(" yes")));
    QVERIFY(sample.parts.last().isToken && sample.parts.last().isTrained);
    QVERIFY(sample.trained > 0 && sample.trained < sample.tokens);
    // It is that of the first step, however often the run is gone on with.
    const QByteArray kept = content(out + QStringLiteral("/first_batch.json"));
    QCOMPARE(train(out).error, ReasonShown());
    QCOMPARE(content(out + QStringLiteral("/first_batch.json")), kept);
}

void EngineRunnerTest::keepsTheRowsThatAnEvaluationFindsHardest() {
    QFile rows(folder_->filePath(QStringLiteral("evaluation.jsonl")));
    QVERIFY(rows.open(QIODevice::WriteOnly));
    for (int i = 0; i < 6; ++i)
        rows.write(R"({"instruction": "1?", "output": "yes"})"
                   "\n");
    rows.write(R"({"instruction": "1?", "output": "zebra 947 qqx"})"
               "\n");
    rows.close();
    job_[QStringLiteral("eval_data")] = rows.fileName();
    job_[QStringLiteral("batch_size")] = 3;
    const QString out = folder_->filePath(QStringLiteral("out"));
    QCOMPARE(train(out).error, ReasonShown());
    const EvaluatedRowsShown found = evaluatedRowsOf(out);
    QCOMPARE(found.step, steps_.last().step);
    QCOMPARE(found.rows, 7);
    QCOMPARE(found.worst.size(), 4);
    QCOMPARE(found.best.size(), 3);
    const EvaluatedRowShown& worst = found.worst.first();
    QCOMPARE(worst.place, (DataPlace{QStringLiteral("evaluation.jsonl"), false, 7}));
    QCOMPARE(worst.turns.size(), 2);
    QCOMPARE(worst.turns[0].parts[0].text, QStringLiteral("1?"));
    QCOMPARE(worst.turns[1].parts[0].text, QStringLiteral("zebra 947 qqx"));
    QVERIFY(worst.turns[1].parts[0].isTrained);
    QVERIFY(worst.loss > found.best.first().loss);
    // Together they are the loss that the evaluation told.
    const QList<EvaluatedRowShown> all = found.best + found.worst;
    double sum = 0;
    qint64 tokens = 0;
    for (const EvaluatedRowShown& row : all) {
        sum += row.loss * static_cast<double>(row.trainedTokens);
        tokens += row.trainedTokens;
    }
    const auto told = std::find_if(
        steps_.last().metrics.begin(), steps_.last().metrics.end(),
        [](const TrainingMetric& one) { return one.name == QStringLiteral("eval/loss"); });
    QVERIFY(told != steps_.last().metrics.end());
    QVERIFY(std::abs(sum / static_cast<double>(tokens) - told->value) < 1e-5);
}

void EngineRunnerTest::aResumedRunForgetsTheRowsOfLaterSteps() {
    job_[QStringLiteral("eval_share")] = 0.25;
    job_[QStringLiteral("eval_steps")] = 4;
    const QString out = folder_->filePath(QStringLiteral("out"));
    QVERIFY(train(out, 5).isPaused);
    QCOMPARE(evaluatedRowsOf(out).step, 4);
    QFile file(out + QStringLiteral("/evaluation_rows.json"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray text = file.readAll();
    QVERIFY(text.contains("\"step\":4"));
    text.replace("\"step\":4", "\"step\":8");  // as after a power cut before the checkpoint
    QVERIFY(file.resize(0) && file.seek(0) && file.write(text) == text.size());
    file.close();
    QVERIFY(train(out, 1).isPaused);
    QCOMPARE(evaluatedRowsOf(out).rows, 0);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::EngineRunnerTest)
#include "engine_runner_test.moc"
