#include "app/services/library/model_trash.h"

#include <unistd.h>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/services/library/cache_fixture.h"

namespace dsm {
namespace {

constexpr int kWaitMs = 30'000;
const QString kRepository = QStringLiteral("some-org/tiny");
const QString kOld = QString(40, u'a');
const QString kNew = QString(40, u'b');

void write(const QString& path, qsizetype bytes) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(bytes, 'x'));
    QVERIFY(file.flush());
    QVERIFY(::fsync(file.handle()) == 0);  // blocks are counted once they are there
}

// Below a folder, without following links.
QStringList all(const QString& folder) {
    QStringList found;
    QDirIterator entries(folder,
                         QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                         QDirIterator::Subdirectories);
    while (entries.hasNext())
        found.append(QDir(folder).relativeFilePath(entries.next()));
    found.sort();
    return found;
}

}  // namespace

class ModelTrashTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void aFolderFreesItsBlocks();
    void holesFreeNothing();
    void hardLinksCountOnceAndOnlyWhenTheLastGoes();
    void whatLinksLeadToStays();
    void blobsThatOtherSnapshotsNeedAreKept();
    void filesOfOtherProgramsAreCounted();
    void putBackIsAsItWas();
    void emptiedIsGoneWithItsEmptyFolders();
    void endOfTheProgramEmptiesTheTrash();
    void killedDeletionIsTakenBackAtTheNextStart();
    void killedDeletionOnADiskThatIsAwayIsTakenBackWhenItIsThere();
    void killedProgramsTrashIsEmptiedAtTheNextStart();
    void foreignFoldersInTheListAreNotTouched();
    void whatCannotBeMovedStaysWhole();
    void placeThatWasTakenSinceIsNotOverwritten();

  private:
    QString path(const QString& name) const { return folder_->filePath(name); }
    // Moves it, and waits.
    qint64 move(ModelTrash& trash, const DeletionPlan& plan) {
        QSignalSpy moved(&trash, &ModelTrash::moved);
        const qint64 id = trash.move(plan);
        return moved.wait(kWaitMs) ? id : 0;
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

void ModelTrashTest::aFolderFreesItsBlocks() {
    write(path(QStringLiteral("model/a")), 100'000);
    write(path(QStringLiteral("model/sub/b")), 50'000);
    const DeletionPlan plan = planDeletion(path(QStringLiteral("model/")), {});
    QCOMPARE(plan.paths, QStringList{path(QStringLiteral("model"))});
    QCOMPARE(plan.files, 2);
    QVERIFY(plan.freedBytes >= 150'000 && plan.freedBytes < 200'000);
    QCOMPARE(plan.keptBytes, quint64{0});
    QCOMPARE(plan.filesOfOthers, 0);
}

void ModelTrashTest::holesFreeNothing() {
    write(path(QStringLiteral("model/a")), 10);
    QFile file(path(QStringLiteral("model/sparse")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(qint64{1} << 33));
    QVERIFY(planDeletion(path(QStringLiteral("model")), {}).freedBytes < 1'000'000);
}

void ModelTrashTest::hardLinksCountOnceAndOnlyWhenTheLastGoes() {
    const auto name = [](const QString& text) { return QFile::encodeName(text); };
    write(path(QStringLiteral("model/a")), 1'000'000);
    QVERIFY(::link(name(path(QStringLiteral("model/a"))), name(path(QStringLiteral("model/b")))) ==
            0);
    DeletionPlan plan = planDeletion(path(QStringLiteral("model")), {});
    QVERIFY(plan.freedBytes >= 1'000'000 && plan.freedBytes < 1'100'000);
    QVERIFY(::link(name(path(QStringLiteral("model/a"))), name(path(QStringLiteral("outside")))) ==
            0);
    plan = planDeletion(path(QStringLiteral("model")), {});
    QVERIFY(plan.freedBytes < 100'000);
    QVERIFY(plan.keptBytes >= 1'000'000 && plan.keptBytes < 1'100'000);
}

void ModelTrashTest::whatLinksLeadToStays() {
    write(path(QStringLiteral("elsewhere/weights")), 1'000'000);
    write(path(QStringLiteral("model/a")), 10);
    QVERIFY(
        QFile::link(path(QStringLiteral("elsewhere/weights")), path(QStringLiteral("model/w"))));
    QVERIFY(QFile::link(path(QStringLiteral("elsewhere")), path(QStringLiteral("model/all"))));
    const DeletionPlan plan = planDeletion(path(QStringLiteral("model")), {});
    QVERIFY(plan.freedBytes < 100'000);
    {
        ModelTrash trash(path(QStringLiteral("trash.json")));
        QVERIFY(move(trash, plan) != 0);
    }
    QVERIFY(!QFile::exists(path(QStringLiteral("model"))));
    QCOMPARE(QFileInfo(path(QStringLiteral("elsewhere/weights"))).size(), 1'000'000);
}

void ModelTrashTest::blobsThatOtherSnapshotsNeedAreKept() {
    const test::CacheFixture cache(path(QStringLiteral("hub")));
    const QByteArray shared(300'000, 's');
    const QByteArray alone(200'000, 'a');
    const QString sharedBlob = cache.put(kRepository, kOld, QStringLiteral("w1"), shared);
    const QString aloneBlob = cache.put(kRepository, kOld, QStringLiteral("w2"), alone);
    cache.put(kRepository, kNew, QStringLiteral("w1"), shared);
    QVERIFY(cache.cache().setRevision(kRepository, QStringLiteral("old"), kOld));
    QVERIFY(cache.cache().setRevision(kRepository, QStringLiteral("main"), kNew));
    const DeletionPlan plan = planDeletion(cache.cache().snapshotFolder(kRepository, kOld), {});
    QVERIFY(plan.paths.contains(aloneBlob));
    QVERIFY(!plan.paths.contains(sharedBlob));
    QCOMPARE(plan.keptBytes, quint64{300'000});
    QVERIFY(plan.freedBytes >= 200'000 && plan.freedBytes < 250'000);
    {
        ModelTrash trash(path(QStringLiteral("trash.json")));
        QVERIFY(move(trash, plan) != 0);
    }
    QVERIFY(QFile::exists(sharedBlob) && !QFile::exists(aloneBlob));
    const QList<CachedSnapshot> left = cache.cache().snapshots();
    QCOMPARE(left.size(), 1);
    QCOMPARE(left[0].commit, kNew);
    QCOMPARE(left[0].revisions, QStringList{QStringLiteral("main")});
    QCOMPARE(left[0].lost, QStringList());
}

void ModelTrashTest::filesOfOtherProgramsAreCounted() {
    const test::CacheFixture cache(path(QStringLiteral("hub")));
    const QString mine = cache.put(kRepository, kOld, QStringLiteral("w1"), "mine");
    const QString theirs = cache.put(kRepository, kOld, QStringLiteral("w2"), "theirs");
    const QString snapshot = cache.cache().snapshotFolder(kRepository, kOld);
    QCOMPARE(planDeletion(snapshot, {}).filesOfOthers, 2);
    QCOMPARE(planDeletion(snapshot, {mine}).filesOfOthers, 1);
    QCOMPARE(planDeletion(snapshot, {mine, theirs}).filesOfOthers, 0);
}

void ModelTrashTest::putBackIsAsItWas() {
    const test::CacheFixture cache(path(QStringLiteral("hub")));
    const QString snapshot = cache.putTiny(kRepository, kOld);
    const QStringList before = all(path(QStringLiteral("hub")));
    ModelTrash trash(path(QStringLiteral("trash.json")));
    const qint64 id = move(trash, planDeletion(snapshot, {}));
    QVERIFY(id != 0);
    QVERIFY(!QFile::exists(snapshot));
    QSignalSpy returned(&trash, &ModelTrash::returned);
    trash.putBack(id);
    QVERIFY(returned.wait(kWaitMs));
    QCOMPARE(returned[0][1].toString(), snapshot);
    QCOMPARE(all(path(QStringLiteral("hub"))), before);
    QCOMPARE(test::bytesOf(snapshot + QStringLiteral("/config.json")),
             test::bytesOf(test::kTinyFolder + QStringLiteral("/config.json")));
}

void ModelTrashTest::emptiedIsGoneWithItsEmptyFolders() {
    const test::CacheFixture cache(path(QStringLiteral("hub")));
    const QString snapshot = cache.putTiny(kRepository, kOld);
    ModelTrash trash(path(QStringLiteral("trash.json")));
    const qint64 id = move(trash, planDeletion(snapshot, {}));
    QSignalSpy emptied(&trash, &ModelTrash::emptied);
    trash.empty(id);
    QVERIFY(emptied.wait(kWaitMs));
    QCOMPARE(all(path(QStringLiteral("hub"))), QStringList());
}

void ModelTrashTest::endOfTheProgramEmptiesTheTrash() {
    write(path(QStringLiteral("model/a")), 10);
    {
        ModelTrash trash(path(QStringLiteral("trash.json")));
        QVERIFY(move(trash, planDeletion(path(QStringLiteral("model")), {})) != 0);
        QVERIFY(all(folder_->path()).size() > 1);
    }
    QCOMPARE(all(folder_->path()), QStringList{QStringLiteral("trash.json")});
}

// What a program that was killed between two renames leaves.
void ModelTrashTest::killedDeletionIsTakenBackAtTheNextStart() {
    const QString place = path(QStringLiteral(".deepseekmoe-trash-1"));
    write(place + QStringLiteral("/0"), 10);
    write(path(QStringLiteral("second")), 20);
    const QJsonObject left{{QStringLiteral("folder"), path(QStringLiteral("first"))},
                           {QStringLiteral("place"), place},
                           {QStringLiteral("paths"), QJsonArray{path(QStringLiteral("first")),
                                                                path(QStringLiteral("second"))}},
                           {QStringLiteral("isComplete"), false}};
    QVERIFY(
        replaceFile(path(QStringLiteral("trash.json")), QJsonDocument(QJsonArray{left}).toJson()));
    { const ModelTrash trash(path(QStringLiteral("trash.json"))); }
    QCOMPARE(QFileInfo(path(QStringLiteral("first"))).size(), 10);
    QCOMPARE(QFileInfo(path(QStringLiteral("second"))).size(), 20);
    QVERIFY(!QFile::exists(place));
}

// It was forgotten, and the files stayed in a hidden folder.
void ModelTrashTest::killedDeletionOnADiskThatIsAwayIsTakenBackWhenItIsThere() {
    const QString place = path(QStringLiteral("disk/.deepseekmoe-trash-1"));
    const QString model = path(QStringLiteral("disk/model"));
    write(place + QStringLiteral("/0"), 10);
    const QJsonObject left{{QStringLiteral("place"), place},
                           {QStringLiteral("paths"), QJsonArray{model}},
                           {QStringLiteral("isComplete"), false}};
    const QString list = path(QStringLiteral("trash.json"));
    QVERIFY(replaceFile(list, QJsonDocument(QJsonArray{left}).toJson()));
    const QString away = path(QStringLiteral("away"));
    QVERIFY(QDir().rename(path(QStringLiteral("disk")), away));
    { const ModelTrash trash(list); }
    QVERIFY(QDir().mkdir(path(QStringLiteral("disk"))));  // the place where it is mounted
    { const ModelTrash trash(list); }
    QVERIFY(QDir().rmdir(path(QStringLiteral("disk"))));
    QVERIFY(QDir().rename(away, path(QStringLiteral("disk"))));
    { const ModelTrash trash(list); }
    QCOMPARE(QFileInfo(model).size(), 10);
    QVERIFY(!QFile::exists(place));
}

void ModelTrashTest::killedProgramsTrashIsEmptiedAtTheNextStart() {
    const QString place = path(QStringLiteral(".deepseekmoe-trash-1"));
    write(place + QStringLiteral("/0"), 10);
    const QJsonObject left{{QStringLiteral("place"), place},
                           {QStringLiteral("paths"), QJsonArray{path(QStringLiteral("first"))}},
                           {QStringLiteral("isComplete"), true}};
    QVERIFY(
        replaceFile(path(QStringLiteral("trash.json")), QJsonDocument(QJsonArray{left}).toJson()));
    { const ModelTrash trash(path(QStringLiteral("trash.json"))); }
    QVERIFY(!QFile::exists(place));
    QVERIFY(!QFile::exists(path(QStringLiteral("first"))));
}

void ModelTrashTest::foreignFoldersInTheListAreNotTouched() {
    write(path(QStringLiteral("precious/a")), 10);
    const QJsonObject forged{{QStringLiteral("place"), path(QStringLiteral("precious"))},
                             {QStringLiteral("isComplete"), true}};
    QVERIFY(replaceFile(path(QStringLiteral("trash.json")),
                        QJsonDocument(QJsonArray{forged}).toJson()));
    { const ModelTrash trash(path(QStringLiteral("trash.json"))); }
    QVERIFY(QFile::exists(path(QStringLiteral("precious/a"))));
}

void ModelTrashTest::whatCannotBeMovedStaysWhole() {
    write(path(QStringLiteral("model/a")), 10);
    DeletionPlan plan = planDeletion(path(QStringLiteral("model")), {});
    plan.paths.append(path(QStringLiteral("not there")));
    ModelTrash trash(path(QStringLiteral("trash.json")));
    QSignalSpy failed(&trash, &ModelTrash::failed);
    trash.move(plan);
    QVERIFY(failed.wait(kWaitMs));
    QVERIFY(failed[0][1].toString().contains(QLatin1String("not there")));
    QVERIFY(QFile::exists(path(QStringLiteral("model/a"))));
    QVERIFY(!QFile::exists(path(QStringLiteral(".deepseekmoe-trash-1"))));
}

void ModelTrashTest::placeThatWasTakenSinceIsNotOverwritten() {
    write(path(QStringLiteral("model/a")), 10);
    ModelTrash trash(path(QStringLiteral("trash.json")));
    const qint64 id = move(trash, planDeletion(path(QStringLiteral("model")), {}));
    write(path(QStringLiteral("model/b")), 20);
    QSignalSpy failed(&trash, &ModelTrash::failed);
    trash.putBack(id);
    QVERIFY(failed.wait(kWaitMs));
    QVERIFY(QFile::exists(path(QStringLiteral("model/b"))));
    QVERIFY(QFile::exists(path(QStringLiteral(".deepseekmoe-trash-1/0/a"))));  // it is said where
    QVERIFY(failed[0][1].toString().contains(QLatin1String(".deepseekmoe-trash-1/0")));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ModelTrashTest)
#include "model_trash_test.moc"
