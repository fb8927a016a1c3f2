// Broken variants of what a source answers and of what a download keeps beside its part: each is
// refused with a message, or what comes of it is within its bounds.
//
// DSM_MUTATIONS=1000000 says how many of each; the message of a failure names the seed.
#include <QEventLoop>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/services/downloads/download_list.h"
#include "app/services/downloads/hub_api.h"
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
    void brokenRecordsSpeakOfNothingOutsideTheFile();
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
