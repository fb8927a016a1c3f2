#include "ui/benchmarks/benchmarks_page.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/benchmarks/benchmark_service.h"
#include "app/services/program/sentences.h"
#include "ui/benchmarks/benchmark_answers_dialog.h"
#include "ui/benchmarks/benchmark_table.h"
#include "ui/benchmarks/benchmark_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/page_scroll.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

namespace dsm {
namespace {

constexpr int kBenchmarksWidth = 860;
constexpr int kTableHeight = 220;
constexpr int kRunsHeight = 110;

}  // namespace

BenchmarksPage::BenchmarksPage(const BenchmarkParts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      header_(new PageHeader(parts.theme, this)),
      banner_(new Banner(parts.theme, this)),
      scroll_(new PageScroll(this)),
      told_(new Label(this)),
      table_(new BenchmarkTable(this)),
      list_(new QListWidget(this)),
      answers_(new QPushButton(this)),
      resume_(new QPushButton(this)),
      compare_(new QPushButton(this)),
      remove_(new QPushButton(this)),
      said_(new Label(this)),
      form_(new BenchmarkForm(parts, this)),
      back_(new QShortcut(Qt::Key_Escape, this)) {
    back_->setContext(Qt::WidgetWithChildrenShortcut);
    told_->setProperty("tone", QStringLiteral("secondary"));
    for (QLabel* label : {told_, said_})
        label->setWordWrap(true);
    list_->setProperty("kind", QStringLiteral("field"));
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    makeLayout();
    makeConnections();
    applyTheme();
    retranslate();
    if (!parts_.benchmarks.notices().isEmpty()) {
        banner_->showMessage(Banner::Tone::Warning, [benchmarks = &parts_.benchmarks] {
            return inARow(benchmarks->notices());
        });
    }
    showRuns();
}

void BenchmarksPage::makeLayout() {
    auto* content = new QWidget(this);
    content->setMaximumWidth(kBenchmarksWidth);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, space::kTiny, 0, space::kHuge);
    column->setSpacing(space::kSmall);
    column->addWidget(told_);
    column->addWidget(table_);
    column->addWidget(list_);
    auto* actions = new QHBoxLayout;
    actions->setSpacing(space::kSmall);
    for (QPushButton* button : {answers_, resume_, compare_, remove_})
        actions->addWidget(button);
    actions->addStretch(1);
    column->addLayout(actions);
    column->addWidget(said_);
    column->addSpacing(space::kMedium);
    column->addWidget(form_);
    column->addStretch(1);
    scroll_->setColumn(content, parts_.theme);
    auto* bannerRow = new QHBoxLayout;
    bannerRow->setContentsMargins(space::kHuge, 0, space::kHuge, space::kSmall);
    bannerRow->addWidget(banner_);
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(0, 0, 0, 0);
    page->setSpacing(0);
    page->addWidget(header_);
    page->addLayout(bannerRow);
    page->addWidget(scroll_, 1);
}

void BenchmarksPage::makeConnections() {
    connect(back_, &QShortcut::activated, this, &BenchmarksPage::backRequested);
    connect(header_, &PageHeader::sidebarRequested, this, &BenchmarksPage::sidebarRequested);
    connect(header_, &PageHeader::newChatRequested, this, &BenchmarksPage::newChatRequested);
    connect(list_, &QListWidget::itemSelectionChanged, this, &BenchmarksPage::showChosen);
    connect(list_, &QListWidget::itemActivated, this, &BenchmarksPage::showAnswers);
    connect(answers_, &QPushButton::clicked, this, &BenchmarksPage::showAnswers);
    connect(resume_, &QPushButton::clicked, this,
            [this] { parts_.benchmarks.resume(chosen().constFirst().id); });
    connect(compare_, &QPushButton::clicked, this, &BenchmarksPage::compareChosen);
    connect(remove_, &QPushButton::clicked, this, &BenchmarksPage::removeChosen);
    connect(&parts_.benchmarks, &BenchmarkService::runsChanged, this, &BenchmarksPage::showRuns);
    connect(&parts_.theme, &Theme::changed, this, &BenchmarksPage::applyTheme);
    onLanguageChange(this, [this] {
        retranslate();
        showRuns();
    });
}

void BenchmarksPage::applyTheme() {
    table_->setMinimumHeight(parts_.theme.scaled(kTableHeight));
    list_->setFixedHeight(parts_.theme.scaled(kRunsHeight));
    update();
}

void BenchmarksPage::retranslate() {
    header_->setTitle(tr("Benchmarks"));
    told_->setText(
        tr("Published are DeepSeek's own numbers, in percent, by prompts of their own. What is "
           "measured here asks as lm-eval does, with its standard error."));
    answers_->setText(tr("Answers…"));
    resume_->setText(tr("Go on"));
    compare_->setText(tr("Compare"));
    remove_->setText(tr("Remove"));
    list_->setAccessibleName(tr("Benchmarks that were run"));
    said_->clear();  // in the language that was
}

void BenchmarksPage::setSidebarHidden(bool isHidden) {
    header_->setSidebarHidden(isHidden);
}

QWidget* BenchmarksPage::firstControl() const {
    return form_->task();
}

void BenchmarksPage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), parts_.theme.color(ColorRole::Window));
}

// The newest first.
void BenchmarksPage::showRuns() {
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

QList<BenchmarkRunInfo> BenchmarksPage::chosen() const {
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

void BenchmarksPage::showChosen() {
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

void BenchmarksPage::showAnswers() {
    const QList<BenchmarkRunInfo> runs = chosen();
    if (runs.size() != 1 || runs.first().answered == 0) return;
    auto* dialog = new BenchmarkAnswersDialog(parts_.benchmarks, runs.first(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void BenchmarksPage::compareChosen() {
    const QList<BenchmarkRunInfo> runs = chosen();
    const auto compared = parts_.benchmarks.compare(runs.first().id, runs.last().id);
    said_->setText(compared ? presentComparison(runs.first(), runs.last(), *compared)
                            : tr("The two have no question in common that was judged."));
}

void BenchmarksPage::removeChosen() {
    const BenchmarkRunInfo run = chosen().constFirst();
    if (!parts_.benchmarks.remove(run.id)) return;
    if (toast_ == nullptr) return;
    toast_->showMessage([] { return tr("The benchmark is removed."); }, [] { return tr("Undo"); },
                        [this, id = run.id] { parts_.benchmarks.restore(id); });
}

QString BenchmarksPage::said() const {
    return said_->text();
}

}  // namespace dsm
