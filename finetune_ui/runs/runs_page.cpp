#include "finetune_ui/runs/runs_page.h"

#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/reason_words.h"
#include "app/services/training/results/run_files.h"
#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/fitting_button.h"
#include "finetune_ui/cards/folding_row.h"
#include "finetune_ui/cards/form_card.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/runs/model_evaluation_card.h"
#include "finetune_ui/runs/model_evaluations.h"
#include "finetune_ui/runs/run_row.h"
#include "finetune_ui/runs/runs_overlay.h"
#include "finetune_ui/runs/take_back_dialog.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/match_rows.h"
#include "ui/widgets/question.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr int kRefreshMilliseconds = 500;

}  // namespace

RunsPage::RunsPage(const RunParts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      theme_(parts.theme),
      training_(parts.training),
      list_(new QWidget(this)),
      search_(new QLineEdit(list_)),
      compare_(new FittingButton(list_)),
      takeBack_(new FittingButton(list_)),
      evaluate_(new FittingButton(list_)),
      none_(makeNote(theme_, list_)),
      column_(new QVBoxLayout),
      run_(new RunPage(parts, this)),
      overlay_(new RunsOverlay(parts, this)),
      evaluations_(new ModelEvaluations(parts, this)),
      refresh_(new QTimer(this)) {
    refresh_->setSingleShot(true);
    refresh_->setInterval(kRefreshMilliseconds);
    makeLayout();
    makeConnections();
    retranslate();
    showList();
    onLanguageChange(this, [this] { retranslate(); });
}

RunsPage::~RunsPage() {
    run_->setRun(0);
}

void RunsPage::makeLayout() {
    search_->setObjectName(QStringLiteral("searchRuns"));
    search_->setClearButtonEnabled(true);
    compare_->setObjectName(QStringLiteral("compare"));
    takeBack_->setObjectName(QStringLiteral("takeOneBack"));
    evaluate_->setObjectName(QStringLiteral("evaluateOthers"));
    auto* tools = new ButtonRow({compare_, takeBack_, evaluate_}, list_);
    column_->setSpacing(space::kMedium);
    auto* list = new QVBoxLayout(list_);
    list->setContentsMargins(0, 0, 0, 0);
    list->setSpacing(space::kMedium);
    list->addWidget(new FoldingRow(search_, tools, list_, space::kSmall));
    list->addWidget(none_);
    list->addLayout(column_);
    list->addStretch(1);
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(0, 0, 0, 0);
    for (QWidget* place : places())
        page->addWidget(place);
}

void RunsPage::makeConnections() {
    connect(search_, &QLineEdit::textChanged, this, &RunsPage::showRows);
    connect(compare_, &QPushButton::clicked, this, [this] { compare(chosen()); });
    connect(takeBack_, &QPushButton::clicked, this, &RunsPage::takeBackFolder);
    connect(evaluate_, &QPushButton::clicked, this, &RunsPage::showEvaluations);
    connect(evaluations_, &ModelEvaluations::backWanted, this, &RunsPage::showList);
    connect(run_, &RunPage::backWanted, this, &RunsPage::showList);
    connect(run_, &RunPage::deleteWanted, this, &RunsPage::askToDelete);
    connect(run_, &RunPage::renameWanted, this, &RunsPage::askForName);
    connect(run_, &RunPage::cloneWanted, this, &RunsPage::cloneWanted);
    connect(run_, &RunPage::tryWanted, this, &RunsPage::tryWanted);
    connect(run_, &RunPage::failed, this, &RunsPage::failed);
    connect(overlay_, &RunsOverlay::backWanted, this, &RunsPage::showList);
    connect(overlay_, &RunsOverlay::failed, this, &RunsPage::failed);
    connect(&training_, &TrainingService::jobsChanged, this, &RunsPage::showRows);
    connect(&training_, &TrainingService::storeFailed, this,
            [this](const ReasonShown& why) { Q_EMIT failed(presentReason(why)); });
    connect(&training_, &TrainingService::stepped, this, [this](qint64 id) {
        stepped_.insert(id);
        if (!refresh_->isActive()) refresh_->start();
    });
    connect(refresh_, &QTimer::timeout, this, [this] {
        for (RunRow* row : rows_) {
            if (stepped_.contains(row->id())) row->showRun();
        }
        stepped_.clear();
    });
}

QList<QWidget*> RunsPage::places() const {
    return {list_, run_, overlay_, evaluations_};
}

void RunsPage::showPlace(QWidget* place) {
    for (QWidget* one : places())
        one->setVisible(one == place);
    if (place != run_) run_->setRun(0);
    if (place != overlay_) overlay_->setRuns({});
    Q_EMIT placeChanged();
}

void RunsPage::showList() {
    showPlace(list_);
    showRows();
}

void RunsPage::showRun(qint64 id) {
    if (training_.job(id).id == 0) return;
    run_->setRun(id);
    showPlace(run_);
}

void RunsPage::compare(const QList<qint64>& ids) {
    if (ids.size() < RunsOverlay::kLeast || ids.size() > RunsOverlay::kMost) return;
    overlay_->setRuns(ids);
    showPlace(overlay_);
}

void RunsPage::showEvaluations() {
    evaluations_->card()->refresh();
    showPlace(evaluations_);
}

bool RunsPage::isWanted(const TrainingJob& job) const {
    if (going_.contains(job.id)) return false;
    const QJsonObject settings = settingsOf(job);
    const QString all =
        QStringList{
            job.name,         job.notes,        job.tags.join(u' '),      parts_.baseName(settings),
            baseOf(settings), dataOf(settings), presentRunState(job).text}
            .join(u'\n');
    const QStringList words = search_->text().split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&](const QString& word) {
        return all.contains(word, Qt::CaseInsensitive);
    });
}

void RunsPage::showRows() {
    QList<TrainingJob> jobs = training_.jobs();
    const bool isEmpty = jobs.isEmpty();
    jobs.removeIf([this](const TrainingJob& job) { return !isWanted(job); });
    std::reverse(jobs.begin(), jobs.end());
    auto next = jobs.begin();
    const auto isOf = [](const RunRow& row, const TrainingJob& job) { return row.id() == job.id; };
    std::vector<RunRow*> before = rows_;
    matchRows(rows_, jobs, column_, 0, isOf, [&] {
        // Rows are asked for in the order of the jobs; the next without one is meant.
        while (std::any_of(before.begin(), before.end(),
                           [&](const RunRow* row) { return isOf(*row, *next); }))
            ++next;
        auto* row = new RunRow(parts_, (next++)->id, list_);
        connect(row, &RunRow::opened, this, &RunsPage::showRun);
        connect(row, &RunRow::chosen, this, &RunsPage::showChoice);
        return row;
    });
    for (RunRow* row : rows_)
        row->showRun();
    none_->setText(isEmpty ? tr("Nothing has been trained yet. A run that you start is here, with "
                                "all that was measured.")
                           : tr("No run fits what you look for."));
    none_->setVisible(jobs.isEmpty());
    search_->setVisible(!isEmpty);
    showChoice();
}

QList<qint64> RunsPage::chosen() const {
    QList<qint64> ids;
    for (const RunRow* row : rows_) {
        if (row->isChosen()) ids.append(row->id());
    }
    return ids;
}

void RunsPage::showChoice() {
    const auto count = static_cast<int>(chosen().size());
    compare_->setVisible(training_.jobs().size() > 1);
    compare_->setEnabled(count >= RunsOverlay::kLeast && count <= RunsOverlay::kMost);
    compare_->setText(count < RunsOverlay::kLeast  ? tr("Choose two to compare")
                      : count > RunsOverlay::kMost ? tr("Choose six at most")
                                                   : tr("Compare %1 runs").arg(count));
}

void RunsPage::askForName(qint64 id) {
    QInputDialog dialog(this);
    dialog.setWindowTitle(tr("Rename the run"));
    dialog.setLabelText(tr("Its name:"));
    dialog.setTextValue(training_.job(id).name);
    // In the language of the page, whatever Qt's own texts are in.
    dialog.setOkButtonText(tr("Rename"));
    dialog.setCancelButtonText(tr("Cancel"));
    if (dialog.exec() != QDialog::Accepted) return;
    const QString name = dialog.textValue().trimmed();
    if (!name.isEmpty()) training_.rename(id, name);
}

void RunsPage::takeBackFolder() {
    const QString folder = QFileDialog::getExistingDirectory(
        this, tr("The folder that the training wrote to"), QDir::homePath());
    if (!folder.isEmpty()) askToTakeBack(folder);
}

void RunsPage::askToTakeBack(const QString& folder) {
    auto* dialog =
        new TakeBackDialog(folder, parts_.bases ? parts_.bases() : QList<RunBase>(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const qint64 id = training_.takeBack(dialog->name(), dialog->settingsJson(), dialog->run());
        if (id != 0) showRun(id);
    });
    dialog->open();
}

void RunsPage::askToDelete(qint64 id) {
    const TrainingJob job = training_.job(id);
    if (job.id == 0 || job.state == TrainingState::Running) return;
    const RunFiles files = filesOfRun(job.folder);
    QList<QuestionAnswer> answers;
    const bool hasFiles = files.bytes > 0 && files.isOwn;
    if (hasFiles) {
        answers.append(
            {.text = tr("Delete with its files"), .action = [this, id] { remove(id, true); }});
    }
    answers.append({.text = hasFiles ? tr("Only from the list") : tr("Delete"),
                    .action = [this, id] { remove(id, false); }});
    ask(this,
        {.title = tr("Delete the run?"),
         .text = tr("Delete “%1”, with what was measured and its log?").arg(job.name),
         .more = !hasFiles
                     ? QString()
                     : tr("Its files, checkpoints: %1, take %2 in %3. With them goes what it has "
                          "learned.")
                           .arg(QLocale().toString(files.checkpoints), presentBytes(files.bytes),
                                job.folder)},
        answers, tr("Keep it"));
}

void RunsPage::remove(qint64 id, bool withFiles) {
    const TrainingJob job = training_.job(id);
    if (job.id == 0) return;
    going_.insert(id);
    showList();
    if (!toast_) toast_ = new Toast(theme_, window());
    const QPointer<RunsPage> alive(this);
    toast_->showMessage([name = job.name] { return tr("“%1” is deleted.").arg(name); },
                        [] { return tr("Undo"); },
                        [alive, id] {
                            if (!alive) return;
                            alive->going_.remove(id);
                            alive->showRows();
                        },
                        [alive, id, withFiles, folder = job.folder] {
                            if (!alive) return;
                            alive->training_.remove(id);
                            alive->going_.remove(id);
                            const bool isGone = alive->training_.job(id).id == 0;
                            if (isGone && withFiles) deleteFilesOfRun(folder);
                            alive->showRows();
                        });
}

void RunsPage::retranslate() {
    search_->setPlaceholderText(tr("Search the runs"));
    search_->setAccessibleName(tr("Search the runs"));
    takeBack_->setText(tr("Add one from elsewhere…"));
    takeBack_->setToolTip(
        tr("Shows a run that was trained elsewhere like one of this program: by "
           "the exported job, PEFT or another trainer"));
    evaluate_->setText(tr("Evaluate a model…"));
    evaluate_->setToolTip(
        tr("Measures any model, with any adapter or none, on a file of examples"));
    showRows();
}

}  // namespace dsm
