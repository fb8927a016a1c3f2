// Benchmarks in the real window: what was published stands beside what the loaded model answers.
#include <QAction>
#include <QCheckBox>
#include <QFile>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTest>
#include <memory>

#include "tests/ui/window_fixture.h"
#include "ui/benchmarks/benchmark_answers_dialog.h"
#include "ui/benchmarks/benchmark_table.h"
#include "ui/benchmarks/benchmarks_dialog.h"
#include "ui/shell/commands.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/toast.h"

using namespace dsm;

class BenchmarksTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;

    BenchmarksDialog* open() {
        f_->window().commands()->run(QStringLiteral("benchmarks"));
        return f_->window().findChild<BenchmarksDialog*>();
    }
    QString questions(int count) const {
        const QString path = f_->folder() + QStringLiteral("/piqa.jsonl");
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly)) return {};
        for (int i = 0; i < count; ++i)
            file.write(
                QStringLiteral("{\"goal\": \"Find <b>%1</b>\", \"sol1\": \"look\", \"sol2\": "
                               "\"go there\", \"label\": %2}\n")
                    .arg(i)
                    .arg(i % 2)
                    .toUtf8());
        return path;
    }
    static void choose(BenchmarksDialog* dialog, const char* task) {
        auto* box = dialog->form()->task();
        box->setCurrentIndex(box->findData(QString::fromLatin1(task)));
    }
    // Started by the keyboard, on so many questions.
    void ask(BenchmarksDialog* dialog, int count) {
        choose(dialog, "piqa");
        dialog->form()->useFiles({questions(count)});
        dialog->form()->button()->setFocus();
        QTest::keyClick(dialog->form()->button(), Qt::Key_Space);
    }
    bool waitForEnd() {
        return QTest::qWaitFor([this] { return f_->benchmarks().running() == 0; }, 60'000);
    }
    static QStringList row(const BenchmarksDialog* dialog, const QString& title) {
        QStringList texts;
        for (int i = 0; i < dialog->table()->rowCount(); ++i) {
            if (dialog->table()->item(i, 0)->text() != title) continue;
            for (int column = 1; column < dialog->table()->columnCount(); ++column) {
                const QTableWidgetItem* cell = dialog->table()->item(i, column);
                texts.append(cell == nullptr ? QString() : cell->text());
            }
        }
        return texts;
    }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void init() {
        f_ = std::make_unique<WindowFixture>();
        // As long as it loads, the computer is the chat's.
        QVERIFY(f_->waitForModel());
        QTRY_VERIFY(!f_->library().models().isEmpty());
    }
    void cleanup() { f_.reset(); }

    void publishedResultsStandBesideWhatTheModelReaches() {
        BenchmarksDialog* dialog = open();
        QVERIFY(dialog != nullptr);
        QCOMPARE(row(dialog, QStringLiteral("HellaSwag")), (QStringList{"77.1", "72.2"}));
        QCOMPARE(row(dialog, QStringLiteral("PIQA")), (QStringList{"80.2", "–"}));
        QVERIFY(!dialog->form()->button()->isEnabled());
        ask(dialog, 4);
        QVERIFY(waitForEnd());
        const QStringList piqa = row(dialog, QStringLiteral("PIQA"));
        QCOMPARE(piqa.size(), 3);
        QVERIFY2(piqa.last().contains(QStringLiteral(" % ± ")), qPrintable(piqa.last()));
        QCOMPARE(dialog->list()->count(), 1);
        dialog->list()->setCurrentRow(0);
        QVERIFY2(dialog->said().contains(QLatin1String("acc_norm")), qPrintable(dialog->said()));
        QVERIFY(!dialog->resumeButton()->isEnabled());
    }

    void eachAnswerIsShownWithItsPrompt() {
        BenchmarksDialog* dialog = open();
        ask(dialog, 4);
        QVERIFY(waitForEnd());
        dialog->list()->setCurrentRow(0);
        QTest::keyClick(dialog->answersButton(), Qt::Key_Space);
        auto* answers = dialog->findChild<BenchmarkAnswersDialog*>();
        QVERIFY(answers != nullptr);
        QCOMPARE(answers->list()->count(), 4);
        answers->list()->setCurrentRow(2);
        const QString text = answers->text()->toPlainText();
        QVERIFY2(text.contains(QLatin1String("Question: Find <b>2</b>\nAnswer:")),
                 qPrintable(text));
        QVERIFY2(text.contains(QLatin1String("piqa.jsonl, line 3")), qPrintable(text));
        QVERIFY(text.contains(QLatin1String("go there")) &&
                text.contains(QLatin1String("(right)")));
        answers->onlyWrong()->setChecked(true);
        QVERIFY(answers->list()->count() < 4);
    }

    void stoppedInTheMiddleItGoesOn() {
        BenchmarksDialog* dialog = open();
        ask(dialog, 2000);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->form()->progress()->value() > 0, 60'000);
        QVERIFY2(dialog->form()->said().contains(QLatin1String(" of 2000 questions")),
                 qPrintable(dialog->form()->said()));
        QTest::keyClick(dialog->form()->button(), Qt::Key_Space);
        QVERIFY(waitForEnd());
        QVERIFY(row(dialog, QStringLiteral("PIQA")).last().contains(QLatin1String("of 2000")));
        dialog->list()->setCurrentRow(0);
        QVERIFY(dialog->resumeButton()->isEnabled());
        QTest::keyClick(dialog->resumeButton(), Qt::Key_Space);
        QVERIFY(f_->benchmarks().running() != 0);
        f_->benchmarks().stop();
        QVERIFY(waitForEnd());
    }

    void twoAreComparedAndOneIsRemovedAndBroughtBack() {
        BenchmarksDialog* dialog = open();
        for (int i = 0; i < 2; ++i) {
            ask(dialog, 3);
            QVERIFY(waitForEnd());
        }
        QVERIFY(!dialog->compareButton()->isEnabled());
        dialog->list()->selectAll();
        QTest::keyClick(dialog->compareButton(), Qt::Key_Space);
        QVERIFY2(dialog->said().contains(QLatin1String("Of 3 questions")),
                 qPrintable(dialog->said()));
        dialog->list()->clearSelection();
        dialog->list()->setCurrentRow(0);
        QTest::keyClick(dialog->removeButton(), Qt::Key_Space);
        QCOMPARE(dialog->list()->count(), 1);
        QTest::keyClick(dialog->toast()->actionButton(), Qt::Key_Space);
        QCOMPARE(dialog->list()->count(), 2);
    }

    void whatIsMissingOrWrongIsSaid() {
        BenchmarksDialog* dialog = open();
        dialog->form()->useFiles({questions(1)});
        choose(dialog, "gsm8k");
        QCOMPARE(dialog->form()->shots()->value(), std::optional<double>(8));
        QTest::keyClick(dialog->form()->button(), Qt::Key_Space);
        QVERIFY2(dialog->form()->said().contains(QLatin1String("examples before each question")),
                 qPrintable(dialog->form()->said()));
        QCOMPARE(f_->benchmarks().running(), 0);
        dialog->form()->shots()->setValue(0);
        QTest::keyClick(dialog->form()->button(), Qt::Key_Space);
        QVERIFY(waitForEnd());
        QVERIFY2(
            dialog->form()->said().contains(QLatin1String("line 1: question: the key is missing")),
            qPrintable(dialog->form()->said()));
    }

    void everyFieldHasAName() {
        const BenchmarksDialog* dialog = open();
        for (const QWidget* field : std::initializer_list<QWidget*>{
                 dialog->table(), dialog->list(), dialog->form()->task(), dialog->form()->model(),
                 dialog->form()->shots(), dialog->form()->limit(), dialog->form()->progress()})
            QVERIFY(!field->accessibleName().isEmpty());
    }
};

QTEST_MAIN(BenchmarksTest)
#include "benchmarks_test.moc"
