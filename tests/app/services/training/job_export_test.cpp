#include "app/services/training/job/job_export.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>

namespace dsm {

class JobExportTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void writesTheRowsAndTheScript();
    void earlierAnswersAreTrainedWhereTheJobSaysSo();
    void whatDoesNotRunThereIsRefused();
    void saysWhatIsWrong();
    void isStopped();
    void theCommandsAreThoseOfTheFolder();

  private:
    QString path(const char* name) const { return folder_->filePath(QLatin1String(name)); }
    QString job() const { return QString::fromUtf8(QJsonDocument(job_).toJson()); }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<JobExport> exporter_;
    QJsonObject job_;
};

void JobExportTest::init() {
    exporter_ = std::make_unique<JobExport>();
    folder_ = std::make_unique<QTemporaryDir>();
    QFile rows(path("rows.jsonl"));
    QVERIFY(rows.open(QIODevice::WriteOnly));
    for (int i = 0; i < 3; ++i)
        rows.write("{\"instruction\": \"" + QByteArray::number(i) + "?\", \"output\": \"yes\"}\n");
    job_ = {{QStringLiteral("model"), QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny")},
            {QStringLiteral("data"), path("rows.jsonl")},
            {QStringLiteral("output"), path("unused")},
            {QStringLiteral("rank"), 3},
            {QStringLiteral("max_length"), 64}};
}

void JobExportTest::writesTheRowsAndTheScript() {
    QSignalSpy finished(exporter_.get(), &JobExport::finished);
    QSignalSpy progressed(exporter_.get(), &JobExport::progressed);
    exporter_->start(job(), {.folder = path("out"), .gpus = 4, .machines = 2});
    QVERIFY(exporter_->isRunning());
    QVERIFY(finished.wait(30'000));
    QVERIFY(!exporter_->isRunning());
    QCOMPARE(finished[0][0].toString(), path("out"));
    QCOMPARE(finished[0][1].toLongLong(), 3);
    QVERIFY(!progressed.isEmpty());
    // What the commands name is there.
    for (const char* name : {"out/requirements.txt", "out/run.sh", "out/train.py"})
        QVERIFY2(QFile::exists(path(name)), name);
    QFile script(path("out/run.sh"));
    QVERIFY(script.open(QIODevice::ReadOnly));
    QVERIFY(script.readAll().contains("4"));
}

// All of them were trained there, whatever the job said.
void JobExportTest::earlierAnswersAreTrainedWhereTheJobSaysSo() {
    QFile rows(path("rows.jsonl"));
    QVERIFY(rows.open(QIODevice::WriteOnly));
    rows.write(R"({"messages": [
        {"role": "user", "content": "1?"}, {"role": "assistant", "content": "one"},
        {"role": "user", "content": "2?"}, {"role": "assistant", "content": "two"}]})");
    rows.close();
    QSignalSpy finished(exporter_.get(), &JobExport::finished);
    const auto trainedTokens = [&](const char* history) {
        job_[QStringLiteral("history")] = QLatin1String(history);
        exporter_->start(job(), {.folder = path(history)});
        if (!finished.wait(30'000)) return qsizetype{-1};
        QFile samples(path(history) + QStringLiteral("/data/train.jsonl"));
        if (!samples.open(QIODevice::ReadOnly)) return qsizetype{-1};
        const QJsonArray labels =
            QJsonDocument::fromJson(samples.readLine())[QStringLiteral("labels")].toArray();
        return std::count_if(labels.begin(), labels.end(),
                             [](const QJsonValue& label) { return label.toInt() >= 0; });
    };
    const qsizetype all = trainedTokens("trained");
    const qsizetype last = trainedTokens("context");
    QVERIFY2(last > 0 && last < all, qPrintable(QStringLiteral("%1 of %2").arg(last).arg(all)));
}

void JobExportTest::whatDoesNotRunThereIsRefused() {
    job_[QStringLiteral("eval_share")] = 0.1;
    QSignalSpy failed(exporter_.get(), &JobExport::failed);
    exporter_->start(job(), {.folder = path("out")});
    QVERIFY(failed.wait(30'000));
    QVERIFY(failed[0][0].value<ReasonShown>().text.contains(QStringLiteral("does not evaluate")));
    QVERIFY(!QFile::exists(path("out")));
}

void JobExportTest::saysWhatIsWrong() {
    QSignalSpy failed(exporter_.get(), &JobExport::failed);
    QVERIFY(QDir().mkpath(path("full")));
    QVERIFY(QFile::copy(path("rows.jsonl"), path("full/mine")));
    exporter_->start(job(), {.folder = path("full")});
    QVERIFY(failed.wait(30'000));
    QVERIFY(failed[0][0].value<ReasonShown>().text.contains(path("full")));
    job_[QStringLiteral("data")] = path("missing.jsonl");
    exporter_->start(job(), {.folder = path("out")});
    QVERIFY(failed.wait(30'000));
    QVERIFY(failed[1][0].value<ReasonShown>().text.contains(QStringLiteral("missing.jsonl")));
}

void JobExportTest::isStopped() {
    QSignalSpy failed(exporter_.get(), &JobExport::failed);
    exporter_->start(job(), {.folder = path("out")});
    exporter_->stop();
    QVERIFY(failed.wait(30'000));
    QCOMPARE(failed[0][0].value<ReasonShown>().text, QString());
    QVERIFY(!QFile::exists(path("out")));
}

void JobExportTest::theCommandsAreThoseOfTheFolder() {
    QCOMPARE(JobExport::commands(path("my job")).first(), QStringLiteral("cd 'my job'"));
    QCOMPARE(JobExport::commands(path("Anna's")).first(), QStringLiteral("cd 'Anna'\\''s'"));
    QCOMPARE(JobExport::commands(path("job")).first(), QStringLiteral("cd job"));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::JobExportTest)
#include "job_export_test.moc"
