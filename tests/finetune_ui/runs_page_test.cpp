// The runs: their list, several compared, found, deleted, planned, and taken back.
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>

#include "finetune_ui/cards/settings_table.h"
#include "finetune_ui/run/evaluations_card.h"
#include "finetune_ui/run/run_charts.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/runs/model_evaluation_card.h"
#include "finetune_ui/runs/model_evaluations.h"
#include "finetune_ui/runs/runs_overlay.h"
#include "finetune_ui/runs/take_back_dialog.h"
#include "tests/finetune_ui/runs_fixture.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/toast.h"

using namespace dsm;

class RunsPageTest : public test::RunsFixture {
    Q_OBJECT

  private Q_SLOTS:
    void severalRunsLieOverEachOtherWithTheirDifferences() {
        finished(QStringLiteral("first"), 8);
        finished(QStringLiteral("second"), 64);
        finished(QStringLiteral("third"), 8);
        QCOMPARE(namesShown(), (QStringList{QStringLiteral("third"), QStringLiteral("second"),
                                            QStringLiteral("first")}));
        QVERIFY(!button("compare")->isEnabled());
        page_->rows()[1]->choice()->click();
        QVERIFY(!button("compare")->isEnabled());
        page_->rows()[2]->choice()->click();
        button("compare")->click();
        QVERIFY(page_->overlay()->isVisible());
        const auto& series = page_->overlay()->charts()->loss()->series();
        QCOMPARE(series.size(), std::size_t{2});
        QCOMPARE(series[0].name, QStringLiteral("second"));
        QVERIFY(series[0].color != series[1].color);
        const QList<QStringList> rows = page_->overlay()->differences()->rows();
        QVERIFY(rows.contains(
            QStringList{QStringLiteral("Rank"), QStringLiteral("64"), QStringLiteral("8")}));
        for (const QStringList& row : rows)
            QVERIFY(row[1] != row[2]);
    }

    void anyModelIsEvaluatedWithAnyAdapterOnAnyFile() {
        button("evaluateOthers")->click();
        ModelEvaluationCard* card = page_->evaluations()->card();
        QVERIFY(card->isVisible());
        QCOMPARE(card->subject()->itemText(0), QStringLiteral("Tiny, 32 bits"));
        QCOMPARE(card->adapter()->count(), 2);
        QVERIFY(card->table()->rows().isEmpty());
        // No run has any file yet: one is chosen, and its columns are found out.
        QFile rows(path(QStringLiteral("other.csv")));
        QVERIFY(rows.open(QIODevice::WriteOnly));
        rows.write("question,answer\nWho?,I\nWhy?,So\nHow?,Thus\n");
        rows.close();
        card->useFile(rows.fileName());
        const auto evaluate = [&](qsizetype results) {
            card->button()->click();
            QCOMPARE(card->button()->text(), QStringLiteral("Stop"));
            QTRY_COMPARE_WITH_TIMEOUT(card->table()->rows().size(), results, 30'000);
            QCOMPARE(card->said(), QString());
        };
        evaluate(1);
        card->adapter()->setCurrentIndex(1);
        evaluate(2);
        const QStringList newest = card->table()->rows()[0];
        QCOMPARE(newest.mid(0, 4),
                 (QStringList{QStringLiteral("Tiny, 32 bits"), QStringLiteral("letters"),
                              QStringLiteral("other.csv"), QStringLiteral("3")}));
        QCOMPARE(card->table()->rows()[1][1], QStringLiteral("None"));
        QVERIFY(newest[4] != card->table()->rows()[1][4]);
        // A model that cannot be read is refused with the reason.
        card->subject()->setCurrentIndex(1);
        card->button()->click();
        QTRY_COMPARE_WITH_TIMEOUT(card->button()->text(), QStringLiteral("Evaluate"), 30'000);
        QVERIFY2(card->said().contains(QStringLiteral("tiny_gqa")), qPrintable(card->said()));
        QCOMPARE(card->table()->rows().size(), 2);
        // A page of another start has it, too.
        page_.reset();
        evaluations_ = std::make_unique<EvaluationService>(*lease_, path(QStringLiteral("own")));
        QCOMPARE(evaluations_->ownResults().size(), 2);
    }

    void filesAndResultsOfRunsAreOfferedToEvaluateWith() {
        const qint64 id = realRun();
        QFile rows(path(QStringLiteral("mine.jsonl")));
        QVERIFY(rows.open(QIODevice::WriteOnly));
        rows.write("{\"odd\": \"a\", \"output\": \"b\"}\n");
        rows.close();
        prepared_ = {{QStringLiteral("data"), rows.fileName()},
                     {QStringLiteral("columns"),
                      QJsonObject{{QStringLiteral("instruction"), QStringLiteral("odd")}}},
                     {QStringLiteral("rank"), QStringLiteral("no number")}};
        page_->showEvaluations();
        ModelEvaluationCard* card = page_->evaluations()->card();
        QCOMPARE(card->adapter()->itemText(1), training_->job(id).name);
        QCOMPARE(card->data()->itemText(0), QStringLiteral("mine.jsonl"));
        QCOMPARE(card->data()->itemText(1), QStringLiteral("rows.jsonl"));
        card->adapter()->setCurrentIndex(1);
        card->button()->click();
        // Read by the columns of what is prepared, whatever else is wrong with that.
        QTRY_COMPARE_WITH_TIMEOUT(card->table()->rows().size(), 1, 30'000);
        QCOMPARE(card->table()->rows()[0][1], training_->job(id).name);
        // The run's own list has nothing of it.
        page_->showRun(id);
        QVERIFY(page_->runPage()->evaluations()->table()->rows().isEmpty());
        page_->showList();
    }

    void anEvaluationIsStopped() {
        QFile rows(path(QStringLiteral("long.jsonl")));
        QVERIFY(rows.open(QIODevice::WriteOnly));
        for (int i = 0; i < 4000; ++i)
            rows.write("{\"instruction\": \"a\", \"output\": \"b\"}\n");
        rows.close();
        page_->showEvaluations();
        ModelEvaluationCard* card = page_->evaluations()->card();
        card->useFile(rows.fileName());
        card->button()->click();
        QCOMPARE(card->button()->text(), QStringLiteral("Stop"));
        card->button()->click();
        QTRY_COMPARE_WITH_TIMEOUT(card->button()->text(), QStringLiteral("Evaluate"), 30'000);
        QVERIFY(card->table()->rows().isEmpty());
        QCOMPARE(card->said(), QString());
    }

    void runsAreFoundByAllTheirWords() {
        const qint64 first = finished(QStringLiteral("birds"));
        finished(QStringLiteral("stones"));
        training_->setNotes(first, QStringLiteral("with FEATHERS"));
        page_->searchField()->setText(QStringLiteral("feathers base"));
        QCOMPARE(namesShown(), QStringList{QStringLiteral("birds")});
        page_->searchField()->setText(QStringLiteral("stones.csv"));
        QCOMPARE(namesShown(), QStringList{QStringLiteral("stones")});
        page_->searchField()->setText(QStringLiteral("nothing of this"));
        QVERIFY(namesShown().isEmpty());
    }

    void aDeletedRunComesBackUntilItsTimeHasPassed() {
        const qint64 id = finished(QStringLiteral("facts"));
        page_->askToDelete(id);
        answer(QStringLiteral("Delete"));
        QVERIFY(namesShown().isEmpty());
        QCOMPARE(training_->job(id).id, id);
        page_->toast()->actionButton()->click();
        QCOMPARE(namesShown(), QStringList{QStringLiteral("facts")});
        page_->remove(id, false);
        page_->toast()->dismiss();
        QCOMPARE(training_->job(id).id, 0);
        QVERIFY(namesShown().isEmpty());
    }

    void aModelTrainedElsewhereIsTakenBack() {
        const QString folder = path(QStringLiteral("far"));
        QVERIFY(copyModel(folder));
        page_->askToTakeBack(folder);
        TakeBackDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = page_->findChild<TakeBackDialog*>()) != nullptr);
        QTRY_VERIFY(dialog->said().contains(QStringLiteral("a whole model")));
        QVERIFY(!dialog->base()->isVisible());
        dialog->takeButton()->click();
        QTRY_COMPARE(training_->jobs().size(), 1);
        // The base is not known: what can be evaluated is the model alone.
        QCOMPARE(page_->runPage()->evaluations()->subject()->count(), 1);
        const QSignalSpy wanted(page_.get(), &RunsPage::tryWanted);
        button("try")->click();
        QCOMPARE(wanted[0][1].toString(), folder);
        // Of another architecture it is refused with the reason.
        const QString other = path(QStringLiteral("other"));
        QVERIFY(copyModel(other));
        QFile config(other + QStringLiteral("/config.json"));
        QVERIFY(config.remove());
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("{\"model_type\": \"llama\"}");
        config.close();
        page_->askToTakeBack(other);
        TakeBackDialog* second = nullptr;
        QTRY_VERIFY((second = qobject_cast<TakeBackDialog*>(QApplication::activeModalWidget())) !=
                    nullptr);
        QTRY_VERIFY(second->said().contains(QStringLiteral("config.json")));
        QVERIFY(!second->takeButton()->isEnabled());
        second->reject();
    }

    void aRunThatWasTrainedElsewhereIsTakenBack() {
        const QString folder = path(QStringLiteral("far"));
        QVERIFY(QDir().mkpath(folder));
        for (const char* name : {"/adapter_config.json", "/adapter_model.safetensors"})
            QVERIFY(QFile::copy(
                QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter/saved") + QLatin1String(name),
                folder + QLatin1String(name)));
        QFile state(folder + QStringLiteral("/trainer_state.json"));
        QVERIFY(state.open(QIODevice::WriteOnly));
        state.write(R"({"global_step": 30, "max_steps": 30, "num_train_epochs": 3, "log_history": [
            {"step": 10, "epoch": 1.0, "loss": 2.5, "learning_rate": 0.0002, "grad_norm": 1.5},
            {"step": 20, "epoch": 2.0, "loss": NaN}, {"step": 20, "epoch": 2.0, "eval_loss": 1.75},
            {"step": 30, "train_runtime": 12.5, "train_loss": 2.1}]})");
        state.close();
        QVERIFY(button("takeOneBack")->isVisible());
        page_->askToTakeBack(folder);
        TakeBackDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = page_->findChild<TakeBackDialog*>()) != nullptr);
        QTRY_VERIFY(dialog->said().contains(QStringLiteral("up to step 30")));
        QVERIFY(!dialog->takeButton()->isEnabled());
        // A base that it does not fit is refused with the reason.
        dialog->base()->setCurrentIndex(2);
        QTRY_VERIFY(dialog->said().contains(QStringLiteral("adapter_model.safetensors")));
        QVERIFY(!dialog->takeButton()->isEnabled());
        dialog->base()->setCurrentIndex(1);
        QTRY_VERIFY(dialog->takeButton()->isEnabled());
        dialog->nameField()->setText(QStringLiteral("From the cluster"));
        dialog->takeButton()->click();
        QTRY_COMPARE(training_->jobs().size(), 1);
        const TrainingJob job = training_->jobs()[0];
        QCOMPARE(job.name, QStringLiteral("From the cluster"));
        QCOMPARE(page_->runPage()->run(), job.id);
        QCOMPARE(training_->metric(job.id, QStringLiteral("train/loss")).size(), 1);
        QCOMPARE(training_->metric(job.id, QStringLiteral("eval/loss")).first().value, 1.75);
        QVERIFY(page_->runPage()->settings()->rows().contains(
            QStringList{QStringLiteral("Rank"), QStringLiteral("4")}));
        // What its folder does not tell is no default.
        finished(QStringLiteral("own"), 4);
        page_->compare({job.id, training_->jobs().last().id});
        const QList<QStringList> differences = page_->overlay()->differences()->rows();
        QVERIFY(differences.contains(QStringList{
            QStringLiteral("Examples"), QStringLiteral("not known"), QStringLiteral("own.csv")}));
        page_->showRun(job.id);
        // It can be tried, and nothing of it is offered to be deleted.
        QVERIFY(button("try")->isVisible());
        QVERIFY(!page_->runPage()->log()->isVisible());  // it has none, and none will come
        page_->askToDelete(job.id);
        answer(QStringLiteral("Delete"));
        page_->toast()->dismiss();
        QVERIFY(QFile::exists(folder + QStringLiteral("/adapter_model.safetensors")));
    }

    void aPlannedRunSaysWhenAndStartsNow() {
        const qint64 id = training_->start(QStringLiteral("tonight"), QStringLiteral("{}"),
                                           path(QStringLiteral("tonight")),
                                           QDateTime::currentDateTime().addDays(1));
        QVERIFY(page_->rows()[0]->said().contains(QStringLiteral("Planned")));
        QVERIFY(page_->rows()[0]->said().contains(QStringLiteral("begins on")));
        page_->showRun(id);
        button("startNow")->click();
        waitFor(id, TrainingState::Finished);
        QVERIFY(!button("startNow")->isVisible());
    }

    void whatTheirFileRefusesIsSaid() {
        const qint64 id = finished(QStringLiteral("birds"));
        QSignalSpy failed(page_.get(), &RunsPage::failed);
        QVERIFY(QFile::rename(path(QStringLiteral("training.db")),
                              path(QStringLiteral("elsewhere.db"))));
        training_->setNotes(id, QStringLiteral("good"));
        QVERIFY(failed.last()[0].toString().contains(QStringLiteral("was moved, replaced or")));
    }

    void aRunNamesItsBaseAsTheListOfModelsDoes() {
        const qint64 id = realRun();
        QVERIFY(page_->rows()[0]->said().contains(QStringLiteral("·  Tiny, 32 bits  ·")));
        page_->showRun(id);
        QVERIFY(page_->runPage()->settings()->rows().contains(
            QStringList{QStringLiteral("Base model"), QStringLiteral("Tiny, 32 bits")}));
        page_->showList();
        page_->searchField()->setText(QStringLiteral("32 bits"));
        QCOMPARE(namesShown(), QStringList{QStringLiteral("real")});
        // Of a model that is gone the folder is what is known.
        finished(QStringLiteral("other"));
        page_->searchField()->clear();
        QVERIFY(page_->rows()[0]->said().contains(QStringLiteral("Base 16B")));
    }

    void runsAreFoundByTheirTags() {
        const qint64 id = finished(QStringLiteral("birds"));
        finished(QStringLiteral("stones"));
        page_->showRun(id);
        page_->runPage()->tags()->setText(QStringLiteral("night, long"));
        page_->showList();
        QCOMPARE(training_->job(id).tags,
                 (QStringList{QStringLiteral("night"), QStringLiteral("long")}));
        page_->searchField()->setText(QStringLiteral("long"));
        QCOMPARE(namesShown(), QStringList{QStringLiteral("birds")});
    }
};

QTEST_MAIN(RunsPageTest)
#include "runs_page_test.moc"
