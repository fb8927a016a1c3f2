// No text of fine-tuning stays in the old language when another is chosen.
#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QRegularExpression>
#include <QTest>

#include "finetune_ui/cards/settings_table.h"
#include "finetune_ui/data/data_page.h"
#include "finetune_ui/run/evaluations_card.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/start/check_page.h"
#include "finetune_ui/start/start_page.h"
#include "tests/ui/left_behind.h"
#include "tests/ui/window_fixture.h"
#include "ui/widgets/choice_card.h"

using namespace dsm;

class FinetuneLanguageTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> fixture_;
    test::Marking marking_;

    FinetunePage& page() { return fixture_->finetune(); }
    QString rows() const { return fixture_->folder() + QStringLiteral("/rows.jsonl"); }
    void addRows() {
        QFile file(rows());
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 30; ++i)
            file.write("{\"instruction\": \"1" + QByteArray::number(i) +
                       "?\", \"output\": \"2.\"}\n");
        file.write("{\"instruction\": 3, \"output\": \"2\"}\n");
        file.close();
        page().data()->addFiles({file.fileName()});
        QTRY_COMPARE_WITH_TIMEOUT(page().data()->missing(), QString(), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(fixture_->study().findings().isWhole, 30'000);
    }
    qint64 run(const QString& name) {
        const QString settings =
            QStringLiteral(
                "{\"model\": \"%1\", \"data\": \"%2\", \"threads\": 1, \"epochs\": 1,"
                " \"eval_share\": 0.2, \"sample_prompts\": [\"1?\"], \"sample_tokens\": 2,"
                " \"output\": \"%3\"}")
                .arg(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"), rows(),
                     fixture_->folder() + u'/' + name);
        return fixture_->training().start(name, settings, fixture_->folder() + u'/' + name);
    }
    static void settle() {
        QCoreApplication::processEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    void check(const QWidget* of) {
        QVERIFY(QCoreApplication::installTranslator(&marking_));
        settle();
        // Files, columns, models, keys and commands.
        static const QRegularExpression kOwn(
            QStringLiteral("rows(\\.jsonl)?|instruction|output|tiny|DeepSeekMoE|/[^ ]*|"
                           "[a-z]+(_[a-z]+)+|^\"[a-z]+\"$|^cd \\."));
        const QStringList left = test::leftBehind(of, kOwn);
        QCoreApplication::removeTranslator(&marking_);
        settle();
        QVERIFY2(left.isEmpty(), qPrintable(left.join(u'\n')));
    }

  private Q_SLOTS:
    void init() {
        fixture_ = std::make_unique<WindowFixture>();
        QTRY_VERIFY(!fixture_->library().isReading());
        fixture_->window().showFinetune();
        addRows();
    }
    void cleanup() { fixture_.reset(); }

    void theSteps() {
        page().check()->wayCard(CheckPage::Way::Share)->click();
        page().setAdvanced(true);
        page().showStep(3);
        QTRY_VERIFY_WITH_TIMEOUT(page().startPage()->numbers().has_value(), 60'000);
        for (int step = 0; step < FinetunePage::kSteps; ++step) {
            page().showStep(step);
            check(&page());
        }
    }

    void theRuns() {
        const qint64 one = run(QStringLiteral("01"));
        const qint64 two = run(QStringLiteral("02"));
        for (const qint64 id : {one, two})
            QTRY_VERIFY2_WITH_TIMEOUT(fixture_->training().job(id).state == TrainingState::Finished,
                                      qPrintable(fixture_->training().job(id).error.text), 60'000);
        auto* runs = page().findChild<RunsPage*>();
        page().showRuns();
        runs->compare({one, two});
        runs->showRun(one);
        EvaluationsCard* evaluations = runs->runPage()->evaluations();
        evaluations->button()->click();
        QTRY_COMPARE_WITH_TIMEOUT(evaluations->table()->rows().size(), 1, 60'000);
        check(runs);
        runs->showList();
        check(runs);
        runs->compare({one, two});
        check(runs);
    }
};

QTEST_MAIN(FinetuneLanguageTest)
#include "finetune_language_test.moc"
