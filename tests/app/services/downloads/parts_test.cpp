// The small classes of the downloader, each by itself.
#include <sys/stat.h>
#include <unistd.h>

#include <QDateTime>
#include <QLocale>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>

#include "app/services/downloads/catalogue.h"
#include "app/services/downloads/download_list.h"
#include "app/services/downloads/file/content_hash.h"
#include "app/services/downloads/file/range_record.h"
#include "app/services/downloads/file/range_set.h"
#include "app/services/downloads/hub_cache.h"
#include "app/services/downloads/token_store.h"
#include "app/services/downloads/transfer/rate_limiter.h"
#include "app/services/downloads/transfer/retry_policy.h"
#include "app/services/downloads/transfer/speed_meter.h"
#include "app/services/downloads/transfer/suspend_watch.h"
#include "kernels/base/system_faults.h"
#include "tests/support/scoped_variable.h"

namespace dsm {

using namespace std::chrono_literals;
using test::ScopedVariable;

class DownloadPartsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void rangesMergeAndSplit();
    void rangesAgreeWithABitmap();
    void hashesAreThoseOfOtherTools();
    void etagsAreReadInEveryForm();
    void recordSurvivesATornTail();
    void recordKeepsItsMark();
    void recordForAnotherFileIsVoid();
    void recordThatCannotBeReadIsNoEmptyOne();
    void lockIsHeldAndLetGo();
    void limiterGivesWhatTimeAllows();
    void retriesDoubleAndEnd();
    void patienceIsReadInEveryForm();
    void speedIsOfTheLastSeconds();
    void sleepIsNoticedOnce();
    void cacheIsWhereTheHubsToolsLook();
    void cacheWithoutLinksHoldsRealFiles();
    void cacheTellsWhatIsBroken();
    void refThatIsRightIsNotWritten();
    void listComesBackFromTheDisk();
    void damagedListIsEmpty();
    void catalogueIsComplete();
    void missingKeyringIsSaidAndSurvived();
};

void DownloadPartsTest::rangesMergeAndSplit() {
    RangeSet set;
    set.add({10, 20});
    set.add({30, 40});
    set.add({20, 30});
    QCOMPARE(set.ranges().size(), 1u);
    QVERIFY(set.contains({10, 40}));
    QVERIFY(!set.contains({9, 40}));
    set.remove({15, 16});
    QCOMPARE(set.totalBytes(), 29);
    QCOMPARE(set.reachFrom(10), 15);
    QCOMPARE(set.reachFrom(15), 15);
    QCOMPARE(set.firstMissing({0, 50}), (ByteRange{0, 10}));
    QCOMPARE(set.firstMissing({10, 50}), (ByteRange{15, 16}));
    QCOMPARE(set.firstMissing({16, 60}), (ByteRange{40, 60}));
    QVERIFY(set.firstMissing({20, 30}).isEmpty());
}

void DownloadPartsTest::rangesAgreeWithABitmap() {
    quint32 state = 12345;
    const auto random = [&state](int below) {
        state = state * 1664525 + 1013904223;
        return static_cast<int>((state >> 8) % static_cast<quint32>(below));
    };
    RangeSet set;
    std::vector<bool> bits(200);
    for (int step = 0; step < 3000; ++step) {
        const int begin = random(190);
        const int end = begin + random(12);
        const bool adds = random(2) == 0;
        if (adds) {
            set.add({begin, end});
        } else {
            set.remove({begin, end});
        }
        std::fill(bits.begin() + begin, bits.begin() + end, adds);
        QCOMPARE(set.totalBytes(), std::count(bits.begin(), bits.end(), true));
        for (std::size_t i = 1; i < set.ranges().size(); ++i)
            QVERIFY(set.ranges()[i - 1].end < set.ranges()[i].begin);
        for (const ByteRange& range : set.ranges())
            QVERIFY(bits[static_cast<std::size_t>(range.begin)] &&
                    bits[static_cast<std::size_t>(range.end - 1)]);
    }
}

void DownloadPartsTest::hashesAreThoseOfOtherTools() {
    const auto hash = [](HashKind kind, const QByteArray& bytes) {
        ContentHasher hasher(kind, bytes.size());
        hasher.add(bytes);
        return hasher.finish().hex;
    };
    // sha256sum and git hash-object.
    QCOMPARE(hash(HashKind::Sha256, "abc"),
             QStringLiteral("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(hash(HashKind::GitBlobSha1, ""),
             QStringLiteral("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"));
    QCOMPARE(hash(HashKind::GitBlobSha1, "hello\n"),
             QStringLiteral("ce013625030ba8dba906f756967f9e9ca394464a"));
}

void DownloadPartsTest::etagsAreReadInEveryForm() {
    const QByteArray sha1(40, 'A');
    QCOMPARE(ContentHash::fromEtag('"' + sha1 + '"')->hex, QString(40, u'a'));
    QCOMPARE(ContentHash::fromEtag("W/\"" + sha1 + '"')->kind, HashKind::GitBlobSha1);
    QCOMPARE(ContentHash::fromEtag(QByteArray(64, '0'))->kind, HashKind::Sha256);
    QVERIFY(!ContentHash::fromEtag("\"d41d8cd98f00b204e9800998ecf8427e-3\""));
    QVERIFY(!ContentHash::fromEtag(QByteArray(40, 'g')));
}

void DownloadPartsTest::recordSurvivesATornTail() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("r"));
    const QString identity = QStringLiteral("id");
    {
        auto record = RangeRecord::open(path, 1000, identity);
        QVERIFY(record);
        QVERIFY(record->append({{{0, 100}, 1}, {{200, 300}, 2}}));
    }
    QFile file(path);
    const qint64 whole = QFileInfo(path).size();
    // Cut at every byte: never more than was there, never a wrong part.
    for (qint64 size = whole; size >= 0; --size) {
        QVERIFY(file.resize(size));
        const auto parts = RangeRecord::read(path, 1000, identity);
        QCOMPARE(parts->size(), static_cast<std::size_t>(std::max<qint64>(0, size / 32 - 1)));
    }
    auto record = RangeRecord::open(path, 1000, identity);
    QVERIFY(record->append({{{0, 100}, 1}}));
    // A byte that turned is not believed, nor what follows it.
    QVERIFY(record->append({{{100, 200}, 2}}));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.seek(32 + 8);
    file.write("\x7f", 1);
    file.close();
    QVERIFY(RangeRecord::read(path, 1000, identity)->empty());
    // And can be written over.
    record = RangeRecord::open(path, 1000, identity);
    QVERIFY(record->append({{{300, 400}, 4}}));
    QCOMPARE(RangeRecord::read(path, 1000, identity)->size(), 1u);
}

void DownloadPartsTest::recordKeepsItsMark() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("r"));
    const auto reopened = [&] { return RangeRecord::open(path, 1000, QStringLiteral("a")); };
    auto record = reopened();
    QVERIFY(record->append({{{0, 100}, 1}, {{200, 300}, 2}}));
    QVERIFY(record->markFlushed(1));
    QVERIFY(record->append({{{300, 400}, 3}}));
    QCOMPARE(reopened()->flushedParts(), 1u);
    QCOMPARE(reopened()->parts().size(), 3u);
    // More than there are cannot have been flushed: such a mark is not believed.
    QVERIFY(record->markFlushed(4));
    QCOMPARE(reopened()->flushedParts(), 1u);
    QCOMPARE(reopened()->parts().size(), 3u);
    record = reopened();
    QVERIFY(record->replace({{{0, 100}, 1}, {{300, 400}, 3}}));
    QVERIFY(record->append({{{500, 600}, 5}}));
    QCOMPARE(reopened()->flushedParts(), 2u);
    QCOMPARE(reopened()->parts().size(), 3u);
}

void DownloadPartsTest::recordForAnotherFileIsVoid() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("r"));
    QVERIFY(RangeRecord::open(path, 1000, QStringLiteral("a"))->append({{{0, 100}, 1}}));
    QVERIFY(RangeRecord::read(path, 1001, QStringLiteral("a"))->empty());
    QVERIFY(RangeRecord::read(path, 1000, QStringLiteral("b"))->empty());
    QCOMPARE(RangeRecord::read(path, 1000, QStringLiteral("a"))->size(), 1u);
}

void DownloadPartsTest::recordThatCannotBeReadIsNoEmptyOne() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("r"));
    const auto read = [&] { return RangeRecord::read(path, 1000, QStringLiteral("a")); };
    QVERIFY(read());  // there is none
    QVERIFY(RangeRecord::open(path, 1000, QStringLiteral("a"))->append({{{0, 100}, 1}}));
    for (int call = 1;; ++call) {
        armSystemFault(SystemFault::Failing, call);
        const auto parts = read();
        if (!disarmSystemFault()) {
            QVERIFY(call > 3);
            break;
        }
        // Closing may fail: what was read stands.
        if (parts) {
            QCOMPARE(parts->size(), 1u);
        } else {
            QCOMPARE(parts.error().fault, DownloadFault::Disk);
        }
    }
    QCOMPARE(read()->size(), 1u);
}

void DownloadPartsTest::lockIsHeldAndLetGo() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("locks/a.lock"));
    {
        const auto held = FileLock::take(path);
        QVERIFY(held);
        const auto second = FileLock::take(path);
        QVERIFY(!second);
        QCOMPARE(second.error().fault, DownloadFault::Locked);
    }
    QVERIFY(FileLock::take(path));
}

void DownloadPartsTest::limiterGivesWhatTimeAllows() {
    RateLimiter::Time now{};
    RateLimiter limiter([&now] { return now; });
    QCOMPARE(limiter.take(1 << 30), 1 << 30);
    limiter.setBytesPerSecond(1'000'000);
    QCOMPARE(limiter.take(1000), 0);
    qint64 total = 0;
    for (int tick = 0; tick < 500; ++tick) {
        now += 20ms;
        total += limiter.take(1 << 20);
    }
    QVERIFY(std::abs(total - 10'000'000) < 30'000);
    now += 1h;  // a pause earns no burst
    QVERIFY(limiter.take(1 << 30) <= 100'000);
}

void DownloadPartsTest::retriesDoubleAndEnd() {
    RetryPolicy policy(RetryTimes{});
    const DownloadError lost{DownloadFault::Network, {}};
    for (const auto expected : {1000ms, 2000ms, 4000ms, 8000ms, 8000ms})
        QCOMPARE(policy.failed(lost)->count(), expected.count());
    QVERIFY(!policy.failed(lost));
    policy.progressed();
    QCOMPARE(policy.failed(lost)->count(), 1000);
    DownloadError asked{DownloadFault::TooManyRequests, {}, 55s};
    QCOMPARE(policy.failed(asked)->count(), 55'000);
    asked.retryAfter = 2h;
    QVERIFY(!policy.failed(asked));
    QVERIFY(!RetryPolicy(RetryTimes{}).failed({DownloadFault::DiskFull, {}}));
}

void DownloadPartsTest::patienceIsReadInEveryForm() {
    HttpAnswer answer;
    QCOMPARE(askedPatience(answer).count(), 0);
    answer.headers = {{"retry-after", "7"}};
    QCOMPARE(askedPatience(answer).count(), 7000);
    const QString date = QLocale::c().toString(QDateTime::currentDateTimeUtc().addSecs(90),
                                               QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    answer.headers = {{"retry-after", date.toLatin1()}};
    QVERIFY(std::abs(askedPatience(answer).count() - 90'000) <= 2'000);
    answer.headers = {{"retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"}};
    QCOMPARE(askedPatience(answer).count(), 0);
    answer.headers = {{"ratelimit", "\"api\";r=0;t=55"}};
    QCOMPARE(askedPatience(answer).count(), 55'000);
    answer.headers = {{"retry-after", "soon"}, {"ratelimit", "limit=3"}};
    QCOMPARE(askedPatience(answer).count(), 0);
}

void DownloadPartsTest::speedIsOfTheLastSeconds() {
    SpeedMeter::Time now{};
    SpeedMeter meter([&now] { return now; });
    QCOMPARE(meter.bytesPerSecond(), 0.0);
    for (int tick = 0; tick < 100; ++tick) {
        now += 100ms;
        meter.add(tick < 50 ? 1'000'000 : 200'000);
    }
    QVERIFY(std::abs(meter.bytesPerSecond() - 2e6) < 1e5);
    now += 6s;
    QCOMPARE(meter.bytesPerSecond(), 0.0);
}

void DownloadPartsTest::sleepIsNoticedOnce() {
    auto asleep = 0ms;
    SuspendWatch watch([&asleep] { return asleep; }, 5ms);
    QSignalSpy woke(&watch, &SuspendWatch::wokeUp);
    QTest::qWait(40);
    QCOMPARE(woke.count(), 0);
    asleep = 1h;
    QTRY_COMPARE(woke.count(), 1);
    QTest::qWait(40);
    QCOMPARE(woke.count(), 1);
    QVERIFY(SuspendWatch::timeAsleep() > -10ms);
}

void DownloadPartsTest::cacheIsWhereTheHubsToolsLook() {
    const ScopedVariable home("HOME", "/home/someone");
    const ScopedVariable xdg("XDG_CACHE_HOME", nullptr);
    const ScopedVariable hf("HF_HOME", nullptr);
    const ScopedVariable cache("HF_HUB_CACHE", nullptr);
    QCOMPARE(HubCache::defaultRoot(), QStringLiteral("/home/someone/.cache/huggingface/hub"));
    const ScopedVariable xdgSet("XDG_CACHE_HOME", "/x");
    QCOMPARE(HubCache::defaultRoot(), QStringLiteral("/x/huggingface/hub"));
    const ScopedVariable hfSet("HF_HOME", "/h");
    QCOMPARE(HubCache::defaultRoot(), QStringLiteral("/h/hub"));
    const ScopedVariable hfAtHome("HF_HOME", "~/models");
    QCOMPARE(HubCache::defaultRoot(), QStringLiteral("/home/someone/models/hub"));
    const ScopedVariable cacheSet("HF_HUB_CACHE", "/c");
    QCOMPARE(HubCache::defaultRoot(), QStringLiteral("/c"));
    const ScopedVariable cacheAtHome("HF_HUB_CACHE", "~");
    QCOMPARE(HubCache::defaultRoot(), QStringLiteral("/home/someone"));
    const ScopedVariable cacheNamed("HF_HUB_CACHE", "${XDG_CACHE_HOME}/a~/$HF_HOME/$DSM_NOT_SET");
    QCOMPARE(HubCache::defaultRoot(), QStringLiteral("/x/a~/~/models/$DSM_NOT_SET"));
}

void DownloadPartsTest::cacheWithoutLinksHoldsRealFiles() {
    const QTemporaryDir folder;
    HubCache cache(folder.path());
    cache.setLinksAllowed(false);
    const QString repository = QStringLiteral("org/name");
    const QString commit(40, u'c');
    const RepoFile file{QStringLiteral("sub/config.json"), 3,
                        ContentHash{HashKind::GitBlobSha1, QString(40, u'b')}};
    QVERIFY(cache.makeFolders(repository));
    QVERIFY(replaceFile(cache.blobPath(repository, file), "abc"));
    QVERIFY(cache.link(repository, commit, file));
    QVERIFY(cache.link(repository, commit, file));  // again is no harm
    const QFileInfo entry(cache.snapshotFolder(repository, commit) + u'/' + file.path);
    QVERIFY(entry.isFile() && !entry.isSymLink());
    QCOMPARE(cache.find(repository, commit, file), entry.canonicalFilePath());
    QVERIFY(!QFile::exists(cache.blobPath(repository, file)));
}

void DownloadPartsTest::cacheTellsWhatIsBroken() {
    const QTemporaryDir folder;
    const HubCache cache(folder.path());
    const QString repository = QStringLiteral("org/name.with-dots_1");
    const QString commit(40, u'c');
    const RepoFile file{QStringLiteral("config.json"), 3,
                        ContentHash{HashKind::GitBlobSha1, QString(40, u'b')}};
    QVERIFY(cache.makeFolders(repository));
    QVERIFY(replaceFile(cache.blobPath(repository, file), "abc"));
    QVERIFY(cache.link(repository, commit, file));
    QVERIFY(cache.setRevision(repository, QStringLiteral("main"), commit));
    QVERIFY(cache.setRevision(repository, QStringLiteral("refs/pr/1"), commit));
    QList<CachedSnapshot> found = cache.snapshots();
    QCOMPARE(found.size(), 1);
    QCOMPARE(found[0].repository, repository);
    QVERIFY(found[0].revisions.contains(QStringLiteral("refs/pr/1")));
    QCOMPARE(found[0].files.size(), 1);
    QCOMPARE(found[0].files[0].hash->hex, QString(40, u'b'));
    QCOMPARE(found[0].lost, QStringList());
    QFile::remove(cache.blobPath(repository, file));
    found = cache.snapshots();
    QCOMPARE(found[0].lost.size(), 1);
    QVERIFY(found[0].files.isEmpty());
    QVERIFY(!cache.commitOf(repository, QStringLiteral("../../secret")));
}

// A complete cache may lie on a disk that cannot be written; replacing would give another inode.
void DownloadPartsTest::refThatIsRightIsNotWritten() {
    const QTemporaryDir folder;
    const HubCache cache(folder.path());
    const QString repository = QStringLiteral("a/b");
    QVERIFY(cache.makeFolders(repository));
    const QString ref = cache.repositoryFolder(repository) + QStringLiteral("/refs/main");
    const auto inode = [&] {
        struct stat info = {};
        return ::stat(QFile::encodeName(ref).constData(), &info) == 0 ? info.st_ino : 0;
    };
    QVERIFY(cache.setRevision(repository, QStringLiteral("main"), QString(40, u'a')));
    const auto first = inode();
    // Holds the number, so that no new file can have it.
    QVERIFY(QFile::exists(ref) && ::link(QFile::encodeName(ref).constData(),
                                         QFile::encodeName(ref + u'2').constData()) == 0);
    QVERIFY(cache.setRevision(repository, QStringLiteral("main"), QString(40, u'a')));
    QCOMPARE(inode(), first);
    QVERIFY(cache.setRevision(repository, QStringLiteral("main"), QString(40, u'b')));
    QCOMPARE(cache.commitOf(repository, QStringLiteral("main")), QString(40, u'b'));
}

void DownloadPartsTest::listComesBackFromTheDisk() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("deep/downloads.json"));
    DownloadList list;
    list.nextId = 9;
    list.options = {QStringLiteral("/models"),
                    5,
                    1'000'000,
                    {ProxyChoice::Kind::Manual, QStringLiteral("socks5://a:1080")},
                    false};
    DownloadEntry entry;
    entry.info.id = 8;
    entry.info.request = {{Source::Kind::ModelScope, QStringLiteral("https://m.org")},
                          QStringLiteral("a/b"),
                          QStringLiteral("v1")};
    entry.info.state = DownloadState::Downloading;
    entry.info.bytesDone = qint64(1) << 40;
    entry.written = QStringList{QStringLiteral("/x")};
    list.entries = {entry};
    list.verified.insert(QStringLiteral("/x"), {5, 1'700'000'000'123});
    list.licences = QStringList{QStringLiteral("l")};
    QVERIFY(list.save(path));
    const DownloadList back = DownloadList::load(path);
    QCOMPARE(back.nextId, 9);
    QVERIFY(back.options == list.options);
    QCOMPARE(back.entries.size(), 1);
    QCOMPARE(back.entries[0].info.state, DownloadState::Waiting);  // it was under way
    QCOMPARE(back.entries[0].info.bytesDone, qint64(1) << 40);
    QVERIFY(back.entries[0].info.request.source == entry.info.request.source);
    QCOMPARE(back.entries[0].written, entry.written);
    QVERIFY(back.verified == list.verified);
    QCOMPARE(back.licences, list.licences);
}

void DownloadPartsTest::damagedListIsEmpty() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("downloads.json"));
    for (const char* text : {"", "{", "[]", "{\"downloads\": 3, \"options\": []}",
                             "{\"downloads\": [{\"id\": 1, \"repository\": \"../../x\"}]}"}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        const DownloadList list = DownloadList::load(path);
        QVERIFY(list.entries.isEmpty());
        QCOMPARE(list.options.connections, 4);
        // What is no list at all is not written over later.
        const bool isObject = text[0] == '{' && text[1] != '\0';
        QFile aside(path + QStringLiteral(".damaged"));
        QCOMPARE(aside.exists(), !isObject);
        if (isObject) continue;
        QVERIFY(aside.open(QIODevice::ReadOnly));
        QCOMPARE(aside.readAll(), QByteArray(text));
        QVERIFY(aside.remove());
    }
}

void DownloadPartsTest::catalogueIsComplete() {
    QCOMPARE(catalogue().size(), 2);
    for (const CatalogueEntry& entry : catalogue()) {
        QVERIFY(isRepositoryName(entry.repository));
        QVERIFY(!entry.purpose.isEmpty() && !entry.licence.summary.isEmpty());
        QVERIFY(entry.benchmarks.size() >= 7);
        QVERIFY(entry.sizeBytes() > 32'700'000'000 && entry.sizeBytes() < 32'900'000'000);
    }
    QVERIFY(findInCatalogue(QStringLiteral("deepseek-ai/deepseek-moe-16b-chat"))->isChat);
    QVERIFY(!findInCatalogue(QStringLiteral("deepseek-ai/other")));
}

void DownloadPartsTest::missingKeyringIsSaidAndSurvived() {
    const ScopedVariable bus("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    KeyringTokenStore store(QStringLiteral("deepseekmoe-test"));
    QString problem;
    bool isWritten = false;
    store.write(QStringLiteral("host"), QStringLiteral("secret"), this, [&](const QString& p) {
        problem = p;
        isWritten = true;
    });
    QTRY_VERIFY_WITH_TIMEOUT(isWritten, 20'000);
    if (problem.isEmpty()) QSKIP("This machine has a keyring.");
    QVERIFY2(problem.contains(QStringLiteral("until the program ends")), qPrintable(problem));
    TokenStore::Answer answer;
    bool isRead = false;
    store.read(QStringLiteral("host"), this, [&](const TokenStore::Answer& a) {
        answer = a;
        isRead = true;
    });
    QVERIFY(!isRead);
    QTRY_VERIFY(isRead);
    QCOMPARE(answer.token, QStringLiteral("secret"));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::DownloadPartsTest)
#include "parts_test.moc"
