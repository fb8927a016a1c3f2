// What a downloader must survive in what it gets: names, hashes and versions that are not right.
#include <QSignalSpy>
#include <QTest>
#include <atomic>
#include <filesystem>

#include "tests/app/services/downloads/survival_fixture.h"

namespace dsm {

using namespace test;

class ContentSurvivalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { it_ = std::make_unique<SurvivalFixture>(); }
    void cleanup() { it_.reset(); }

    void wholeModelArrives();
    void subFoldersStaySubFolders();
    void unsafeNamesAreRefused_data();
    void unsafeNamesAreRefused();
    void namesThatClashAreRefused();
    void etagThatChangesMidwayStartsOver();
    void etagThatDiffersBetweenServersCostsNothing();
    void fileThatChangedAtTheSourceIsListedAgain();
    void byteDamagedOnTheWayIsFetchedAgain();
    void wrongHashForeverIsNeverUsable();
    void damagedPartOnTheDiskIsFetchedAlone();
    void fileWithoutAListedHashIsHeldToTheSourcesOwn();
    void fileThatTheSourcesOwnHashDeniesIsNeverUsable();
    void otherHostsHeaderProvesNothing();
    void codeThatTheConfigurationNamesArrives();
    void partOfTheHubsClientIsContinued();
    void wrongPartOfTheHubsClientCostsOnlyTime();
    void partThatIsTooLongIsLeftAlone();
    void completeFileIsNotFetchedAgain();
    void damagedCompleteFileIsFetchedAgain();

  private:
    SurvivalFixture& it() { return *it_; }

    std::unique_ptr<SurvivalFixture> it_;
};

void ContentSurvivalTest::wholeModelArrives() {
    it().server->setPageSize(2);
    QVERIFY(it().arrives());
    QVERIFY(it().server->count(hasRange) >= 4);
    const auto isCode = [](const ServedRequest& request) {
        return request.isBody() && request.asksFor(".py");
    };
    QCOMPARE(it().server->count(isCode), 0);
    QCOMPARE(it().cache().commitOf(it().server->repository(), QStringLiteral("main")),
             it().server->commit());
}

void ContentSurvivalTest::subFoldersStaySubFolders() {
    QVERIFY(it().arrives());
    const QString folder = it().service->download(1).folder;
    const QFileInfo file(folder + QStringLiteral("/sub/tokenizer_config.json"));
    QVERIFY(file.exists());
    QVERIFY(file.isSymLink());
    const std::string target =
        std::filesystem::read_symlink(file.filePath().toStdString()).string();
    QVERIFY2(target.starts_with("../../../blobs/"), target.c_str());
}

void ContentSurvivalTest::unsafeNamesAreRefused_data() {
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
    QTest::newRow("a device") << QStringLiteral("sub/CON.json");
    QTest::newRow("another device") << QStringLiteral("com1.json");
    QTest::newRow("a pattern") << QStringLiteral("evil*.json");
    QTest::newRow("half a character")
        << QStringLiteral("evil") + QChar(0xD800) + QStringLiteral(".json");
    QTest::newRow("too long") << QString(300, u'e') + QStringLiteral(".json");
}

void ContentSurvivalTest::unsafeNamesAreRefused() {
    QFETCH(QString, name);
    it().server->add({name, 10, 1});
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("not safe")), qPrintable(error));
    QVERIFY2(std::all_of(error.begin(), error.end(), [](QChar c) { return c.isPrint(); }),
             qPrintable(error));
    QVERIFY(it().cache().snapshots().isEmpty());
    QVERIFY(!QFile::exists(it().folder.filePath(QStringLiteral("evil.json"))));
}

void ContentSurvivalTest::namesThatClashAreRefused() {
    it().server->add({QStringLiteral("CONFIG.json"), 10, 1});
    QVERIFY(it().failure().contains(QStringLiteral("same name")));
    const QList<RepoFile> folderAndFile = {{QStringLiteral("a"), 1, {}},
                                           {QStringLiteral("A/b.json"), 1, {}}};
    QVERIFY(!checkPaths(folderAndFile));
    const QList<RepoFile> composed = {{QStringLiteral("\u00E9.json"), 1, {}},
                                      {QStringLiteral("e\u0301.json"), 1, {}}};
    QVERIFY(!checkPaths(composed));
    const QList<RepoFile> fine = {{QStringLiteral("a/b.json"), 1, {}},
                                  {QStringLiteral("a/c.json"), 1, {}}};
    QVERIFY(checkPaths(fine));
}

void ContentSurvivalTest::etagThatChangesMidwayStartsOver() {
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

void ContentSurvivalTest::etagThatDiffersBetweenServersCostsNothing() {
    it().server->setScript([n = std::make_shared<std::atomic<int>>(0)](const ServedRequest& r) {
        Misdeed misdeed;
        if (isWeights(r))
            misdeed.headers = {{"ETag", "\"edge-" + QByteArray::number(n->fetch_add(1)) + '"'}};
        return misdeed;
    });
    QVERIFY(it().arrives());
}

void ContentSurvivalTest::fileThatChangedAtTheSourceIsListedAgain() {
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

void ContentSurvivalTest::byteDamagedOnTheWayIsFetchedAgain() {
    Misdeed flip;
    flip.flipsByteAt = 20'000'000;
    auto flipped = std::make_shared<std::atomic<int>>(0);
    it().server->setScript([=](const ServedRequest& request) {
        return isWeights(request) && flipped->fetch_add(1) < 5 ? flip : Misdeed{};
    });
    QVERIFY(it().arrives());
}

void ContentSurvivalTest::wrongHashForeverIsNeverUsable() {
    ServedFile wrong{QStringLiteral("model.safetensors"), kWeights, 11, true};
    wrong.listedHash = QString(64, u'a');
    it().server->add(wrong);
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("checksum")), qPrintable(error));
    const QList<CachedSnapshot> snapshots = it().cache().snapshots();
    for (const CachedSnapshot& snapshot : snapshots)
        for (const CachedFile& file : snapshot.files)
            QVERIFY(!file.path.endsWith(QStringLiteral(".safetensors")));
    QVERIFY(!it().cache().commitOf(it().server->repository(), QStringLiteral("main")));
}

void ContentSurvivalTest::damagedPartOnTheDiskIsFetchedAlone() {
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

// The source lists no hash, but names one where it says where the file is.
void ContentSurvivalTest::fileWithoutAListedHashIsHeldToTheSourcesOwn() {
    const QString path = QStringLiteral("generation_config.json");
    it().server->add({path, 2'000, 5, false, false, {}, QStringLiteral("none")});
    const QByteArray hash = it().server->file(path).hash().hex.toLatin1();
    Misdeed names;
    names.headers = {{"ETag", '"' + hash + '"'}};
    it().server->setScript(
        always([](const ServedRequest& r) { return r.asksFor("generation_config.json"); }, names));
    QVERIFY(it().arrives());
    QCOMPARE(it().service->download(1).filesUnverified, 0);
    const QString entry = it().service->download(1).folder + u'/' + path;
    const auto named = [&] {
        return QFileInfo(QFileInfo(entry).canonicalFilePath()).fileName().toLatin1();
    };
    QCOMPARE(named(), hash);
    // Also when it is there already, right or damaged.
    it().close();
    QFile::remove(it().setup.listFile);
    it().server->clearRequests();
    QVERIFY(it().arrives());
    QCOMPARE(it().server->count([](const ServedRequest& r) { return r.isBody(); }), 0);
    QFile blob(entry);
    QVERIFY(blob.open(QIODevice::ReadWrite));
    blob.write("damage");
    blob.close();
    it().close();
    QFile::remove(it().setup.listFile);
    QVERIFY(it().arrives());
    QCOMPARE(named(), hash);
}

void ContentSurvivalTest::fileThatTheSourcesOwnHashDeniesIsNeverUsable() {
    const QString path = QStringLiteral("generation_config.json");
    it().server->add({path, 2'000, 5, false, false, {}, QStringLiteral("none")});
    Misdeed other;
    other.headers = {{"ETag", '"' + QByteArray(40, 'a') + '"'}};
    it().server->setScript(
        always([](const ServedRequest& r) { return r.asksFor("generation_config.json"); }, other));
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("checksum")), qPrintable(error));
    const QList<CachedSnapshot> snapshots = it().cache().snapshots();
    for (const CachedSnapshot& snapshot : snapshots)
        for (const CachedFile& file : snapshot.files)
            QVERIFY(file.path != path);
}

// An ETag of the host that only stores the bytes is no hash, whatever it looks like; such a file is
// never said to be more than its size.
void ContentSurvivalTest::otherHostsHeaderProvesNothing() {
    const QString path = QStringLiteral("model.safetensors");
    it().server->add({path, kWeights, 11, true, false, {}, QStringLiteral("none")});
    Misdeed store;
    store.headers = {{"ETag", '"' + QByteArray(64, 'a') + '"'}};
    it().server->setScript(
        [store](const ServedRequest& request) { return isWeights(request) ? store : Misdeed{}; });
    QVERIFY(it().arrives());
    QCOMPARE(it().service->download(1).filesUnverified, 1);
    const QList<CachedSnapshot> snapshots = it().cache().snapshots();
    QCOMPARE(snapshots.size(), 1);
    for (const CachedFile& file : snapshots[0].files) {
        QCOMPARE(file.hash.has_value(), file.path != path);
        const QString name = QFileInfo(file.realPath).fileName();
        QCOMPARE(name.startsWith(QStringLiteral("unverified-")), file.path == path);
    }
}

// Other programs need it to load the model; here nothing executes it.
void ContentSurvivalTest::codeThatTheConfigurationNamesArrives() {
    const auto add = [&](const char* path, const QByteArray& bytes) {
        it().server->add({QString::fromLatin1(path), 0, 0, false, false, bytes});
    };
    add("config.json",
        R"({"auto_map": {"AutoConfig": "configuration_deepseek.DeepseekConfig",
            "AutoModel": "modeling_deepseek.DeepseekModel", "AutoX": "other/repo--elsewhere.X",
            "AutoY": "../evil.Y", "AutoTokenizer": ["missing.Slow", null]}})");
    add("configuration_deepseek.py", "class DeepseekConfig: pass\n");
    add("modeling_deepseek.py",
        "from .configuration_deepseek import DeepseekConfig\n"
        "  from .helper import help\nimport os\n");
    add("helper.py", "def help(): pass\n");
    add("elsewhere.py", "raise SystemExit\n");
    add("setup.py", "raise SystemExit\n");
    const QStringList wanted{QStringLiteral("configuration_deepseek.py"),
                             QStringLiteral("helper.py"), QStringLiteral("modeling_deepseek.py")};
    const auto arrive = [&] {
        const DownloadInfo done = it().waitForEnd(it().start());
        QCOMPARE(done.state, DownloadState::Finished);
        QCOMPARE(done.bytesDone, done.bytesTotal);
        QCOMPARE(done.filesDone, done.filesTotal);
        const QDir folder(done.folder);
        QCOMPARE(folder.entryList({QStringLiteral("*.py")}, QDir::Files, QDir::Name), wanted);
    };
    arrive();
    // A cache that was filled without it gets it, and nothing else again.
    for (const QString& path : wanted) {
        const QString entry = it().service->download(1).folder + u'/' + path;
        QFile::remove(QFileInfo(entry).canonicalFilePath());
        QFile::remove(entry);
    }
    it().server->clearRequests();
    arrive();
    QCOMPARE(it().server->count([](const ServedRequest& r) { return r.isBody(); }), 3);
}

void ContentSurvivalTest::partOfTheHubsClientIsContinued() {
    constexpr qint64 kBegun = kWeights / 4 * 3 + 12'345;
    const ServedFile weights = it().server->file(QStringLiteral("model.safetensors"));
    it().writeOthersPart(weights, kBegun);
    QVERIFY(it().arrives());  // and no part is left
    QVERIFY(it().server->bytesSent() < kWeights - kBegun + 1'000'000);
}

void ContentSurvivalTest::wrongPartOfTheHubsClientCostsOnlyTime() {
    ServedFile other = it().server->file(QStringLiteral("model.safetensors"));
    other.seed = 99;
    it().writeOthersPart(other, kWeights / 2);
    QVERIFY(it().arrives());
}

void ContentSurvivalTest::partThatIsTooLongIsLeftAlone() {
    ServedFile other = it().server->file(QStringLiteral("model.safetensors"));
    other.sizeBytes += 1;
    const QString part = it().writeOthersPart(other, kWeights + 1);
    QCOMPARE(it().waitForEnd(it().start()).state, DownloadState::Finished);
    QCOMPARE(QFileInfo(part).size(), kWeights + 1);
}

void ContentSurvivalTest::completeFileIsNotFetchedAgain() {
    QVERIFY(it().arrives());
    it().server->clearRequests();
    it().service->remove(1);
    QTRY_VERIFY(it().service->downloads().isEmpty());
    QVERIFY(it().arrives());
    QCOMPARE(it().server->count([](const ServedRequest& r) { return r.isBody(); }), 0);
    // Also when nothing is remembered, as for files that another program put there.
    it().close();
    QFile::remove(it().setup.listFile);
    QVERIFY(it().arrives());
    QCOMPARE(it().server->count([](const ServedRequest& r) { return r.isBody(); }), 0);
}

void ContentSurvivalTest::damagedCompleteFileIsFetchedAgain() {
    QVERIFY(it().arrives());
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
    QVERIFY(it().arrives());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ContentSurvivalTest)
#include "content_survival_test.moc"
