#include "app/services/training/run_curves.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>

#include "app/services/training/results/run_files.h"

namespace dsm {

// A run of eight steps: at first it measures six, but only the fourth is saved.
class RunCurvesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void everyNumberIsReadOnceAndFollowsTheRun();
    void aResumedRunGoesBackToItsCheckpoint();
    void whatIsLeftIsKnownRightAfterAPause();
    void epochsAndTimeAreAxesToo();
    void namesAndNotesAreKept();
    void resultsOfARunAreFoundAndDeletedAlone();

  private:
    TrainingEnd train(const TrainingTask& task, const TrainingReport& report) const;
    std::unique_ptr<TrainingService> service();
    qint64 runUntilPaused(TrainingService& service);
    static void waitFor(TrainingService& service, qint64 id, TrainingState state) {
        QTRY_COMPARE_WITH_TIMEOUT(service.job(id).state, state, 30'000);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<EngineLease> lease_;
};

void RunCurvesTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    lease_ = std::make_unique<EngineLease>();
}

TrainingEnd RunCurvesTest::train(const TrainingTask& task, const TrainingReport& report) const {
    const qint64 first = task.isResumed ? 4 : 0;
    const qint64 last = task.isResumed ? 8 : 6;
    report.resumedAt(first);
    if (first == 0) report.step({0, 8, {{QStringLiteral("eval/loss"), 9.0}}});
    for (qint64 step = first + 1; step <= last; ++step) {
        const double loss = static_cast<double>(task.isResumed ? 100 + step : step);
        report.step({step,
                     8,
                     {{QStringLiteral("train/loss"), loss},
                      {QStringLiteral("train/epoch"), static_cast<double>(step) / 4},
                      {QStringLiteral("train/tokens"), 10.0}}});
    }
    report.step({last, 8, {{QStringLiteral("eval/loss"), static_cast<double>(last)}}});
    return {.isPaused = !task.isResumed, .error = {}};
}

std::unique_ptr<TrainingService> RunCurvesTest::service() {
    return std::make_unique<TrainingService>(
        folder_->filePath(QStringLiteral("training.db")), *lease_,
        [this](const TrainingTask& task, const TrainingReport& report, const std::stop_token&) {
            return train(task, report);
        });
}

qint64 RunCurvesTest::runUntilPaused(TrainingService& service) {
    const qint64 id = service.start(QStringLiteral("run"), QStringLiteral("{}"), folder_->path());
    waitFor(service, id, TrainingState::Paused);
    return id;
}

void RunCurvesTest::everyNumberIsReadOnceAndFollowsTheRun() {
    const auto it = service();
    const qint64 id = runUntilPaused(*it);
    RunCurves curves(*it, id);
    QCOMPARE(curves.of(QStringLiteral("train/loss")).size(), 6);
    QCOMPARE(curves.of(QStringLiteral("train/loss")).size(), 6);  // not twice
    QCOMPARE(curves.tokens(), 60.0);
    QCOMPARE(*curves.last(QStringLiteral("eval/loss")), 6.0);
    QVERIFY(!curves.last(QStringLiteral("no/such")));
}

void RunCurvesTest::aResumedRunGoesBackToItsCheckpoint() {
    const auto it = service();
    const qint64 id = runUntilPaused(*it);
    RunCurves curves(*it, id);
    QCOMPARE(curves.of(QStringLiteral("train/loss")).last().value, 6.0);
    it->resume(id);
    waitFor(*it, id, TrainingState::Finished);
    QList<double> losses;
    for (const TrainingPoint& point : curves.of(QStringLiteral("train/loss")))
        losses.append(point.value);
    QCOMPARE(losses, (QList<double>{1, 2, 3, 4, 105, 106, 107, 108}));
    QCOMPARE(curves.tokens(), 80.0);
    // Beside one that has read nothing before.
    RunCurves anew(*it, id);
    QCOMPARE(anew.of(QStringLiteral("eval/loss")).size(),
             curves.of(QStringLiteral("eval/loss")).size());
}

void RunCurvesTest::whatIsLeftIsKnownRightAfterAPause() {
    auto it = service();
    const qint64 id = runUntilPaused(*it);
    it.reset();
    it = service();  // another start of the program
    RunCurves curves(*it, id);
    const QList<TrainingPoint> times = curves.of(QStringLiteral("run/seconds"));
    const double pace = (times.last().value - times.first().value) /
                        static_cast<double>(times.last().step - times.first().step);
    QVERIFY(curves.secondsLeft().has_value());
    QCOMPARE(*curves.secondsLeft(), 2 * pace);
    const double before = curves.workSeconds();
    it->resume(id);
    waitFor(*it, id, TrainingState::Finished);
    QVERIFY(!curves.secondsLeft());
    // Time goes on from the checkpoint and never back.
    const QList<TrainingPoint> all = curves.of(QStringLiteral("run/seconds"));
    QVERIFY(before > 0);
    for (qsizetype i = 1; i < all.size(); ++i)
        QVERIFY(all[i].value >= all[i - 1].value);
}

void RunCurvesTest::epochsAndTimeAreAxesToo() {
    const auto it = service();
    const qint64 id = runUntilPaused(*it);
    RunCurves curves(*it, id);
    const auto byEpoch = curves.points(QStringLiteral("train/loss"), RunAxis::Epoch);
    QCOMPARE(byEpoch.size(), std::size_t{6});
    QCOMPARE(byEpoch[1], QPointF(0.5, 2));
    // The evaluation before the first step has its place at the beginning.
    QCOMPARE(curves.points(QStringLiteral("eval/loss"), RunAxis::Epoch)[0], QPointF(0, 9));
    QCOMPARE(curves.points(QStringLiteral("train/loss"), RunAxis::Time).size(), std::size_t{6});
    QCOMPARE(curves.points(QStringLiteral("train/loss"), RunAxis::Step)[5], QPointF(6, 6));
}

void RunCurvesTest::namesAndNotesAreKept() {
    auto it = service();
    const qint64 id = runUntilPaused(*it);
    const QSignalSpy changed(it.get(), &TrainingService::jobsChanged);
    it->rename(id, QStringLiteral("问答 & co"));
    it->setNotes(id, QStringLiteral("with fewer rows\nnext: rank 16"));
    QCOMPARE(changed.count(), 2);
    it.reset();
    it = service();
    QCOMPARE(it->job(id).name, QStringLiteral("问答 & co"));
    QCOMPARE(it->job(id).notes, QStringLiteral("with fewer rows\nnext: rank 16"));
    QVERIFY(it->job(id).created.isValid());
}

void RunCurvesTest::resultsOfARunAreFoundAndDeletedAlone() {
    const QString run = folder_->filePath(QStringLiteral("out"));
    const auto write = [&](const char* name, const QByteArray& text = "0123456789") {
        const QString path = run + u'/' + QLatin1String(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    for (const char* name : {"run.json", "adapter_config.json", "adapter_model.safetensors",
                             "checkpoint-9/adapter_config.json",
                             "checkpoint-10/adapter_config.json", "checkpoint-11/half", "mine.txt"})
        write(name);
    const RunFiles files = filesOfRun(run);
    const auto steps = [&] {
        QList<qint64> all;
        for (const RunResult& result : filesOfRun(run).results)
            all.append(result.isModel ? -1 : result.step);
        return all;
    };
    QCOMPARE(steps(), (QList<qint64>{0, 10, 9}));
    QCOMPARE(files.checkpoints, 3);
    QCOMPARE(files.lastStep, 11);
    QCOMPARE(files.bytes, quint64{60});
    // The result is the same once more.
    write("run.json", R"({"result": ["adapter_config.json", "LICENSE-MODEL",
        "additional_chat_templates", "../outside.txt"], "step": 10})");
    // What went along with the result is the run's, too; nothing outside of its folder is.
    for (const char* name :
         {"LICENSE-MODEL", "additional_chat_templates/tools.jinja", "../outside.txt"})
        write(name);
    QCOMPARE(steps(), (QList<qint64>{0, 9}));
    deleteFilesOfRun(run);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(run + QStringLiteral("/run.json")), 30'000);
    QCOMPARE(QDir(run).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             QStringList{QStringLiteral("mine.txt")});
    QVERIFY(QFile::exists(folder_->filePath(QStringLiteral("outside.txt"))));
    // A model in full, and at a checkpoint; config.json alone is none.
    for (const char* name :
         {"config.json", "model.safetensors", "checkpoint-5/config.json",
          "checkpoint-5/model.safetensors.index.json", "checkpoint-6/config.json"})
        write(name);
    const QList<RunResult> models = filesOfRun(run).results;
    QCOMPARE(models.size(), 2);
    QVERIFY(models[0].isModel && models[0].step == 0 && models[0].folder == run);
    QVERIFY(models[1].isModel && models[1].step == 5);
    // What no run has written is left alone.
    write("adapter_config.json");
    deleteFilesOfRun(run);
    QTest::qWait(50);
    QVERIFY(QFile::exists(run + QStringLiteral("/adapter_config.json")));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::RunCurvesTest)
#include "run_curves_test.moc"
