// On a screen of 640 x 480, in both languages, with text of up to twice the usual size and with the
// sidebar beside it, every control of fine-tuning is in view or can be scrolled there by a bar that
// is seen, has a name for screen readers, and is come to with the Tab key, which follows the eye.
#include <QComboBox>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>

#include "finetune_ui/data/data_page.h"
#include "finetune_ui/data/data_row_dialog.h"
#include "finetune_ui/data/data_row_lists.h"
#include "finetune_ui/data/own_conversations_dialog.h"
#include "finetune_ui/method/method_page.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/start/check_page.h"
#include "finetune_ui/start/start_page.h"
#include "finetune_ui/step_bar.h"
#include "tests/ui/reach.h"
#include "tests/ui/window_fixture.h"
#include "ui/widgets/choice_card.h"

using namespace dsm;
using test::describe;
using test::isControl;
using test::unreachable;

namespace {

bool isNamed(const QWidget* control, const QList<QLabel*>& labels) {
    const auto* button = qobject_cast<const QAbstractButton*>(control);
    return !control->accessibleName().isEmpty() ||
           (button != nullptr && !button->text().isEmpty()) ||
           qobject_cast<const QLabel*>(control) != nullptr ||
           std::any_of(labels.begin(), labels.end(),
                       [&](const QLabel* label) { return label->buddy() == control; });
}

QString nameless(const QWidget* window) {
    const QList<QLabel*> labels = window->findChildren<QLabel*>();
    QStringList names;
    for (const QWidget* control : window->findChildren<QWidget*>()) {
        if (control->window() == window && isControl(control) && !isNamed(control, labels))
            names.append(describe(control));
    }
    return names.join(QStringLiteral("; "));
}

// Of several that exclude each other the keyboard stops at one, and arrow keys lead to the others.
bool isOneOfSeveral(const QWidget* control) {
    const auto* button = qobject_cast<const QAbstractButton*>(control);
    return button != nullptr && button->autoExclusive() && !button->isChecked();
}

// What the Tab key does not come to on its way once around.
QString skipped(QWidget* window) {
    QSet<QWidget*> seen;
    window->activateWindow();
    if (window->focusWidget() == nullptr) QTest::keyClick(window, Qt::Key_Tab);
    while (window->focusWidget() != nullptr && !seen.contains(window->focusWidget())) {
        seen.insert(window->focusWidget());
        QTest::keyClick(window->focusWidget(), Qt::Key_Tab);
    }
    QStringList names;
    for (QWidget* control : window->findChildren<QWidget*>()) {
        const bool isMeant = control->window() == window && isControl(control) &&
                             control->isEnabled() && !isOneOfSeveral(control) &&
                             control->focusProxy() == nullptr;
        if (isMeant && !seen.contains(control)) names.append(describe(control));
    }
    return names.join(QStringLiteral("; "));
}

// What is wider than its place though no bar says that there is more.
QString cutSideways(const QWidget* window) {
    QStringList names;
    for (const QScrollArea* area : window->findChildren<QScrollArea*>()) {
        if (!area->isVisible() || area->widget() == nullptr) continue;
        const int more = area->widget()->width() - area->viewport()->width();
        if (more > 0 && !area->horizontalScrollBar()->isVisible())
            names.append(QStringLiteral("%1 pixels at the right are cut").arg(more));
    }
    return names.join(QStringLiteral("; "));
}

// What makes a page scroll sideways, though its text has the usual size.
QString tooWide(const QWidget* window) {
    QStringList names;
    for (const QScrollArea* area : window->findChildren<QScrollArea*>()) {
        if (!area->isVisible() || area->horizontalScrollBar()->maximum() == 0) continue;
        for (const QWidget* part : area->findChildren<QWidget*>()) {
            if (part->isVisible() &&
                part->minimumSizeHint().width() > area->viewport()->width() - 88)
                names.append(QStringLiteral("%1 wants %2 of %3")
                                 .arg(describe(part))
                                 .arg(part->minimumSizeHint().width())
                                 .arg(area->viewport()->width()));
        }
        names.append(QStringLiteral("%1 pixels more").arg(area->horizontalScrollBar()->maximum()));
    }
    return names.join(QStringLiteral("; "));
}

// Where the Tab key goes up again on its way through the page.
QString againstTheEye(FinetunePage& page, const QWidget* content) {
    QWidget* last = page.firstControl();
    last->setFocus();
    while (true) {
        QTest::keyClick(page.focusWidget(), Qt::Key_Tab);
        QWidget* now = page.focusWidget();
        if (now == last || !content->isAncestorOf(now)) return {};
        const int top = last->mapTo(content, QPoint()).y();
        if (now->mapTo(content, QPoint(0, now->height())).y() <= top)
            return QStringLiteral("up from %1 to %2").arg(describe(last), describe(now));
        last = now;
    }
}

}  // namespace

class FinetuneReachTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> fixture_;

    FinetunePage& page() { return fixture_->finetune(); }
    static void check(QWidget* window, const QString& where) {
        for (const QString& wrong :
             {unreachable(window), nameless(window), skipped(window), cutSideways(window)})
            QVERIFY2(wrong.isEmpty(), qPrintable(where + QStringLiteral(": ") + wrong));
    }
    // Rows of which some are changed, left out and refused.
    void addRows() {
        QFile file(fixture_->folder() + QStringLiteral("/rows.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 30; ++i)
            file.write("{\"instruction\": \"Who lives at " + QByteArray::number(i) +
                       "?\", \"output\": \"Nobody.\"}\n");
        for (int i = 0; i < 7; ++i)
            file.write("{\"instruction\": 3, \"output\": \"b\"}\n");
        file.close();
        page().data()->addFiles({file.fileName()});
        QTRY_COMPARE_WITH_TIMEOUT(page().data()->missing(), QString(), 30'000);
    }

  private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<double>("scale");
        QTest::addColumn<bool>("hasSidebar");
        QTest::newRow("English, twice as large") << QStringLiteral("en") << 2.0 << false;
        QTest::newRow("Chinese, twice as large") << QStringLiteral("zh_CN") << 2.0 << false;
        QTest::newRow("English, sidebar") << QStringLiteral("en") << 1.0 << true;
        QTest::newRow("English, larger, sidebar") << QStringLiteral("en") << 1.5 << true;
        QTest::newRow("Chinese, larger, sidebar") << QStringLiteral("zh_CN") << 1.5 << true;
    }

    void init() {
        QFETCH_GLOBAL(QString, language);
        QFETCH_GLOBAL(double, scale);
        QFETCH_GLOBAL(bool, hasSidebar);
        fixture_ = std::make_unique<WindowFixture>();
        fixture_->settings().setLanguage(language);
        fixture_->theme().setTextScale(scale);
        test::readsTexts = scale == 1;
        QTRY_VERIFY(!fixture_->library().isReading());
        fixture_->window().resize(test::kScreen);
        fixture_->window().showFinetune();
        if (hasSidebar) Q_EMIT page().sidebarRequested();
    }
    void cleanup() { fixture_.reset(); }

    void everyStepWithNothingChosen() {
        for (int step = 0; step < FinetunePage::kSteps; ++step) {
            page().showStep(step);
            check(&fixture_->window(), QStringLiteral("step %1").arg(step + 1));
        }
    }

    void everyStepWithRows() {
        addRows();
        page().check()->wayCard(CheckPage::Way::Share)->click();
        fixture_->tuningDraft().job().choose(QStringLiteral("sample_prompts"),
                                             QJsonArray{QStringLiteral("Hello?")});
        for (const bool isAdvanced : {false, true}) {
            page().setAdvanced(isAdvanced);
            for (int step = 0; step < FinetunePage::kSteps; ++step) {
                page().showStep(step);
                if (step == 3)
                    QTRY_VERIFY_WITH_TIMEOUT(page().startPage()->numbers().has_value(), 60'000);
                check(&fixture_->window(),
                      QStringLiteral("step %1, advanced %2").arg(step + 1).arg(isAdvanced));
            }
        }
    }

    void noStepScrollsSideways() {
        QFETCH_GLOBAL(double, scale);
        addRows();
        page().check()->wayCard(CheckPage::Way::Share)->click();
        for (int step = 0; step < FinetunePage::kSteps; ++step) {
            page().showStep(step);
            if (step == 3)
                QTRY_VERIFY_WITH_TIMEOUT(page().startPage()->numbers().has_value(), 60'000);
            QTest::qWait(50);
            // Larger text may want more width than the sidebar leaves; a bar is seen then (check()).
            const QString wrong = scale == 1 ? tooWide(&fixture_->window()) : QString();
            QVERIFY2(wrong.isEmpty(),
                     qPrintable(QStringLiteral("step %1: %2").arg(step + 1).arg(wrong)));
            // The name of the step is read whole, beside its number or below.
            const StepButton* button = page().steps()->button(step);
            QVERIFY(button->isNamed() ? button->width() >= button->namedWidth()
                                      : page().steps()->nameBelow() == button->text());
        }
    }

    void theEvaluationOfAnyModel() {
        page().showRuns();
        page().runs()->showEvaluations();
        check(&fixture_->window(), QStringLiteral("evaluations"));
    }

    void thePageOfARun() {
        const QString settings = QStringLiteral(R"({"model": "/gone", "data": "/gone.csv"})");
        const qint64 id = fixture_->training().start(QStringLiteral("A run"), settings,
                                                     fixture_->folder() + QStringLiteral("/run"));
        QTRY_COMPARE_WITH_TIMEOUT(fixture_->training().job(id).state, TrainingState::Failed,
                                  30'000);
        page().showRuns();
        check(&fixture_->window(), QStringLiteral("runs"));
        page().runs()->showRun(id);
        check(&fixture_->window(), QStringLiteral("run"));
    }

    void theHeaderIsReadWhole() {
        addRows();
        for (int step = 0; step < FinetunePage::kSteps; ++step) {
            page().showStep(step);
            QTest::qWait(50);
            for (const QPushButton* button : page().findChildren<QPushButton*>()) {
                const bool isFixed = button->isVisible() && !page().runs()->isAncestorOf(button);
                QTRY_VERIFY2(!isFixed || button->width() >= button->minimumSizeHint().width(),
                             qPrintable(describe(button)));
            }
        }
    }

    void theTabKeyFollowsTheEye() {
        addRows();
        QWidget* const steps[] = {page().data(), page().method(), page().check(),
                                  page().startPage()};
        fixture_->window().activateWindow();
        for (int step = 0; step < FinetunePage::kSteps; ++step) {
            page().showStep(step);
            QVERIFY(steps[step]->isAncestorOf(page().firstControl()));
            const QString wrong = againstTheEye(page(), steps[step]);
            QVERIFY2(wrong.isEmpty(),
                     qPrintable(QStringLiteral("step %1: %2").arg(step + 1).arg(wrong)));
        }
    }

    void theWayIsGoneByKeys() {
        addRows();
        fixture_->window().activateWindow();
        fixture_->window().showFinetune();
        QVERIFY(page().data()->isAncestorOf(page().focusWidget()));
        page().nextButton()->setFocus(Qt::TabFocusReason);
        QTest::keyClick(page().nextButton(), Qt::Key_Return);
        QCOMPARE(page().step(), 1);
        QVERIFY(page().method()->isAncestorOf(page().focusWidget()));
        QAbstractButton* first = page().steps()->button(0);
        first->setFocus(Qt::TabFocusReason);
        QTest::keyClick(first, Qt::Key_Enter);
        QCOMPARE(page().step(), 0);
    }

    void theDialogsOfTheData() {
        addRows();
        DataPage* data = page().data();
        fixture_->chat().send(0, QStringLiteral("Hello?"));
        QTRY_VERIFY(!fixture_->chat().isGenerating(fixture_->chat().conversations().first().id));
        check(data->showConversations(), QStringLiteral("conversations"));
        delete data->findChild<OwnConversationsDialog*>();
        RefusedRowsDialog refused(fixture_->study().findings(), fixture_->theme(),
                                  &fixture_->window());
        refused.show();
        QVERIFY(refused.list() != nullptr);
        check(&refused, QStringLiteral("refused"));
        fixture_->study().leaveOut(0);
        QTRY_COMPARE_WITH_TIMEOUT(fixture_->study().findings().leftOut, 1, 30'000);
        ChangedRowsDialog changed(fixture_->study(), fixture_->theme(), &fixture_->window());
        changed.show();
        QTRY_VERIFY_WITH_TIMEOUT(changed.allButton()->isEnabled(), 30'000);
        check(&changed, QStringLiteral("changed"));
        fixture_->study().readSource(0);
        QTRY_VERIFY_WITH_TIMEOUT(data->rowDialog() != nullptr, 30'000);
        check(data->rowDialog(), QStringLiteral("row"));
    }
};

// The screen is chosen before there is an application.
int main(int argc, char** argv) {
    const QTemporaryDir folder;
    if (!test::useSmallScreen(folder)) return 1;
    QApplication application(argc, argv);
    FinetuneReachTest reach;
    return QTest::qExec(&reach, argc, argv);
}

#include "finetune_reach_test.moc"
