// Rough use of the pages of fine-tuning: odd names, files that go away, quick clicks, an end in the
// middle of whatever is under way.
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTest>

#include "finetune_ui/data/data_page.h"
#include "finetune_ui/data/data_rows_card.h"
#include "finetune_ui/finetune_page.h"
#include "finetune_ui/job/tuning_presets.h"
#include "finetune_ui/method/method_page.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/runs/run_row.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/start/start_page.h"
#include "tests/ui/window_fixture.h"
#include "ui/widgets/choice_card.h"

using namespace dsm;

namespace {

constexpr int kPatienceMs = 120'000;
const QString kOdd = QStringLiteral("a & <b>%1<b> %2 %n \"x\"");

}  // namespace

class RoughUseTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> fixture_;

    FinetunePage& page() { return fixture_->finetune(); }
    QString write(const QString& name, int rows) {
        const QString path = fixture_->folder() + u'/' + name;
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly)) qFatal("the rows cannot be written");
        file.write("instruction,output\n");
        for (int i = 0; i < rows; ++i)
            file.write("What is <i>" + QByteArray::number(i) + "</i>?,It is &amp; %1.\n");
        return path;
    }
    void add(const QString& file) {
        page().data()->addFiles({file});
        QTRY_COMPARE_WITH_TIMEOUT(page().data()->missing(), QString(), kPatienceMs);
    }
    void learnOnce() {
        for (const char* key : {"epochs", "batch_size", "accumulation"})
            fixture_->tuningDraft().job().choose(QLatin1String(key), 1);
    }
    void waitForStart() {
        page().showStep(3);
        QTRY_COMPARE_WITH_TIMEOUT(page().nextButton()->text(), QStringLiteral("Start"),
                                  kPatienceMs);
    }
    void waitForEnd(qint64 id) {
        const auto state = [this, id] { return fixture_->training().job(id).state; };
        QTRY_VERIFY_WITH_TIMEOUT(
            state() == TrainingState::Finished || state() == TrainingState::Failed, kPatienceMs);
        QCOMPARE(fixture_->training().job(id).error.text, QString());
    }
    // What of a text from outside would be read as markup.
    QString markup() {
        QStringList found;
        for (const QLabel* label : page().findChildren<QLabel*>()) {
            if (label->textFormat() == Qt::AutoText && Qt::mightBeRichText(label->text()))
                found.append(label->text());
        }
        return found.join(u'\n');
    }

  private Q_SLOTS:
    void init() {
        fixture_ = std::make_unique<WindowFixture>();
        QTRY_VERIFY(!fixture_->library().isReading());
        fixture_->window().resize(1000, 800);
        fixture_->window().showFinetune();
    }
    void cleanup() { fixture_.reset(); }

    void oddNamesStandAsTheyAre() {
        add(write(kOdd + QStringLiteral(".csv"), 3));
        learnOnce();
        QCOMPARE(markup(), QString());
        QList<qint64> ids;
        for (const QString& name : {kOdd, kOdd + QStringLiteral(" (2)")}) {
            waitForStart();
            QCOMPARE(page().startPage()->nameField()->placeholderText(), name);
            page().nextButton()->click();
            ids.append(fixture_->training().jobs().last().id);
            waitForEnd(ids.last());
            QCOMPARE(fixture_->training().job(ids.last()).name, name);
            QCOMPARE(markup(), QString());
            page().runs()->showList();
        }
        QVERIFY(page().runs()->rows()[0]->said().startsWith(kOdd + QStringLiteral(" (2)")));
        page().runs()->compare(ids);
        QCOMPARE(markup(), QString());
        fixture_->restart();
        QCOMPARE(fixture_->training().job(ids[0]).name, kOdd);
    }

    void aFileThatGoesAwayIsSaid() {
        const QString file = write(QStringLiteral("rows.csv"), 4);
        add(file);
        QVERIFY(QFile::remove(file));
        page().showStep(3);
        QTRY_VERIFY_WITH_TIMEOUT(!page().startPage()->missing().isEmpty(), kPatienceMs);
        QVERIFY(page().nextButton()->text() != QStringLiteral("Start"));
        // It is there again, and looked at again.
        static_cast<void>(write(QStringLiteral("rows.csv"), 4));
        page().showStep(0);
        page().showStep(3);
        for (QPushButton* button : page().startPage()->findChildren<QPushButton*>()) {
            if (button->text() == QStringLiteral("Look again")) button->click();
        }
        QTRY_COMPARE_WITH_TIMEOUT(page().nextButton()->text(), QStringLiteral("Start"),
                                  kPatienceMs);
    }

    void aFileThatBecomesAFolderIsSaid() {
        const QString file = write(QStringLiteral("rows.csv"), 4);
        add(file);
        QVERIFY(QFile::remove(file) && QDir().mkpath(file));
        page().showStep(3);
        QTRY_VERIFY_WITH_TIMEOUT(!page().startPage()->missing().isEmpty(), kPatienceMs);
        QVERIFY(fixture_->training().jobs().isEmpty());
    }

    void oneRunBeginsHoweverOftenOneClicks() {
        add(write(QStringLiteral("rows.csv"), 4));
        learnOnce();
        // Who comes to the last step by two clicks, or keeps Enter down, has not seen it.
        page().showStep(2);
        QTest::mouseClick(page().nextButton(), Qt::LeftButton);
        QTest::mouseDClick(page().nextButton(), Qt::LeftButton);
        QTest::mouseRelease(page().nextButton(), Qt::LeftButton);
        QCOMPARE(page().step(), 3);
        page().nextButton()->setFocus();
        QKeyEvent held(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier, QStringLiteral("\r"),
                       true);
        QApplication::sendEvent(page().nextButton(), &held);
        QVERIFY(fixture_->training().jobs().isEmpty());
        waitForStart();
        for (int i = 0; i < 5 && page().nextButton()->isVisible(); ++i)
            QTest::mouseClick(page().nextButton(), Qt::LeftButton);
        QCOMPARE(fixture_->training().jobs().size(), 1);
        waitForEnd(fixture_->training().jobs().first().id);
        QCOMPARE(fixture_->training().jobs().size(), 1);
    }

    void everythingIsClickedInHaste() {
        add(write(QStringLiteral("rows.csv"), 40));
        for (int round = 0; round < 4; ++round) {
            for (const TuningPreset& preset : tuningPresets()) {
                page().showStep(1);
                page().method()->presetCard(preset.id)->click();
                page().setAdvanced(round % 2 == 0);
                page().showStep(3);
                QTest::qWait(5);
                page().showStep(0);
                page().data()->rowsCard()->repaint();
            }
        }
        page().data()->removeFile(fixture_->folder() + QStringLiteral("/rows.csv"));
        page().showStep(3);
        QTRY_COMPARE(page().nextButton()->text(), QStringLiteral("Add a file of examples."));
        QVERIFY(fixture_->training().jobs().isEmpty());
    }

    void theProgramEndsInTheMiddle_data() {
        QTest::addColumn<int>("stage");
        QTest::newRow("while the rows are read") << 0;
        QTest::newRow("while a step is measured") << 1;
        QTest::newRow("while a run learns") << 2;
    }

    void theProgramEndsInTheMiddle() {
        QFETCH(int, stage);
        const QString file = write(QStringLiteral("rows.csv"), stage == 0 ? 200'000 : 400);
        page().data()->addFiles({file});
        if (stage > 0) {
            QTRY_COMPARE_WITH_TIMEOUT(page().data()->missing(), QString(), kPatienceMs);
            page().showStep(3);
        }
        if (stage == 2) {
            waitForStart();
            page().nextButton()->click();
            QTRY_VERIFY_WITH_TIMEOUT(fixture_->training().jobs().first().step > 0, kPatienceMs);
        }
        fixture_->restart();
        fixture_->window().showFinetune();
        if (stage < 2) {
            // What was prepared is there again.
            QTRY_COMPARE_WITH_TIMEOUT(page().data()->missing(), QString(), kPatienceMs);
            return;
        }
        const TrainingJob job = fixture_->training().jobs().first();
        QVERIFY(job.state == TrainingState::Paused);
        page().runs()->showRun(job.id);
        page().showRuns();
        page().runs()->runPage()->findChild<QPushButton*>(QStringLiteral("resume"))->click();
        waitForEnd(job.id);
    }
};

QTEST_MAIN(RoughUseTest)
#include "rough_use_test.moc"
