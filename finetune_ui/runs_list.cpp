#include "finetune_ui/runs_list.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/match_rows.h"
#include "ui/widgets/meter.h"

namespace dsm {

RunRow::RunRow(TrainingService& training, const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      training_(training),
      name_(new Label(this)),
      state_(makeNote(theme, this)),
      meter_(new Meter(theme, this)),
      action_(new QPushButton(this)),
      remove_(new IconButton(theme, IconName::Trash, 32, IconButton::Look::Plain, this)) {
    auto* words = new QVBoxLayout;
    words->setSpacing(space::kTiny);
    words->addWidget(name_);
    words->addWidget(state_);
    words->addWidget(meter_);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kPadding, space::kMedium, kPadding, space::kMedium);
    row->setSpacing(space::kSmall);
    row->addLayout(words, 1);
    row->addWidget(action_);
    row->addWidget(remove_);
    connect(action_, &QPushButton::clicked, this, [this] {
        const bool runs =
            job_.state == TrainingState::Running || job_.state == TrainingState::Queued;
        if (runs) {
            training_.pause(job_.id);
        } else {
            training_.resume(job_.id);
        }
    });
    connect(remove_, &IconButton::clicked, this, [this] { training_.remove(job_.id); });
    connect(&theme, &Theme::changed, this, &RunRow::applyTheme);
    applyTheme();
}

void RunRow::applyTheme() {
    tone(name_, TextStyle::InterfaceStrong, ColorRole::Text);
}

void RunRow::setJob(const TrainingJob& job) {
    job_ = job;
    name_->setText(job.name);
    const QString steps =
        job.totalSteps > 0 ? tr("step %1 of %2").arg(job.step).arg(job.totalSteps) : QString();
    QString state;
    switch (job.state) {
        case TrainingState::Queued:
            state = job.waitsFor.isEmpty() ? tr("Waits for its turn") : job.waitsFor;
            break;
        case TrainingState::Running:
            state = steps.isEmpty() ? tr("Begins") : tr("Learns, %1").arg(steps);
            break;
        case TrainingState::Paused:
            state = steps.isEmpty() ? tr("Paused") : tr("Paused, %1").arg(steps);
            break;
        case TrainingState::Finished:
            state = tr("Finished");
            break;
        case TrainingState::Failed:
            state = job.error;
            break;
    }
    state_->setText(state);
    const bool runs = job.state == TrainingState::Running || job.state == TrainingState::Queued;
    meter_->setVisible(job.state == TrainingState::Running || job.state == TrainingState::Paused);
    meter_->setShare(job.share());
    action_->setVisible(job.state != TrainingState::Finished);
    action_->setText(runs ? tr("Pause and save") : tr("Go on"));
    remove_->setVisible(job.state != TrainingState::Running);
    remove_->setName(tr("Take %1 from the list; its files stay").arg(job.name));
}

RunsList::RunsList(TrainingService& training, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      training_(training),
      theme_(theme),
      none_(makeNote(theme, this)),
      list_(new QVBoxLayout) {
    list_->setSpacing(space::kMedium);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kLarge);
    column->addWidget(none_);
    column->addLayout(list_);
    column->addStretch(1);
    connect(&training, &TrainingService::jobsChanged, this, &RunsList::showNow);
    connect(&training, &TrainingService::stepped, this, &RunsList::showNow);
    showNow();
}

void RunsList::showNow() {
    QList<TrainingJob> jobs = training_.jobs();
    std::reverse(jobs.begin(), jobs.end());
    const auto isOf = [](const RunRow& row, const TrainingJob& job) { return row.id() == job.id; };
    matchRows(rows_, jobs, list_, 0, isOf, [this] { return new RunRow(training_, theme_, this); });
    for (std::size_t i = 0; i < rows_.size(); ++i)
        rows_[i]->setJob(jobs[static_cast<qsizetype>(i)]);
    none_->setText(tr("Nothing has been trained yet."));
    none_->setVisible(jobs.isEmpty());
}

void RunsList::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) showNow();
}

}  // namespace dsm
