#include "app/services/training/job/tuning_draft.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace dsm;

class TuningDraftTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString file() const { return folder_.filePath(QStringLiteral("draft.json")); }

  private Q_SLOTS:
    void cleanup() { QFile::remove(file()); }

    void whatWasChosenIsThereAgain() {
        {
            TuningDraft draft(file());
            draft.job().choose(QStringLiteral("rank"), 12);
            draft.setRemark(QStringLiteral("preset"), QStringLiteral("style"));
        }
        TuningDraft draft(file());
        QCOMPARE(draft.job().value(QStringLiteral("rank")).toInt(), 12);
        QCOMPARE(draft.remark(QStringLiteral("preset")).toString(), QStringLiteral("style"));
        draft.setContent({});
        QVERIFY(draft.job().values().isEmpty());
        QVERIFY(draft.remark(QStringLiteral("preset")).isUndefined());
    }

    // A run that evaluates nothing is not asked when to, whatever was chosen before.
    void whatNothingEvaluatesIsNotAskedOfARun() {
        TuningDraft draft(file());
        JobDraft& job = draft.job();
        job.setValues({{QStringLiteral("eval_share"), 0.1},
                       {QStringLiteral("eval_steps"), 5},
                       {QStringLiteral("patience"), 2},
                       {QStringLiteral("rank"), 4}});
        QCOMPARE(job.valuesOfRun(), job.values());
        job.choose(QStringLiteral("eval_share"), QJsonValue(QJsonValue::Undefined));
        QCOMPARE(job.valuesOfRun(), (QJsonObject{{QStringLiteral("rank"), 4}}));
        QCOMPARE(job.value(QStringLiteral("eval_steps")).toInt(), 5);
    }

    // Whoever ends the program with SIGKILL finds what was chosen a moment before.
    void itIsOnTheDiskWithoutAnEnd() {
        TuningDraft draft(file());
        draft.job().choose(QStringLiteral("rank"), 3);
        QTRY_VERIFY(QFile::exists(file()));
        QFile in(file());
        QVERIFY(in.open(QIODevice::ReadOnly));
        const QJsonObject stored = QJsonDocument::fromJson(in.readAll()).object();
        QCOMPARE(stored[QStringLiteral("job")][QStringLiteral("rank")].toInt(), 3);
    }

    void aDamagedFileIsSetAside() {
        QFile out(file());
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write("{\"job\": {\"rank\"");
        out.close();
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot be read")));
        TuningDraft draft(file());
        QVERIFY(draft.job().values().isEmpty());
        QVERIFY(QFile::exists(file() + QStringLiteral(".damaged")));
    }

    void aPlaceThatCannotBeWrittenIsTold() {
        TuningDraft draft(folder_.filePath(QStringLiteral("none/draft.json")));
        QSignalSpy failed(&draft, &TuningDraft::failed);
        draft.job().choose(QStringLiteral("rank"), 3);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("none")));
    }
};

QTEST_MAIN(TuningDraftTest)
#include "tuning_draft_test.moc"
