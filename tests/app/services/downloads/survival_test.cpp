// Every entry of the list "What a downloader must survive", against a real server.
#include <unistd.h>

#include <QProcess>
#include <QSignalSpy>
#include <QTest>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>

#include "app/services/downloads/disk.h"
#include "tests/app/services/downloads/download_fixture.h"

namespace dsm {

using test::DownloadFixture;
using test::Misdeed;
using test::ServedFile;
using test::ServedRequest;

namespace {

constexpr qint64 kWeights = 40 << 20;

// Misbehaves the first `times` that `when` is true.
test::HubServer::Script once(std::function<bool(const ServedRequest&)> when, const Misdeed& misdeed,
                             int times = 1) {
    auto left = std::make_shared<std::atomic<int>>(times);
    return [=](const ServedRequest& request) {
        return when(request) && left->fetch_sub(1) > 0 ? misdeed : Misdeed{};
    };
}

test::HubServer::Script always(std::function<bool(const ServedRequest&)> when,
                               const Misdeed& misdeed) {
    return once(std::move(when), misdeed, 1 << 30);
}

bool isWeights(const ServedRequest& request) {
    return request.isCdn && request.method == "GET";
}

bool hasRange(const ServedRequest& request) {
    return isWeights(request) && request.headers.contains("range");
}

Misdeed portalPage() {
    Misdeed page;
    page.status = 200;
    page.body = "<html>Sign in to the airport</html>";
    page.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    return page;
}

}  // namespace

class SurvivalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { it_.reset(); }

    void wholeModelArrives();
    void wrongAnswersAreTriedAgain_data();
    void wrongAnswersAreTriedAgain();
    void wrongAnswersForeverEndWithARemedy_data();
    void wrongAnswersForeverEndWithARemedy();
    void serverWithoutRangesIsReadFromTheBeginning();
    void serverThatLosesRangesMidwayKeepsWhatIsHeld();
    void fullBodyIsNeverAppended();
    void etagThatChangesMidwayStartsOver();
    void etagThatDiffersBetweenServersCostsNothing();
    void fileThatChangedAtTheSourceIsListedAgain();
    void bodyWithoutLengthArrives();
    void captivePortalOnTheListIsExplained();
    void redirectLoopEndsWithARemedy();
    void redirectToHttpIsRefused();
    void expiredAddressIsAskedForAgain();
    void tooManyRequestsAreWaitedFor_data();
    void tooManyRequestsAreWaitedFor();
    void tooManyRequestsForHoursEndAtOnce();
    void unsafeNamesAreRefused_data();
    void unsafeNamesAreRefused();
    void namesThatClashAreRefused();
    void fullDiskStopsAtOnceAndKeepsThePart();
    void realFullDiskStopsAtOnce();
    void failedSyncIsNotRecorded();
    void readOnlyFolderStopsAtOnce();
    void missingSpaceIsSaidBeforeTheStart();
    void spaceThatDisappearsIsNoticedMidway();
    void secondInstanceIsKeptOut();
    void sleepOfTheMachineIsNoFailure();
    void byteDamagedOnTheWayIsFetchedAgain();
    void wrongHashForeverIsNeverUsable();
    void damagedPartOnTheDiskIsFetchedAlone();
    void completeFileIsNotFetchedAgain();
    void damagedCompleteFileIsFetchedAgain();
    void lostConnectionsCountOnce();
    void subFoldersStaySubFolders();

  private:
    DownloadFixture& it() { return *it_; }
    // Downloads; fails the test when that does not end well.
    bool arrives();
    QString failure();

    std::unique_ptr<DownloadFixture> it_;
};

void SurvivalTest::init() {
    it_ = std::make_unique<DownloadFixture>();
    it().server->addModel(kWeights);
}

bool SurvivalTest::arrives() {
    const DownloadInfo info = it().waitForEnd(it().start());
    if (info.state != DownloadState::Finished) qWarning() << info.error << int(info.state);
    const QString wrong = it().whatIsWrongOnDisk();
    if (!wrong.isEmpty()) qWarning() << wrong;
    return info.state == DownloadState::Finished && wrong.isEmpty();
}

QString SurvivalTest::failure() {
    const DownloadInfo info = it().waitForEnd(it().start());
    return info.state == DownloadState::Failed ? info.error : QString();
}

void SurvivalTest::wholeModelArrives() {
    it().server->setPageSize(2);
    QVERIFY(arrives());
    QVERIFY(it().server->count(hasRange) >= 4);
    const auto isCode = [](const ServedRequest& request) {
        return request.isBody() && request.asksFor(".py");
    };
    QCOMPARE(it().server->count(isCode), 0);
    QCOMPARE(it().cache().commitOf(it().server->repository(), QStringLiteral("main")),
             it().server->commit());
}

void SurvivalTest::wrongAnswersAreTriedAgain_data() {
    QTest::addColumn<Misdeed>("misdeed");
    Misdeed cut;
    cut.cutsAfter = 1'000'000;
    QTest::newRow("an early end") << cut;
    cut.cutsAfter = 0;
    QTest::newRow("an end before the first byte") << cut;
    Misdeed stall;
    stall.stallsAfter = 1'000'000;
    QTest::newRow("a stall") << stall;
    Misdeed shift;
    shift.shiftsRange = true;
    QTest::newRow("a wrong Content-Range") << shift;
    QTest::newRow("a captive portal's page") << portalPage();
    Misdeed coded;
    coded.headers = {{"Content-Encoding", "gzip"}};
    QTest::newRow("a gzip body") << coded;
    for (const int status : {408, 500, 502, 503, 504}) {
        Misdeed broken;
        broken.status = status;
        QTest::addRow("status %d", status) << broken;
    }
}

void SurvivalTest::wrongAnswersAreTriedAgain() {
    QFETCH(Misdeed, misdeed);
    it().server->setScript(once(isWeights, misdeed, 3));
    QVERIFY(arrives());
}

void SurvivalTest::wrongAnswersForeverEndWithARemedy_data() {
    QTest::addColumn<Misdeed>("misdeed");
    QTest::addColumn<QString>("remedy");
    QTest::newRow("a captive portal's page") << portalPage() << QStringLiteral("Sign in");
    Misdeed coded;
    coded.headers = {{"Content-Encoding", "gzip"}};
    QTest::newRow("a gzip body") << coded << QStringLiteral("another source or no proxy");
    Misdeed shift;
    shift.shiftsRange = true;
    QTest::newRow("a wrong Content-Range") << shift << QStringLiteral("another source");
    Misdeed stall;
    stall.stallsAfter = 0;
    QTest::newRow("a stall") << stall << QStringLiteral("goes on where it was");
    Misdeed past;
    past.status = 416;
    QTest::newRow("416") << past << QStringLiteral("again");
    Misdeed denied;
    denied.status = 404;
    QTest::newRow("404") << denied << QStringLiteral("another source");
}

void SurvivalTest::wrongAnswersForeverEndWithARemedy() {
    QFETCH(Misdeed, misdeed);
    QFETCH(QString, remedy);
    it().server->setScript(always(isWeights, misdeed));
    const QString error = failure();
    QVERIFY2(error.contains(remedy), qPrintable(error));
    // And when the world is well again, so is the download.
    it().server->setScript({});
    QVERIFY(arrives());
}

void SurvivalTest::serverWithoutRangesIsReadFromTheBeginning() {
    Misdeed ignores;
    ignores.ignoresRange = true;
    it().server->setScript(always(isWeights, ignores));
    QVERIFY(arrives());
}

void SurvivalTest::serverThatLosesRangesMidwayKeepsWhatIsHeld() {
    it().server->setBytesPerSecond(8 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 4);
    it().service->pause(id);
    const DownloadInfo paused =
        it().waitFor(id, [](const DownloadInfo& i) { return i.state == DownloadState::Paused; });
    QVERIFY(paused.bytesDone >= kWeights / 4);
    Misdeed ignores;
    ignores.ignoresRange = true;
    it().server->setScript(always(isWeights, ignores));
    it().service->resume(id);
    it().server->setBytesPerSecond(0);
    qint64 least = kWeights * 2;
    const DownloadInfo done = it().waitFor(id, [&](const DownloadInfo& info) {
        if (info.state == DownloadState::Downloading) least = std::min(least, info.bytesDone);
        return info.state == DownloadState::Finished || info.state == DownloadState::Failed;
    });
    QCOMPARE(done.state, DownloadState::Finished);
    QVERIFY(least >= paused.bytesDone);  // never a step back
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
}

// The mistake of another program: a 200 after a Range request, added to what was there.
void SurvivalTest::fullBodyIsNeverAppended() {
    Misdeed cut;
    cut.cutsAfter = 3'000'000;
    it().server->setScript(
        [cut, seen = std::make_shared<std::atomic<int>>(0)](const ServedRequest& request) {
            if (!isWeights(request)) return Misdeed{};
            Misdeed misdeed;
            const int n = seen->fetch_add(1);
            if (n < 4) misdeed = cut;
            if (n >= 4) misdeed.ignoresRange = true;
            return misdeed;
        });
    QVERIFY(arrives());
}

void SurvivalTest::etagThatChangesMidwayStartsOver() {
    // Half of the file is the old version, then the server has the new one, the one that was
    // listed.
    auto isNew = std::make_shared<std::atomic<bool>>(false);
    it().server->setBytesPerSecond(6 << 20);
    it().server->setScript([isNew](const ServedRequest& request) {
        Misdeed misdeed;
        if (isWeights(request) && !*isNew) {
            misdeed.otherSeed = 99;
            misdeed.headers = {{"ETag", "\"old\""}};
        }
        return misdeed;
    });
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 3);
    *isNew = true;
    it().server->setBytesPerSecond(0);
    QCOMPARE(it().waitForEnd(id).state, DownloadState::Finished);
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
}

void SurvivalTest::etagThatDiffersBetweenServersCostsNothing() {
    it().server->setScript([n = std::make_shared<std::atomic<int>>(0)](const ServedRequest& r) {
        Misdeed misdeed;
        if (isWeights(r))
            misdeed.headers = {{"ETag", "\"edge-" + QByteArray::number(n->fetch_add(1)) + '"'}};
        return misdeed;
    });
    QVERIFY(arrives());
}

void SurvivalTest::fileThatChangedAtTheSourceIsListedAgain() {
    it().server->setBytesPerSecond(6 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 3);
    it().server->add({QStringLiteral("model.safetensors"), kWeights - 12'345, 77, true});
    it().server->replaceCommit(QString(40, u'd'));
    it().server->expireAddresses();
    // Connections that still deliver the old version are cut.
    Misdeed cut;
    cut.cutsAfter = 0;
    it().server->setScript(once(isWeights, cut, 4));
    it().server->setBytesPerSecond(0);
    QCOMPARE(it().waitForEnd(id).state, DownloadState::Finished);
    const QList<CachedSnapshot> snapshots = it().cache().snapshots();
    QVERIFY(std::any_of(snapshots.begin(), snapshots.end(), [](const CachedSnapshot& s) {
        return std::any_of(s.files.begin(), s.files.end(), [](const CachedFile& file) {
            return file.sizeBytes == kWeights - 12'345;
        });
    }));
}

void SurvivalTest::bodyWithoutLengthArrives() {
    Misdeed hides;
    hides.hidesLength = true;
    it().server->setScript(
        always([](const ServedRequest& request) { return request.isBody(); }, hides));
    QVERIFY(arrives());
}

void SurvivalTest::captivePortalOnTheListIsExplained() {
    it().server->setScript(
        always([](const ServedRequest& r) { return r.path.contains("/tree/"); }, portalPage()));
    const QString error = failure();
    QVERIFY2(error.contains(QStringLiteral("Sign in")), qPrintable(error));
}

void SurvivalTest::redirectLoopEndsWithARemedy() {
    Misdeed around;
    around.status = 302;
    around.headers = {{"Location", it().server->cdn().toUtf8() + "/blob/around?sig=1"}};
    it().server->setScript(always(isWeights, around));
    const QString error = failure();
    QVERIFY2(error.contains(QStringLiteral("circles")), qPrintable(error));
    it().server->setScript([this](const ServedRequest& request) {
        Misdeed further;
        if (!isWeights(request)) return further;
        further.status = 302;
        further.headers = {{"Location", it().server->cdn().toUtf8() + "/blob/" +
                                            QByteArray::number(request.number) + "?sig=1"}};
        return further;
    });
    QVERIFY(failure().contains(QStringLiteral("circles")));
}

void SurvivalTest::redirectToHttpIsRefused() {
    HttpAnswer answer;
    answer.status = 302;
    answer.url = QUrl(QStringLiteral("https://example.org/file"));
    for (const char* bad : {"http://example.org/file", "ftp://example.org/f", "file:///etc/passwd",
                            "javascript:alert(1)", "", "http:///nowhere"}) {
        answer.headers = {{"location", bad}};
        const auto target = redirectTarget(answer);
        QVERIFY2(!target, bad);
        QCOMPARE(target.error().fault, DownloadFault::Unsafe);
    }
    answer.headers = {{"location", "/renamed/file?x=1"}};
    QCOMPARE(*redirectTarget(answer), QUrl(QStringLiteral("https://example.org/renamed/file?x=1")));
    // Through the whole program: to an address that is none.
    Misdeed away;
    away.status = 302;
    away.headers = {{"Location", "file:///etc/passwd"}};
    it().server->setScript(always(isWeights, away));
    QVERIFY(failure().contains(QStringLiteral("another source")));
}

void SurvivalTest::expiredAddressIsAskedForAgain() {
    it().server->setBytesPerSecond(8 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 4);
    it().server->expireAddresses();
    Misdeed cut;
    cut.cutsAfter = 100'000;
    it().server->setScript(once(isWeights, cut, 4));
    it().server->setBytesPerSecond(0);
    QCOMPARE(it().waitForEnd(id).state, DownloadState::Finished);
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
}

void SurvivalTest::tooManyRequestsAreWaitedFor_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("leastMs");
    QTest::newRow("Retry-After in seconds") << QByteArray("Retry-After") << QByteArray("1") << 900;
    QTest::newRow("RateLimit") << QByteArray("RateLimit") << QByteArray("\"api\";r=0;t=1") << 900;
    QTest::newRow("nothing said") << QByteArray("X-Nothing") << QByteArray("1") << 0;
}

void SurvivalTest::tooManyRequestsAreWaitedFor() {
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, leastMs);
    Misdeed tooMany;
    tooMany.status = 429;
    tooMany.headers = {{name, value}};
    it().server->setScript(once(isWeights, tooMany, 4));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(arrives());
    QVERIFY(timer.elapsed() >= leastMs);
}

void SurvivalTest::tooManyRequestsForHoursEndAtOnce() {
    Misdeed tooMany;
    tooMany.status = 429;
    tooMany.headers = {{"Retry-After", "7200"}};
    it().server->setScript(always(isWeights, tooMany));
    const QString error = failure();
    QVERIFY2(error.contains(QStringLiteral("token")), qPrintable(error));
}

void SurvivalTest::unsafeNamesAreRefused_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("parent") << QStringLiteral("../evil.json");
    QTest::newRow("parent within") << QStringLiteral("sub/../../evil.json");
    QTest::newRow("absolute") << QStringLiteral("/tmp/evil.json");
    QTest::newRow("drive") << QStringLiteral("C:evil.json");
    QTest::newRow("drive and slash") << QStringLiteral("C:\\evil.json");
    QTest::newRow("backslash") << QStringLiteral("..\\evil.json");
    QTest::newRow("nul") << QStringLiteral("evil") + QChar(0) + QStringLiteral(".json");
    QTest::newRow("stream") << QStringLiteral("evil.json:stream.json");
    QTest::newRow("newline") << QStringLiteral("evil\n.json");
    QTest::newRow("right to left") << QStringLiteral("evil\u202Egpj.json");
    QTest::newRow("dot") << QStringLiteral("./evil.json");
    QTest::newRow("empty part") << QStringLiteral("sub//evil.json");
    QTest::newRow("too long") << QString(300, u'e') + QStringLiteral(".json");
}

void SurvivalTest::unsafeNamesAreRefused() {
    QFETCH(QString, name);
    it().server->add({name, 10, 1});
    const QString error = failure();
    QVERIFY2(error.contains(QStringLiteral("not safe")), qPrintable(error));
    QVERIFY(it().cache().snapshots().isEmpty());
    QVERIFY(!QFile::exists(it().folder.filePath(QStringLiteral("evil.json"))));
}

void SurvivalTest::namesThatClashAreRefused() {
    it().server->add({QStringLiteral("CONFIG.json"), 10, 1});
    QVERIFY(failure().contains(QStringLiteral("same name")));
    const QList<RepoFile> folderAndFile = {{QStringLiteral("a"), 1, {}},
                                           {QStringLiteral("A/b.json"), 1, {}}};
    QVERIFY(!checkPaths(folderAndFile));
    const QList<RepoFile> fine = {{QStringLiteral("a/b.json"), 1, {}},
                                  {QStringLiteral("a/c.json"), 1, {}}};
    QVERIFY(checkPaths(fine));
}

void SurvivalTest::fullDiskStopsAtOnceAndKeepsThePart() {
    auto written = std::make_shared<std::atomic<qint64>>(0);
    auto isFull = std::make_shared<std::atomic<bool>>(true);
    it().setup.calls.write = [=](int fd, const void* bytes, size_t size, off_t at) -> ssize_t {
        if (*isFull && *written > kWeights / 2) {
            errno = ENOSPC;
            return -1;
        }
        *written += static_cast<qint64>(size);
        return ::pwrite(fd, bytes, size, at);
    };
    const QString error = failure();
    QVERIFY2(error.contains(QStringLiteral("Free some space")), qPrintable(error));
    QVERIFY(it().parts().size() >= 2);
    QVERIFY(it().server->count(isWeights) <= 8);  // no hammering on
    *isFull = false;
    const qint64 before = *written;
    QVERIFY(arrives());
    QVERIFY(*written - before <= kWeights * 6 / 10);  // the part was kept
}

// On a file system of eight megabytes, where the system allows to make one.
void SurvivalTest::realFullDiskStopsAtOnce() {
    const QString mount = it().folder.filePath(QStringLiteral("hub"));
    QDir().mkpath(mount);
    const QStringList arguments = {QStringLiteral("-t"),   QStringLiteral("tmpfs"),
                                   QStringLiteral("-o"),   QStringLiteral("size=8m"),
                                   QStringLiteral("none"), mount};
    if (QProcess::execute(QStringLiteral("mount"), arguments) != 0)
        QSKIP("This user cannot mount a small file system.");
    it().setup.calls.freeBytes = [](const QString&) { return qint64(-1); };  // not foreseen
    const QString error = failure();
    it().close();
    QProcess::execute(QStringLiteral("umount"), {mount});
    QVERIFY2(error.contains(QStringLiteral("The disk is full")), qPrintable(error));
}

void SurvivalTest::failedSyncIsNotRecorded() {
    auto syncs = std::make_shared<std::atomic<int>>(0);
    it().setup.calls.sync = [=](int fd) {
        if (syncs->fetch_add(1) == 6) {
            errno = EIO;
            return -1;
        }
        return ::fdatasync(fd);
    };
    const QString error = failure();
    QVERIFY2(error.contains(QStringLiteral("Check the disk")), qPrintable(error));
    QVERIFY(arrives());
}

void SurvivalTest::readOnlyFolderStopsAtOnce() {
    it().open();
    DownloadOptions options = it().service->options();
    options.folder = QStringLiteral("/sys/not-here");  // where nobody may make a folder
    it().service->setOptions(options);
    QString error = failure();
    QVERIFY2(error.contains(QStringLiteral("Choose another folder")) ||
                 error.contains(QStringLiteral("choose another folder")),
             qPrintable(error));
    it_ = std::make_unique<DownloadFixture>();
    it().server->addModel(kWeights);
    it().setup.calls.write = [](int, const void*, size_t, off_t) -> ssize_t {
        errno = EROFS;
        return -1;
    };
    error = failure();
    QVERIFY2(error.contains(QStringLiteral("cannot be written")), qPrintable(error));
}

void SurvivalTest::missingSpaceIsSaidBeforeTheStart() {
    it().setup.calls.freeBytes = [](const QString&) { return qint64(10'000'000); };
    const QString error = failure();
    QVERIFY2(error.contains(QStringLiteral("10.0 MB are free")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("still needed")), qPrintable(error));
    QCOMPARE(it().server->count(isWeights), 0);
}

void SurvivalTest::spaceThatDisappearsIsNoticedMidway() {
    auto space = std::make_shared<std::atomic<qint64>>(qint64(1) << 40);
    it().setup.calls.freeBytes = [space](const QString&) { return space->load(); };
    it().server->setBytesPerSecond(5 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 4);
    *space = 1'000'000;
    const DownloadInfo info = it().waitForEnd(id, 5);
    QCOMPARE(info.state, DownloadState::Failed);
    QVERIFY2(info.error.contains(QStringLiteral("1.0 MB are free")), qPrintable(info.error));
    *space = qint64(1) << 40;
    it().server->setBytesPerSecond(0);
    QVERIFY(arrives());
}

void SurvivalTest::secondInstanceIsKeptOut() {
    it().server->setBytesPerSecond(4 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 8);
    DownloadSetup setup = it().setup;
    setup.listFile = it().folder.filePath(QStringLiteral("other.json"));
    DownloadService second(setup, it().tokens);
    second.setOptions(it().service->options());
    QSignalSpy failed(&second, &DownloadService::failed);
    second.start(it().request());
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(failed[0][1].toString().contains(QStringLiteral("Another program")));
    it().server->setBytesPerSecond(0);
    QCOMPARE(it().waitForEnd(id).state, DownloadState::Finished);
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
}

void SurvivalTest::sleepOfTheMachineIsNoFailure() {
    auto asleep = std::make_shared<std::atomic<int>>(0);
    it().setup.sleepClock = [asleep] { return std::chrono::milliseconds(asleep->load()); };
    it().setup.sleepInterval = std::chrono::milliseconds(20);
    it().setup.times.stall = std::chrono::minutes(10);  // would take far too long to notice
    Misdeed silent;
    silent.stallsAfter = 1'000'000;
    it().server->setScript(once(isWeights, silent, 4));
    const qint64 id = it().start();
    it().waitForBytes(id, 3'900'000);
    QTest::qWait(50);
    *asleep = 3'600'000;
    QCOMPARE(it().waitForEnd(id, 20).state, DownloadState::Finished);
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
}

void SurvivalTest::byteDamagedOnTheWayIsFetchedAgain() {
    Misdeed flip;
    flip.flipsByteAt = 20'000'000;
    auto flipped = std::make_shared<std::atomic<int>>(0);
    it().server->setScript([=](const ServedRequest& request) {
        return isWeights(request) && flipped->fetch_add(1) < 5 ? flip : Misdeed{};
    });
    QVERIFY(arrives());
}

void SurvivalTest::wrongHashForeverIsNeverUsable() {
    ServedFile wrong{QStringLiteral("model.safetensors"), kWeights, 11, true};
    wrong.listedHash = QString(64, u'a');
    it().server->add(wrong);
    const QString error = failure();
    QVERIFY2(error.contains(QStringLiteral("checksum")), qPrintable(error));
    const QList<CachedSnapshot> snapshots = it().cache().snapshots();
    for (const CachedSnapshot& snapshot : snapshots)
        for (const CachedFile& file : snapshot.files)
            QVERIFY(!file.path.endsWith(QStringLiteral(".safetensors")));
    QVERIFY(!it().cache().commitOf(it().server->repository(), QStringLiteral("main")));
}

void SurvivalTest::damagedPartOnTheDiskIsFetchedAlone() {
    it().server->setBytesPerSecond(8 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 2);
    it().close();
    const HubCache cache = it().cache();
    const ServedFile served = it().server->file(QStringLiteral("model.safetensors"));
    const RepoFile file{served.path, served.sizeBytes, served.hash()};
    QFile part(cache.partPlace(it().server->repository(), file).partPath);
    QVERIFY(part.open(QIODevice::ReadWrite));
    part.seek(1'000'000);  // as a disk might
    part.write("damage");
    part.close();
    it().server->setBytesPerSecond(0);
    const qint64 sentBefore = it().server->bytesSent();
    it().open();
    QCOMPARE(it().waitForEnd(id).state, DownloadState::Finished);
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
    // The second half and one part of a few megabytes, not the whole.
    QVERIFY(it().server->bytesSent() - sentBefore < kWeights * 8 / 10);
}

void SurvivalTest::completeFileIsNotFetchedAgain() {
    QVERIFY(arrives());
    it().server->clearRequests();
    it().service->remove(1);
    QTRY_VERIFY(it().service->downloads().isEmpty());
    QVERIFY(arrives());
    QCOMPARE(it().server->count([](const ServedRequest& r) { return r.isBody(); }), 0);
    // Also when nothing is remembered, as for files that another program put there.
    it().close();
    QFile::remove(it().setup.listFile);
    QVERIFY(arrives());
    QCOMPARE(it().server->count([](const ServedRequest& r) { return r.isBody(); }), 0);
}

void SurvivalTest::damagedCompleteFileIsFetchedAgain() {
    QVERIFY(arrives());
    const ServedFile served = it().server->file(QStringLiteral("model.safetensors"));
    QFile blob(it().cache().blobPath(it().server->repository(),
                                     {served.path, served.sizeBytes, served.hash()}));
    QVERIFY(blob.open(QIODevice::ReadWrite));
    blob.seek(5'000'000);
    blob.write("damage");
    blob.close();
    it().close();
    it().open();
    const QString folder = it().service->download(1).folder;
    QSignalSpy checked(it().service.get(), &DownloadService::integrityChecked);
    it().service->checkIntegrity(folder);
    QTRY_COMPARE(checked.count(), 1);
    QCOMPARE(checked[0][1].toStringList(), QStringList{QStringLiteral("model.safetensors")});
    QVERIFY(arrives());
}

// A lost network ends four connections at once; that must not use up four of the five tries.
void SurvivalTest::lostConnectionsCountOnce() {
    Misdeed cut;
    cut.cutsAfter = 0;
    it().server->setScript(once(isWeights, cut, 16));
    QVERIFY(arrives());
}

void SurvivalTest::subFoldersStaySubFolders() {
    QVERIFY(arrives());
    const QString folder = it().service->download(1).folder;
    const QFileInfo file(folder + QStringLiteral("/sub/tokenizer_config.json"));
    QVERIFY(file.exists());
    QVERIFY(file.isSymLink());
    const std::string target =
        std::filesystem::read_symlink(file.filePath().toStdString()).string();
    QVERIFY2(target.starts_with("../../../blobs/"), target.c_str());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::SurvivalTest)
#include "survival_test.moc"
