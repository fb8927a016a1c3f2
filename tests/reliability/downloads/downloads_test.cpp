// Broken variants of what a source answers and of what a download keeps beside its part: each is
// refused with a message, or what comes of it is within its bounds.
//
// DSM_MUTATIONS=1000000 says how many of each; the message of a failure names the seed.
#include <sys/stat.h>

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/services/downloads/download_list.h"
#include "app/services/downloads/hub_api.h"
#include "app/services/downloads/known_hashes.h"
#include "app/services/downloads/modelscope_api.h"
#include "app/services/downloads/ranged_file.h"
#include "tests/app/services/downloads/hub_server.h"
#include "tests/support/mutation.h"

namespace dsm {

using namespace test;

namespace {

constexpr qint64 kSize = 1 << 20;

QByteArray mutated(quint64 seed, const QByteArray& good) {
    return QByteArray::fromStdString(Mutation(seed)(good.toStdString()));
}

QString writeFile(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("no disk");
    return path;
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// "" where a list is refused with a message, or what is chosen of it can be written safely.
QString whatIsWrong(const DownloadResult<RemoteRepository>& found) {
    if (!found) return found.error().message.isEmpty() ? QStringLiteral("no message") : QString();
    const auto chosen = chooseFiles(found->listing.files);
    if (!chosen) return chosen.error().message.isEmpty() ? QStringLiteral("no message") : QString();
    qint64 sum = 0;
    for (const RepoFile& file : *chosen) {
        if (whyUnsafePath(file.path)) return QStringLiteral("an unsafe path");
        if (file.sizeBytes < 0 || __builtin_add_overflow(sum, file.sizeBytes, &sum))
            return QStringLiteral("a wrong size");
    }
    return {};
}

}  // namespace

class DownloadReliabilityTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void brokenListsAreRefusedOrSafe_data();
    void brokenListsAreRefusedOrSafe();
    void brokenHeadersLeadNowhereElse();
    void brokenRecordsSpeakOfNothingOutsideTheFile();
    void brokenNamesOfCommitsAndHashesAreNone();
    void brokenConfigurationNamesListedCodeOnly();
    void brokenListOfDownloadsLosesNoMoreThanItself();
};

void DownloadReliabilityTest::brokenListsAreRefusedOrSafe_data() {
    QTest::addColumn<bool>("isHub");
    QTest::addColumn<QByteArray>("good");
    QTest::newRow("Hub") << true << QByteArray(R"([
        {"type":"directory","oid":"00","size":0,"path":"sub"},
        {"type":"file","path":"config.json","size":20,"oid":"1111111111111111111111111111111111111111"},
        {"type":"file","path":"sub/tokenizer.json","size":300000,"oid":"22"},
        {"type":"file","path":"model.safetensors","size":134,"lfs":{"size":9000000000,
         "oid":"3333333333333333333333333333333333333333333333333333333333333333"}}])");
    QTest::newRow("ModelScope") << false << QByteArray(R"({"Code":200,"Data":{"Files":[
        {"Path":"sub","Type":"tree"},
        {"Path":"config.json","Type":"blob","Size":20,"Sha256":"11"},
        {"Path":"model.safetensors","Type":"blob","Size":9000000000,
         "Sha256":"3333333333333333333333333333333333333333333333333333333333333333"}]}})");
}

void DownloadReliabilityTest::brokenListsAreRefusedOrSafe() {
    QFETCH(bool, isHub);
    QFETCH(QByteArray, good);
    HubServer server;
    server.addModel(1000);
    HttpClient http;
    const QUrl endpoint(server.hub());
    std::unique_ptr<RepositoryApi> api;
    if (isHub) {
        api = std::make_unique<HubApi>(endpoint, http);
    } else {
        api = std::make_unique<ModelScopeApi>(endpoint, http);
    }
    const auto ask = [&](const QByteArray& list) {
        server.setScript([list](const ServedRequest& request) {
            Misdeed misdeed;
            if (!request.path.contains("/tree/") && !request.path.endsWith("/repo/files"))
                return misdeed;
            misdeed.status = 200;
            misdeed.body = list;
            return misdeed;
        });
        DownloadResult<RemoteRepository> answer;
        QEventLoop loop;
        api->list(server.repository(), {}, &loop, [&](DownloadResult<RemoteRepository> found) {
            answer = std::move(found);
            loop.quit();
        });
        loop.exec();
        server.clearRequests();
        return answer;
    };
    const auto honest = ask(good);
    QVERIFY(honest);
    QVERIFY(chooseFiles(honest->listing.files));
    for (quint64 seed = 0; seed < mutationRounds(200); ++seed) {
        const QString wrong = whatIsWrong(ask(mutated(seed, good)));
        QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("%1, seed %2").arg(wrong).arg(seed)));
    }
}

void DownloadReliabilityTest::brokenHeadersLeadNowhereElse() {
    const QUrl asked(QStringLiteral("https://example.org/a/b/resolve/main/f"));
    const QList<QByteArray> locations = {"https://cdn.example.net/blob/x?sig=1&a=%20b",
                                         "/renamed/b/resolve/main/f?x=1"};
    const QByteArray etag = "W/\"" + QByteArray(64, 'a') + '"';
    for (quint64 seed = 0; seed < mutationRounds(5'000); ++seed) {
        const QByteArray name = "seed " + QByteArray::number(seed);
        HttpAnswer answer;
        answer.url = asked;
        answer.status = 302;
        answer.headers = {{"location", mutated(seed, locations[seed % 2])},
                          {"retry-after", mutated(seed, "Wed, 21 Oct 2026 07:28:00 GMT")},
                          {"ratelimit", mutated(seed, "\"api\";r=0;t=55")}};
        const auto target = redirectTarget(answer);
        QVERIFY2(!target || (target->scheme() == QLatin1String("https") && target->isValid()),
                 name.constData());
        QVERIFY2(askedPatience(answer).count() >= 0, name.constData());
        QVERIFY2(!statusError(answer).message.isEmpty(), name.constData());
        const auto hash = ContentHash::fromEtag(mutated(seed, etag));
        QVERIFY2(!hash || hash->hex.size() == 64 || hash->hex.size() == 40, name.constData());
    }
}

void DownloadReliabilityTest::brokenNamesOfCommitsAndHashesAreNone() {
    const QTemporaryDir folder;
    const HubCache cache(folder.path());
    const QString repository = QStringLiteral("a/b");
    QVERIFY(cache.makeFolders(repository));
    const QString ref = cache.repositoryFolder(repository) + QStringLiteral("/refs/main");
    const QString metadata = folder.filePath(QStringLiteral("m/.cache/huggingface/download"));
    QVERIFY(QDir().mkpath(metadata));
    writeFile(folder.filePath(QStringLiteral("m/config.json")), "{}");
    // Pipes would be waited for.
    const QString other = cache.repositoryFolder(repository) + QStringLiteral("/refs/other");
    const QString pipe = metadata + QStringLiteral("/other.metadata");
    writeFile(folder.filePath(QStringLiteral("m/other")), "{}");
    QCOMPARE(::mkfifo(QFile::encodeName(other).constData(), 0600), 0);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    QVERIFY(!cache.commitOf(repository, QStringLiteral("other")));
    QVERIFY(describeFolder(folder.filePath(QStringLiteral("m"))).files.size() == 2);
    QVERIFY(QFile::remove(folder.filePath(QStringLiteral("m/other"))));
    const QByteArray commit(40, 'c');
    const QByteArray good = commit + '\n' + QByteArray(64, 'a') + "\n99999999999.5\n";
    for (quint64 seed = 0; seed < mutationRounds(2'000); ++seed) {
        const QByteArray name = "seed " + QByteArray::number(seed);
        writeFile(ref, mutated(seed, commit));
        const auto found = cache.commitOf(repository, QStringLiteral("main"));
        QVERIFY2(!found || ContentHash::fromHex(*found), name.constData());
        writeFile(metadata + QStringLiteral("/config.json.metadata"), mutated(seed, good));
        const CachedSnapshot described = describeFolder(folder.filePath(QStringLiteral("m")));
        QCOMPARE(described.files.size(), 1);
        const auto& hash = described.files[0].hash;
        QVERIFY2(!hash || ContentHash::fromHex(hash->hex) == hash, name.constData());
    }
}

void DownloadReliabilityTest::brokenConfigurationNamesListedCodeOnly() {
    const QList<RepoFile> listed = {{QStringLiteral("configuration_deepseek.py"), 10, {}},
                                    {QStringLiteral("modeling_deepseek.py"), 10, {}},
                                    {QStringLiteral("sub/evil.py"), 10, {}},
                                    {QStringLiteral("large.py"), kMostCodeBytes + 1, {}}};
    const QByteArray config =
        R"({"auto_map": {"AutoConfig": "configuration_deepseek.DeepseekConfig",
            "AutoModel": "modeling_deepseek.Model", "A": "large.X", "B": ["sub/evil.X", null]}})";
    const QByteArray code =
        "from .configuration_deepseek import X\nimport .modeling_deepseek\n"
        "from .large import Y\nfrom .sub.evil import Z\n";
    QCOMPARE(codeNamedIn(QStringLiteral("config.json"), config, listed).size(), 2);
    QCOMPARE(codeNamedIn(QStringLiteral("x.py"), code, listed).size(), 2);
    for (quint64 seed = 0; seed < mutationRounds(2'000); ++seed) {
        const QByteArray name = "seed " + QByteArray::number(seed);
        const bool isConfig = seed % 2 == 0;
        const QList<RepoFile> named =
            codeNamedIn(isConfig ? QStringLiteral("config.json") : QStringLiteral("x.py"),
                        mutated(seed, isConfig ? config : code), listed);
        for (const RepoFile& file : named)
            QVERIFY2(!file.path.contains(u'/') && file.sizeBytes == 10, name.constData());
    }
}

void DownloadReliabilityTest::brokenRecordsSpeakOfNothingOutsideTheFile() {
    const QTemporaryDir folder;
    const RangedFile::Place place{folder.filePath(QStringLiteral("part")),
                                  folder.filePath(QStringLiteral("lock")), QStringLiteral("hash")};
    const QString record = RangedFile::recordPath(place.partPath);
    writeFile(place.partPath, QByteArray(kSize, 'x'));
    {
        auto good = RangeRecord::open(record, kSize, place.identity);
        QVERIFY(good);
        QVERIFY(good->append({{{0, 1000}, 1}, {{5000, 9000}, 2}, {{9000, kSize}, 3}}));
        QVERIFY(good->markFlushed(2));
        QVERIFY(good->append({{{2000, 3000}, 4}}));
    }
    const QByteArray good = contentOf(record);
    QCOMPARE(RangeRecord::read(record, kSize, place.identity).size(), std::size_t(4));
    UnflushedBytes unflushed;
    WorkThread disk;
    for (quint64 seed = 0; seed < mutationRounds(150); ++seed) {
        const QByteArray name = "seed " + QByteArray::number(seed);
        writeFile(record, mutated(seed, good));
        for (const RecordedPart& part : RangeRecord::read(record, kSize, place.identity)) {
            QVERIFY2(part.range.begin >= 0 && part.range.begin < part.range.end &&
                         part.range.end <= kSize,
                     name.constData());
        }
        const auto file = RangedFile::open(place, kSize, unflushed, disk, DiskCalls::real());
        QVERIFY2(file, name.constData());
        // Of the sums, those behind the mark were made up: only what is marked is believed.
        QVERIFY2((*file)->held().totalBytes() <= 5'000, name.constData());
    }
}

void DownloadReliabilityTest::brokenListOfDownloadsLosesNoMoreThanItself() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("downloads.json"));
    DownloadList list;
    list.nextId = 9;
    list.options.connections = 5;
    DownloadEntry entry;
    entry.info.id = 8;
    entry.info.request.repository = QStringLiteral("a/b");
    entry.written = QStringList{QStringLiteral("/x")};
    list.entries = {entry};
    list.verified.insert(QStringLiteral("/x"), {5, 1'700'000'000'123});
    QVERIFY(list.save(path));
    const QByteArray good = contentOf(path);
    for (quint64 seed = 0; seed < mutationRounds(2'000); ++seed) {
        const QByteArray name = "seed " + QByteArray::number(seed);
        writeFile(path, mutated(seed, good));
        const DownloadList back = DownloadList::load(path);
        QVERIFY2(back.options.connections >= 1 && back.options.connections <= 6, name.constData());
        QVERIFY2(back.options.bytesPerSecond >= 0, name.constData());
        for (const DownloadEntry& read : back.entries) {
            QVERIFY2(
                read.info.id > 0 && read.info.id < back.nextId && back.nextId <= qint64(1) << 53,
                name.constData());
            QVERIFY2(isRepositoryName(read.info.request.repository), name.constData());
        }
    }
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::DownloadReliabilityTest)
#include "downloads_test.moc"
