#include "ui/benchmarks/benchmarks_dialog.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/benchmarks/benchmark_service.h"
#include "ui/benchmarks/benchmark_answers_dialog.h"
#include "ui/benchmarks/benchmark_table.h"
#include "ui/benchmarks/benchmark_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

namespace dsm {
namespace {

constexpr int kTableHeight = 220;
constexpr int kRunsHeight = 110;

}  // namespace

BenchmarksDialog::BenchmarksDialog(const BenchmarkParts& parts, QWidget* parent)
    : ScrollDialog(parent),
      parts_(parts),
      told_(new Label(this)),
      table_(new BenchmarkTable(this)),
      list_(new QListWidget(this)),
      answers_(new QPushButton(tr("Answers…"), this)),
      resume_(new QPushButton(tr("Go on"), this)),
      compare_(new QPushButton(tr("Compare"), this)),
      remove_(new QPushButton(tr("Remove"), this)),
      said_(new Label(this)),
      form_(new BenchmarkForm(parts, this)),
      close_(new QPushButton(tr("Close"), this)),
      toast_(new Toast(parts.theme, this)) {
    setWindowTitle(tr("Benchmarks"));
    told_->setText(
        tr("Published are DeepSeek's own numbers, in percent, by prompts of their own. What is "
           "measured here asks as lm-eval does, with its standard error."));
    told_->setProperty("tone", QStringLiteral("secondary"));
    for (QLabel* label : {told_, said_})
        label->setWordWrap(true);
    table_->setMinimumHeight(kTableHeight);
    list_->setProperty("kind", QStringLiteral("field"));
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setMinimumHeight(kRunsHeight);
    list_->setAccessibleName(tr("Benchmarks that were run"));
    for (QPushButton* button : {answers_, resume_, compare_, remove_, close_})
        button->setAutoDefault(false);
    makeLayout();
    makeConnections();
    QStringList notices = parts_.benchmarks.notices();
    said_->setText(notices.join(QLatin1Char('\n')));
    showRuns();
}

void BenchmarksDialog::makeLayout() {
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    column->addWidget(told_);
    column->addWidget(table_, 2);
    column->addWidget(list_, 1);
    auto* actions = new QHBoxLayout;
    for (QPushButton* button : {answers_, resume_, compare_, remove_})
        actions->addWidget(button);
    actions->addStretch(1);
    column->addLayout(actions);
    column->addWidget(said_);
    column->addWidget(form_);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close_);
    setContent(content, buttons);
}

void BenchmarksDialog::makeConnections() {
    connect(list_, &QListWidget::itemSelectionChanged, this, &BenchmarksDialog::showChosen);
    connect(list_, &QListWidget::itemActivated, this, &BenchmarksDialog::showAnswers);
    connect(answers_, &QPushButton::clicked, this, &BenchmarksDialog::showAnswers);
    connect(resume_, &QPushButton::clicked, this,
            [this] { parts_.benchmarks.resume(chosen().constFirst().id); });
    connect(compare_, &QPushButton::clicked, this, &BenchmarksDialog::compareChosen);
    connect(remove_, &QPushButton::clicked, this, &BenchmarksDialog::removeChosen);
    connect(close_, &QPushButton::clicked, this, &QDialog::accept);
    connect(&parts_.benchmarks, &BenchmarkService::runsChanged, this, &BenchmarksDialog::showRuns);
}

// The newest first.
void BenchmarksDialog::showRuns() {
    runs_ = parts_.benchmarks.runs();
    table_->showRuns(runs_);
    QList<qint64> were;
    for (const QListWidgetItem* item : list_->selectedItems())
        were.append(item->data(Qt::UserRole).toLongLong());
    {
        const QSignalBlocker quiet(list_);
        list_->clear();
        for (auto run = runs_.crbegin(); run != runs_.crend(); ++run) {
            auto* item = new QListWidgetItem(presentRun(*run), list_);
            item->setData(Qt::UserRole, run->id);
            item->setSelected(were.contains(run->id));
        }
    }
    for (QWidget* widget :
         std::initializer_list<QWidget*>{list_, answers_, resume_, compare_, remove_})
        widget->setVisible(!runs_.isEmpty());  // they are about runs alone
    showChosen();
}

QList<BenchmarkRunInfo> BenchmarksDialog::chosen() const {
    QList<BenchmarkRunInfo> runs;
    for (const QListWidgetItem* item : list_->selectedItems()) {
        const qint64 id = item->data(Qt::UserRole).toLongLong();
        for (const BenchmarkRunInfo& run : runs_) {
            if (run.id == id) runs.append(run);
        }
    }
    std::ranges::sort(runs, {}, &BenchmarkRunInfo::id);
    return runs;
}

void BenchmarksDialog::showChosen() {
    using State = BenchmarkRunInfo::State;
    const QList<BenchmarkRunInfo> runs = chosen();
    const bool isOne = runs.size() == 1;
    const bool isFree = parts_.benchmarks.running() == 0;
    const bool canGoOn =
        isOne && isFree &&
        (runs.first().state == State::Stopped || runs.first().state == State::Failed);
    answers_->setEnabled(isOne && runs.first().answered > 0);
    resume_->setEnabled(canGoOn);
    compare_->setEnabled(runs.size() == 2 && runs.first().task == runs.last().task);
    remove_->setEnabled(isOne && runs.first().state != State::Running);
    if (!isOne) return;
    said_->setText(runs.first().error.isEmpty() ? presentFigures(runs.first())
                                                : runs.first().error);
}

void BenchmarksDialog::showAnswers() {
    const QList<BenchmarkRunInfo> runs = chosen();
    if (runs.size() != 1 || runs.first().answered == 0) return;
    auto* dialog = new BenchmarkAnswersDialog(parts_.benchmarks, runs.first(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void BenchmarksDialog::compareChosen() {
    const QList<BenchmarkRunInfo> runs = chosen();
    const auto compared = parts_.benchmarks.compare(runs.first().id, runs.last().id);
    said_->setText(compared ? presentComparison(runs.first(), runs.last(), *compared)
                            : tr("The two have no question in common that was judged."));
}

void BenchmarksDialog::removeChosen() {
    const BenchmarkRunInfo run = chosen().constFirst();
    if (!parts_.benchmarks.remove(run.id)) return;
    toast_->showMessage(tr("The benchmark is removed."), tr("Undo"),
                        [this, id = run.id] { parts_.benchmarks.restore(id); });
}

QString BenchmarksDialog::said() const {
    return said_->text();
}

}  // namespace dsm
