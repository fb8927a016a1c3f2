// The course of a run through the real window: it is begun, watched, paused, and resumed after the
// program was ended and after it was killed; what it has learned is tried and kept.
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProcess>
#include <QPushButton>
#include <QTest>

#include "app/services/training/engine_runner.h"
#include "app/services/training/results/run_files.h"
#include "finetune_ui/data/data_page.h"
#include "finetune_ui/finetune_page.h"
#include "finetune_ui/run/export_card.h"
#include "finetune_ui/run/keep_dialog.h"
#include "finetune_ui/run/run_charts.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/run/run_progress.h"
#include "finetune_ui/runs/run_row.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/start/start_page.h"
#include "tests/ui/window_fixture.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/chart/chart.h"

using namespace dsm;

namespace {

constexpr int kPatienceMs = 120'000;
constexpr int kRows = 12;
constexpr int kEpochs = 30;
constexpr int kSaveSteps = 20;

QString databaseIn(const QString& folder) {
    return folder + QStringLiteral("/training.db");
}

// The program without its window: resumes the run, and says each step until it is killed.
int train(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    EngineLease lease;
    TrainingService service(databaseIn(application.arguments()[2]), lease, trainWithEngine);
    QObject::connect(&service, &TrainingService::stepped, [&service](qint64 id) {
        fprintf(stdout, "%lld\n", static_cast<long long>(service.job(id).step));
        fflush(stdout);
    });
    service.resume(service.jobs().first().id);
    return QCoreApplication::exec();
}

QString writeRows(const QString& folder) {
    QFile file(folder + QStringLiteral("/rows.jsonl"));
    if (!file.open(QIODevice::WriteOnly)) qFatal("the rows cannot be written");
    for (int i = 0; i < kRows; ++i)
        file.write("{\"instruction\": \"" + QByteArray::number(i) + "?\", \"output\": \"yes\"}\n");
    return file.fileName();
}

QByteArray weightsIn(const QString& folder) {
    QFile file(folder + QStringLiteral("/adapter_model.safetensors"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void press(QAbstractButton* button) {
    QVERIFY(button != nullptr);
    QVERIFY2(button->isVisible() && button->isEnabled(), qPrintable(button->objectName()));
    button->click();  // wherever the page is scrolled to
}

}  // namespace

class RunCourseTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> fixture_;

    FinetunePage& page() { return fixture_->finetune(); }
    RunPage* run() { return page().runs()->runPage(); }
    QPushButton* button(const char* name) {
        return run()->findChild<QPushButton*>(QLatin1String(name));
    }
    TrainingJob job() { return fixture_->training().jobs().first(); }
    std::size_t points() { return run()->charts()->loss()->series().at(0).points.size(); }
    QString texts() {
        QString all;
        for (const QLabel* label : run()->progress()->findChildren<QLabel*>())
            all += label->text() + u'\n';
        return all;
    }
    void prepare() {
        JobDraft& draft = fixture_->tuningDraft().job();
        draft.choose(QStringLiteral("epochs"), kEpochs);
        draft.choose(QStringLiteral("batch_size"), 1);
        draft.choose(QStringLiteral("accumulation"), 1);
        draft.choose(QStringLiteral("save_steps"), kSaveSteps);
        draft.choose(QStringLiteral("save_limit"), 3);
        draft.choose(QStringLiteral("rank"), 2);
    }
    void showRun() {
        press(fixture_->window().sidebar()->finetuneButton());
        page().runs()->showList();
        page().showRuns();
        QCOMPARE(page().runs()->rows().size(), std::size_t{1});
        press(page().runs()->rows()[0]->nameButton());
        QCOMPARE(run()->run(), job().id);
    }
    // Resumes it in another program, and kills that in the middle.
    static void resumeAndKill(const QString& folder, qint64 steps) {
        QProcess child;
        child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--train"), folder});
        QVERIFY(child.waitForStarted());
        qint64 step = 0;
        while (step < steps) {
            QVERIFY(child.canReadLine() || child.waitForReadyRead(kPatienceMs));
            while (child.canReadLine())
                step = child.readLine().trimmed().toLongLong();
        }
        child.kill();
        QVERIFY(child.waitForFinished());
        QCOMPARE(child.exitStatus(), QProcess::CrashExit);
    }

  private Q_SLOTS:
    void cleanup() { fixture_.reset(); }

    void aRunGoesItsWholeCourse() {
        fixture_ = std::make_unique<WindowFixture>();
        QTRY_VERIFY(!fixture_->library().isReading());
        press(fixture_->window().sidebar()->finetuneButton());
        prepare();
        page().data()->addFiles({writeRows(fixture_->folder())});
        page().showStep(3);
        QTRY_COMPARE_WITH_TIMEOUT(page().nextButton()->text(), QStringLiteral("Start"),
                                  kPatienceMs);
        press(page().nextButton());
        // It is watched.
        QCOMPARE(run()->run(), job().id);
        QTRY_VERIFY_WITH_TIMEOUT(points() > 5, kPatienceMs);
        QVERIFY(!button("try")->isVisible());
        QVERIFY(texts().contains(QStringLiteral("You can quit the program")));
        press(button("pause"));
        QTRY_COMPARE_WITH_TIMEOUT(job().state, TrainingState::Paused, kPatienceMs);
        const qint64 paused = job().step;
        QVERIFY(paused < kRows * kEpochs / 2);
        QCOMPARE(filesOfRun(job().folder).lastStep, paused);
        QTRY_VERIFY(texts().contains(QStringLiteral("Everything is saved")));
        QTRY_COMPARE(points(), static_cast<std::size_t>(paused));
        // The program ends, and the run goes on in one that is killed, midway between two saves.
        const qint64 killed = (paused / kSaveSteps + 2) * kSaveSteps + kSaveSteps / 2;
        fixture_->restartAfter(
            [killed](const QString& chats) { resumeAndKill(QFileInfo(chats).path(), killed); });
        showRun();
        QCOMPARE(job().state, TrainingState::Paused);
        QVERIFY(job().step >= killed);
        const qint64 saved = filesOfRun(job().folder).lastStep;
        QVERIFY(saved < job().step);
        QVERIFY(!texts().contains(QStringLiteral("Everything is saved")));
        QVERIFY2(texts().contains(QStringLiteral("up to step %1 is saved").arg(saved)),
                 qPrintable(texts()));
        // The charts have what was done meanwhile.
        QCOMPARE(points(), static_cast<std::size_t>(job().step));
        press(button("resume"));
        QTRY_COMPARE_WITH_TIMEOUT(job().state, TrainingState::Finished, kPatienceMs);
        QTRY_COMPARE(points(), static_cast<std::size_t>(kRows * kEpochs));
        // What it has learned is tried and kept.
        QTRY_VERIFY(button("try")->isVisible());
        QVERIFY(button("try")->menu() != nullptr);
        button("try")->menu()->actions().first()->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(fixture_->adapters().current(), job().folder, kPatienceMs);
        QVERIFY(fixture_->host().modelName().endsWith(QStringLiteral(" + ") +
                                                      QDir(job().folder).dirName()));
        showRun();
        press(button("keep"));
        KeepDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = run()->exportCard()->findChild<KeepDialog*>()) != nullptr);
        dialog->nameField()->setText(QStringLiteral("Says yes"));
        dialog->keepButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            run()->exportCard()->said().contains(QStringLiteral("kept as “Says-yes”")),
            kPatienceMs);
        QStringList names;
        for (const AdapterInfo& one : fixture_->adapters().adapters())
            names.append(one.name);
        QVERIFY(names.contains(QStringLiteral("Says-yes")));
        // Neither the pause nor the kill has changed a bit of what it learned.
        const QString whole = fixture_->folder() + QStringLiteral("/whole");
        const qint64 id =
            fixture_->training().start(QStringLiteral("whole"), job().settingsJson, whole);
        QTRY_COMPARE_WITH_TIMEOUT(fixture_->training().job(id).state, TrainingState::Finished,
                                  kPatienceMs);
        QVERIFY(!weightsIn(whole).isEmpty());
        QVERIFY(weightsIn(whole) == weightsIn(job().folder));
    }
};

int main(int argc, char** argv) {
    if (argc == 3 && qstrcmp(argv[1], "--train") == 0) return train(argc, argv);
    QApplication application(argc, argv);
    RunCourseTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "run_course_test.moc"
