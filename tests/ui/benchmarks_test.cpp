// Benchmarks in the real window: what was published stands beside what the loaded model answers.
#include <QAction>
#include <QCheckBox>
#include <QFile>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>
#include <memory>

#include "tests/ui/window_fixture.h"
#include "ui/benchmarks/benchmark_answers_dialog.h"
#include "ui/benchmarks/benchmark_table.h"
#include "ui/benchmarks/benchmarks_page.h"
#include "ui/shell/commands.h"
#include "ui/shell/main_window.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/page_scroll.h"
#include "ui/widgets/toast.h"

using namespace dsm;

class BenchmarksTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;

    BenchmarksPage* open() {
        f_->window().commands()->run(QStringLiteral("benchmarks"));
        return f_->window().benchmarks();
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
    static void choose(BenchmarksPage* page, const char* task) {
        auto* box = page->form()->task();
        box->setCurrentIndex(box->findData(QString::fromLatin1(task)));
    }
    // Started by the keyboard, on so many questions.
    void ask(BenchmarksPage* page, int count) {
        choose(page, "piqa");
        page->form()->useFiles({questions(count)});
        page->form()->button()->setFocus();
        QTest::keyClick(page->form()->button(), Qt::Key_Space);
    }
    bool waitForEnd() {
        return QTest::qWaitFor([this] { return f_->benchmarks().running() == 0; }, 60'000);
    }
    static QStringList row(const BenchmarksPage* page, const QString& title) {
        QStringList texts;
        for (int i = 0; i < page->table()->rowCount(); ++i) {
            if (page->table()->item(i, 0)->text() != title) continue;
            for (int column = 1; column < page->table()->columnCount(); ++column) {
                const QTableWidgetItem* cell = page->table()->item(i, column);
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

    void itIsAPlaceOfTheWindow() {
        QPushButton* way = f_->window().sidebar()->benchmarksButton();
        QVERIFY(way->isVisible());
        way->click();
        BenchmarksPage* page = f_->window().benchmarks();
        QVERIFY(page->isVisible() && way->isChecked());
        QVERIFY(f_->window().windowTitle().startsWith(QLatin1String("Benchmarks")));
        QTRY_VERIFY(page->form()->task()->hasFocus());
        QTest::keyClick(page->form()->task(), Qt::Key_Escape);
        QVERIFY(!page->isVisible() && !way->isChecked());
        QTest::keyClick(&f_->window(), Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(page->isVisible());
    }

    void besideTheSidebarOfASmallWindowItNeedsNoScrollingSideways() {
        BenchmarksPage* page = open();
        f_->window().resize(640, 480);
        QTest::qWait(50);
        if (f_->window().sidebar()->isHidden())
            QTest::keyClick(&f_->window(), Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(f_->window().sidebar()->isVisible());
        QTest::qWait(50);
        const auto* scroll = page->findChild<PageScroll*>();
        QVERIFY(scroll != nullptr);
        QVERIFY2(scroll->horizontalScrollBar()->maximum() == 0,
                 qPrintable(QStringLiteral("the form wants %1, there are %2")
                                .arg(page->form()->minimumSizeHint().width())
                                .arg(scroll->viewport()->width())));
    }

    void publishedResultsStandBesideWhatTheModelReaches() {
        BenchmarksPage* page = open();
        QCOMPARE(row(page, QStringLiteral("HellaSwag")), (QStringList{"77.1", "72.2"}));
        QCOMPARE(row(page, QStringLiteral("PIQA")), (QStringList{"80.2", "–"}));
        QVERIFY(!page->form()->button()->isEnabled());
        QVERIFY2(page->form()->model()->itemText(0).startsWith(QLatin1String("Demo model")),
                 qPrintable(page->form()->model()->itemText(0)));
        ask(page, 4);
        QVERIFY(waitForEnd());
        const QStringList piqa = row(page, QStringLiteral("PIQA"));
        QCOMPARE(piqa.size(), 3);
        QVERIFY2(piqa.last().contains(QStringLiteral(" % ± ")), qPrintable(piqa.last()));
        QCOMPARE(page->list()->count(), 1);
        page->list()->setCurrentRow(0);
        QVERIFY2(page->said().contains(QLatin1String("acc_norm")), qPrintable(page->said()));
        QVERIFY(!page->resumeButton()->isEnabled());
    }

    void eachAnswerIsShownWithItsPrompt() {
        BenchmarksPage* page = open();
        ask(page, 4);
        QVERIFY(waitForEnd());
        page->list()->setCurrentRow(0);
        QTest::keyClick(page->answersButton(), Qt::Key_Space);
        auto* answers = page->findChild<BenchmarkAnswersDialog*>();
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
        BenchmarksPage* page = open();
        ask(page, 2000);
        QTRY_VERIFY_WITH_TIMEOUT(page->form()->progress()->value() > 0, 60'000);
        QVERIFY2(page->form()->said().contains(QLatin1String(" of 2000 questions")),
                 qPrintable(page->form()->said()));
        QTest::keyClick(page->form()->button(), Qt::Key_Space);
        QVERIFY(waitForEnd());
        QVERIFY(row(page, QStringLiteral("PIQA")).last().contains(QLatin1String("of 2000")));
        page->list()->setCurrentRow(0);
        QVERIFY(page->resumeButton()->isEnabled());
        QTest::keyClick(page->resumeButton(), Qt::Key_Space);
        QVERIFY(f_->benchmarks().running() != 0);
        f_->benchmarks().stop();
        QVERIFY(waitForEnd());
    }

    void twoAreComparedAndOneIsRemovedAndBroughtBack() {
        BenchmarksPage* page = open();
        for (int i = 0; i < 2; ++i) {
            ask(page, 3);
            QVERIFY(waitForEnd());
        }
        QVERIFY(!page->compareButton()->isEnabled());
        page->list()->selectAll();
        QTest::keyClick(page->compareButton(), Qt::Key_Space);
        QVERIFY2(page->said().contains(QLatin1String("Of 3 questions")), qPrintable(page->said()));
        page->list()->clearSelection();
        page->list()->setCurrentRow(0);
        QTest::keyClick(page->removeButton(), Qt::Key_Space);
        QCOMPARE(page->list()->count(), 1);
        QTest::keyClick(f_->window().toast()->actionButton(), Qt::Key_Space);
        QCOMPARE(page->list()->count(), 2);
    }

    void whatIsMissingOrWrongIsSaid() {
        BenchmarksPage* page = open();
        page->form()->useFiles({questions(1)});
        choose(page, "gsm8k");
        QCOMPARE(page->form()->shots()->value(), std::optional<double>(8));
        QTest::keyClick(page->form()->button(), Qt::Key_Space);
        QVERIFY2(page->form()->said().contains(QLatin1String("examples before each question")),
                 qPrintable(page->form()->said()));
        QCOMPARE(f_->benchmarks().running(), 0);
        page->form()->shots()->setValue(0);
        QTest::keyClick(page->form()->button(), Qt::Key_Space);
        QVERIFY(waitForEnd());
        QVERIFY2(
            page->form()->said().contains(QLatin1String("line 1: question: the key is missing")),
            qPrintable(page->form()->said()));
    }

    void everyFieldHasAName() {
        const BenchmarksPage* page = open();
        for (const QWidget* field : std::initializer_list<QWidget*>{
                 page->table(), page->list(), page->form()->task(), page->form()->model(),
                 page->form()->shots(), page->form()->limit(), page->form()->progress()})
            QVERIFY(!field->accessibleName().isEmpty());
    }
};

QTEST_MAIN(BenchmarksTest)
#include "benchmarks_test.moc"
