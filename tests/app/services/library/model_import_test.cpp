#include "app/services/library/model_import.h"

#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "app/services/library/conversion_service.h"
#include "app/services/library/model_library.h"
#include "app/services/program/settings.h"
#include "tests/app/services/library/cache_fixture.h"

namespace dsm {
namespace {

constexpr int kWaitMs = 30'000;
const QString kWeights = QStringLiteral("model-00001-of-00002.safetensors");

// As the Hub's client leaves a model that it was told to put into a folder.
void writeMetadata(const QString& folder, const QString& name, HashKind kind,
                   const QByteArray& bytes, double time) {
    ContentHasher hasher(kind, bytes.size());
    hasher.add(bytes);
    const QString place = folder + QStringLiteral("/.cache/huggingface/download");
    QVERIFY(QDir().mkpath(place));
    QFile file(place + u'/' + name + QStringLiteral(".metadata"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(40, 'a') + '\n' + hasher.finish().hex.toLatin1() + '\n' +
               QByteArray::number(time, 'f', 3) + '\n');
}

void damage(const QString& path) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(file.size() - 100));
    file.write("damage");
}

}  // namespace

class ModelImportTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void folderIsOfferedWithItsSize();
    void whatIsNoModelSaysWhatToDo_data();
    void whatIsNoModelSaysWhatToDo();
    void linkedModelIsListedAndItsFilesAreNeverTouched();
    void copiedModelIsTheProgramsOwn();
    void copyOfACacheHoldsTheFilesThemselves();
    void copyTakesAFreeName();
    void copyWithoutSpaceIsRefusedWithNumbers();
    void cancelledCopyLeavesNothing();
    void copyThatIsCancelledAtItsEndLeavesNothing();
    void copyHasTheCodeThatTheConfigurationNames();
    void leftoversOfAKilledProgramAreRemoved();
    void failedCopyLeavesNothingAndIsTriedAgain();
    void damagedFilesAreFoundByTheirPublishedHashes();
    void changedConfigIsNotCalledDamaged();
    void repositoryOfACacheMeansItsNewestSnapshot();
    void importsRunInTheirOrder();

  private:
    QString path(const char* name) const { return folder_->filePath(QLatin1String(name)); }
    ImportOffer look(const QString& folder) {
        QSignalSpy looked(imports_.get(), &ModelImport::looked);
        imports_->look(folder);
        if (!looked.wait(kWaitMs)) return {};
        return looked[0][0].value<ImportOffer>();
    }
    // Waits until it has failed, and returns why.
    QString errorOf(qint64 id) {
        const bool hasFailed = QTest::qWaitFor(
            [&] { return imports_->import(id).state == ImportState::Failed; }, kWaitMs);
        return hasFailed ? imports_->import(id).error : QString();
    }
    bool waitForEnd() {
        return QTest::qWaitFor([&] { return imports_->imports().isEmpty(); }, kWaitMs);
    }
    QStringList own() const {
        return QDir(path("models"))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<ConversionService> conversions_;
    std::unique_ptr<ModelLibrary> library_;
    std::unique_ptr<ModelImport> imports_;
    qint64 freeBytes_ = qint64{1} << 40;
};

void ModelImportTest::init() {
    imports_.reset();
    library_.reset();
    conversions_.reset();
    folder_ = std::make_unique<QTemporaryDir>();
    settings_ = std::make_unique<Settings>(path("settings.ini"));
    conversions_ = std::make_unique<ConversionService>(path("models"));
    library_ = std::make_unique<ModelLibrary>(
        ModelLibrary::Places{{}, path("models"), path("models.json"), path("trash.json")},
        *conversions_, *settings_);
    freeBytes_ = qint64{1} << 40;
    imports_ = std::make_unique<ModelImport>(*library_, path("models"),
                                             [this](const QString&) { return freeBytes_; });
    test::copyFolder(test::kTinyFolder, path("mine"));
}

void ModelImportTest::folderIsOfferedWithItsSize() {
    const ImportOffer offer = look(path("mine/"));
    QCOMPARE(offer.problem, QString());
    QCOMPARE(offer.folder, path("mine"));
    QCOMPARE(offer.name, QStringLiteral("mine"));
    QVERIFY(offer.bytes > 1'000'000);
    QVERIFY(offer.canCopy && !offer.isListed && !offer.isVerified);
    QVERIFY(library_->addFolder(path("mine")));
    QTRY_VERIFY_WITH_TIMEOUT(look(path("mine")).isListed, kWaitMs);
    freeBytes_ = static_cast<qint64>(offer.bytes);
    QVERIFY(!look(path("mine")).canCopy);
}

void ModelImportTest::whatIsNoModelSaysWhatToDo_data() {
    QTest::addColumn<QString>("take");
    QTest::addColumn<QString>("put");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing") << "*"
                             << ""
                             << "Choose the folder that holds config.json";
    QTest::newRow("gguf") << "*"
                          << "a.gguf"
                          << "GGUF";
    QTest::newRow("pickle") << "*.safetensors*"
                            << "pytorch_model.bin"
                            << "safetensors format";
    QTest::newRow("shard") << kWeights << "" << kWeights;
    QTest::newRow("tokenizer") << "tokenizer.json"
                               << ""
                               << "tokenizer";
    QTest::newRow("config") << "config.json"
                            << "config.json"
                            << "config.json";
}

void ModelImportTest::whatIsNoModelSaysWhatToDo() {
    QFETCH(QString, take);
    QFETCH(QString, put);
    QFETCH(QString, expected);
    QDir mine(path("mine"));
    for (const QString& name : mine.entryList({take}, QDir::Files))
        QVERIFY(mine.remove(name));
    if (!put.isEmpty()) {
        QFile file(mine.filePath(put));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    const QString problem = look(path("mine")).problem;
    QVERIFY2(problem.contains(expected), qPrintable(problem));
    QVERIFY2(problem.contains(path("mine")) && problem.endsWith(u'.'), qPrintable(problem));
    // The same when it is started without a look.
    QCOMPARE(errorOf(imports_->start(path("mine"), ImportKind::Copy)), problem);
    QCOMPARE(own(), QStringList());
    // The folder above a model is a common mistake.
    test::copyFolder(test::kTinyFolder, path("mine/inside"));
    if (take == QLatin1String("*") && put.isEmpty())
        QVERIFY(look(path("mine")).problem.contains(path("mine/inside")));
}

void ModelImportTest::linkedModelIsListedAndItsFilesAreNeverTouched() {
    imports_->start(path("mine"), ImportKind::Link);
    QVERIFY(waitForEnd());
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 1, kWaitMs);
    QCOMPARE(library_->models()[0].folder, path("mine"));
    QCOMPARE(library_->models()[0].origin, ModelOrigin::Added);
    QVERIFY(!library_->models()[0].canDelete);
    QCOMPARE(own(), QStringList());
}

void ModelImportTest::copiedModelIsTheProgramsOwn() {
    QSignalSpy finished(imports_.get(), &ModelImport::finished);
    const qint64 id = imports_->start(path("mine"), ImportKind::Copy);
    QVERIFY(waitForEnd());
    QCOMPARE(finished.count(), 1);
    QCOMPARE(finished[0][0].toLongLong(), id);
    QCOMPARE(finished[0][1].toString(), path("models/mine"));
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 1, kWaitMs);
    const LibraryModel& model = library_->models()[0];
    QCOMPARE(model.folder, path("models/mine"));
    QCOMPARE(model.problem, QString());
    QVERIFY(model.canDelete && model.forms[0].canDelete);
    QVERIFY(QDir(path("mine")).removeRecursively());
    QCOMPARE(test::bytesOf(path("models/mine/") + kWeights),
             test::bytesOf(test::kTinyFolder + u'/' + kWeights));
    QCOMPARE(own(), QStringList{QStringLiteral("mine")});
}

void ModelImportTest::copyOfACacheHoldsTheFilesThemselves() {
    const test::CacheFixture cache(path("hub"));
    const QString snapshot = cache.putTiny(QStringLiteral("org/tiny"), QString(40, u'a'));
    imports_->start(snapshot, ImportKind::Copy);
    QVERIFY(waitForEnd());
    const QFileInfo copied(path("models/tiny/") + kWeights);
    QVERIFY(copied.isFile() && !copied.isSymLink());
}

void ModelImportTest::copyTakesAFreeName() {
    QVERIFY(QDir().mkpath(path("models/mine")));
    imports_->start(path("mine"), ImportKind::Copy);
    QVERIFY(waitForEnd());
    QVERIFY(QFile::exists(path("models/mine-2/config.json")));
}

void ModelImportTest::copyWithoutSpaceIsRefusedWithNumbers() {
    freeBytes_ = 1'000'000;
    const QString error = errorOf(imports_->start(path("mine"), ImportKind::Copy));
    QVERIFY2(error.contains(QLatin1String("1.0 MB are free")), qPrintable(error));
    QVERIFY(error.contains(QLatin1String("use the model where it is")));
    QCOMPARE(own(), QStringList());
}

// A hole of 400 MB makes the copy long enough to be caught in the middle.
void ModelImportTest::cancelledCopyLeavesNothing() {
    QFile large(path("mine/padding.json"));
    QVERIFY(large.open(QIODevice::WriteOnly));
    QVERIFY(large.resize(400 << 20));
    const qint64 id = imports_->start(path("mine"), ImportKind::Copy);
    QSignalSpy progressed(imports_.get(), &ModelImport::progressed);
    QVERIFY(progressed.wait(kWaitMs));
    imports_->cancel(id);
    QVERIFY(waitForEnd());
    QCOMPARE(own(), QStringList());
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 0, kWaitMs);
    QVERIFY(QFile::exists(path("mine/config.json")));
}

void ModelImportTest::copyThatIsCancelledAtItsEndLeavesNothing() {
    const qint64 id = imports_->start(path("mine"), ImportKind::Copy);
    // The copy has its name, and this thread has not heard of it.
    QElapsedTimer timer;
    timer.start();
    while (!QFile::exists(path("models/mine/config.json")) && timer.elapsed() < kWaitMs)
        QThread::msleep(1);
    QThread::msleep(50);
    imports_->cancel(id);
    QVERIFY(waitForEnd());
    QTRY_COMPARE_WITH_TIMEOUT(own(), QStringList(), kWaitMs);
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 0, kWaitMs);
}

void ModelImportTest::copyHasTheCodeThatTheConfigurationNames() {
    const auto add = [this](const char* name, const QByteArray& text) {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    // Its configuration names modeling_deepseek.
    add("mine/modeling_deepseek.py", "from .helper import help\n");
    add("mine/helper.py", "def help(): pass\n");
    add("mine/setup.py", "raise SystemExit\n");
    // Names that a list of a source is refused for, and a disk here holds.
    add("mine/README.md", "one");
    add("mine/readme.md", "other");
    const qint64 id = imports_->start(path("mine"), ImportKind::Copy);
    QVERIFY2(waitForEnd(), qPrintable(imports_->import(id).error));
    const QStringList names = QDir(path("models/mine")).entryList(QDir::Files);
    QVERIFY(names.contains(QStringLiteral("modeling_deepseek.py")));
    QVERIFY(names.contains(QStringLiteral("helper.py")));
    QVERIFY(names.contains(QStringLiteral("readme.md")));
    QVERIFY(names.contains(QStringLiteral("README.md")));
    QVERIFY(!names.contains(QStringLiteral("setup.py")));
}

void ModelImportTest::leftoversOfAKilledProgramAreRemoved() {
    imports_.reset();
    test::copyFolder(test::kTinyFolder, path("models/.importing-7"));
    imports_ = std::make_unique<ModelImport>(*library_, path("models"));
    QTRY_COMPARE_WITH_TIMEOUT(own(), QStringList(), kWaitMs);
}

void ModelImportTest::failedCopyLeavesNothingAndIsTriedAgain() {
    // A file where the folder of copies would be.
    QFile obstacle(path("models"));
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    const qint64 id = imports_->start(path("mine"), ImportKind::Copy);
    QVERIFY(errorOf(id).contains(path("models")));
    QVERIFY(obstacle.remove());
    imports_->retry(id);
    QVERIFY(waitForEnd());
    QVERIFY(QFile::exists(path("models/mine/config.json")));
}

void ModelImportTest::damagedFilesAreFoundByTheirPublishedHashes() {
    const double now = static_cast<double>(QDateTime::currentSecsSinceEpoch());
    writeMetadata(path("mine"), kWeights, HashKind::Sha256, test::bytesOf(path("mine/") + kWeights),
                  now);
    QVERIFY(look(path("mine")).isVerified);
    damage(path("mine/") + kWeights);
    for (const ImportKind kind : {ImportKind::Link, ImportKind::Copy}) {
        const qint64 id = imports_->start(path("mine"), kind);
        const QString error = errorOf(id);
        QVERIFY2(error.contains(kWeights) && error.contains(QLatin1String("damaged")),
                 qPrintable(error));
        imports_->cancel(id);
    }
    QCOMPARE(own(), QStringList());
    QCOMPARE(library_->models().size(), 0);
    QFile::remove(path("mine/") + kWeights);
    QVERIFY(QFile::copy(test::kTinyFolder + u'/' + kWeights, path("mine/") + kWeights));
    imports_->start(path("mine"), ImportKind::Link);
    QVERIFY(waitForEnd());
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 1, kWaitMs);
}

void ModelImportTest::changedConfigIsNotCalledDamaged() {
    // It was other bytes an hour ago; people edit it.
    const double before = static_cast<double>(QDateTime::currentSecsSinceEpoch() - 3600);
    writeMetadata(path("mine"), QStringLiteral("config.json"), HashKind::GitBlobSha1, "other",
                  before);
    imports_->start(path("mine"), ImportKind::Link);
    QVERIFY(waitForEnd());
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 1, kWaitMs);
}

void ModelImportTest::repositoryOfACacheMeansItsNewestSnapshot() {
    const test::CacheFixture cache(path("hub"));
    cache.putTiny(QStringLiteral("org/tiny"), QString(40, u'b'));
    const QString newest = cache.putTiny(QStringLiteral("org/tiny"), QString(40, u'a'));
    const ImportOffer offer = look(path("hub/models--org--tiny"));
    QCOMPARE(offer.folder, newest);
    QCOMPARE(offer.name, QStringLiteral("tiny"));
    QVERIFY(offer.isVerified);
}

void ModelImportTest::importsRunInTheirOrder() {
    test::copyFolder(test::kTinyFolder, path("other"));
    QSignalSpy finished(imports_.get(), &ModelImport::finished);
    const qint64 first = imports_->start(path("mine"), ImportKind::Copy);
    const qint64 second = imports_->start(path("other"), ImportKind::Copy);
    QCOMPARE(imports_->import(first).state, ImportState::Running);
    QCOMPARE(imports_->import(second).state, ImportState::Waiting);
    QVERIFY(waitForEnd());
    QCOMPARE(finished.count(), 2);
    QCOMPARE(finished[0][0].toLongLong(), first);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ModelImportTest)
#include "model_import_test.moc"
