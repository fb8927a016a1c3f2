// The list of adapters and the choice among them, over the tiny checkpoint and its golden adapters.
#include "app/services/model/adapter_library.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/model/model_host.h"
#include "app/services/program/settings.h"

namespace dsm {
namespace {

const QString kTiny = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny");
const QString kGolden = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter");
const QString kPatterns = kGolden + QStringLiteral("/patterns");

}  // namespace

class AdapterLibraryTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        start();
    }
    void cleanup() { end(); }

    void listsWhatTrainingMadeAndWhatTheUserAdded();
    void saysWhyAnAdapterDoesNotFit();
    void saysWhyAnAdapterNeedsOtherArithmetic();
    void listsAFolderWhoseWeightsAreAPickle();
    void refusesAFolderWithoutAdapters();
    void theChoiceIsRememberedForTheModel();
    void anAdapterThatIsGoneLeavesTheModelWithoutOne();
    void itsMemoryIsCounted();
    void aNoteThatItWasKeptWithIsTold();

  private:
    void start() {
        settings_ = std::make_unique<Settings>(folder_->filePath(QStringLiteral("settings.ini")));
        host_ = std::make_unique<ModelHost>(folder_->path());
        library_ = std::make_unique<AdapterLibrary>(trained(), *host_, *settings_);
    }
    void end() {
        library_.reset();
        host_.reset();
        settings_.reset();
    }
    void load() {
        QSignalSpy loads(host_.get(), &ModelHost::loadFinished);
        host_->load({.folder = kTiny, .backend = QStringLiteral("cpu"), .threads = 1});
        QTRY_COMPARE(loads.count(), 1);
        QCOMPARE(loads[0][0].toBool(), true);
    }
    QString trained() const { return folder_->filePath(QStringLiteral("adapters")); }
    void copyAdapter(const QString& to) const {
        QVERIFY(QDir().mkpath(to));
        for (const char* name : {"/adapter_config.json", "/adapter_model.safetensors"})
            QVERIFY(QFile::copy(kPatterns + QLatin1String(name), to + QLatin1String(name)));
    }
    QStringList names() const {
        QStringList names;
        for (const AdapterInfo& one : library_->adapters())
            names.append(one.misfit.isEmpty() ? one.name
                                              : one.name + QStringLiteral(" does not fit"));
        return names;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<ModelHost> host_;
    std::unique_ptr<AdapterLibrary> library_;
};

void AdapterLibraryTest::listsWhatTrainingMadeAndWhatTheUserAdded() {
    load();
    QCOMPARE(names(), QStringList());
    copyAdapter(trained() + QStringLiteral("/job"));
    copyAdapter(trained() + QStringLiteral("/job/checkpoint-20"));
    copyAdapter(trained() + QStringLiteral("/stopped/checkpoint-20"));  // its job has no adapter
    QCOMPARE(names(),
             (QStringList{QStringLiteral("job"), QStringLiteral("stopped/checkpoint-20")}));
    QSignalSpy changed(library_.get(), &AdapterLibrary::changed);
    QVERIFY(library_->addFolder(kGolden));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(names(), (QStringList{QStringLiteral("job"), QStringLiteral("patterns"),
                                   QStringLiteral("saved"), QStringLiteral("stopped/checkpoint-20"),
                                   QStringLiteral("whole")}));
    library_->removeFolder(kGolden);
    QCOMPARE(names().size(), 2);
    QVERIFY(QFile::exists(kPatterns + QStringLiteral("/adapter_config.json")));
}

void AdapterLibraryTest::saysWhyAnAdapterDoesNotFit() {
    QVERIFY(library_->addFolder(kPatterns));
    QVERIFY(library_->adapters()[0].misfit.contains(QStringLiteral("No model is loaded")));
    load();
    QCOMPARE(library_->adapters()[0].misfit, QString());
    QSignalSpy loads(host_.get(), &ModelHost::loadFinished);
    host_->load({.folder = QStringLiteral(DSM_SOURCE_DIR "/resources/demo_model")});
    QTRY_COMPARE(loads.count(), 1);
    QVERIFY2(library_->adapters()[0].misfit.contains(QStringLiteral("layers.0")),
             qPrintable(library_->adapters()[0].misfit));
}

void AdapterLibraryTest::saysWhyAnAdapterNeedsOtherArithmetic() {
    load();
    const QString folder = trained() + QStringLiteral("/pissa");
    copyAdapter(folder);
    QFile config(folder + QStringLiteral("/adapter_config.json"));
    QVERIFY(config.open(QIODevice::ReadWrite));
    const QByteArray text =
        config.readAll().replace("\"init_lora_weights\": true", "\"init_lora_weights\": \"pissa\"");
    QVERIFY(text.contains("pissa") && config.resize(0) && config.seek(0));
    QCOMPARE(config.write(text), text.size());
    config.close();
    const QString misfit = library_->adapters().at(0).misfit;
    QVERIFY2(misfit.contains(QStringLiteral("init_lora_weights")), qPrintable(misfit));
    QVERIFY2(misfit.contains(QStringLiteral("Convert it in PEFT")), qPrintable(misfit));
    QSignalSpy failed(library_.get(), &AdapterLibrary::failed);
    library_->use(folder);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed[0][0].toString(), misfit);
    QCOMPARE(library_->current(), QString());
}

void AdapterLibraryTest::listsAFolderWhoseWeightsAreAPickle() {
    load();
    const QString folder = trained() + QStringLiteral("/old");
    copyAdapter(folder);
    QVERIFY(QFile::rename(folder + QStringLiteral("/adapter_model.safetensors"),
                          folder + QStringLiteral("/adapter_model.bin")));
    QCOMPARE(library_->adapters().size(), 1);
    const QString misfit = library_->adapters()[0].misfit;
    QVERIFY2(misfit.contains(QStringLiteral("adapter_model.bin")), qPrintable(misfit));
    QVERIFY2(misfit.contains(QStringLiteral("save_pretrained")), qPrintable(misfit));
}

void AdapterLibraryTest::refusesAFolderWithoutAdapters() {
    QSignalSpy failed(library_.get(), &AdapterLibrary::failed);
    QVERIFY(!library_->addFolder(folder_->path()));
    QCOMPARE(failed.count(), 1);
    QVERIFY(failed[0][0].toString().contains(QStringLiteral("adapter_config.json")));
    QCOMPARE(settings_->adapterFolders(), QStringList());
}

void AdapterLibraryTest::theChoiceIsRememberedForTheModel() {
    load();
    library_->use(kPatterns, 0.5);
    QTRY_COMPARE(library_->current(), kPatterns);
    end();
    start();
    load();
    QTRY_COMPARE(library_->current(), kPatterns);
    QCOMPARE(library_->scale(), 0.5);
    library_->use({});
    QTRY_COMPARE(library_->current(), QString());
    QTRY_COMPARE(settings_->adapter(kTiny).folder, QString());
    end();
    start();
    load();
    QTest::qWait(50);
    QCOMPARE(library_->current(), QString());
}

void AdapterLibraryTest::anAdapterThatIsGoneLeavesTheModelWithoutOne() {
    settings_->setAdapter(kTiny, {folder_->filePath(QStringLiteral("gone")), 1});
    QSignalSpy failed(library_.get(), &AdapterLibrary::failed);
    load();
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(failed[0][0].toString().contains(QStringLiteral("gone")));
    QCOMPARE(host_->status().state, ModelState::Ready);
    QCOMPARE(library_->current(), QString());
}

void AdapterLibraryTest::itsMemoryIsCounted() {
    load();
    const quint64 before = host_->status().memoryBytes;
    library_->use(kPatterns);
    QTRY_COMPARE(library_->current(), kPatterns);
    QVERIFY(host_->status().memoryBytes > before);
    library_->use({});
    QTRY_COMPARE(library_->current(), QString());
    QCOMPARE(host_->status().memoryBytes, before);
}

void AdapterLibraryTest::aNoteThatItWasKeptWithIsTold() {
    load();
    copyAdapter(trained() + QStringLiteral("/kept"));
    copyAdapter(trained() + QStringLiteral("/plain"));
    QFile note(trained() + QStringLiteral("/kept/note.txt"));
    QVERIFY(note.open(QIODevice::WriteOnly));
    note.write("for letters\n");
    note.close();
    const QList<AdapterInfo> all = library_->adapters();
    QCOMPARE(all.size(), 2);
    QCOMPARE(all[0].note, QStringLiteral("for letters"));
    QCOMPARE(all[1].note, QString());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::AdapterLibraryTest)
#include "adapter_library_test.moc"
