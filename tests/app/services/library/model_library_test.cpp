#include "app/services/library/model_library.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/library/conversion_service.h"
#include "app/services/program/settings.h"
#include "tests/app/services/library/cache_fixture.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/sparse_model.h"

namespace dsm {
namespace {

constexpr int kWaitMs = 60'000;
const QString kTiny = test::kTinyFolder;
const QString kCommit = QString(40, u'c');

using test::copyFolder;

}  // namespace

class ModelLibraryTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void listsTheDemoModelWithAVerdict();
    void addedFolderIsListedAndRemembered();
    void folderWithoutAModelIsRefusedWithWords();
    void folderThatIsBrokenStaysListedWithTheReason();
    void folderOnAMissingDiskStaysListedUntilItIsBackOrFoundAgain();
    void removedFolderKeepsItsFilesAndComesBackToItsPlace();
    void presetsOfAFullSizeModelAreJudged();
    void verdictsFollowTheMemory();
    void verdictsFollowTheGpuThatWouldCompute();
    void aGpuThatRefusesIsFatalOnlyWhereItWasAskedFor();
    void baseModelIsCalledOne();
    void convertedModelIsAFormOfItsSource();
    void convertedModelIsAFormOfTheCopyItWasMadeFrom();
    void convertedModelStandsAloneWithoutItsSource();
    void convertedFormIsDeletedAndComesBack();
    void whatTheUserAddedIsNeverDeleted();
    void modelsInCachesAreListed();
    void othersModelsInCachesAreNotListed();
    void partialModelSaysHowMuchIsThere();
    void modelInACacheIsHiddenAndShownAgain();
    void modelInACacheIsDeletedAndComesBack();
    void unfinishedConversionIsNoModel();
    void contextOfTheSettingsCounts();

  private:
    void open();
    bool waitForReading() {
        return QSignalSpy(library_.get(), &ModelLibrary::modelsChanged).wait(kWaitMs);
    }
    QString path(const char* name) const { return folder_->filePath(QLatin1String(name)); }
    const ModelForm* form(const QString& folder, const char* preset);
    qint64 deleteFiles(const QString& folder);

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<ConversionService> conversions_;
    std::unique_ptr<ModelLibrary> library_;
    ComputerMemory memory_;
    LibraryModel found_;
};

void ModelLibraryTest::init() {
    library_.reset();
    conversions_.reset();
    folder_ = std::make_unique<QTemporaryDir>();
    settings_ = std::make_unique<Settings>(path("settings.ini"));
    memory_ = {33'500'000'000, 19'000'000'000};
    open();
    QVERIFY(waitForReading());
}

// As at a start of the program.
void ModelLibraryTest::open() {
    library_.reset();
    conversions_.reset();
    conversions_ = std::make_unique<ConversionService>(path("models"));
    library_ = std::make_unique<ModelLibrary>(
        ModelLibrary::Places{kTiny, path("models"), path("models.json"), path("trash.json")},
        *conversions_, *settings_, [this] { return memory_; });
}

const ModelForm* ModelLibraryTest::form(const QString& folder, const char* preset) {
    found_ = library_->model(folder);
    for (const ModelForm& candidate : found_.forms) {
        if (candidate.preset == QLatin1String(preset)) return &candidate;
    }
    return nullptr;
}

void ModelLibraryTest::listsTheDemoModelWithAVerdict() {
    QCOMPARE(library_->models().size(), 1);
    const LibraryModel& demo = library_->models()[0];
    QCOMPARE(demo.origin, ModelOrigin::Demo);
    QCOMPARE(demo.kind, ModelKind::Chat);
    QCOMPARE(demo.problem, QString());
    QCOMPARE(demo.parameters, 696'384);
    QCOMPARE(demo.forms.size(), 1);
    QCOMPARE(demo.forms[0].preset, QStringLiteral("bf16"));
    QCOMPARE(demo.forms[0].fit, MemoryFit::Fits);
    QVERIFY(demo.forms[0].isPresent());
    QVERIFY(demo.forms[0].diskBytes > demo.forms[0].weightBytes);
    QVERIFY(demo.forms[0].cacheBytes > 0 && demo.forms[0].workspaceBytes > 0);
}

void ModelLibraryTest::addedFolderIsListedAndRemembered() {
    copyFolder(kTiny, path("mine"));
    QVERIFY(library_->addFolder(path("mine")));
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 2);
    QCOMPARE(library_->models()[1].name, QStringLiteral("mine"));
    QVERIFY(library_->addFolder(path("mine") + QStringLiteral("/")));  // the same once more
    open();
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 2);
    QCOMPARE(library_->models()[1].folder, path("mine"));
}

void ModelLibraryTest::folderWithoutAModelIsRefusedWithWords() {
    QSignalSpy failed(library_.get(), &ModelLibrary::failed);
    QVERIFY(!library_->addFolder(folder_->path()));
    QCOMPARE(failed.count(), 1);
    QVERIFY(failed[0][0].toString().contains(folder_->path()));
    QCOMPARE(library_->models().size(), 1);
}

void ModelLibraryTest::folderThatIsBrokenStaysListedWithTheReason() {
    copyFolder(kTiny, path("mine"));
    QVERIFY(QFile::remove(path("mine/model-00002-of-00002.safetensors")));
    QVERIFY(library_->addFolder(path("mine")));
    QVERIFY(waitForReading());
    const LibraryModel model = library_->model(path("mine"));
    QVERIFY(model.forms.isEmpty());
    QVERIFY(model.problem.contains(QLatin1String("model-00002-of-00002.safetensors")));
}

void ModelLibraryTest::folderOnAMissingDiskStaysListedUntilItIsBackOrFoundAgain() {
    const QString disk = path("disk");
    QVERIFY(QDir().mkpath(disk));
    copyFolder(kTiny, disk + QStringLiteral("/mine"));
    QVERIFY(library_->addFolder(disk + QStringLiteral("/mine")));
    QVERIFY(waitForReading());
    QVERIFY(!library_->model(disk + QStringLiteral("/mine")).isMissing);
    QVERIFY(QDir().rename(disk, path("elsewhere")));
    open();
    QVERIFY(waitForReading());
    const LibraryModel missing = library_->model(disk + QStringLiteral("/mine"));
    QVERIFY(missing.isMissing);
    QCOMPARE(missing.name, QStringLiteral("mine"));
    QVERIFY(missing.forms.isEmpty());
    QVERIFY(!missing.problem.isEmpty());

    QVERIFY(QDir().rename(path("elsewhere"), disk));
    library_->refresh();
    QVERIFY(waitForReading());
    QVERIFY(!library_->model(disk + QStringLiteral("/mine")).isMissing);
    QCOMPARE(library_->model(disk + QStringLiteral("/mine")).forms.isEmpty(), false);

    QVERIFY(QDir().rename(disk, path("elsewhere")));
    const qsizetype listed = library_->models().size();
    QSignalSpy failed(library_.get(), &ModelLibrary::failed);
    QVERIFY(!library_->moveFolder(disk + QStringLiteral("/mine"), folder_->path()));
    QCOMPARE(failed.count(), 1);
    QVERIFY(library_->moveFolder(disk + QStringLiteral("/mine"), path("elsewhere/mine")));
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), listed);
    QVERIFY(library_->model(disk + QStringLiteral("/mine")).folder.isEmpty());
    QVERIFY(!library_->model(path("elsewhere/mine")).isMissing);
}

void ModelLibraryTest::removedFolderKeepsItsFilesAndComesBackToItsPlace() {
    for (const char* name : {"a", "b", "c"}) {
        copyFolder(kTiny, path(name));
        QVERIFY(library_->addFolder(path(name)));
    }
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 4, kWaitMs);
    const int place = library_->removeFolder(path("b"));
    QCOMPARE(place, 1);
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 3, kWaitMs);
    QVERIFY(QFile::exists(path("b/config.json")));
    QVERIFY(library_->addFolder(path("b"), place));
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 4, kWaitMs);
    QCOMPARE(library_->models()[2].name, QStringLiteral("b"));
    QCOMPARE(library_->removeFolder(path("nothing")), -1);
}

void ModelLibraryTest::presetsOfAFullSizeModelAreJudged() {
    test::writeSparseModel(path("16b").toStdString(), publishedConfig(), true);
    QVERIFY(library_->addFolder(path("16b")));
    QVERIFY(waitForReading());
    const LibraryModel model = library_->model(path("16b"));
    QCOMPARE(model.problem, QString());
    QCOMPARE(model.parameters, 16'375'728'128);
    QCOMPARE(model.contextTokens, 4096);
    QCOMPARE(model.forms.size(), 4);
    QStringList presets;
    for (const ModelForm& form : model.forms)
        presets.append(form.preset);
    QCOMPARE(presets.join(u' '), QStringLiteral("bf16 q8 q4 q4-small"));
    QCOMPARE(model.forms[0].weightBytes, quint64{32'751'456'256});
    QCOMPARE(model.forms[0].fit, MemoryFit::WontFit);
    QVERIFY(!model.forms[1].isPresent());
    QVERIFY(model.forms[1].weightBytes > 17'000'000'000 &&
            model.forms[1].weightBytes < 17'800'000'000);
    QCOMPARE(model.forms[1].fit, MemoryFit::MayBeSlow);
    QCOMPARE(model.forms[2].fit, MemoryFit::Fits);
    QCOMPARE(model.forms[3].fit, MemoryFit::Fits);
    QVERIFY(model.forms[3].weightBytes < model.forms[2].weightBytes);
}

void ModelLibraryTest::verdictsFollowTheMemory() {
    QSignalSpy changed(library_.get(), &ModelLibrary::memoryChanged);
    const quint64 needed = library_->models()[0].forms[0].memoryBytes();
    memory_ = {needed, needed / 2};
    library_->refreshMemory();
    QCOMPARE(changed.count(), 1);
    QCOMPARE(library_->models()[0].forms[0].fit, MemoryFit::MayBeSlow);
    memory_ = {needed - 1, needed - 1};
    library_->refreshMemory();
    QCOMPARE(library_->models()[0].forms[0].fit, MemoryFit::WontFit);
    QCOMPARE(library_->memory(), memory_);
    QCOMPARE(library_->formIn(kTiny).fit, MemoryFit::WontFit);
}

GpuInfo gpuOf(quint64 freeBytes) {
    return {.index = 0,
            .name = QStringLiteral("Test GPU"),
            .totalBytes = freeBytes,
            .freeBytes = freeBytes};
}

// The loader's plan: a GPU of 80 GB has all of the 16B model, one of 24 GB the experts of some
// layers in 16 bits, and all of it in 4 bits.
void ModelLibraryTest::verdictsFollowTheGpuThatWouldCompute() {
    const test::ScopedVariable none("DSM_BACKEND", nullptr);
    memory_ = {64'000'000'000, 60'000'000'000, {{gpuOf(80'000'000'000)}}};
    library_->refreshMemory();
    LibraryModel model = library_->publishedModel();
    for (const ModelForm& form : model.forms) {
        QVERIFY(form.onGpu.holdsEverything());
        QCOMPARE(form.fit, MemoryFit::Fits);
        QCOMPARE(form.onGpu.layers, 27);
        QCOMPARE(form.onGpu.hostBytes, quint64{0});
        QVERIFY(form.onGpu.bytes > form.weightBytes);
    }

    memory_.gpus = {{gpuOf(24'000'000'000)}};
    library_->refreshMemory();
    model = library_->publishedModel();
    const FormOnGpu& in16Bits = model.forms[0].onGpu;
    QVERIFY(in16Bits.isThere() && !in16Bits.holdsEverything());
    QVERIFY(in16Bits.layersOnGpu > 10 && in16Bits.layersOnGpu < 25);
    QVERIFY(in16Bits.bytes < 24'000'000'000);
    QVERIFY(in16Bits.bytes + in16Bits.hostBytes > model.forms[0].weightBytes);
    QCOMPARE(model.forms[0].fit, MemoryFit::Fits);
    QVERIFY(model.forms[2].onGpu.holdsEverything());

    // The experts that stay need the computer's memory.
    memory_.totalBytes = memory_.availableBytes = 4'000'000'000;
    library_->refreshMemory();
    model = library_->publishedModel();
    QCOMPARE(model.forms[0].fit, MemoryFit::WontFit);
    QCOMPARE(model.forms[2].fit, MemoryFit::Fits);

    // As the settings ask for it.
    settings_->setGpuLayers(0);
    library_->refreshMemory();
    QCOMPARE(library_->publishedModel().forms[2].onGpu.layersOnGpu, 0);
    settings_->setBackend(QStringLiteral("cpu"));
    library_->refreshMemory();
    QVERIFY(!library_->publishedModel().forms[2].onGpu.isThere());
}

void ModelLibraryTest::aGpuThatRefusesIsFatalOnlyWhereItWasAskedFor() {
    const test::ScopedVariable none("DSM_BACKEND", nullptr);
    memory_ = {64'000'000'000, 60'000'000'000, {{gpuOf(1'000'000'000)}}};
    library_->refreshMemory();
    ModelForm form = library_->publishedModel().forms[0];
    QVERIFY(!form.onGpu.isThere());
    QVERIFY(form.onGpu.refusal.contains(QStringLiteral("Test GPU has 1.0 GB")));
    QCOMPARE(form.fit, MemoryFit::Fits);  // by the CPU
    settings_->setBackend(QStringLiteral("cuda"));
    library_->refreshMemory();
    form = library_->publishedModel().forms[0];
    QVERIFY(form.onGpu.isRefused());
    QCOMPARE(form.fit, MemoryFit::WontFit);
    // One that cannot compute is none.
    memory_.gpus.gpus[0].problem = QStringLiteral("too old");
    settings_->setBackend({});
    library_->refreshMemory();
    QCOMPARE(library_->publishedModel().forms[0].onGpu.gpu, QString());
}

void ModelLibraryTest::baseModelIsCalledOne() {
    test::writeSparseModel(path("base").toStdString(), publishedConfig(), false);
    QVERIFY(library_->addFolder(path("base")));
    QVERIFY(waitForReading());
    QCOMPARE(library_->model(path("base")).kind, ModelKind::Base);
    QCOMPARE(library_->model(path("base")).templateProblem, QString());
    // One whose template is another model's says so.
    QFile other(path("base/chat_template.jinja"));
    QVERIFY(other.open(QIODevice::WriteOnly));
    QVERIFY(other.write("{{ '<|im_start|>' }}") > 0);
    other.close();
    library_->refresh();
    QVERIFY(waitForReading());
    QCOMPARE(library_->model(path("base")).kind, ModelKind::Base);
    QVERIFY(library_->model(path("base")).templateProblem.startsWith(other.fileName()));
}

void ModelLibraryTest::convertedModelIsAFormOfItsSource() {
    copyFolder(kTiny, path("mine"));
    QVERIFY(library_->addFolder(path("mine")));
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 2, kWaitMs);
    const quint64 expected = form(path("mine"), "q8")->weightBytes;
    conversions_->start(path("mine"), QStringLiteral("q8"));
    QTRY_VERIFY_WITH_TIMEOUT(form(path("mine"), "q8")->isPresent(), kWaitMs);
    const ModelForm* made = form(path("mine"), "q8");
    QCOMPARE(made->folder, path("models/mine-q8"));
    QVERIFY(made->canDelete);
    QCOMPARE(made->weightBytes, expected);  // as it was promised
    QCOMPARE(found_.forms.size(), 4);
    QCOMPARE(library_->models().size(), 2);
    open();
    QVERIFY(waitForReading());
    QVERIFY(form(path("mine"), "q8")->isPresent());
}

void ModelLibraryTest::convertedModelIsAFormOfTheCopyItWasMadeFrom() {
    QDir().mkpath(path("models"));
    copyFolder(kTiny, path("models/mine"));
    library_->refresh();
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 2, kWaitMs);
    conversions_->start(path("models/mine"), QStringLiteral("q8"));
    QTRY_VERIFY_WITH_TIMEOUT(form(path("models/mine"), "q8")->isPresent(), kWaitMs);
    QCOMPARE(form(path("models/mine"), "q8")->folder, path("models/mine-q8"));
    QCOMPARE(library_->models().size(), 2);
}

void ModelLibraryTest::convertedModelStandsAloneWithoutItsSource() {
    copyFolder(kTiny, path("mine"));
    QVERIFY(library_->addFolder(path("mine")));
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 2, kWaitMs);
    conversions_->start(path("mine"), QStringLiteral("q4"));
    QTRY_VERIFY_WITH_TIMEOUT(form(path("mine"), "q4")->isPresent(), kWaitMs);
    library_->removeFolder(path("mine"));
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 2);
    const LibraryModel& alone = library_->models()[1];
    QCOMPARE(alone.origin, ModelOrigin::Own);
    QCOMPARE(alone.forms.size(), 1);
    QCOMPARE(alone.forms[0].preset, QStringLiteral("q4"));
}

// Deletes it; returns its id once it is gone.
qint64 ModelLibraryTest::deleteFiles(const QString& folder) {
    QSignalSpy planned(library_.get(), &ModelLibrary::deletionPlanned);
    QSignalSpy deleted(library_.get(), &ModelLibrary::filesDeleted);
    library_->planDeletion(folder, {});
    if (!planned.wait(kWaitMs)) return 0;
    const qint64 id = library_->deleteFiles(planned[0][0].value<DeletionPlan>());
    return deleted.wait(kWaitMs) ? id : 0;
}

void ModelLibraryTest::convertedFormIsDeletedAndComesBack() {
    copyFolder(kTiny, path("mine"));
    QVERIFY(library_->addFolder(path("mine")));
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 2, kWaitMs);
    conversions_->start(path("mine"), QStringLiteral("q8"));
    QTRY_VERIFY_WITH_TIMEOUT(form(path("mine"), "q8")->isPresent(), kWaitMs);
    const qint64 id = deleteFiles(path("models/mine-q8"));
    QVERIFY(id != 0);
    QTRY_VERIFY_WITH_TIMEOUT(!form(path("mine"), "q8")->isPresent(), kWaitMs);
    QVERIFY(!QFile::exists(path("models/mine-q8")));
    QVERIFY(QFile::exists(path("mine/config.json")));
    QCOMPARE(conversions_->conversions().size(), 0);
    library_->undoDeletion(id);
    QTRY_VERIFY_WITH_TIMEOUT(form(path("mine"), "q8")->isPresent(), kWaitMs);
    QVERIFY(form(path("mine"), "q8")->canDelete);
    QCOMPARE(conversions_->conversions().size(), 1);
    library_->finishDeletion(deleteFiles(path("models/mine-q8")));
    QTRY_COMPARE_WITH_TIMEOUT(
        QDir(path("models")).entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot).size(), 0,
        kWaitMs);
}

void ModelLibraryTest::whatTheUserAddedIsNeverDeleted() {
    copyFolder(kTiny, path("mine"));
    QVERIFY(library_->addFolder(path("mine")));
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 2, kWaitMs);
    QVERIFY(!library_->models()[1].canDelete && !library_->models()[1].forms[0].canDelete);
    QCOMPARE(library_->deleteFiles(planDeletion(path("mine"), {})), 0);
    QCOMPARE(library_->deleteFiles(planDeletion(kTiny, {})), 0);
    QVERIFY(QFile::exists(path("mine/config.json")));
}

void ModelLibraryTest::modelsInCachesAreListed() {
    const test::CacheFixture cache(path("hub"));
    const QString snapshot = cache.putTiny(QStringLiteral("some-org/tiny"), kCommit);
    library_->setCacheFolders({path("hub"), path("hub/../hub"), path("nowhere")});
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 2);
    const LibraryModel& found = library_->models()[1];
    QCOMPARE(found.folder, snapshot);
    QCOMPARE(found.name, QStringLiteral("tiny"));
    QCOMPARE(found.origin, ModelOrigin::Cached);
    QCOMPARE(found.repository, QStringLiteral("some-org/tiny"));
    QCOMPARE(found.problem, QString());
    QVERIFY(!found.isPartial && found.canDelete && found.forms[0].canDelete);
    QCOMPARE(found.forms.size(), 4);         // it can be converted, like any other
    QVERIFY(library_->addFolder(snapshot));  // already there: not twice
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 2);
}

void ModelLibraryTest::othersModelsInCachesAreNotListed() {
    const test::CacheFixture cache(path("hub"));
    cache.put(QStringLiteral("some-org/llama"), kCommit, QStringLiteral("config.json"),
              R"({"model_type": "llama"})");
    cache.put(QStringLiteral("some-org/nothing"), kCommit, QStringLiteral("README.md"), "text");
    library_->setCacheFolders({path("hub")});
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 1);
}

void ModelLibraryTest::partialModelSaysHowMuchIsThere() {
    const test::CacheFixture cache(path("hub"));
    const QString repository = QStringLiteral("deepseek-ai/deepseek-moe-16b-chat");
    const QString second = QStringLiteral("model-00002-of-00002.safetensors");
    cache.putTiny(repository, kCommit, {second});
    library_->setCacheFolders({path("hub")});
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 2);
    QVERIFY(library_->models()[1].isPartial);
    QVERIFY(library_->models()[1].forms.isEmpty());
    QVERIFY2(library_->models()[1].problem.startsWith(QLatin1String("1 of 2 files")),
             qPrintable(library_->models()[1].problem));
    QCOMPARE(library_->models()[1].cacheFolder, path("hub"));
    // Once a whole one is there, the part of another revision is no news.
    cache.putTiny(repository, QString(40, u'd'));
    library_->refresh();
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 2);
    QVERIFY(!library_->models()[1].isPartial);
}

void ModelLibraryTest::modelInACacheIsHiddenAndShownAgain() {
    const test::CacheFixture cache(path("hub"));
    const QString snapshot = cache.putTiny(QStringLiteral("some-org/tiny"), kCommit);
    library_->setCacheFolders({path("hub")});
    QVERIFY(waitForReading());
    QVERIFY(library_->removeFolder(snapshot) >= 0);
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 1);
    QVERIFY(QFile::exists(snapshot + QStringLiteral("/config.json")));
    open();
    library_->setCacheFolders({path("hub")});
    QTRY_VERIFY_WITH_TIMEOUT(!library_->isReading(), kWaitMs);
    QCOMPARE(library_->models().size(), 1);
    QVERIFY(library_->addFolder(snapshot));
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 2, kWaitMs);
}

void ModelLibraryTest::modelInACacheIsDeletedAndComesBack() {
    const test::CacheFixture cache(path("hub"));
    const QString snapshot = cache.putTiny(QStringLiteral("some-org/tiny"), kCommit);
    library_->setCacheFolders({path("hub")});
    QVERIFY(library_->addFolder(snapshot));
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 2, kWaitMs);
    const qint64 id = deleteFiles(snapshot);
    QVERIFY(id != 0);
    QVERIFY(!QFile::exists(snapshot));
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 1, kWaitMs);
    library_->undoDeletion(id);
    QTRY_COMPARE_WITH_TIMEOUT(library_->models().size(), 2, kWaitMs);
    QCOMPARE(library_->models()[1].problem, QString());
    library_->finishDeletion(deleteFiles(snapshot));
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(path("hub/models--some-org--tiny")), kWaitMs);
}

void ModelLibraryTest::unfinishedConversionIsNoModel() {
    copyFolder(kTiny, path("models/strange"));  // put there by hand: a model
    library_->refresh();
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 2);
    QVERIFY(!library_->models()[1].forms[0].canDelete);
    QVERIFY(QDir().mkpath(path("models/half")));
    library_->refresh();
    QVERIFY(waitForReading());
    QCOMPARE(library_->models().size(), 2);
}

void ModelLibraryTest::contextOfTheSettingsCounts() {
    const quint64 before = library_->models()[0].forms[0].cacheBytes;
    settings_->setContextLimit(128);
    QVERIFY(waitForReading());
    QCOMPARE(library_->models()[0].contextTokens, 128);
    QCOMPARE(library_->models()[0].forms[0].cacheBytes * 2, before);
    settings_->setContextIn8Bits(true);
    QVERIFY(waitForReading());
    QVERIFY(library_->models()[0].forms[0].cacheBytes * 3 < before);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ModelLibraryTest)
#include "model_library_test.moc"
