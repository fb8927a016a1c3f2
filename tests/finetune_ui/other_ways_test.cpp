// Other ways through the window than to start at once and to the end: at a time, ended early by the
// evaluation, and on another machine.
#include <QCheckBox>
#include <QDateTimeEdit>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include "finetune_ui/data/data_page.h"
#include "finetune_ui/finetune_page.h"
#include "finetune_ui/method/elsewhere_card.h"
#include "finetune_ui/method/method_page.h"
#include "finetune_ui/runs/run_row.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/start/check_page.h"
#include "finetune_ui/start/start_page.h"
#include "tests/ui/window_fixture.h"
#include "ui/widgets/choice_card.h"
#include "ui/widgets/number_field.h"

using namespace dsm;

namespace {

constexpr int kPatienceMs = 120'000;

}  // namespace

class OtherWaysTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> fixture_;

    FinetunePage& page() { return fixture_->finetune(); }
    QString path(const char* name) const { return fixture_->folder() + u'/' + QLatin1String(name); }
    void addRows(int rows) {
        QFile file(path("rows.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("instruction,output\n");
        for (int i = 0; i < rows; ++i)
            file.write(QStringLiteral("What is %1 and %1?,It is %2.\n").arg(i).arg(2 * i).toUtf8());
        file.close();
        page().data()->addFiles({file.fileName()});
        QTRY_COMPARE_WITH_TIMEOUT(page().data()->missing(), QString(), kPatienceMs);
    }
    void type(const char* key, const QString& text) {
        for (NumberField* field : page().findChildren<NumberField*>(QLatin1String(key))) {
            if (!field->isVisible()) continue;
            field->setFocus();
            field->selectAll();
            QTest::keyClicks(field, text);
            QTest::keyClick(field, Qt::Key_Tab);
            return;
        }
        QFAIL(key);
    }
    void startIt(const char* button = "Start") {
        page().showStep(3);
        QTRY_COMPARE_WITH_TIMEOUT(page().nextButton()->text(), QLatin1String(button), kPatienceMs);
        page().nextButton()->click();
        QCOMPARE(fixture_->training().jobs().size(), 1);
    }
    TrainingJob job() { return fixture_->training().jobs().first(); }

  private Q_SLOTS:
    void init() {
        fixture_ = std::make_unique<WindowFixture>();
        QTRY_VERIFY(!fixture_->library().isReading());
        fixture_->window().showFinetune();
    }
    void cleanup() { fixture_.reset(); }

    void aRunBeginsAtItsTime() {
        addRows(6);
        page().showStep(1);
        type("epochs", QStringLiteral("1"));
        page().showStep(3);
        auto* later = page().findChild<QCheckBox*>(QStringLiteral("startLater"));
        auto* when = page().findChild<QDateTimeEdit*>(QStringLiteral("startAt"));
        QVERIFY(!when->isEnabled());
        later->click();
        QVERIFY(when->isEnabled());
        QVERIFY(when->dateTime() >
                QDateTime::currentDateTime());  // none is asked for that has gone
        const QDateTime wanted = QDateTime::currentDateTime().addSecs(2 * 3600);
        when->setDateTime(wanted);
        startIt("Start later");
        QCOMPARE(job().state, TrainingState::Queued);
        QCOMPARE(job().startsAt.toSecsSinceEpoch() / 60, wanted.toSecsSinceEpoch() / 60);
        page().runs()->showList();
        QVERIFY(page().runs()->rows()[0]->said().contains(QStringLiteral("begins on")));
        // Still so after the end of the program; then nobody wants to wait any longer.
        fixture_->restart();
        QCOMPARE(job().state, TrainingState::Queued);
        fixture_->window().showFinetune();
        page().runs()->showRun(job().id);
        page().showRuns();
        auto* now = page().findChild<QPushButton*>(QStringLiteral("startNow"));
        QTRY_VERIFY(now->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(page().data()->missing(), QString(), kPatienceMs);
        now->click();
        page().showStep(3);
        QCOMPARE(page().nextButton()->text(), QStringLiteral("Queue"));
        QTRY_COMPARE_WITH_TIMEOUT(job().state, TrainingState::Finished, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(page().nextButton()->text(), QStringLiteral("Start"),
                                  kPatienceMs);
        // The next one begins at once again.
        page().showStep(3);
        QVERIFY(!page().findChild<QCheckBox*>(QStringLiteral("startLater"))->isChecked());
    }

    void aRunThatLearnsNothingMoreEndsEarly() {
        addRows(8);
        page().setAdvanced(true);
        page().showStep(1);
        type("epochs", QStringLiteral("40"));
        type("batch_size", QStringLiteral("4"));
        type("accumulation", QStringLiteral("1"));
        type("learning_rate", QStringLiteral("0.05"));  // it gets worse soon
        page().showStep(2);
        page().check()->wayCard(CheckPage::Way::Share)->click();
        type("eval_steps", QStringLiteral("2"));
        type("patience", QStringLiteral("2"));
        startIt();
        QTRY_VERIFY_WITH_TIMEOUT(
            job().state == TrainingState::Finished || job().state == TrainingState::Failed,
            kPatienceMs);
        QCOMPARE(job().error.text, QString());
        QVERIFY2(job().step < job().totalSteps, qPrintable(QString::number(job().step)));
    }

    void theJobGoesToAnotherMachineWithItsCommands() {
        addRows(6);
        page().showStep(1);
        auto* card = page().method()->findChild<ElsewhereCard*>();
        QVERIFY(!card->isVisible());
        page().method()->presetCard(QStringLiteral("authors_full"))->click();
        QVERIFY(card->isVisible());
        QVERIFY(card->findChild<QPushButton*>(QStringLiteral("export"))->isEnabled());
        const QString folder = path("for the big machine");
        card->exportTo(folder);
        QTRY_VERIFY_WITH_TIMEOUT(card->said().startsWith(QStringLiteral("6 examples are in")),
                                 kPatienceMs);
        QVERIFY(card->said().contains(folder));
        QStringList shown;
        for (const QLabel* label : card->findChildren<QLabel*>()) {
            if (label->isVisible()) shown.append(label->text());
        }
        QVERIFY(shown.join(u'\n').contains(QStringLiteral("sh run.sh")));
        QVERIFY(shown.join(u'\n').contains(QStringLiteral("Add one from elsewhere")));
        QVERIFY(QFile::exists(folder + QStringLiteral("/run.sh")));
        // What stands there is not written over.
        card->exportTo(folder);
        QTRY_VERIFY_WITH_TIMEOUT(!card->said().isEmpty(), kPatienceMs);
        QVERIFY2(!card->said().startsWith(QStringLiteral("6 examples")) &&
                     card->said().contains(QStringLiteral("big machine")),
                 qPrintable(card->said()));
    }
};

QTEST_MAIN(OtherWaysTest)
#include "other_ways_test.moc"
