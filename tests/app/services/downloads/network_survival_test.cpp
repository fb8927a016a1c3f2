// What a downloader must survive on the way: servers and connections that misbehave.
#include <QElapsedTimer>
#include <QTest>
#include <atomic>
#include <chrono>

#include "tests/app/services/downloads/survival_fixture.h"

namespace dsm {

using namespace test;

namespace {

Misdeed portalPage() {
    Misdeed page;
    page.status = 200;
    page.body = "<html>Sign in to the airport</html>";
    page.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    return page;
}

}  // namespace

class NetworkSurvivalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { it_ = std::make_unique<SurvivalFixture>(); }
    void cleanup() { it_.reset(); }

    void wrongAnswersAreTriedAgain_data();
    void wrongAnswersAreTriedAgain();
    void wrongAnswersForeverEndWithARemedy_data();
    void wrongAnswersForeverEndWithARemedy();
    void serverWithoutRangesIsReadFromTheBeginning();
    void serverThatLosesRangesMidwayKeepsWhatIsHeld();
    void fullBodyIsNeverAppended();
    void bodyWithoutLengthArrives();
    void bytesThatAreAllThereAreEnough_data();
    void bytesThatAreAllThereAreEnough();
    void bodyThatIsAlwaysTooLongIsNotTakenWithoutAHash();
    void connectionThatDripsIsReplaced();
    void serverThatOnlyDripsEndsWithARemedy();
    void listThatDripsEndsWithARemedy();
    void answerWithoutEndOfItsHeadersHoldsUpNothing_data();
    void answerWithoutEndOfItsHeadersHoldsUpNothing();
    void endlessListIsRefused_data();
    void endlessListIsRefused();
    void captivePortalOnTheListIsExplained();
    void redirectLoopEndsWithARemedy();
    void redirectToHttpIsRefused();
    void expiredAddressIsAskedForAgain();
    void tooManyRequestsAreWaitedFor_data();
    void tooManyRequestsAreWaitedFor();
    void tooManyRequestsForHoursEndAtOnce();
    void sleepOfTheMachineIsNoFailure();
    void lostConnectionsCountOnce();
    void connectionsLostLaterCountWithTheFirst();

  private:
    SurvivalFixture& it() { return *it_; }

    std::unique_ptr<SurvivalFixture> it_;
};

void NetworkSurvivalTest::wrongAnswersAreTriedAgain_data() {
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

void NetworkSurvivalTest::wrongAnswersAreTriedAgain() {
    QFETCH(Misdeed, misdeed);
    it().server->setScript(once(isWeights, misdeed, 3));
    QVERIFY(it().arrives());
}

void NetworkSurvivalTest::wrongAnswersForeverEndWithARemedy_data() {
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

void NetworkSurvivalTest::wrongAnswersForeverEndWithARemedy() {
    QFETCH(Misdeed, misdeed);
    QFETCH(QString, remedy);
    it().server->setScript(always(isWeights, misdeed));
    const QString error = it().failure();
    QVERIFY2(error.contains(remedy), qPrintable(error));
    // And when the world is well again, so is the download.
    it().server->setScript({});
    QVERIFY(it().arrives());
}

void NetworkSurvivalTest::serverWithoutRangesIsReadFromTheBeginning() {
    Misdeed ignores;
    ignores.ignoresRange = true;
    it().server->setScript(always(isWeights, ignores));
    QVERIFY(it().arrives());
}

void NetworkSurvivalTest::serverThatLosesRangesMidwayKeepsWhatIsHeld() {
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
void NetworkSurvivalTest::fullBodyIsNeverAppended() {
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
    QVERIFY(it().arrives());
}

void NetworkSurvivalTest::bodyWithoutLengthArrives() {
    Misdeed hides;
    hides.hidesLength = true;
    it().server->setScript(
        always([](const ServedRequest& request) { return request.isBody(); }, hides));
    QVERIFY(it().arrives());
}

void NetworkSurvivalTest::bytesThatAreAllThereAreEnough_data() {
    QTest::addColumn<Misdeed>("misdeed");
    Misdeed chunked;
    chunked.isChunked = true;
    QTest::newRow("the last chunk never comes") << chunked;
    Misdeed open;
    open.hidesLength = open.staysOpen = true;
    QTest::newRow("no length, and the connection stays open") << open;
    Misdeed adds;
    adds.addsBytes = 1;
    QTest::newRow("one byte more than promised") << adds;
    adds.addsBytes = 3'000'000;
    QTest::newRow("megabytes more than promised") << adds;
    adds.hidesLength = true;
    QTest::newRow("more bytes and no length") << adds;
    adds.ignoresRange = true;
    QTest::newRow("more bytes, no length, no ranges") << adds;
}

void NetworkSurvivalTest::bytesThatAreAllThereAreEnough() {
    QFETCH(Misdeed, misdeed);
    it().setup.times.retry.tries = 100;  // pieces that come too long are failures, each
    it().server->setScript(always(isWeights, misdeed));
    QVERIFY(it().arrives());
}

void NetworkSurvivalTest::bodyThatIsAlwaysTooLongIsNotTakenWithoutAHash() {
    it().server->add({QStringLiteral("generation_config.json"),
                      2'000,
                      5,
                      false,
                      false,
                      {},
                      QStringLiteral("none")});
    Misdeed adds;
    adds.addsBytes = 5;
    adds.hidesLength = true;
    it().server->setScript(always(
        [](const ServedRequest& r) { return r.isBody() && r.asksFor("generation_config.json"); },
        adds));
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("more bytes")), qPrintable(error));
}

void NetworkSurvivalTest::connectionThatDripsIsReplaced() {
    it().setup.times.slow = std::chrono::milliseconds(500);
    Misdeed drips;
    drips.dripsAfter = 1'000'000;
    it().server->setScript(once(isWeights, drips, 3));
    QVERIFY(it().arrives());
}

void NetworkSurvivalTest::serverThatOnlyDripsEndsWithARemedy() {
    it().setup.times.slow = std::chrono::milliseconds(200);
    Misdeed drips;
    drips.dripsAfter = 0;
    it().server->setScript(always(isWeights, drips));
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("slowly")), qPrintable(error));
}

void NetworkSurvivalTest::listThatDripsEndsWithARemedy() {
    it().setup.times.answer = std::chrono::milliseconds(300);
    Misdeed drips;
    drips.dripsAfter = 0;
    it().server->setScript(
        always([](const ServedRequest& r) { return r.path.contains("/tree/"); }, drips));
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("Check the connection")), qPrintable(error));
}

// Qt reads them in a loop of its own: no request was served any more, and the memory grew for ever.
void NetworkSurvivalTest::answerWithoutEndOfItsHeadersHoldsUpNothing_data() {
    QTest::addColumn<QByteArray>("begins");
    QTest::addColumn<QByteArray>("goesOn");
    QTest::addColumn<bool>("isList");
    const QByteArray ok = "HTTP/1.1 200 OK\r\n";
    const QByteArray line = "X-More: " + QByteArray(80, 'x') + "\r\n";
    const QByteArray lines = line.repeated(700);
    const QByteArray text(1 << 16, 'x');
    QTest::newRow("list: headers") << ok << lines << true;
    QTest::newRow("list: the status") << QByteArray("HTTP/1.1 200 ") << text << true;
    QTest::newRow("weights: one header") << ok + "X-More: " << text << false;
}

void NetworkSurvivalTest::answerWithoutEndOfItsHeadersHoldsUpNothing() {
    QFETCH(QByteArray, begins);
    QFETCH(QByteArray, goesOn);
    QFETCH(bool, isList);
    it().setup.times.stall = std::chrono::minutes(10);  // only the sockets tell
    it().setup.times.slow = std::chrono::minutes(10);
    it().setup.times.answer = std::chrono::minutes(10);
    Misdeed endless;
    endless.begins = begins;
    endless.goesOn = goesOn;
    const auto isHit = [isList](const ServedRequest& request) {
        return isList ? request.path.contains("/tree/") : isWeights(request);
    };
    it().server->setScript(once(isHit, endless));
    QVERIFY(it().arrives());
}

void NetworkSurvivalTest::endlessListIsRefused_data() {
    QTest::addColumn<QByteArray>("page");
    QTest::newRow("empty pages") << QByteArray("[]");
    QTest::newRow("long pages") << QByteArray("[") + QByteArray(10 << 20, ' ') + "]";
    QByteArray files = "[";
    for (int i = 0; i < 50'000; ++i)
        files += R"({"type":"file","path":"f","size":1},)";
    files.back() = ']';
    QTest::newRow("many files") << files;
}

void NetworkSurvivalTest::endlessListIsRefused() {
    QFETCH(QByteArray, page);
    it().server->setScript([this, page](const ServedRequest& request) {
        Misdeed endless;
        if (!request.path.contains("/tree/")) return endless;
        endless.status = 200;
        endless.body = page;
        endless.headers = {{"Link", '<' + it().server->hub().toUtf8() + request.path + "?cursor=" +
                                        QByteArray::number(request.number) + ">; rel=\"next\""}};
        return endless;
    });
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("more files than a model")), qPrintable(error));
    QVERIFY(it().server->count([](const ServedRequest& r) { return r.path.contains("/tree/"); }) <
            400);
}

void NetworkSurvivalTest::captivePortalOnTheListIsExplained() {
    it().server->setScript(
        always([](const ServedRequest& r) { return r.path.contains("/tree/"); }, portalPage()));
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("Sign in")), qPrintable(error));
}

void NetworkSurvivalTest::redirectLoopEndsWithARemedy() {
    Misdeed around;
    around.status = 302;
    around.headers = {{"Location", it().server->cdn().toUtf8() + "/blob/around?sig=1"}};
    it().server->setScript(always(isWeights, around));
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("circles")), qPrintable(error));
    it().server->setScript([this](const ServedRequest& request) {
        Misdeed further;
        if (!isWeights(request)) return further;
        further.status = 302;
        further.headers = {{"Location", it().server->cdn().toUtf8() + "/blob/" +
                                            QByteArray::number(request.number) + "?sig=1"}};
        return further;
    });
    QVERIFY(it().failure().contains(QStringLiteral("circles")));
}

void NetworkSurvivalTest::redirectToHttpIsRefused() {
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
    QVERIFY(it().failure().contains(QStringLiteral("another source")));
}

void NetworkSurvivalTest::expiredAddressIsAskedForAgain() {
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

void NetworkSurvivalTest::tooManyRequestsAreWaitedFor_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("leastMs");
    QTest::newRow("Retry-After in seconds") << QByteArray("Retry-After") << QByteArray("1") << 900;
    QTest::newRow("RateLimit") << QByteArray("RateLimit") << QByteArray("\"api\";r=0;t=1") << 900;
    QTest::newRow("nothing said") << QByteArray("X-Nothing") << QByteArray("1") << 0;
}

void NetworkSurvivalTest::tooManyRequestsAreWaitedFor() {
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, leastMs);
    Misdeed tooMany;
    tooMany.status = 429;
    tooMany.headers = {{name, value}};
    it().server->setScript(once(isWeights, tooMany, 4));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(it().arrives());
    QVERIFY(timer.elapsed() >= leastMs);
}

void NetworkSurvivalTest::tooManyRequestsForHoursEndAtOnce() {
    Misdeed tooMany;
    tooMany.status = 429;
    tooMany.headers = {{"Retry-After", "7200"}};
    it().server->setScript(always(isWeights, tooMany));
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("token")), qPrintable(error));
}

void NetworkSurvivalTest::sleepOfTheMachineIsNoFailure() {
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

// A lost network ends four connections at once; that must not use up four tries. (How many requests
// reach the server before the first one fails is up to Qt.)
void NetworkSurvivalTest::lostConnectionsCountOnce() {
    it().setup.times.retry = {std::chrono::seconds(2), std::chrono::seconds(2), 1};
    const auto lost = std::make_shared<QElapsedTimer>();
    it().server->setScript([lost](const ServedRequest& request) {
        Misdeed cut;
        if (!isWeights(request)) return cut;
        if (!lost->isValid()) lost->start();
        if (lost->elapsed() < 1'000) cut.cutsAfter = 0;
        return cut;
    });
    QVERIFY(it().arrives());
}

// Three may notice only when the fourth has been tried again.
void NetworkSurvivalTest::connectionsLostLaterCountWithTheFirst() {
    it().setup.times.retry = {std::chrono::milliseconds(700), std::chrono::milliseconds(700), 1};
    it().setup.times.stall = std::chrono::milliseconds(1'500);
    const auto count = std::make_shared<std::atomic<int>>(0);
    it().server->setScript([count](const ServedRequest& request) {
        Misdeed misdeed;
        if (!isWeights(request)) return misdeed;
        const int number = (*count)++;
        if (number < 5) misdeed.stallsAfter = 0;
        if (number == 3) misdeed.status = 503;  // and number 4 is its second try
        return misdeed;
    });
    QVERIFY(it().arrives());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::NetworkSurvivalTest)
#include "network_survival_test.moc"
