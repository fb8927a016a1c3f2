// The pages of fine-tuning, driven through the real window.
#include <sys/stat.h>

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <atomic>

#include "app/services/training/job/job_keys.h"
#include "finetune_ui/cards/memory_card.h"
#include "finetune_ui/data/data_page.h"
#include "finetune_ui/job/job_section.h"
#include "finetune_ui/job/tuning_presets.h"
#include "finetune_ui/method/method_page.h"
#include "finetune_ui/run/run_charts.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/run/run_progress.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/start/check_page.h"
#include "finetune_ui/start/start_page.h"
#include "finetune_ui/step_bar.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/compare_dialog.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/choice_card.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/parts_bar.h"
#include "ui/widgets/toast.h"

using namespace dsm;

namespace {

// Rows of questions and answers.
QString writeCsv(const QString& folder, int rows) {
    const QString path = folder + QStringLiteral("/answers.csv");
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) qFatal("the examples cannot be written");
    file.write("instruction,output\n");
    for (int i = 0; i < rows; ++i) {
        file.write(QStringLiteral("What is %1 and %1?,It is %2.\n").arg(i).arg(2 * i).toUtf8());
    }
    return path;
}

void typeInto(QLineEdit* field, const QString& text) {
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, text);
    QTest::keyClick(field, Qt::Key_Tab);
}

void press(QAbstractButton* button) {
    QVERIFY2(button->isVisible() && button->isEnabled(), qPrintable(button->objectName()));
    QTest::mouseClick(button, Qt::LeftButton);
}

}  // namespace

class FinetunePageTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> fixture_;

    FinetunePage& page() { return fixture_->finetune(); }
    void open() {
        fixture_ = std::make_unique<WindowFixture>();
        QTRY_VERIFY(!fixture_->library().isReading());
        press(fixture_->window().sidebar()->finetuneButton());
        QVERIFY(page().isVisible());
    }
    void setNumber(const QString& key, const QString& text) {
        for (NumberField* field : page().findChildren<NumberField*>(key)) {
            if (field->isVisible()) return typeInto(field, text);
        }
        QFAIL(qPrintable(key + QStringLiteral(" is not shown")));
    }

    // In front of the chat both answer a fixed prompt of the run, and what is typed.
    void compareWithTheBase() {
        const auto* both = fixture_->window().findChild<CompareDialog*>();
        QVERIFY(both != nullptr && both->isVisible() && both->isDone());
        QCOMPARE(both->prompts()->count(), 2);
        QTRY_VERIFY(both->prompts()->isEnabled());
        both->prompts()->setCurrentIndex(1);
        Q_EMIT both->prompts()->activated(1);
        QVERIFY(!both->isDone());
        QCOMPARE(both->field()->text(), QStringLiteral("How much is 1 + 1?"));
        QTRY_VERIFY_WITH_TIMEOUT(both->isDone(), 60000);
        QVERIFY2(!both->note()->isVisible(), qPrintable(both->note()->text()));
        QVERIFY(!both->base()->source().isEmpty());
        both->field()->setText(QStringLiteral("How much is 2 + 2?"));
        both->askButton()->click();
        QVERIFY(both->base()->source().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(both->isDone(), 60000);
        QVERIFY(!both->base()->source().isEmpty());
    }

  private Q_SLOTS:
    void cleanup() { fixture_.reset(); }

    void aFileOfExamplesBecomesAnAdapterOfTheChat() {
        open();
        const QString csv = writeCsv(fixture_->folder(), 24);
        page().data()->addFiles({csv});
        press(page().nextButton());
        QCOMPARE(page().step(), 1);
        QVERIFY(page().method()->models()->count() > 0);
        press(page().method()->presetCard(QStringLiteral("style")));
        setNumber(QStringLiteral("epochs"), QStringLiteral("1"));
        press(page().nextButton());
        press(page().check()->wayCard(CheckPage::Way::Share));
        fixture_->tuningDraft().job().choose(QStringLiteral("sample_prompts"),
                                             QJsonArray{QStringLiteral("How much is 1 + 1?")});
        fixture_->tuningDraft().job().choose(QStringLiteral("sample_tokens"), 4);
        press(page().nextButton());
        QCOMPARE(page().step(), 3);
        typeInto(page().startPage()->nameField(), QStringLiteral("Small sums"));
        // All that will happen is known before it does.
        QTRY_VERIFY_WITH_TIMEOUT(
            page().startPage()->numbers() && page().startPage()->numbers()->secondsPerStep > 0,
            60000);
        const RunNumbers numbers = *page().startPage()->numbers();
        QCOMPARE(numbers.rows, 24);
        QCOMPARE(numbers.examples + numbers.evaluationExamples, 24);
        QVERIFY(numbers.evaluationExamples > 0);
        QVERIFY(numbers.steps > 0 && numbers.memory.totalBytes > 0 && numbers.diskBytes > 0);
        QTRY_COMPARE(page().nextButton()->text(), QStringLiteral("Start"));
        press(page().nextButton());
        QCOMPARE(fixture_->training().jobs().size(), 1);
        const auto job = [this] { return fixture_->training().jobs().first(); };
        QCOMPARE(job().name, QStringLiteral("Small sums"));
        QTRY_VERIFY_WITH_TIMEOUT(
            job().state == TrainingState::Finished || job().state == TrainingState::Failed, 60000);
        QCOMPARE(job().error.text, QString());
        QCOMPARE(job().totalSteps, numbers.steps);
        QCOMPARE(QDir(job().folder).dirName(), QStringLiteral("Small-sums"));
        QCOMPARE(fixture_->adapters().adapters().size(), 1);
        // What it was made of is kept as a job that the other program reads.
        QCOMPARE(problemOfJob(job().settingsJson, fixture_->folder()).text, QString());
        // Its page was opened by the start, and shows all that was measured.
        RunPage* run = page().runs()->runPage();
        QCOMPARE(run->run(), job().id);
        const auto series = [run] { return run->charts()->loss()->series(); };
        QTRY_COMPARE(static_cast<qint64>(series()[0].points.size()), job().totalSteps);
        QCOMPARE(series().size(), std::size_t{2});  // the evaluation, too
        QVERIFY(!run->progress()->figure(QStringLiteral("Tokens seen")).isEmpty());
        auto* tryIt = run->findChild<QPushButton*>(QStringLiteral("try"));
        QTRY_VERIFY(tryIt->isVisible());
        if (tryIt->menu() != nullptr) {
            tryIt->menu()->actions().first()->trigger();
        } else {
            tryIt->click();
        }
        QVERIFY(fixture_->window().page()->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(QDir(fixture_->adapters().current()), QDir(job().folder), 60000);
        compareWithTheBase();
    }

    void eachStepSaysWhatItStillNeeds() {
        open();
        const auto* wanted = page().findChild<QLabel*>(QStringLiteral("wanted"));
        QVERIFY(wanted->isVisible());
        QCOMPARE(wanted->text(), QStringLiteral("Add a file of examples."));
        page().data()->addFiles({writeCsv(fixture_->folder(), 24)});
        QTRY_VERIFY(!wanted->isVisible());
    }

    void modelsAreNamedInTheLanguageThatIsChosenLater() {
        open();
        const QComboBox* models = page().method()->models();
        QCOMPARE(models->currentText(), QStringLiteral("Demo model"));
        fixture_->settings().setLanguage(QStringLiteral("zh_CN"));
        QTRY_COMPARE(models->currentText(), QStringLiteral("演示模型"));
    }

    void theButtonSaysWhatIsMissingAndLeadsThere() {
        open();
        page().showStep(3);
        QCOMPARE(page().nextButton()->text(), QStringLiteral("Add a file of examples."));
        press(page().nextButton());
        QCOMPARE(page().step(), 0);
        // As in a draft of yesterday.
        fixture_->tuningDraft().job().choose(QStringLiteral("data"),
                                             QStringLiteral("/nowhere/at-all.csv"));
        page().showStep(3);
        QTRY_VERIFY(page().nextButton()->text().contains(QStringLiteral("at-all.csv")));
    }

    void whatCannotBeReadIsSaidBeforeTheStart() {
        open();
        QFile file(fixture_->folder() + QStringLiteral("/wrong.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"question\": 1}\n");
        file.close();
        page().data()->addFiles({file.fileName()});
        page().showStep(3);
        QTRY_VERIFY_WITH_TIMEOUT(!page().startPage()->missing().isEmpty(), 30000);
        QVERIFY(page().nextButton()->text() != QStringLiteral("Start"));
        QVERIFY(fixture_->training().jobs().isEmpty());
    }

    void aStepBearsItsTickOnlyWhereItWasTakenAndStandsOnSomething() {
        open();
        const auto ticks = [this] {
            QString all;
            for (int i = 0; i < FinetunePage::kSteps; ++i)
                all += page().steps()->button(i)->isComplete() ? u'x' : u'-';
            return all;
        };
        for (int step = 0; step < FinetunePage::kSteps; ++step)
            page().showStep(step);
        QCOMPARE(ticks(), QStringLiteral("----"));
        page().data()->addFiles({writeCsv(fixture_->folder(), 4)});
        QTRY_COMPARE(ticks(), QStringLiteral("xxx-"));
        page().data()->removeFile(fixture_->folder() + QStringLiteral("/answers.csv"));
        QTRY_COMPARE(ticks(), QStringLiteral("----"));
    }

    void aNewRunTakesOneStepAfterTheOther() {
        open();
        page().data()->addFiles({writeCsv(fixture_->folder(), 4)});
        QTRY_VERIFY(page().steps()->button(0)->isComplete());
        QVERIFY(!page().steps()->button(1)->isComplete());
        press(page().nextButton());
        QVERIFY(!page().steps()->button(1)->isComplete());
        press(page().nextButton());
        QVERIFY(page().steps()->button(1)->isComplete());
        QVERIFY(!page().steps()->button(2)->isComplete());
    }

    void whatWasPreparedIsClearedAwayAndComesBack() {
        open();
        QVERIFY(!page().afreshButton()->isVisible());
        page().data()->addFiles({writeCsv(fixture_->folder(), 4)});
        QTRY_COMPARE(page().data()->missing(), QString());
        page().showStep(1);
        press(page().method()->presetCard(QStringLiteral("knowledge")));
        page().showStep(2);
        press(page().check()->wayCard(CheckPage::Way::Share));
        typeInto(page().startPage()->nameField(), QStringLiteral("Sums"));
        const JobDraft& job = fixture_->tuningDraft().job();
        const QJsonObject before = job.values();
        press(page().afreshButton());
        QCOMPARE(page().step(), 0);
        QTRY_VERIFY(page().data()->missing().contains(QStringLiteral("Add a file")));
        QVERIFY(!job.isChosen(QStringLiteral("data")) &&
                !job.isChosen(QStringLiteral("eval_share")));
        // It can be begun at once: the model that is there, and the first preset.
        QVERIFY(job.isChosen(QStringLiteral("model")));
        QVERIFY(page().method()->presetCard(QStringLiteral("style"))->isChecked());
        QCOMPARE(page().startPage()->nameField()->text(), QString());
        page().toast()->actionButton()->click();
        QCOMPARE(job.values(), before);
        QCOMPARE(page().step(), 2);
        QVERIFY(page().method()->presetCard(QStringLiteral("knowledge"))->isChecked());
        QCOMPARE(page().check()->way(), CheckPage::Way::Share);
        QTRY_COMPARE(page().data()->missing(), QString());
        QCOMPARE(job.values(), before);
    }

    void aPresetFitsTheExamplesAndLeavesAloneWhatAPersonChose() {
        open();
        const JobDraft& job = fixture_->tuningDraft().job();
        const auto now = [&](const char* key) {
            return valueNow(job, QLatin1String(key)).toDouble();
        };
        page().showStep(1);
        press(page().method()->presetCard(QStringLiteral("knowledge")));
        // The demo model is a small one.
        QCOMPARE(now("learning_rate"), 1e-3);
        QCOMPARE(job.value(QStringLiteral("modules_to_save")).toArray().size(), 1);
        QCOMPARE(now("epochs"), 10.0);
        page().data()->addFiles({writeCsv(fixture_->folder(), 100)});
        QTRY_COMPARE(now("epochs"), 16.0);
        setNumber(QStringLiteral("epochs"), QStringLiteral("7"));
        QFile more(fixture_->folder() + QStringLiteral("/more.jsonl"));
        QVERIFY(more.open(QIODevice::WriteOnly));
        more.write("{\"instruction\": \"q\", \"output\": \"a\"}\n");
        more.close();
        page().data()->addFiles({more.fileName()});
        QTRY_COMPARE(fixture_->study().findings().rows, 101);
        QCOMPARE(now("epochs"), 7.0);
        // Published recipes are what they are.
        press(page().method()->presetCard(QStringLiteral("authors_qlora")));
        QCOMPARE(now("epochs"), 3.0);
        QCOMPARE(now("learning_rate"), 2e-5);
    }

    // What is measured has nothing to do with it, and is no reason to say nothing.
    void theMemoryIsToldWhateverIsMeasured() {
        open();
        page().data()->addFiles({writeCsv(fixture_->folder(), 10)});
        page().showStep(2);
        press(page().check()->wayCard(CheckPage::Way::Share));
        page().setAdvanced(true);
        setNumber(QStringLiteral("eval_steps"), QStringLiteral("2"));
        page().showStep(1);
        auto* card = page().method()->findChild<MemoryCard*>();
        QTRY_VERIFY(card->findChild<PartsBar*>()->isVisible());
        // Each form says so itself, before it is chosen.
        QTRY_VERIFY2(page().method()->forms()->itemText(0).endsWith(QStringLiteral(": Fits")),
                     qPrintable(page().method()->forms()->itemText(0)));
    }

    void theMemoryIsThatOfTheGpuWhereOneTrains() {
        constexpr quint64 kGigabyte = 1'000'000'000;
        std::atomic<quint64> free = 78 * kGigabyte;
        fixture_ = std::make_unique<WindowFixture>(
            WindowFixture::Writer::Script, Converter(), ModelLibrary::MemoryReader(), [&free] {
                return GpuListing{{{.index = 0,
                                    .name = QStringLiteral("GPU 0 (Scripted)"),
                                    .totalBytes = 80 * kGigabyte,
                                    .freeBytes = free}},
                                  {}};
            });
        QTRY_VERIFY(!fixture_->library().isReading());
        press(fixture_->window().sidebar()->finetuneButton());
        page().data()->addFiles({writeCsv(fixture_->folder(), 10)});
        page().showStep(1);
        auto* card = page().method()->findChild<MemoryCard*>();
        const auto* bar = card->findChild<PartsBar*>();
        QTRY_VERIFY2(card->said().contains(
                         QStringLiteral("of the 80.0 GB of GPU 0 (Scripted), of which 78.0 GB")),
                     qPrintable(card->said()));
        QStringList parts;
        double needed = 0, activations = 0;
        int seed = 7;
        for (const PartsBar::Part& part : bar->parts()) {
            parts.append(part.text.section(u' ', 0, 0));
            needed += part.amount;
            if (parts.last() == QStringLiteral("Activations")) activations = part.amount;
        }
        QVERIFY(parts.contains(QStringLiteral("Activations")));
        QCOMPARE(parts.last(), QStringLiteral("Kept"));
        QVERIFY(!parts.contains(QStringLiteral("This")));  // the program is in another memory
        QTRY_VERIFY(page().method()->forms()->itemText(0).endsWith(QStringLiteral(": Fits")));
        const auto haveFree = [&](double bytes) {
            free = static_cast<quint64>(bytes);
            fixture_->tuningDraft().job().choose(QStringLiteral("seed"), ++seed);
            page().showStep(0);
            page().showStep(1);
        };
        // With less, a batch is computed in pieces.
        haveFree(needed - 5e6);
        QTRY_VERIFY2(card->said().contains(QStringLiteral("in pieces of at most")),
                     qPrintable(card->said()));
        // With too little for one sample it is said what is missing, and which setting would fit.
        haveFree(needed - activations);
        QTRY_VERIFY2(card->said().contains(QStringLiteral("The CPU trains instead")),
                     qPrintable(card->said()));
        for (const char* words : {"for weights", "of it free", "It fits with"})
            QVERIFY2(card->said().contains(QLatin1String(words)), qPrintable(card->said()));
        QTRY_VERIFY(page().method()->forms()->itemText(0).endsWith(QStringLiteral("On the CPU")));
        // In the language that is chosen later, too.
        fixture_->settings().setLanguage(QStringLiteral("zh_CN"));
        QTRY_VERIFY(!card->said().contains(QStringLiteral("It fits with")));
        QVERIFY(card->said().contains(QStringLiteral("GPU 0 (Scripted)")));
        fixture_.reset();
    }

    void promptsAreDrawnFromTheRowsKeptBack() {
        open();
        page().data()->addFiles({writeCsv(fixture_->folder(), 60)});
        QTRY_COMPARE(page().data()->missing(), QString());
        page().showStep(2);
        QVERIFY(!page().check()->drawButton()->isVisible());
        press(page().check()->wayCard(CheckPage::Way::Share));
        QTRY_VERIFY(page().check()->drawButton()->isEnabled());
        page().check()->promptsField()->setPlainText(QStringLiteral("Who are you?"));
        page().check()->drawButton()->setFocus();
        press(page().check()->drawButton());
        // It is of no more use; the keyboard stays on its card, and the page where it is.
        QCOMPARE(page().focusWidget(), page().check()->promptsField());
        const QStringList prompts = page().check()->promptsField()->toPlainText().split(u'\n');
        QCOMPARE(prompts.size(), 5);
        QCOMPARE(prompts.first(), QStringLiteral("Who are you?"));
        QVERIFY(prompts.last().startsWith(QStringLiteral("What is ")));
        QVERIFY(!page().check()->drawButton()->isEnabled());
        QCOMPARE(
            fixture_->tuningDraft().job().value(QStringLiteral("sample_prompts")).toArray().size(),
            5);
    }

    void aFileThatCannotBeEvaluatedWithIsSaidWhereItWasChosen() {
        open();
        page().data()->addFiles({writeCsv(fixture_->folder(), 10)});
        QTRY_COMPARE(page().data()->missing(), QString());
        page().showStep(2);
        press(page().check()->wayCard(CheckPage::Way::File));
        QVERIFY(!page().check()->missing().isEmpty());
        QFile file(fixture_->folder() + QStringLiteral("/other.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("prompt,reply\nWho?,I.\n");
        file.close();
        fixture_->tuningDraft().job().choose(QStringLiteral("eval_data"), file.fileName());
        QTRY_VERIFY(page().check()->leak()->isVisible());
        QVERIFY2(page().check()->leak()->text().contains(QStringLiteral("other.csv")),
                 qPrintable(page().check()->leak()->text()));
        QCOMPARE(page().check()->missing(), QStringLiteral("Choose another file to evaluate with"));
        // The examples are as good as before.
        QCOMPARE(page().data()->missing(), QString());
        // What is next is not filled where something is missing, but at the end, which leads there.
        const auto isFilled = [this] {
            return page().nextButton()->property("kind").toString() == QLatin1String("primary");
        };
        QVERIFY(!isFilled());
        page().showStep(0);
        QVERIFY(isFilled());
    }

    void whatWasPreparedIsThereAfterARestart() {
        open();
        const QString csv = writeCsv(fixture_->folder(), 4);
        page().data()->addFiles({csv});
        page().showStep(1);
        press(page().method()->presetCard(QStringLiteral("knowledge")));
        page().setAdvanced(true);
        setNumber(QStringLiteral("rank"), QStringLiteral("12"));
        page().showStep(2);
        press(page().check()->wayCard(CheckPage::Way::Share));
        fixture_->restart();
        QTRY_VERIFY(!fixture_->library().isReading());
        press(fixture_->window().sidebar()->finetuneButton());
        QCOMPARE(page().step(), 2);
        const JobDraft& job = fixture_->tuningDraft().job();
        const QJsonValue data = job.value(QStringLiteral("data"));
        QCOMPARE(data.isArray() ? data.toArray().first().toString() : data.toString(), csv);
        QCOMPARE(job.value(QStringLiteral("rank")).toInt(), 12);
        QCOMPARE(page().check()->way(), CheckPage::Way::Share);
        QVERIFY(page().method()->presetCard(QStringLiteral("knowledge"))->isChecked());
    }

    void everySettingOfAJobHasItsPlace() {
        open();
        // These are chosen by other means than a field of their own.
        const QStringList elsewhere{QStringLiteral("model"),     QStringLiteral("output"),
                                    QStringLiteral("data"),      QStringLiteral("columns"),
                                    QStringLiteral("eval_data"), QStringLiteral("comment"),
                                    QStringLiteral("template"),  QStringLiteral("system"),
                                    QStringLiteral("edits"),     QStringLiteral("max_length"),
                                    QStringLiteral("name"),      QStringLiteral("description")};
        for (const JobKeyInfo& key : jobKeyInfos()) {
            if (elsewhere.contains(key.name)) continue;
            const auto* field = page().findChild<QWidget*>(key.name);
            QVERIFY2(field != nullptr, qPrintable(key.name));
            QVERIFY2(field->accessibleName() != key.name && !field->accessibleName().isEmpty(),
                     qPrintable(key.name));
            QVERIFY2(!field->accessibleDescription().isEmpty(), qPrintable(key.name));
        }
    }

    void whatIsTypedIsCheckedAtOnce() {
        open();
        page().data()->addFiles({writeCsv(fixture_->folder(), 4)});
        QTRY_COMPARE_WITH_TIMEOUT(page().data()->missing(), QString(), 30000);
        page().setAdvanced(true);
        page().showStep(1);
        NumberField* rank = nullptr;
        for (NumberField* field : page().findChildren<NumberField*>(QStringLiteral("rank"))) {
            if (field->isVisible()) rank = field;
        }
        QVERIFY(rank != nullptr);
        rank->setFocus();
        rank->selectAll();
        QTest::keyClicks(rank, QStringLiteral("900"));
        QVERIFY(!rank->isValid());
        QVERIFY(page().method()->missing().contains(QStringLiteral("Rank")));
        // The button of the last step leads to it, wherever it stands.
        page().showStep(3);
        QTRY_VERIFY_WITH_TIMEOUT(page().nextButton()->text().contains(QStringLiteral("Rank")),
                                 30000);
        press(page().nextButton());
        QCOMPARE(page().step(), 1);
        QVERIFY(rank->hasFocus());
        QVERIFY(!rank->visibleRegion().isEmpty());
        rank->selectAll();
        QTest::keyClicks(rank, QStringLiteral("16"));
        QCOMPARE(page().method()->missing(), QString());
    }

    void whereAllWeightsLearnNothingOfLoraIsLeft() {
        open();
        press(page().steps()->button(1));
        press(page().method()->presetCard(QStringLiteral("knowledge")));
        press(page().method()->presetCard(QStringLiteral("authors_full")));
        const JobDraft& job = fixture_->tuningDraft().job();
        for (const JobKeyInfo& key : jobKeyInfos())
            QVERIFY2(!key.isOfLora || !job.isChosen(key.name), qPrintable(key.name));
        QCOMPARE(job.value(QStringLiteral("method")).toString(), QStringLiteral("full"));
    }

    void aJobGoesIntoAFileAndBack() {
        open();
        page().data()->addFiles({writeCsv(fixture_->folder(), 4)});
        page().showStep(1);
        press(page().method()->presetCard(QStringLiteral("knowledge")));
        const QJsonObject before = fixture_->tuningDraft().job().values();
        const QString file = fixture_->folder() + QStringLiteral("/job.json");
        QVERIFY(page().startPage()->saveJob(file));
        press(page().method()->presetCard(QStringLiteral("style")));
        QVERIFY(fixture_->tuningDraft().job().values() != before);
        QVERIFY(page().startPage()->loadJob(file));
        QCOMPARE(fixture_->tuningDraft().job().values(), before);
        // One that is none is refused with the place.
        QFile wrong(file);
        QVERIFY(wrong.open(QIODevice::WriteOnly));
        wrong.write("{\n\"lerning_rate\": 1}");
        wrong.close();
        QVERIFY(!page().startPage()->loadJob(file));
        const QString pipe = fixture_->folder() + QStringLiteral("/pipe.json");
        QCOMPARE(::mkfifo(pipe.toLocal8Bit().constData(), 0600), 0);
        QVERIFY(!page().startPage()->loadJob(pipe));
        QCOMPARE(fixture_->tuningDraft().job().values(), before);
    }
};

QTEST_MAIN(FinetunePageTest)
#include "finetune_page_test.moc"
