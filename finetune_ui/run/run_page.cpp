#include "finetune_ui/run/run_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTimer>
#include <QVBoxLayout>

#include "app/services/program/reason_words.h"
#include "app/services/program/sentences.h"
#include "app/services/training/results/run_rows.h"
#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/folding_row.h"
#include "finetune_ui/cards/settings_table.h"
#include "finetune_ui/run/evaluations_card.h"
#include "finetune_ui/run/export_card.h"
#include "finetune_ui/run/first_batch_card.h"
#include "finetune_ui/run/run_answers.h"
#include "finetune_ui/run/run_charts.h"
#include "finetune_ui/run/run_progress.h"
#include "finetune_ui/run/run_rows_card.h"
#include "finetune_ui/run/run_subjects.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/question.h"

namespace dsm {
namespace {

constexpr int kRefreshMilliseconds = 250;
constexpr int kNotesHeight = 72;
constexpr int kLogHeight = 180;

}  // namespace

RunPage::RunPage(const RunParts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      theme_(parts.theme),
      training_(parts.training),
      back_(new QPushButton(this)),
      name_(new Label(this)),
      rename_(new IconButton(theme_, IconName::Edit, 32, IconButton::Look::Plain, this)),
      pause_(new QPushButton(this)),
      finish_(new QPushButton(this)),
      stop_(new QPushButton(this)),
      resume_(new QPushButton(this)),
      startNow_(new QPushButton(this)),
      try_(new QPushButton(this)),
      tries_(new QMenu(this)),
      clone_(new QPushButton(this)),
      delete_(new IconButton(theme_, IconName::Trash, 32, IconButton::Look::Plain, this)),
      banner_(new Banner(theme_, this)),
      progress_(new RunProgress(theme_, this)),
      charts_(new RunCharts(theme_, this)),
      answers_(new RunAnswers(theme_, this)),
      rows_(new RunRowsCard(theme_, this)),
      firstBatch_(new FirstBatchCard(theme_, this)),
      evaluations_(new EvaluationsCard(parts, this)),
      export_(new ExportCard(parts, this)),
      settingsCard_(new FormCard(theme_, this)),
      settings_(new SettingsTable(theme_, this)),
      notesCard_(new FormCard(theme_, this)),
      notes_(new QPlainTextEdit(this)),
      tagsLabel_(new Label(this)),
      tags_(new QLineEdit(this)),
      logCard_(new FormCard(theme_, this)),
      log_(new QPlainTextEdit(this)),
      refresh_(new QTimer(this)) {
    refresh_->setSingleShot(true);
    refresh_->setInterval(kRefreshMilliseconds);
    makeLayout();
    makeConnections();
    applyTheme();
    retranslate();
}

RunPage::~RunPage() = default;

void RunPage::makeLayout() {
    back_->setProperty("kind", QStringLiteral("plain"));
    pause_->setObjectName(QStringLiteral("pause"));
    finish_->setObjectName(QStringLiteral("finish"));
    stop_->setObjectName(QStringLiteral("stop"));
    resume_->setObjectName(QStringLiteral("resume"));
    startNow_->setObjectName(QStringLiteral("startNow"));
    tags_->setObjectName(QStringLiteral("tags"));
    try_->setObjectName(QStringLiteral("try"));
    clone_->setObjectName(QStringLiteral("clone"));
    delete_->setObjectName(QStringLiteral("delete"));
    static_cast<Label*>(name_)->setElided(Qt::ElideRight);
    log_->setReadOnly(true);
    log_->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    notes_->setTabChangesFocus(true);
    for (QWidget* field : {notes_, log_})
        field->setProperty("kind", QStringLiteral("field"));
    log_->setTabChangesFocus(true);
    auto* named = new QWidget(this);
    auto* title = new QHBoxLayout(named);
    title->setContentsMargins(0, 0, 0, 0);
    title->addWidget(name_, 1);
    title->addWidget(rename_);
    title->addWidget(delete_);
    settingsCard_->body()->addWidget(settings_);
    notesCard_->body()->addWidget(notes_);
    tagsLabel_->setBuddy(tags_);
    tagsLabel_->setWordWrap(true);
    notesCard_->body()->addWidget(tagsLabel_);
    notesCard_->body()->addWidget(tags_);
    logCard_->body()->addWidget(log_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kMedium);
    constexpr int kAllOfIt = 1000;
    column->addWidget(
        new FoldingRow(new ButtonRow({back_}, this), named, this, space::kSmall, kAllOfIt));
    column->addWidget(banner_);
    column->addWidget(
        new ButtonRow({startNow_, pause_, resume_, try_, finish_, stop_, clone_}, this));
    for (QWidget* card :
         std::initializer_list<QWidget*>{progress_, charts_, answers_, rows_, evaluations_, export_,
                                         firstBatch_, settingsCard_, notesCard_, logCard_})
        column->addWidget(card);
    column->addStretch(1);
    banner_->hide();
    banner_->setMaximumWidth(QWIDGETSIZE_MAX);  // as wide as the cards
}

void RunPage::makeConnections() {
    connect(back_, &QPushButton::clicked, this, &RunPage::backWanted);
    connect(rename_, &IconButton::clicked, this, [this] { Q_EMIT renameWanted(id_); });
    connect(delete_, &IconButton::clicked, this, [this] { Q_EMIT deleteWanted(id_); });
    connect(pause_, &QPushButton::clicked, this, [this] { training_.pause(id_); });
    connect(finish_, &QPushButton::clicked, this,
            [this] { training_.stop(id_, TrainingStop::Finish); });
    connect(stop_, &QPushButton::clicked, this, &RunPage::askToStop);
    connect(resume_, &QPushButton::clicked, this, [this] { training_.resume(id_); });
    connect(startNow_, &QPushButton::clicked, this, [this] { training_.setStart(id_, {}); });
    connect(tags_, &QLineEdit::editingFinished, this, &RunPage::keepNotes);
    connect(clone_, &QPushButton::clicked, this,
            [this] { Q_EMIT cloneWanted(training_.job(id_).settingsJson); });
    connect(charts_, &RunCharts::failed, this, &RunPage::failed);
    connect(refresh_, &QTimer::timeout, this, &RunPage::showNumbers);
    connect(&training_, &TrainingService::jobsChanged, this, &RunPage::showState);
    const auto soon = [this](qint64 id) {
        if (id == id_ && !refresh_->isActive()) refresh_->start();
    };
    connect(&training_, &TrainingService::stepped, this, soon);
    connect(&training_, &TrainingService::wentBack, this, soon);
    connect(&training_, &TrainingService::logged, this, [this](qint64 id) {
        if (id == id_) showLog();
    });
    connect(&training_, &TrainingService::answered, this, [this](qint64 id) {
        if (id == id_) answers_->setAnswers(training_.answers(id));
    });
    auto* keep = new QTimer(this);
    keep->setSingleShot(true);
    connect(notes_, &QPlainTextEdit::textChanged, keep, [keep] { keep->start(800); });
    connect(keep, &QTimer::timeout, this, &RunPage::keepNotes);
    connect(&theme_, &Theme::changed, this, &RunPage::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
}

void RunPage::setRun(qint64 id) {
    keepNotes();
    id_ = id;
    charts_->setRuns({});
    curves_ = id == 0 ? nullptr : std::make_unique<RunCurves>(training_, id);
    if (!curves_) return;
    const TrainingJob job = training_.job(id);
    charts_->setRuns({{job.name, curves_.get()}});
    showSettings();
    const Words words = unkept_.value(id, {job.notes, job.tags.join(QStringLiteral(", "))});
    notes_->setPlainText(words.notes);
    tags_->setText(words.tags);
    answers_->setAnswers(training_.answers(id));
    rows_->setRows({});
    firstBatch_->setBatch({});
    evaluations_->setRun(id);
    export_->setRun(id);
    showLog();
    showState();
}

void RunPage::showState() {
    if (!curves_) return;
    const TrainingJob job = training_.job(id_);
    if (job.id == 0) return;
    name_->setText(job.name);
    const bool isUnderWay =
        job.state == TrainingState::Running || job.state == TrainingState::Queued;
    pause_->setVisible(isUnderWay);
    pause_->setEnabled(!job.isStopping);
    const bool isRunning = job.state == TrainingState::Running;
    finish_->setVisible(isRunning);
    stop_->setVisible(isRunning);
    stop_->setEnabled(!job.isStopping);
    startNow_->setVisible(isPlanned(job));
    pause_->setText(job.state == TrainingState::Queued ? tr("Hold it back") : tr("Pause and save"));
    resume_->setVisible(job.state == TrainingState::Paused || job.state == TrainingState::Failed);
    delete_->setEnabled(job.state != TrainingState::Running);
    showTries(job);
    showLeading();
    evaluations_->refresh();
    export_->refresh();
    showFailure(job);
    showNumbers();
}

// What most will want next, and nothing else, is filled.
void RunPage::showLeading() {
    const QPushButton* leading = nullptr;
    for (QPushButton* button : {startNow_, resume_, pause_, try_}) {
        if (leading == nullptr && !button->isHidden()) leading = button;
        setKind(button, button == leading ? QStringLiteral("primary") : QString());
    }
}

// What is lost is said before.
void RunPage::askToStop() {
    const qint64 saved = filesOfRun(training_.job(id_).folder).lastStep;
    const auto stop = [this, id = id_] { training_.stop(id, TrainingStop::Discard); };
    if (training_.job(id_).step <= saved) return stop();
    ask(this,
        {.title = tr("Stop without saving?"),
         .text = saved == 0 ? tr("Nothing has been saved yet: resumed, the run begins anew.")
                            : tr("What was learned after step %1 is lost. Resumed, the run learns "
                                 "it again.")
                                  .arg(QLocale().toString(saved))},
        {{.text = tr("Stop"), .action = stop}}, tr("Let it run"));
}

void RunPage::showTries(const TrainingJob& job) {
    tries_->clear();
    const QList<RunResult> results = filesOfRun(job.folder).results;
    const auto wants = [this, job](const RunResult& result) {
        return [this, subject = subjectOf(result, job)] {
            Q_EMIT tryWanted(subject.adapterFolder, subject.modelFolder);
        };
    };
    for (const RunResult& result : results) {
        const QString text =
            result.step == 0 ? tr("The result")
                             : tr("As it was after step %1").arg(QLocale().toString(result.step));
        tries_->addAction(text, this, wants(result));
    }
    // While it learns the computer has no memory and no time for a chat beside it.
    try_->setVisible(!results.isEmpty() && job.state != TrainingState::Running);
    try_->disconnect(this);
    try_->setMenu(results.size() > 1 ? tries_ : nullptr);
    if (results.isEmpty()) return;
    try_->setToolTip(results.first().isModel
                         ? tr("Loads the model that this run has made. It and the one that it was "
                              "made from answer side by side, each loaded in its turn: the fixed "
                              "prompts, and what you ask.")
                         : tr("Loads the base model with what this run has learned, and lets both "
                              "answer side by side: the fixed prompts, and what you ask."));
    if (results.size() == 1) connect(try_, &QPushButton::clicked, this, wants(results.first()));
}

void RunPage::showFailure(const TrainingJob& job) {
    if (job.state != TrainingState::Failed) {
        banner_->hide();
        return;
    }
    banner_->showMessage(Banner::Tone::Error, [job] {
        return inARow(
            {presentReason(job.error), presentWhatIsLeft(filesOfRun(job.folder).lastStep)});
    });
}

void RunPage::showNumbers() {
    if (!curves_) return;
    const TrainingJob job = training_.job(id_);
    finish_->setEnabled(!job.isStopping && job.step > 0);  // before there is nothing to save
    progress_->showRun(job, *curves_);
    charts_->refresh();
    showRows();
}

// Of files that a run writes with its first step and with each evaluation.
void RunPage::showRows() {
    const QString folder = training_.job(id_).folder;
    if (firstBatch_->batch().samples == 0) firstBatch_->setBatch(firstBatchOf(folder));
    const QList<TrainingPoint>& evaluations = curves_->of(QStringLiteral("eval/loss"));
    if (evaluations.isEmpty()) return rows_->setRows({});
    const EvaluatedRowsShown& shown = rows_->rows();
    if (shown.rows == 0 || shown.step != evaluations.last().step)
        rows_->setRows(evaluatedRowsOf(folder));
}

void RunPage::showLog() {
    const bool wasAtEnd =
        log_->verticalScrollBar()->value() == log_->verticalScrollBar()->maximum();
    QStringList lines;
    for (const ReasonShown& line : training_.log(id_))
        lines.append(presentReason(line));
    log_->setPlainText(lines.join(u'\n'));
    // A run from elsewhere has none, and nothing will come.
    logCard_->setVisible(!lines.isEmpty() || training_.job(id_).state != TrainingState::Finished);
    if (wasAtEnd) log_->verticalScrollBar()->setValue(log_->verticalScrollBar()->maximum());
}

void RunPage::showSettings() {
    const QJsonObject settings = parts_.shownSettings(training_.job(id_));
    settings_->setRun(settings);
    settingsCard_->setHeading(
        tr("Settings of this run"),
        areAllKnown(settings)
            ? tr("As they were when it began; what is not listed had its default.")
            : tr("As its folder tells them; what is not listed is not known."));
}

void RunPage::keepNotes() {
    if (id_ == 0) return;
    const bool isKept = training_.setNotes(id_, notes_->toPlainText()) &&
                        training_.setTags(id_, tags_->text().split(u','));
    if (isKept) {
        unkept_.remove(id_);
    } else {
        unkept_[id_] = {notes_->toPlainText(), tags_->text()};
    }
}

void RunPage::applyTheme() {
    name_->setFont(theme_.font(TextStyle::Title));
    log_->setFont(theme_.font(TextStyle::Code));
    notes_->setFont(theme_.font(TextStyle::Interface));
    back_->setIcon(theme_.icon(IconName::ChevronLeft));
    log_->setFixedHeight(theme_.scaled(kLogHeight));
    notes_->setFixedHeight(theme_.scaled(kNotesHeight));
}

void RunPage::retranslate() {
    back_->setText(tr("All runs"));
    pause_->setText(tr("Pause and save"));
    pause_->setToolTip(tr("Saves where it stands; whenever you like it goes on from there"));
    finish_->setText(tr("Stop and save"));
    finish_->setToolTip(
        tr("Ends the run here: what it has learned so far is its result, to be tried and kept"));
    stop_->setText(tr("Stop"));
    stop_->setToolTip(tr("Ends it at once, without saving what came after its last checkpoint"));
    rename_->setName(tr("Rename the run"));
    delete_->setName(tr("Delete the run…"));
    resume_->setText(tr("Resume"));
    startNow_->setText(tr("Start now"));
    tagsLabel_->setText(tr("Tags, with commas between them:"));
    tags_->setAccessibleName(tr("Tags"));
    try_->setText(tr("Try it"));
    clone_->setText(tr("Clone…"));
    clone_->setToolTip(tr("Prepares a new run with these settings"));
    notesCard_->setHeading(tr("Notes"));
    notes_->setPlaceholderText(tr("What this run is for, and what came of it"));
    notes_->setAccessibleName(tr("Notes"));
    logCard_->setHeading(tr("Log"));
    log_->setAccessibleName(tr("Log"));
    if (curves_) {
        showSettings();
        showLog();
        showState();
    }
}

}  // namespace dsm
