#include "app/services/training/results/run_export.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace dsm {

// The adapter of tests/golden for the tiny model there.
class RunExportTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void anAdapterGoesWithItsNote();
    void aMergedModelIsWholeAndNothingElseIsLeft();
    void aMergedModelIsConverted();
    void aModelTrainedInFullIsExportedAndConverted();
    void spaceAndTimeAreSaidBefore();
    void whatCannotBeMadeIsSaidBefore();
    void nothingIsReplaced();
    void aStopTakesAllOfItAlong();
    void whatAPowerCutLeftGoes();

  private:
    RunExportTask task(RunExportKind kind) const;
    RunExportPlan plan(const RunExportTask& task);
    QString path(const char* name) const { return folder_->filePath(QLatin1String(name)); }
    QStringList everything() const {
        return QDir(folder_->path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<RunExport> exporter_;
};

void RunExportTest::init() {
    exporter_ = std::make_unique<RunExport>();
    folder_ = std::make_unique<QTemporaryDir>();
}

RunExportTask RunExportTest::task(RunExportKind kind) const {
    return {.kind = kind,
            .adapterFolder = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter/saved"),
            .modelFolder = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"),
            .preset = kind == RunExportKind::Converted ? QStringLiteral("q8") : QString(),
            .out = path("out"),
            .note = {}};
}

RunExportPlan RunExportTest::plan(const RunExportTask& task) {
    QSignalSpy planned(exporter_.get(), &RunExport::planned);
    exporter_->plan(task);
    if (!planned.wait(30'000)) return {};
    return planned.last()[0].value<RunExportPlan>();
}

void RunExportTest::anAdapterGoesWithItsNote() {
    RunExportTask kept = task(RunExportKind::Adapter);
    kept.note = QStringLiteral("Good for 信");
    QSignalSpy finished(exporter_.get(), &RunExport::finished);
    exporter_->start(kept);
    QVERIFY(finished.wait(30'000));
    QCOMPARE(finished[0][0].toString(), path("out"));
    QCOMPARE(
        QDir(path("out")).entryList(QDir::Files),
        (QStringList{QStringLiteral("adapter_config.json"),
                     QStringLiteral("adapter_model.safetensors"), QStringLiteral("note.txt")}));
    QFile note(path("out/note.txt"));
    QVERIFY(note.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(note.readAll()), QStringLiteral("Good for 信\n"));
    QCOMPARE(everything(), QStringList{QStringLiteral("out")});
}

void RunExportTest::aMergedModelIsWholeAndNothingElseIsLeft() {
    QSignalSpy finished(exporter_.get(), &RunExport::finished);
    QSignalSpy progressed(exporter_.get(), &RunExport::progressed);
    exporter_->start(task(RunExportKind::Model));
    QVERIFY(exporter_->isRunning());
    QVERIFY(finished.wait(30'000));
    QVERIFY(!exporter_->isRunning());
    QVERIFY(QFile::exists(path("out/config.json")));
    QVERIFY(QFile::exists(path("out/tokenizer.json")));
    QVERIFY(!progressed.isEmpty());
    QCOMPARE(everything(), QStringList{QStringLiteral("out")});
    // No less than was said.
    QVERIFY(plan(task(RunExportKind::Adapter))
                .problem.text.contains(QStringLiteral("something already")));
}

void RunExportTest::aMergedModelIsConverted() {
    QSignalSpy finished(exporter_.get(), &RunExport::finished);
    QSignalSpy failed(exporter_.get(), &RunExport::failed);
    exporter_->start(task(RunExportKind::Converted));
    QTRY_VERIFY_WITH_TIMEOUT(finished.count() + failed.count() == 1, 30'000);
    QVERIFY2(failed.isEmpty(),
             failed.isEmpty() ? "" : qPrintable(failed[0][0].value<ReasonShown>().text));
    QFile config(path("out/config.json"));
    QVERIFY(config.open(QIODevice::ReadOnly));
    QVERIFY(config.readAll().contains("\"quantization_config\""));
    QCOMPARE(everything(), QStringList{QStringLiteral("out")});
}

void RunExportTest::aModelTrainedInFullIsExportedAndConverted() {
    RunExportTask whole = task(RunExportKind::Model);
    whole.adapterFolder.clear();
    RunExportTask few = task(RunExportKind::Converted);
    few.adapterFolder.clear();
    few.out = path("few");
    QVERIFY(plan(whole).problem.isEmpty());
    QCOMPARE(plan(few).neededBytes, plan(few).resultBytes);
    for (const RunExportTask& one : {whole, few}) {
        QSignalSpy finished(exporter_.get(), &RunExport::finished);
        exporter_->start(one);
        QVERIFY(finished.wait(30'000));
    }
    const auto content = [this](const char* name) {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(content("out/config.json").contains("bfloat16"));
    QVERIFY(content("few/config.json").contains("\"quantization_config\""));
    QVERIFY(!content("out/tokenizer.json").isEmpty());
    QCOMPARE(everything(), (QStringList{QStringLiteral("few"), QStringLiteral("out")}));
    // One in few bits is made into nothing else.
    few.modelFolder = path("few");
    few.out = path("again");
    QVERIFY(plan(few).problem.text.contains(QStringLiteral("few bits")));
}

void RunExportTest::spaceAndTimeAreSaidBefore() {
    const RunExportPlan adapter = plan(task(RunExportKind::Adapter));
    QCOMPARE(adapter.problem.text, QString());
    quint64 bytes = 0;
    for (const char* name : {"adapter_config.json", "adapter_model.safetensors"})
        bytes += static_cast<quint64>(
            QFileInfo(task(RunExportKind::Adapter).adapterFolder + u'/' + QLatin1String(name))
                .size());
    QCOMPARE(adapter.resultBytes, bytes);
    QVERIFY(adapter.freeBytes > 0);
    QVERIFY(adapter.seconds > 0);
    const RunExportPlan merged = plan(task(RunExportKind::Model));
    const RunExportPlan converted = plan(task(RunExportKind::Converted));
    QVERIFY(merged.resultBytes > bytes);
    // The merged model is there while it is converted.
    QCOMPARE(converted.neededBytes, merged.neededBytes + converted.resultBytes);
    QVERIFY(converted.resultBytes < merged.resultBytes);
    QVERIFY(everything().isEmpty());
}

void RunExportTest::whatCannotBeMadeIsSaidBefore() {
    RunExportTask other = task(RunExportKind::Model);
    other.modelFolder = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny_gqa");
    QVERIFY(!plan(other).problem.isEmpty());
    // Of a base in few bits nothing can be merged.
    QSignalSpy finished(exporter_.get(), &RunExport::finished);
    exporter_->start(task(RunExportKind::Converted));
    QVERIFY(finished.wait(30'000));
    RunExportTask few = task(RunExportKind::Model);
    few.modelFolder = path("out");
    few.out = path("again");
    QVERIFY(plan(few).problem.text.contains(QStringLiteral("few bits")));
    few.kind = RunExportKind::Adapter;
    QCOMPARE(plan(few).problem.text, QString());
}

void RunExportTest::nothingIsReplaced() {
    QVERIFY(QDir().mkpath(path("out")));
    QFile mine(path("out/mine"));
    QVERIFY(mine.open(QIODevice::WriteOnly));
    QSignalSpy failed(exporter_.get(), &RunExport::failed);
    exporter_->start(task(RunExportKind::Adapter));
    QVERIFY(failed.wait(30'000));
    QVERIFY(failed[0][0].value<ReasonShown>().text.contains(QStringLiteral("something already")));
    QVERIFY(mine.exists());
}

void RunExportTest::aStopTakesAllOfItAlong() {
    QSignalSpy failed(exporter_.get(), &RunExport::failed);
    exporter_->start(task(RunExportKind::Converted));
    exporter_->stop();
    QVERIFY(failed.wait(30'000));
    QCOMPARE(failed[0][0].value<ReasonShown>().text, QString());
    QVERIFY(everything().isEmpty());
    // So does the end of the program.
    exporter_->start(task(RunExportKind::Model));
    exporter_.reset();
    QVERIFY(everything().isEmpty() || everything() == QStringList{QStringLiteral("out")});
}

void RunExportTest::whatAPowerCutLeftGoes() {
    QVERIFY(QDir().mkpath(path(".out.export/merged")));
    QSignalSpy finished(exporter_.get(), &RunExport::finished);
    exporter_->start(task(RunExportKind::Model));
    QVERIFY(finished.wait(30'000));
    QCOMPARE(everything(), QStringList{QStringLiteral("out")});
    QVERIFY(!QFile::exists(path("out/merged")));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::RunExportTest)
#include "run_export_test.moc"
