// One run: while it learns, what it shows, and what is done with its result.
#include <QAction>
#include <QComboBox>
#include <QDateTime>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QSignalSpy>
#include <QTextEdit>

#include "finetune_ui/cards/settings_table.h"
#include "finetune_ui/run/evaluations_card.h"
#include "finetune_ui/run/export_card.h"
#include "finetune_ui/run/first_batch_card.h"
#include "finetune_ui/run/keep_dialog.h"
#include "finetune_ui/run/run_answers.h"
#include "finetune_ui/run/run_charts.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/run/run_progress.h"
#include "finetune_ui/run/run_rows_card.h"
#include "finetune_ui/words/run_words.h"
#include "tests/finetune_ui/runs_fixture.h"
#include "tests/support/marked_reasons.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/chart/chart.h"

using namespace dsm;

class RunPageTest : public test::RunsFixture {
    Q_OBJECT

  private Q_SLOTS:
    void aRunIsWatchedPausedAndResumed() {
        runner_->limit = 7;
        const qint64 id = start(QStringLiteral("facts"));
        page_->showRun(id);
        QTRY_COMPARE(training_->job(id).step, 7);
        RunPage* run = page_->runPage();
        QTRY_COMPARE(run->charts()->loss()->series()[0].points.size(), std::size_t{7});
        QVERIFY(!run->progress()->figure(QStringLiteral("Time left")).isEmpty());
        QVERIFY(!button("try")->isVisible());
        button("pause")->click();
        QVERIFY(!button("pause")->isEnabled());
        waitFor(id, TrainingState::Paused);
        QVERIFY(!button("pause")->isVisible());
        // What is left is known without a step after the pause.
        QVERIFY(!run->progress()->figure(QStringLiteral("Time left")).isEmpty());
        runner_->limit = 1000;
        button("resume")->click();
        waitFor(id, TrainingState::Finished);
        QTRY_COMPARE(run->charts()->loss()->series()[0].points.size(), std::size_t{20});
        QVERIFY(!button("resume")->isVisible());
        QTRY_VERIFY(run->log()->toPlainText().contains(QStringLiteral("begins after step 7")));
    }

    void aRunIsStoppedWithItsResultOrWithoutSaving() {
        runner_->limit = 4;
        const qint64 id = start(QStringLiteral("facts"));
        page_->showRun(id);
        QTRY_COMPARE(training_->job(id).step, 4);
        QTRY_VERIFY(button("finish")->isEnabled());
        // No checkpoint of the program's own is there: what would be lost is said.
        button("stop")->click();
        answer(QStringLiteral("Let it run"));
        QCOMPARE(training_->job(id).state, TrainingState::Running);
        QVERIFY(button("stop")->isEnabled());
        button("stop")->click();
        answer(QStringLiteral("Stop"));
        waitFor(id, TrainingState::Paused);
        for (const char* name : {"stop", "finish", "pause"})
            QVERIFY(!button(name)->isVisible());
        button("resume")->click();
        QTRY_VERIFY(button("finish")->isEnabled());
        button("finish")->click();
        waitFor(id, TrainingState::Finished);
        QCOMPARE(training_->job(id).step, 4);
        QVERIFY(!button("resume")->isVisible());
        // It shows what it did of what was planned, there and in the list.
        const auto shows = [](const QWidget* of) {
            const auto* meter = of->findChild<QProgressBar*>();
            return meter->isVisibleTo(of) && meter->value() * 20 == meter->maximum() * 4;
        };
        QVERIFY(shows(page_->runPage()->progress()));
        page_->showList();
        QVERIFY(shows(page_->rows().front()));
        QVERIFY(page_->rows().front()->said().contains(QStringLiteral("Ended early")));
        QVERIFY(page_->rows().front()->said().contains(QStringLiteral("Step 4 of 20")));
    }

    void aRunSaysWhatItReadsBeforeItsFirstStep() {
        runner_->reads = true;
        const qint64 id = start(QStringLiteral("facts"));
        page_->showRun(id);
        const auto says = [this](const QString& text) {
            for (const QLabel* label : page_->runPage()->progress()->findChildren<QLabel*>()) {
                if (label->text() == text) return true;
            }
            return false;
        };
        QTRY_VERIFY(says(QStringLiteral("The model is read: 40 %")));
        runner_->reads = false;
        waitFor(id, TrainingState::Finished);
        QTRY_VERIFY(says(QStringLiteral("Step 20 of 20")));
    }

    void aRunSaysThatAReplyGoesFirst() {
        runner_->stepUs = 3000;
        const qint64 id = start(QStringLiteral("facts"));
        page_->showRun(id);
        QObject::connect(lease_.get(), &EngineLease::lent, page_.get(),
                         [this] { QVERIFY(lease_->take(EngineLease::Holder::Chat)); });
        QTRY_VERIFY(training_->job(id).step >= 1);
        QVERIFY(lease_->ask());
        const auto says = [this] {
            for (const QLabel* label : page_->runPage()->progress()->findChildren<QLabel*>()) {
                if (label->text().contains(QStringLiteral("reply go first"))) return true;
            }
            return false;
        };
        QTRY_VERIFY(says());
        lease_->giveBack(EngineLease::Holder::Chat);
        QTRY_VERIFY(!says());
        waitFor(id, TrainingState::Finished);
    }

    void aFailedRunSaysWhatToDo() {
        runner_->failAt = 5;
        const qint64 id = start(QStringLiteral("spoiled"));
        page_->showRun(id);
        waitFor(id, TrainingState::Failed);
        RunPage* run = page_->runPage();
        QVERIFY(run->banner()->isVisible());
        QVERIFY(run->banner()->text().startsWith(QStringLiteral("The loss is NaN.")));
        QVERIFY(run->banner()->text().contains(QStringLiteral("resumed")));
        QSignalSpy clone(page_.get(), &RunsPage::cloneWanted);
        button("clone")->click();
        QCOMPARE(clone.count(), 1);
        QCOMPARE(clone[0][0].toString(), training_->job(id).settingsJson);
        runner_->failAt = -1;
        button("resume")->click();
        waitFor(id, TrainingState::Finished);
        QVERIFY(!run->banner()->isVisible());
    }

    // Of a window of 640 pixels the sidebar leaves 420, and the page its margins and its bar.
    void aRunWithAllItsResultsNeedsLittleWidth() {
        constexpr int kLeft = 384;
        const qint64 id = realRun();
        const QString folder = training_->job(id).folder;
        const auto write = [&](const char* name, const QByteArray& bytes) {
            QFile file(folder + u'/' + QLatin1String(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(bytes);
        };
        write(
            "evaluations.jsonl",
            R"({"made": "2026-11-28T10:00:00Z", "subject": "result", "files": ["questions.csv"], )"
            R"("part": true, "rows": 22000, "tokens": 240, "loss": 0.001543, "perplexity": 24.82, )"
            R"("answers": 22000, "exact": 22000})"
            "\n");
        write("first_batch.json",
              R"({"batches": [[{"tokens": 30, "trained": 1, "parts": [{"text": "read"}]}]],)"
              R"( "samples": 1, "left_out": 0})");
        page_->showRun(id);
        RunPage* run = page_->runPage();
        QTRY_VERIFY(!run->findChildren<SettingsTable*>().isEmpty());
        QStringList wide;
        for (const QWidget* part : run->findChildren<QWidget*>()) {
            const int least = std::max(part->minimumWidth(), part->minimumSizeHint().width());
            if (part->isVisible() && part->parentWidget()->layout() != nullptr && least > kLeft)
                wide.append(
                    QStringLiteral("%1 %2: %3")
                        .arg(QLatin1String(part->metaObject()->className()), part->objectName())
                        .arg(least));
        }
        QVERIFY2(wide.isEmpty(), qPrintable(wide.join(u'\n')));
        QVERIFY(run->minimumSizeHint().width() <= kLeft);
    }

    void oneButtonIsFilledAtMost() {
        runner_->failAt = 12;  // with a checkpoint, which can be tried
        const qint64 id = start(QStringLiteral("spoiled"));
        const QString checkpoint = training_->job(id).folder + QStringLiteral("/checkpoint-5");
        QVERIFY(QDir().mkpath(checkpoint));
        QFile config(checkpoint + QStringLiteral("/adapter_config.json"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.close();
        waitFor(id, TrainingState::Failed);
        page_->showRun(id);
        QVERIFY(button("try")->isVisible());
        QCOMPARE(filledButtons(), QStringList{QStringLiteral("resume")});
        runner_->failAt = -1;
        runner_->limit = 4;
        const qint64 first = start(QStringLiteral("first"));
        QTRY_COMPARE(training_->job(first).step, 4);
        const qint64 planned = start(QStringLiteral("planned"));
        training_->setStart(planned, QDateTime::currentDateTime().addDays(1));
        page_->showRun(planned);
        QCOMPARE(filledButtons(), QStringList{QStringLiteral("startNow")});
        page_->showRun(first);
        QCOMPARE(filledButtons(), QStringList{QStringLiteral("pause")});
    }

    void whatWasTypedToKeepAResultStaysWhereItFails() {
        page_->showRun(realRun());
        ExportCard* card = page_->runPage()->exportCard();
        QTRY_VERIFY(card->said().startsWith(QStringLiteral("Takes ")));
        // There is no folder of adapters, and none can be made.
        QFile inTheWay(path(QStringLiteral("adapters")));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        inTheWay.close();
        const auto opened = [&]() -> KeepDialog* {
            button("keep")->click();
            for (KeepDialog* dialog : card->findChildren<KeepDialog*>()) {
                if (dialog->isVisible()) return dialog;
            }
            return nullptr;
        };
        KeepDialog* dialog = opened();
        QVERIFY(dialog != nullptr);
        dialog->nameField()->setText(QStringLiteral("Letters"));
        dialog->noteField()->setPlainText(QStringLiteral("for letters"));
        dialog->keepButton()->click();
        QTRY_VERIFY(button("keep")->isEnabled());
        QVERIFY2(!card->said().contains(QStringLiteral("kept as")), qPrintable(card->said()));
        dialog = opened();
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->nameField()->text(), QStringLiteral("Letters"));
        QCOMPARE(dialog->noteField()->toPlainText(), QStringLiteral("for letters"));
        QVERIFY(inTheWay.remove());
        dialog->keepButton()->click();
        QTRY_VERIFY(card->said().contains(QStringLiteral("Letters")));
        QVERIFY(QFile::exists(path(QStringLiteral("adapters/Letters/note.txt"))));
        dialog = opened();
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->noteField()->toPlainText(), QString());
    }

    void theLogIsInTheLanguageOfTheWindow() {
        page_->showRun(finished(QStringLiteral("facts")));
        const QPlainTextEdit* log = page_->runPage()->log();
        QTRY_VERIFY(log->toPlainText().startsWith(QStringLiteral("The CPU trains instead.\n")));
        test::MarkedReasons other;
        QVERIFY(QCoreApplication::installTranslator(&other));
        QTRY_VERIFY(log->toPlainText().startsWith(QStringLiteral("<The CPU trains instead.>\n")));
        // A line of an earlier version of the program stays as it was written.
        QVERIFY(log->toPlainText().contains(QStringLiteral("begins after step 0")));
        QCoreApplication::removeTranslator(&other);
        QTRY_VERIFY(log->toPlainText().startsWith(QStringLiteral("The CPU trains instead.\n")));
    }

    void theSettingsAreThoseOfTheRun() {
        page_->showRun(finished(QStringLiteral("facts"), 24));
        const QList<QStringList> rows = page_->runPage()->settings()->rows();
        QVERIFY(rows.contains(QStringList{QStringLiteral("Rank"), QStringLiteral("24")}));
        const bool hasBase = std::any_of(rows.begin(), rows.end(), [](const QStringList& row) {
            return row[1] == QStringLiteral("Base 16B");
        });
        QVERIFY(hasBase);
    }

    void theChartsFollowTheirControls() {
        page_->showRun(finished(QStringLiteral("facts")));
        RunCharts* charts = page_->runPage()->charts();
        charts->axis()->setCurrentIndex(static_cast<int>(RunAxis::Time));
        QCOMPARE(charts->loss()->series()[0].points.size(), std::size_t{20});
        QVERIFY(charts->loss()->series()[0].points.back().x() < 20);
        charts->axis()->setCurrentIndex(static_cast<int>(RunAxis::Step));
        QCOMPARE(charts->loss()->series()[0].points.back().x(), 20.0);
        charts->loss()->setZoom(ChartRange{2, 5});
        QCOMPARE(charts->small()[0]->zoom(), charts->loss()->zoom());
    }

    void notesAreKeptWhenThePageIsLeft() {
        const qint64 id = finished(QStringLiteral("facts"));
        page_->showRun(id);
        page_->runPage()->notes()->setPlainText(QStringLiteral("good"));
        page_->showList();
        QCOMPARE(training_->job(id).notes, QStringLiteral("good"));
    }

    void everyCheckpointCanBeTried() {
        const qint64 id = finished(QStringLiteral("facts"));
        for (const char* name : {"", "/checkpoint-10"}) {
            const QString folder = path(QStringLiteral("facts")) + QLatin1String(name);
            QDir().mkpath(folder);
            QFile file(folder + QStringLiteral("/adapter_config.json"));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        page_->showRun(id);
        const QSignalSpy wanted(page_.get(), &RunsPage::tryWanted);
        QMenu* menu = button("try")->menu();
        QVERIFY(menu != nullptr);
        QCOMPARE(menu->actions().size(), 2);
        menu->actions()[1]->trigger();
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted[0][0].toString(),
                 path(QStringLiteral("facts")) + QStringLiteral("/checkpoint-10"));
        QCOMPARE(wanted[0][1].toString(), QStringLiteral("/models/Base 16B"));
    }

    void theHardestRowsAndTheFirstBatchAreShown() {
        runner_->limit = 3;
        const qint64 id = start(QStringLiteral("facts"));
        page_->showRun(id);
        QTRY_COMPARE(training_->job(id).step, 3);
        RunPage* run = page_->runPage();
        QVERIFY(!run->rows()->isVisible());
        const auto write = [&](const QString& name, const QByteArray& bytes) {
            QFile file(path(QStringLiteral("facts/")) + name);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(bytes);
        };
        write(QStringLiteral("first_batch.json"),
              R"({"batches": [[{"tokens": 3, "trained": 1, "parts": [{"text": "read"},
                  {"text": "<learned>", "trained": true}]}, {"tokens": 2, "trained": 1},
                  {"tokens": 2, "trained": 1}]], "samples": 3, "left_out": 0})");
        write(QStringLiteral("evaluation_rows.json"),
              R"({"step": 4, "rows": 2, "best": [], "worst": [{"file": "a.csv", "unit": "line",
                  "number": 7, "loss": 3.5, "trained_tokens": 2, "turns": [
                  {"speaker": "user", "parts": [{"text": "Where?"}]}]}]})");
        runner_->evaluateEvery = 2;
        runner_->limit = 1000;
        QTRY_VERIFY(run->rows()->isVisible());
        const auto texts = [](QWidget* card) {
            QString all;
            for (const QLabel* label : card->findChildren<QLabel*>())
                all += label->text() + u'\n';
            for (const QTextEdit* text : card->findChildren<QTextEdit*>())
                all += text->toPlainText() + u'\n';
            return all;
        };
        QVERIFY(texts(run->rows()).contains(QStringLiteral("Where?")));
        QVERIFY(texts(run->rows())
                    .contains(QStringLiteral("Loss 3.5 · line 7 of a.csv · of 2 token(s)")));
        QVERIFY(run->firstBatch()->isVisible());
        QVERIFY(texts(run->firstBatch()).contains(QStringLiteral("<learned>")));
        QVERIFY(!texts(run->firstBatch()).contains(QStringLiteral("Example 3")));
        run->firstBatch()->allButton()->click();
        QVERIFY(texts(run->firstBatch()).contains(QStringLiteral("Example 3")));
        // Another run has its own, or none.
        page_->showRun(finished(QStringLiteral("other")));
        QVERIFY(!run->rows()->isVisible());
        QVERIFY(!run->firstBatch()->isVisible());
    }

    void aResultIsEvaluatedOnAFile() {
        const qint64 id = realRun();
        page_->showRun(id);
        EvaluationsCard* card = page_->runPage()->evaluations();
        QCOMPARE(card->subject()->itemText(0), QStringLiteral("The result"));
        QCOMPARE(card->subject()->itemText(1), QStringLiteral("The base model alone"));
        QVERIFY(card->table()->rows().isEmpty());
        card->button()->click();
        QCOMPARE(card->button()->text(), QStringLiteral("Stop"));
        QTRY_COMPARE_WITH_TIMEOUT(card->table()->rows().size(), 1, 30'000);
        QCOMPARE(card->button()->text(), QStringLiteral("Evaluate"));
        const QStringList row = card->table()->rows()[0];
        QCOMPARE(row[0], QStringLiteral("The result"));
        QCOMPARE(row[1], QStringLiteral("rows.jsonl"));
        QCOMPARE(row[2], QStringLiteral("2"));
        QVERIFY(row[5].startsWith(QStringLiteral("0 of 2")));
        QVERIFY2(!row[4].contains(u'E'), qPrintable(row[4]));  // of thousands, as people write it
        QCOMPARE(presentPerplexity(12'431.7), QStringLiteral("12,432"));
        QCOMPARE(presentPerplexity(2.0312), QStringLiteral("2.031"));
        // Another file, that does not exist: said, and nothing is listed.
        card->useFile(path(QStringLiteral("missing.csv")));
        card->button()->click();
        QTRY_VERIFY_WITH_TIMEOUT(card->said().contains(QStringLiteral("missing.csv")), 30'000);
        QCOMPARE(card->table()->rows().size(), 1);
        // Kept beside the run, in no language.
        QFile kept(path(QStringLiteral("real/evaluations.jsonl")));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QVERIFY(kept.readAll().contains("\"subject\":\"result\""));
        page_->showList();
        page_->showRun(id);
        QCOMPARE(card->table()->rows().size(), 1);
        // What cannot be kept is shown all the same.
        QVERIFY(kept.remove());
        QVERIFY(QDir().mkpath(kept.fileName()));
        card->button()->click();
        QTRY_VERIFY_WITH_TIMEOUT(card->said().contains(QStringLiteral("cannot be kept")), 30'000);
        QCOMPARE(card->table()->rows().size(), 1);
    }

    void aNoteThatCannotBeKeptStaysWithItsRun() {
        const qint64 id = finished(QStringLiteral("facts"));
        const qint64 other = finished(QStringLiteral("other"));
        page_->showRun(id);
        RunPage* run = page_->runPage();
        const QString file = path(QStringLiteral("training.db"));
        QVERIFY(QFile::rename(file, file + QStringLiteral(".away")));
        run->notes()->setPlainText(QStringLiteral("for letters"));
        run->tags()->setText(QStringLiteral("good, small"));
        page_->showRun(other);
        QCOMPARE(run->notes()->toPlainText(), QString());
        QVERIFY(training_->job(id).notes.isEmpty());
        page_->showRun(id);
        QCOMPARE(run->notes()->toPlainText(), QStringLiteral("for letters"));
        QCOMPARE(run->tags()->text(), QStringLiteral("good, small"));
        // As soon as there is room it is written.
        QVERIFY(QFile::rename(file + QStringLiteral(".away"), file));
        page_->showRun(other);
        QCOMPARE(training_->job(id).notes, QStringLiteral("for letters"));
        QCOMPARE(training_->job(id).tags, QStringList({"good", "small"}));
    }

    void aResultIsKeptAndExported() {
        const qint64 id = realRun();
        page_->showRun(id);
        ExportCard* card = page_->runPage()->exportCard();
        QTRY_VERIFY(card->said().startsWith(QStringLiteral("Takes ")));
        button("keep")->click();
        KeepDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = card->findChild<KeepDialog*>()) != nullptr);
        // A name that is free is offered.
        QVERIFY(dialog->keepButton()->isEnabled());
        dialog->nameField()->setText(QString());
        QVERIFY(!dialog->keepButton()->isEnabled());
        dialog->nameField()->setText(QStringLiteral("Letters / good"));
        dialog->noteField()->setPlainText(QStringLiteral("for letters"));
        dialog->keepButton()->click();
        const QString kept = path(QStringLiteral("adapters/Letters-good"));
        QTRY_VERIFY(card->said().contains(QStringLiteral("Letters-good")));
        QVERIFY(QFile::exists(kept + QStringLiteral("/adapter_model.safetensors")));
        QVERIFY(QFile::exists(kept + QStringLiteral("/note.txt")));
        card->exportBelow(path(QStringLiteral("elsewhere")));
        card->form()->setCurrentIndex(1);
        QTRY_VERIFY(button("exportRun")->isEnabled());
        button("exportRun")->setFocus();
        button("exportRun")->click();
        QTRY_VERIFY_WITH_TIMEOUT(card->said().contains(QStringLiteral("Exported to")), 30'000);
        // While the disk is looked at anew the keyboard stays here.
        QVERIFY(page_->focusWidget() == button("keep") ||
                page_->focusWidget() == button("exportRun"));
        QVERIFY(QFile::exists(path(QStringLiteral("elsewhere/real/config.json"))));
        // The next one gets another name.
        QTRY_VERIFY(button("exportRun")->isEnabled());
        button("exportRun")->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            QFile::exists(path(QStringLiteral("elsewhere/real-2/config.json"))), 30'000);
    }

    void aModelTrainedInFullIsTriedEvaluatedKeptAndExported() {
        const QString folder = path(QStringLiteral("whole"));
        for (const QString& place : {folder, folder + QStringLiteral("/checkpoint-9")})
            QVERIFY(copyModel(place));
        page_->showRun(finished(QStringLiteral("whole")));
        RunPage* run = page_->runPage();
        const QSignalSpy wanted(page_.get(), &RunsPage::tryWanted);
        QCOMPARE(button("try")->menu()->actions().size(), 2);
        button("try")->menu()->actions()[1]->trigger();
        QCOMPARE(wanted[0][0].toString(), QString());
        QCOMPARE(wanted[0][1].toString(), folder + QStringLiteral("/checkpoint-9"));
        QFile rows(path(QStringLiteral("rows.jsonl")));
        QVERIFY(rows.open(QIODevice::WriteOnly));
        rows.write("{\"instruction\": \"a\", \"output\": \"b\"}\n");
        rows.close();
        EvaluationsCard* evaluations = run->evaluations();
        QCOMPARE(evaluations->subject()->count(), 3);
        evaluations->useFile(rows.fileName());
        evaluations->button()->click();
        QTRY_COMPARE_WITH_TIMEOUT(evaluations->table()->rows().size(), 1, 30'000);
        QVERIFY(evaluations->said().isEmpty());
        ExportCard* card = run->exportCard();
        QCOMPARE(card->form()->itemText(0), QStringLiteral("The model in 16 bits"));
        QTRY_VERIFY(card->said().startsWith(QStringLiteral("Takes ")));
        button("keep")->click();
        KeepDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = card->findChild<KeepDialog*>()) != nullptr);
        QVERIFY(!dialog->noteField()->isVisible());
        dialog->nameField()->setText(QStringLiteral("Mine"));
        dialog->keepButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(card->said().contains(QStringLiteral("among your models")),
                                 30'000);
        QVERIFY(QFile::exists(path(QStringLiteral("models/Mine/config.json"))));
        card->exportBelow(path(QStringLiteral("elsewhere")));
        card->form()->setCurrentIndex(1);
        QTRY_VERIFY(button("exportRun")->isEnabled());
        button("exportRun")->click();
        QTRY_VERIFY_WITH_TIMEOUT(card->said().contains(QStringLiteral("Exported to")), 30'000);
        QVERIFY(!QDir(path(QStringLiteral("elsewhere")))
                     .entryList({QStringLiteral("whole-q*")}, QDir::Dirs)
                     .isEmpty());
    }

    void whatHasNoResultIsNotExported() {
        page_->showRun(finished(QStringLiteral("facts")));
        QVERIFY(!page_->runPage()->exportCard()->isVisible());
        QCOMPARE(page_->runPage()->evaluations()->subject()->count(), 1);
    }

    void whatAnAnswerHasAnewIsMarked() {
        QCOMPARE(RunAnswers::marked(QStringLiteral("It is a <red> door"),
                                    QStringLiteral("It is a door")),
                 QStringLiteral("It is a <b>&lt;red&gt;</b> door"));
        QCOMPARE(RunAnswers::marked(QStringLiteral("same"), QStringLiteral("same")),
                 QStringLiteral("same"));
    }

    // A run of many checkpoints soon says the same again and again.
    void equalAnswersStandInOneLine() {
        RunAnswers card(theme_);
        const QString prompt = QStringLiteral("Who?");
        QList<PromptAnswer> answers;
        for (const int step : {0, 7, 14, 21, 28})
            answers.append({step,
                            prompt,
                            step < 14 ? QStringLiteral("Nobody.") : QStringLiteral("Ilsa."),
                            {}});
        card.setAnswers(answers);
        QStringList texts;
        for (const QLabel* label : card.findChildren<QLabel*>())
            texts.append(label->text());
        QCOMPARE(texts.filter(QStringLiteral("Nobody.")).size(), 1);
        QCOMPARE(texts.filter(QStringLiteral("Ilsa.")).size(), 1);
        QVERIFY2(texts.contains(QStringLiteral("Up to step 7")), qPrintable(texts.join(u'|')));
        QVERIFY2(texts.contains(QStringLiteral("Steps 14 to 28")), qPrintable(texts.join(u'|')));
    }
};

QTEST_MAIN(RunPageTest)
#include "run_page_test.moc"
