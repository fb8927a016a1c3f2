// Broken variants of what a source answers and of what a download keeps beside its part: each is
// refused with a message, or what comes of it is within its bounds.
//
// tests/support/attack.h says how the long run is asked for.
#include <sys/stat.h>
#include <xxhash.h>

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstring>

#include "app/services/downloads/download_list.h"
#include "app/services/downloads/file/ranged_file.h"
#include "app/services/downloads/known_hashes.h"
#include "app/services/downloads/source/hub_api.h"
#include "app/services/downloads/source/listing_answers.h"
#include "tests/app/services/downloads/hub_server.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"

namespace dsm {

using namespace test;

namespace {

constexpr qint64 kSize = 1 << 20;
constexpr qsizetype kBlock = 32;  // of a range record

// A QTemporaryDir where files are written and read a million times.
QString fastPath() {
    return QString::fromStdString((fastFolder() / "dsm-test-XXXXXX").string());
}

QString writeFile(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("no disk");
    return path;
}

QByteArray bytesOf(const std::string& text) {
    return {text.data(), static_cast<qsizetype>(text.size())};
}

// Has `use` read variants of `good`; it says what is wrong, and is told the seed.
template <class Use>
void walk(const char* kind, quint64 everyRun, const QByteArray& good, const Use& use) {
    quint64 at = 0;
    const std::string from = good.toStdString();
    const bool isSurvived = Attack(kind, everyRun)
                                .walk(
                                    [&](quint64 seed) {
                                        at = seed;
                                        return Mutation(seed)(from);
                                    },
                                    [&](const std::string& variant) {
                                        const QString wrong = use(bytesOf(variant), at);
                                        if (!wrong.isEmpty()) qWarning().noquote() << wrong;
                                        return wrong.isEmpty();
                                    });
    QVERIFY(isSurvived);
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// "" where a list is refused with a message, or what is chosen of it can be written safely.
QString whatIsWrong(const DownloadResult<QList<RepoFile>>& found) {
    if (!found) return found.error().message.isEmpty() ? QStringLiteral("no message") : QString();
    const auto chosen = chooseFiles(*found);
    if (!chosen) return chosen.error().message.isEmpty() ? QStringLiteral("no message") : QString();
    qint64 sum = 0;
    for (const RepoFile& file : *chosen) {
        if (whyUnsafePath(file.path)) return QStringLiteral("an unsafe path");
        if (file.sizeBytes < 0 || __builtin_add_overflow(sum, file.sizeBytes, &sum))
            return QStringLiteral("a wrong size");
    }
    return {};
}

// Whether the entries of a record, up to the first that is broken, stand where they stood.
bool isInOrder(const QByteArray& variant, const QByteArray& good) {
    QSet<QByteArray> whole;
    for (qsizetype at = 0; at + kBlock <= good.size(); at += kBlock)
        whole.insert(good.sliced(at, kBlock));
    for (qsizetype at = 0; at + kBlock <= variant.size(); at += kBlock) {
        const QByteArray entry = variant.sliced(at, kBlock);
        if (!whole.contains(entry)) break;
        if (entry != good.mid(at, kBlock)) return false;
    }
    return true;
}

QString whatIsWrongWithHeaders(const HttpAnswer& answer) {
    const auto isSafe = [](const QUrl& url) {
        return url.isValid() && url.scheme() == QLatin1String("https");
    };
    const auto target = redirectTarget(answer);
    if (target && !isSafe(*target)) return QStringLiteral("an unsafe redirect");
    const auto next = nextHubPage(answer, answer.url);
    if (next && !next->isEmpty() && !isSameOrigin(*next, answer.url))
        return QStringLiteral("a page elsewhere");
    if (askedPatience(answer).count() < 0) return QStringLiteral("negative patience");
    if (statusError(answer).message.isEmpty()) return QStringLiteral("no message");
    const auto location = hubLocation(answer);
    if (!location)
        return location.error().message.isEmpty() ? QStringLiteral("no message") : QString();
    const auto& hash = location->hash;
    if (hash && hash->hex.size() != 64 && hash->hex.size() != 40)
        return QStringLiteral("a wrong hash");
    return isSafe(location->url) ? QString() : QStringLiteral("an unsafe place");
}

const QByteArray kHubList = R"([
    {"type":"directory","oid":"00","size":0,"path":"sub"},
    {"type":"file","path":"config.json","size":20,"oid":"1111111111111111111111111111111111111111"},
    {"type":"file","path":"sub/tokenizer.json","size":300000,"oid":"22"},
    {"type":"file","path":"model.safetensors","size":134,"lfs":{"size":9000000000,
     "oid":"3333333333333333333333333333333333333333333333333333333333333333"}}])";
const QByteArray kModelScopeList = R"({"Code":200,"Data":{"Files":[
    {"Path":"sub","Type":"tree"},
    {"Path":"config.json","Type":"blob","Size":20,"Sha256":"11"},
    {"Path":"model.safetensors","Type":"blob","Size":9000000000,
     "Sha256":"3333333333333333333333333333333333333333333333333333333333333333"}]}})";

}  // namespace

class DownloadReliabilityTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void brokenListsAreRefusedOrSafe();
    void brokenListsOfAServerAreRefusedOrSafe();
    void brokenHeadersLeadNowhereElse();
    void brokenRecordsSpeakOfNothingOutsideTheFile();
    void brokenNamesOfCommitsAndHashesAreNone();
    void brokenConfigurationNamesListedCodeOnly();
    void brokenListOfDownloadsLosesNoMoreThanItself();
};

void DownloadReliabilityTest::brokenListsAreRefusedOrSafe() {
    const auto hub = [](const QByteArray& body) {
        HttpAnswer answer;
        answer.body = body;
        return filesOfHubPage(answer);
    };
    const auto modelScope = [](const QByteArray& body) {
        HttpAnswer answer;
        answer.body = body;
        return modelScopeListing(answer).map([](const RepoListing& found) { return found.files; });
    };
    QVERIFY(hub(kHubList).and_then(chooseFiles));
    QVERIFY(modelScope(kModelScopeList).and_then(chooseFiles));
    walk("hub-list", 2'000, kHubList,
         [&](const QByteArray& list, quint64) { return whatIsWrong(hub(list)); });
    walk("modelscope-list", 2'000, kModelScopeList,
         [&](const QByteArray& list, quint64) { return whatIsWrong(modelScope(list)); });
}

// The same over a connection, as many as that allows.
void DownloadReliabilityTest::brokenListsOfAServerAreRefusedOrSafe() {
    HubServer server;
    server.addModel(1000);
    HttpClient http;
    HubApi api(QUrl(server.hub()), http);
    for (quint64 seed = 0; seed < std::min<quint64>(mutationRounds(100), 10'000); ++seed) {
        const QByteArray list = bytesOf(Mutation(seed)(kHubList.toStdString()));
        server.setScript([&](const ServedRequest& request) {
            Misdeed misdeed;
            if (!request.path.contains("/tree/")) return misdeed;
            misdeed.status = 200;
            misdeed.body = list;
            return misdeed;
        });
        DownloadResult<RemoteRepository> answer;
        QEventLoop loop;
        api.list(server.repository(), {}, &loop, [&](DownloadResult<RemoteRepository> found) {
            answer = std::move(found);
            loop.quit();
        });
        loop.exec();
        server.clearRequests();
        const QString wrong = whatIsWrong(
            answer.map([](const RemoteRepository& found) { return found.listing.files; }));
        QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("%1, seed %2").arg(wrong).arg(seed)));
    }
}

void DownloadReliabilityTest::brokenHeadersLeadNowhereElse() {
    const QByteArray good =
        "location: https://cdn.example.net/blob/x?sig=1&a=%20b\nretry-after: Wed, 21 Oct 2026 "
        "07:28:00 GMT\nratelimit: \"api\";r=0;t=55\nlink: </api/models/a/b/tree/x?cursor=1>; "
        "rel=\"next\"\nx-linked-size: 9000000000\nx-linked-etag: W/\"" +
        QByteArray(64, 'a') + "\"\netag: \"" + QByteArray(40, 'b') +
        "\"\nx-error-code: RepoNotFound\ncontent-length: 134";
    walk("hub-headers", 5'000, good, [](const QByteArray& head, quint64 seed) {
        HttpAnswer answer;
        answer.url = QUrl(QStringLiteral("https://example.org/a/b/resolve/main/f"));
        answer.status = seed % 2 == 0 ? 302 : 200;
        for (const QByteArray& line : head.split('\n')) {
            const qsizetype colon = line.indexOf(':');
            if (colon > 0) answer.headers.insert(line.left(colon), line.mid(colon + 1).trimmed());
        }
        return whatIsWrongWithHeaders(answer);
    });
}

void DownloadReliabilityTest::brokenNamesOfCommitsAndHashesAreNone() {
    const QTemporaryDir folder(fastPath());
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
    walk("refs", 2'000, commit, [&](const QByteArray& variant, quint64) {
        writeFile(ref, variant);
        const auto found = cache.commitOf(repository, QStringLiteral("main"));
        return !found || ContentHash::fromHex(*found) ? QString() : QStringLiteral("no commit");
    });
    walk("metadata", 2'000, good, [&](const QByteArray& variant, quint64) {
        writeFile(metadata + QStringLiteral("/config.json.metadata"), variant);
        const CachedSnapshot described = describeFolder(folder.filePath(QStringLiteral("m")));
        if (described.files.size() != 1) return QStringLiteral("other files");
        const auto& hash = described.files[0].hash;
        return !hash || ContentHash::fromHex(hash->hex) == hash ? QString()
                                                                : QStringLiteral("no hash");
    });
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
    const auto use = [&](const QString& file, const QByteArray& variant) {
        const QList<RepoFile> named = codeNamedIn(file, variant, listed);
        const bool isListed = std::all_of(named.begin(), named.end(), [](const RepoFile& found) {
            return !found.path.contains(u'/') && found.sizeBytes == 10;
        });
        return isListed ? QString() : QStringLiteral("other code");
    };
    walk("code-names", 2'000, config, [&](const QByteArray& variant, quint64) {
        return use(QStringLiteral("config.json"), variant);
    });
    walk("code-imports", 2'000, code,
         [&](const QByteArray& variant, quint64) { return use(QStringLiteral("x.py"), variant); });
}

void DownloadReliabilityTest::brokenRecordsSpeakOfNothingOutsideTheFile() {
    const QTemporaryDir folder(fastPath());
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
    QCOMPARE(RangeRecord::read(record, kSize, place.identity)->size(), std::size_t(4));
    UnflushedBytes unflushed;
    WorkThread disk;
    const auto lay = [&](const QByteArray& variant) {
        writeFile(record, variant);
        const auto parts = RangeRecord::read(record, kSize, place.identity).value();
        return std::all_of(parts.begin(), parts.end(), [](const RecordedPart& part) {
            const ByteRange& range = part.range;
            return range.begin >= 0 && range.begin < range.end && range.end <= kSize;
        });
    };
    walk("range-record", 500, good, [&](const QByteArray& variant, quint64) {
        if (!lay(variant)) return QStringLiteral("a part outside the file");
        const auto file = RangedFile::open(place, kSize, unflushed, disk);
        if (!file) return file.error().message;
        // Of the sums, those behind the mark were made up: only what is marked is believed. Where a
        // whole entry is gone or has moved the mark counts others, and the file's hash tells.
        const qint64 most = isInOrder(variant, good) ? 5'000 : kSize;
        return (*file)->held().totalBytes() <= most ? QString() : QStringLiteral("too much held");
    });
    // Whoever makes such a record to deceive gives its entries the right sums.
    walk("sealed-range-record", 500, good, [&](QByteArray variant, quint64) {
        variant.replace(0, kBlock, good.first(kBlock));
        for (qsizetype at = kBlock; at + kBlock <= variant.size(); at += kBlock) {
            const quint64 sum = XXH3_64bits(variant.constData() + at, kBlock - sizeof sum);
            std::memcpy(variant.data() + at + kBlock - sizeof sum, &sum, sizeof sum);
        }
        if (!lay(variant)) return QStringLiteral("a part outside the file");
        const auto file = RangedFile::open(place, kSize, unflushed, disk);
        if (!file) return file.error().message;
        return (*file)->held().totalBytes() <= kSize ? QString() : QStringLiteral("too much held");
    });
}

void DownloadReliabilityTest::brokenListOfDownloadsLosesNoMoreThanItself() {
    const QTemporaryDir folder(fastPath());
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
    walk("downloads.json", 2'000, good, [&](const QByteArray& variant, quint64) {
        writeFile(path, variant);
        const DownloadList back = DownloadList::load(path);
        const DownloadOptions& options = back.options;
        if (options.connections < 1 || options.connections > 6 || options.bytesPerSecond < 0)
            return QStringLiteral("options out of bounds");
        for (const DownloadEntry& read : back.entries) {
            const qint64 id = read.info.id;
            if (id <= 0 || id >= back.nextId || back.nextId > qint64(1) << 53)
                return QStringLiteral("a wrong number");
            if (!isRepositoryName(read.info.request.repository))
                return QStringLiteral("a wrong name");
        }
        return QString();
    });
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::DownloadReliabilityTest)
#include "downloads_test.moc"
