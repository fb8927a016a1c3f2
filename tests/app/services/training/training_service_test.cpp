#include "app/services/training/training_service.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/services/training/scripted_runner.h"

namespace dsm {

using test::ScriptedRunner;

class TrainingServiceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void runsAJobAndKeepsItsNumbersAndItsLog();
    void oneRunsWhileTheOthersWait();
    void pauseSavesAndResumeGoesOn();
    void aQueuedJobCanBePausedAndRemoved();
    void failureCarriesItsReasonAndCanBeTriedAgain();
    void trainsBehindWhatElseWantsToCompute();
    void waitsForTheLeaseAndSaysWhy();
    void holdsTheLeaseWhileItRuns();
    void aReplyGoesFirstAndNoStepIsLost();
    void aReplyThatIsNoLongerWantedHoldsUpNothing();
    void aRunThatStandsStillCanBePaused();
    void aRunIsEndedByHand();
    void runsAreFoundInAMovedFolder();
    void endingTheProgramPausesTheJob();
    void stepsThatAResumedRunRepeatsAreNotCountedTwice();
    void aJobWaitsForItsTimeAndLetsOthersGoFirst();
    void theTimeOfAStartSurvivesTheEndOfTheProgram();
    void tagsAreKeptOnceEach();
    void aRunThatWasTrainedElsewhereIsTakenIn();
    void survivesKillsAtAnyMoment();
    void aDamagedFileIsRepairedBesideTheUse();
    void whatItsFileRefusesIsSaidInTheReadersLanguage();
    void theBackupIsMadeBesideTheUse();

  private:
    QString path(const char* name) const { return folder_->filePath(QLatin1String(name)); }
    std::unique_ptr<TrainingService> service();
    qint64 start(TrainingService& service, const char* name = "job");
    static void waitFor(TrainingService& service, qint64 id, TrainingState state);

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<ScriptedRunner> runner_;
    std::unique_ptr<EngineLease> lease_;
};

void TrainingServiceTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    runner_ = std::make_unique<ScriptedRunner>();
    lease_ = std::make_unique<EngineLease>();
}

std::unique_ptr<TrainingService> TrainingServiceTest::service() {
    return std::make_unique<TrainingService>(path("training.db"), *lease_, runner_->runner());
}

qint64 TrainingServiceTest::start(TrainingService& service, const char* name) {
    return service.start(QLatin1String(name), QStringLiteral("{}"), path(name));
}

void TrainingServiceTest::waitFor(TrainingService& service, qint64 id, TrainingState state) {
    QTRY_COMPARE_WITH_TIMEOUT(service.job(id).state, state, 30'000);
}

void TrainingServiceTest::runsAJobAndKeepsItsNumbersAndItsLog() {
    const auto it = service();
    const QSignalSpy finished(it.get(), &TrainingService::jobFinished);
    const qint64 id = start(*it);
    QVERIFY(id > 0);
    waitFor(*it, id, TrainingState::Finished);
    QCOMPARE(finished.count(), 1);
    QCOMPARE(it->job(id).step, 20);
    QCOMPARE(it->job(id).share(), 1.0);
    const auto points = it->metric(id, QStringLiteral("train/loss"));
    QCOMPARE(points.size(), 20);
    QCOMPARE(points[3].step, 4);
    QCOMPARE(points[3].value, 0.25);
    QCOMPARE(it->log(id).size(), 2);
    QCOMPARE(it->log(id).last().text, QStringLiteral("begins after step 0"));
    QCOMPARE(lease_->holder(), EngineLease::Holder::None);
}

void TrainingServiceTest::oneRunsWhileTheOthersWait() {
    const auto it = service();
    const qint64 first = start(*it, "first");
    const qint64 second = start(*it, "second");
    QCOMPARE(it->job(first).state, TrainingState::Running);
    QCOMPARE(it->job(second).state, TrainingState::Queued);
    waitFor(*it, second, TrainingState::Finished);
    QCOMPARE(it->job(first).state, TrainingState::Finished);
    QCOMPARE(runner_->mostTogether.load(), 1);
}

void TrainingServiceTest::pauseSavesAndResumeGoesOn() {
    runner_->limit = 7;
    const auto it = service();
    const qint64 id = start(*it);
    QTRY_COMPARE(it->job(id).step, 7);
    it->pause(id);
    waitFor(*it, id, TrainingState::Paused);
    QCOMPARE(lease_->holder(), EngineLease::Holder::None);
    runner_->limit = 1000;
    it->resume(id);
    waitFor(*it, id, TrainingState::Finished);
    QCOMPARE(it->log(id).last().text, QStringLiteral("begins after step 7"));
    QCOMPARE(it->metric(id, QStringLiteral("train/loss")).size(), 20);
}

void TrainingServiceTest::aQueuedJobCanBePausedAndRemoved() {
    runner_->limit = 0;
    const auto it = service();
    const qint64 first = start(*it, "first");
    const qint64 second = start(*it, "second");
    it->pause(second);
    QCOMPARE(it->job(second).state, TrainingState::Paused);
    it->remove(second);
    QCOMPARE(it->jobs().size(), 1);
    it->remove(first);  // it runs: it stays
    QCOMPARE(it->jobs().size(), 1);
}

void TrainingServiceTest::failureCarriesItsReasonAndCanBeTriedAgain() {
    runner_->failAt = 5;
    const auto it = service();
    const QSignalSpy failed(it.get(), &TrainingService::jobFailed);
    const qint64 id = start(*it);
    waitFor(*it, id, TrainingState::Failed);
    QCOMPARE(it->job(id).error.text, QStringLiteral("The loss is NaN."));
    QCOMPARE(failed.count(), 1);
    QCOMPARE(it->log(id).last().text, QStringLiteral("The loss is NaN."));
    runner_->failAt = -1;
    it->resume(id);
    waitFor(*it, id, TrainingState::Finished);
    QCOMPARE(it->job(id).error.text, QString());
}

void TrainingServiceTest::trainsBehindWhatElseWantsToCompute() {
    const auto it = service();
    waitFor(*it, start(*it), TrainingState::Finished);
    QVERIFY2(runner_->niceness >= 10, qPrintable(QString::number(runner_->niceness)));
}

void TrainingServiceTest::waitsForTheLeaseAndSaysWhy() {
    QVERIFY(lease_->take(EngineLease::Holder::Chat));
    const auto it = service();
    const qint64 id = start(*it);
    QCOMPARE(it->job(id).state, TrainingState::Queued);
    QVERIFY(it->job(id).waitsFor.contains(QStringLiteral("loading or writing")));
    QTest::qWait(50);
    QCOMPARE(it->job(id).state, TrainingState::Queued);
    lease_->giveBack(EngineLease::Holder::Chat);
    waitFor(*it, id, TrainingState::Finished);
    QCOMPARE(it->job(id).waitsFor, QString());
}

void TrainingServiceTest::holdsTheLeaseWhileItRuns() {
    runner_->limit = 3;
    const auto it = service();
    const qint64 id = start(*it);
    QVERIFY(!lease_->take(EngineLease::Holder::Chat));
    QVERIFY(lease_->refusal(EngineLease::Holder::Chat).contains(QStringLiteral("Pause it")));
    it->pause(id);
    waitFor(*it, id, TrainingState::Paused);
    QVERIFY(lease_->take(EngineLease::Holder::Chat));
}

void TrainingServiceTest::aReplyGoesFirstAndNoStepIsLost() {
    runner_->limit = 2;
    const auto it = service();
    const QSignalSpy lent(lease_.get(), &EngineLease::lent);
    const qint64 id = start(*it);
    QTRY_COMPARE(it->job(id).step, 2);
    QVERIFY(!lease_->take(EngineLease::Holder::Chat));
    QVERIFY(lease_->ask());
    runner_->limit = 3;
    QTRY_COMPARE(lent.count(), 1);
    // Nobody took it: nothing is held up, and it can be asked for again.
    QCOMPARE(lease_->holder(), EngineLease::Holder::Training);
    QObject::connect(lease_.get(), &EngineLease::lent, this, [this] {
        if (lease_->holder() != EngineLease::Holder::Chat)
            QVERIFY(lease_->take(EngineLease::Holder::Chat));
        runner_->limit = 1000;
    });
    QVERIFY(lease_->ask());
    runner_->limit = 4;
    QTRY_COMPARE(lease_->holder(), EngineLease::Holder::Chat);
    const qint64 step = it->job(id).step;
    QCOMPARE(it->job(id).state, TrainingState::Running);
    QVERIFY(it->job(id).waitsFor.contains(QStringLiteral("reply go first")));
    // One more reply comes at once.
    QVERIFY(lease_->take(EngineLease::Holder::Chat));
    QTest::qWait(60);
    QCOMPARE(it->job(id).step, step);
    lease_->giveBack(EngineLease::Holder::Chat);
    lease_->giveBack(EngineLease::Holder::Chat);
    QCOMPARE(it->job(id).waitsFor, QString());
    waitFor(*it, id, TrainingState::Finished);
    QCOMPARE(it->metric(id, QStringLiteral("train/loss")).size(), 20);
    QCOMPARE(it->log(id).size(), 2);
    QCOMPARE(it->log(id).last().text, QStringLiteral("begins after step 0"));
    QCOMPARE(lease_->holder(), EngineLease::Holder::None);
    // What was waited is no work.
    QVERIFY(it->metric(id, QStringLiteral("run/seconds")).last().value < 60);
}

void TrainingServiceTest::aReplyThatIsNoLongerWantedHoldsUpNothing() {
    runner_->limit = 3;
    const auto it = service();
    const qint64 id = start(*it);
    QTRY_COMPARE(it->job(id).step, 3);
    QVERIFY(lease_->ask());
    runner_->limit = 1000;
    waitFor(*it, id, TrainingState::Finished);
    // A chat that waits when a run ends comes before the next run.
    runner_->limit = 3;
    const qint64 second = start(*it, "second");
    const qint64 third = start(*it, "third");
    QTRY_COMPARE(it->job(second).step, 3);
    QObject::connect(lease_.get(), &EngineLease::lent, this,
                     [this] { QVERIFY(lease_->take(EngineLease::Holder::Chat)); });
    QVERIFY(lease_->ask());
    it->pause(second);
    waitFor(*it, second, TrainingState::Paused);
    QCOMPARE(lease_->holder(), EngineLease::Holder::Chat);
    QCOMPARE(it->job(third).state, TrainingState::Queued);
    runner_->limit = 1000;
    lease_->giveBack(EngineLease::Holder::Chat);
    waitFor(*it, third, TrainingState::Finished);
}

void TrainingServiceTest::aRunThatStandsStillCanBePaused() {
    runner_->limit = 1;
    const auto it = service();
    const qint64 id = start(*it);
    QTRY_COMPARE(it->job(id).step, 1);
    QObject::connect(lease_.get(), &EngineLease::lent, this, [this] {
        QVERIFY(lease_->take(EngineLease::Holder::Chat));
        runner_->limit = 1000;
    });
    QVERIFY(lease_->ask());
    runner_->limit = 2;
    QTRY_COMPARE(lease_->holder(), EngineLease::Holder::Chat);
    it->pause(id);
    waitFor(*it, id, TrainingState::Paused);
    QCOMPARE(it->job(id).waitsFor, QString());
    it->resume(id);
    QCOMPARE(it->job(id).state, TrainingState::Queued);
    lease_->giveBack(EngineLease::Holder::Chat);
    waitFor(*it, id, TrainingState::Finished);
}

void TrainingServiceTest::aRunIsEndedByHand() {
    runner_->limit = 5;
    const auto it = service();
    const QSignalSpy finished(it.get(), &TrainingService::jobFinished);
    const qint64 id = start(*it);
    QTRY_COMPARE(it->job(id).step, 5);
    it->stop(id, TrainingStop::Finish);
    waitFor(*it, id, TrainingState::Finished);
    QCOMPARE(it->job(id).step, 5);
    QCOMPARE(finished.count(), 1);
    // The next one is not ended with it.
    const qint64 second = start(*it, "second");
    QTRY_COMPARE(it->job(second).step, 5);
    it->stop(second, TrainingStop::Discard);
    waitFor(*it, second, TrainingState::Paused);
    QCOMPARE(finished.count(), 1);
}

void TrainingServiceTest::runsAreFoundInAMovedFolder() {
    const QDir folder(folder_->path());
    QVERIFY(folder.mkpath(QStringLiteral("before/adapters/facts")));
    QVERIFY(folder.mkpath(QStringLiteral("before/models/base")));
    const auto in = [&](const char* name) { return folder.filePath(QLatin1String(name)); };
    const QString settings =
        QStringLiteral("{\"model\": \"%1\", \"data\": [\"%2\", \"/rows.csv\"]}")
            .arg(in("before/models/base"), in("before/adapters/facts"));
    runner_->limit = 4;
    {
        TrainingService it(in("before/training.db"), *lease_, runner_->runner());
        const qint64 id = it.start(QStringLiteral("facts"), settings, in("before/adapters/facts"));
        QTRY_COMPARE(it.job(id).step, 4);
    }
    QVERIFY(QDir().rename(in("before"), in("after")));
    runner_->limit = 1000;
    TrainingService it(in("after/training.db"), *lease_, runner_->runner());
    QCOMPARE(it.jobs().size(), 1);
    const qint64 id = it.jobs().first().id;
    QCOMPARE(it.job(id).folder, in("after/adapters/facts"));
    const QString moved = it.job(id).settingsJson;
    QVERIFY2(moved.contains(in("after/models/base")), qPrintable(moved));
    QVERIFY(moved.contains(QStringLiteral("\"/rows.csv\"")));
    QVERIFY(!moved.contains(QStringLiteral("before")));
    it.resume(id);
    waitFor(it, id, TrainingState::Finished);
    QCOMPARE(it.log(id).last().text, QStringLiteral("begins after step 4"));
    // Lines that were kept have their codes, to be said in any language.
    QCOMPARE(it.log(id).first().sentences.size(), 1);
    QCOMPARE(it.log(id).first().sentences[0].code, QStringLiteral("cpu_trains_instead"));
    QVERIFY(!QDir(in("before")).exists());
}

void TrainingServiceTest::endingTheProgramPausesTheJob() {
    runner_->limit = 4;
    qint64 id = 0;
    {
        const auto it = service();
        id = start(*it);
        start(*it, "queued");
        QTRY_COMPARE(it->job(id).step, 4);
    }
    QCOMPARE(lease_->holder(), EngineLease::Holder::None);
    runner_->limit = 1000;
    const auto again = service();
    QCOMPARE(again->job(id).state, TrainingState::Paused);
    QCOMPARE(again->job(id).step, 4);
    QCOMPARE(again->jobs()[1].state, TrainingState::Queued);
    waitFor(*again, again->jobs()[1].id, TrainingState::Finished);
    QCOMPARE(again->job(id).state, TrainingState::Paused);
}

void TrainingServiceTest::stepsThatAResumedRunRepeatsAreNotCountedTwice() {
    runner_->failAt = 9;
    const auto it = service();
    const qint64 id = start(*it);
    waitFor(*it, id, TrainingState::Failed);
    QFile checkpoint(path("job") + QStringLiteral("/step"));  // as if it were an older one
    QVERIFY(checkpoint.open(QIODevice::WriteOnly));
    checkpoint.write("5");
    checkpoint.close();
    runner_->failAt = 7;
    it->resume(id);
    QTRY_COMPARE(it->log(id).size(), 6);
    waitFor(*it, id, TrainingState::Failed);
    QCOMPARE(it->metric(id, QStringLiteral("train/loss")).size(), 6);
}

void TrainingServiceTest::aJobWaitsForItsTimeAndLetsOthersGoFirst() {
    const auto it = service();
    const qint64 later = it->start(QStringLiteral("later"), QStringLiteral("{}"), path("later"),
                                   QDateTime::currentDateTime().addDays(1));
    QCOMPARE(it->job(later).state, TrainingState::Queued);
    const qint64 now = start(*it, "now");
    waitFor(*it, now, TrainingState::Finished);
    QCOMPARE(it->job(later).state, TrainingState::Queued);
    // Its time is put forward, and comes.
    it->setStart(later, QDateTime::currentDateTime().addMSecs(80));
    QCOMPARE(it->job(later).state, TrainingState::Queued);
    waitFor(*it, later, TrainingState::Finished);
    const qint64 held = it->start(QStringLiteral("held"), QStringLiteral("{}"), path("held"),
                                  QDateTime::currentDateTime().addDays(1));
    it->setStart(held, {});
    waitFor(*it, held, TrainingState::Finished);
}

void TrainingServiceTest::theTimeOfAStartSurvivesTheEndOfTheProgram() {
    const QDateTime tomorrow = QDateTime::currentDateTime().addDays(1);
    qint64 later = 0, missed = 0;
    {
        const auto before = service();
        later = before->start(QStringLiteral("a"), QStringLiteral("{}"), path("a"), tomorrow);
        missed = before->start(QStringLiteral("b"), QStringLiteral("{}"), path("b"),
                               QDateTime::currentDateTime().addMSecs(300));
    }
    QTest::qWait(350);
    const auto after = service();
    QCOMPARE(after->job(later).startsAt.toMSecsSinceEpoch(), tomorrow.toMSecsSinceEpoch());
    waitFor(*after, missed, TrainingState::Finished);
    QCOMPARE(after->job(later).state, TrainingState::Queued);
}

void TrainingServiceTest::tagsAreKeptOnceEach() {
    qint64 id = 0;
    {
        const auto before = service();
        id = start(*before);
        before->setTags(id, {QStringLiteral(" letters "), QString(), QStringLiteral("Letters"),
                             QStringLiteral("a,b")});
    }
    QCOMPARE(service()->job(id).tags,
             (QStringList{QStringLiteral("letters"), QStringLiteral("a b")}));
}

void TrainingServiceTest::aRunThatWasTrainedElsewhereIsTakenIn() {
    ReturnedRun run{path("far"), 2, 5, {}};
    for (qint64 step = 1; step <= 2; ++step)
        run.steps.append(
            {step, 0, {{QStringLiteral("train/loss"), 3.0 / static_cast<double>(step)}}});
    qint64 id = 0;
    {
        const auto before = service();
        id = before->takeBack(QStringLiteral("far"), QStringLiteral("{\"rank\": 4}"), run);
        QVERIFY(id > 0);
    }
    const auto after = service();
    QCOMPARE(after->job(id).state, TrainingState::Finished);
    QCOMPARE(after->job(id).step, 2);
    QCOMPARE(after->job(id).totalSteps, 5);
    QCOMPARE(after->job(id).folder, path("far"));
    QCOMPARE(after->metric(id, QStringLiteral("train/loss")).last().value, 1.5);
    QVERIFY(!QFile::exists(path("far")));  // nothing of it is touched
}

void TrainingServiceTest::survivesKillsAtAnyMoment() {
    QRandomGenerator random(1);
    const QStringList arguments{path("training.db"), path("job")};
    int kills = 0;
    for (int round = 0; round < 40; ++round) {
        QProcess child;
        child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        child.start(QStringLiteral(DSM_CHILD), arguments);
        QVERIFY(child.waitForStarted());
        constexpr int kMostKills = 8;
        constexpr int kForeverMs = 30000;
        const bool isLast = kills >= kMostKills;
        if (!child.waitForFinished(isLast ? kForeverMs : random.bounded(20, 250))) {
            QVERIFY(!isLast);
            child.kill();
            ++kills;
            QVERIFY(child.waitForFinished());
        }
        if (child.exitStatus() == QProcess::NormalExit) {
            QCOMPARE(child.exitCode(), 0);
            break;
        }
        // What the database tells is never ahead of the checkpoint, and the job is there.
        const auto it = service();
        if (it->jobs().isEmpty()) continue;  // killed before it was begun
        QCOMPARE(it->jobs().size(), 1);
        const TrainingJob job = it->jobs()[0];
        if (job.state == TrainingState::Finished) break;  // killed between its end and its exit
        // Queued where it was killed before the run began.
        QVERIFY(job.state == TrainingState::Paused || job.state == TrainingState::Queued);
        QVERIFY(job.step <= ScriptedRunner::checkpoint(path("job")) + 1);
    }
    QVERIFY(kills >= 3);
    const auto it = service();
    const TrainingJob job = it->jobs()[0];
    QCOMPARE(job.state, TrainingState::Finished);
    QCOMPARE(job.step, 400);
    const auto points = it->metric(job.id, QStringLiteral("train/loss"));
    for (qsizetype i = 1; i < points.size(); ++i)
        QVERIFY(points[i].step > points[i - 1].step);
    QCOMPARE(points.last().step, 400);
    // Each interruption is told, too in a code.
    qsizetype told = 0;
    for (const ReasonShown& line : it->log(job.id)) {
        for (const ReasonSentence& one : line.sentences)
            told += one.code == QStringLiteral("run_interrupted") ? 1 : 0;
    }
    QVERIFY(told > 0);
}

void TrainingServiceTest::aDamagedFileIsRepairedBesideTheUse() {
    qint64 id = 0;
    {
        const auto before = service();
        id = start(*before);
        waitFor(*before, id, TrainingState::Running);
        before->pause(id);
        waitFor(*before, id, TrainingState::Paused);
    }
    QFile file(path("training.db"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write(QByteArray(100, 'z'));  // the header
    file.close();
    const auto after = service();
    QSignalSpy failed(after.get(), &TrainingService::storeFailed);
    QVERIFY2(after->jobs().isEmpty(), "it opens before the repair is done");
    QCOMPARE(start(*after), 0);
    QVERIFY(failed.last()[0].value<ReasonShown>().text.contains(QStringLiteral("being repaired")));
    QTRY_COMPARE(after->jobs().size(), 1);
    QCOMPARE(after->job(id).state, TrainingState::Paused);
    QTRY_VERIFY(failed.last()[0].value<ReasonShown>().text.contains(QStringLiteral("was damaged")));
    QVERIFY(start(*after) > id);
}

void TrainingServiceTest::whatItsFileRefusesIsSaidInTheReadersLanguage() {
    const auto one = service();
    QSignalSpy failed(one.get(), &TrainingService::storeFailed);
    const qint64 id = start(*one);
    QVERIFY(QFile::rename(path("training.db"), path("elsewhere.db")));
    one->setNotes(id, QStringLiteral("Good."));
    QVERIFY(!failed.isEmpty());
    const auto reason = failed.last()[0].value<ReasonShown>();
    QCOMPARE(reason.sentences,
             QList<ReasonSentence>({{QStringLiteral("store_moved"), {path("training.db")}}}));
}

void TrainingServiceTest::theBackupIsMadeBesideTheUse() {
    {
        const auto before = service();
        before->pause(start(*before));
    }
    const auto backups = [&] {
        return QDir(folder_->path()).entryList({QStringLiteral("*.backup-*")}).size();
    };
    const auto after = service();
    QTRY_COMPARE(backups(), 1);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::TrainingServiceTest)
#include "training_service_test.moc"
