#include "finetune_ui/run/run_progress.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QVBoxLayout>
#include <cmath>

#include "app/services/training/results/run_files.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/pill.h"

namespace dsm {
namespace {

constexpr int kFigures = 8;
constexpr int kMeterParts = 1000;
constexpr int kFigureWidth = 150;

QString whole(double number) {
    return QLocale().toString(static_cast<qint64>(std::llround(number)));
}

}  // namespace

RunProgress::RunProgress(const Theme& theme, QWidget* parent)
    : FormCard(theme, parent),
      state_(new Pill(theme, this)),
      step_(new Label(this)),
      meter_(new QProgressBar(this)),
      safety_(makeNote(theme, this)),
      grid_(new QGridLayout) {
    meter_->setRange(0, kMeterParts);
    meter_->setTextVisible(false);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kSmall);
    row->addWidget(state_);
    row->addWidget(step_, 1);
    for (int i = 0; i < kFigures; ++i) {
        auto* box = new QWidget(this);
        auto* column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        figures_.append({box, makeNote(theme, box), new Label(box)});
        figures_[i].title->setWordWrap(false);  // so that its height does not depend on its width
        column->addWidget(figures_[i].title);
        column->addWidget(figures_[i].value);
    }
    grid_->setHorizontalSpacing(space::kMedium);
    grid_->setVerticalSpacing(space::kMedium);
    body()->addLayout(row);
    body()->addWidget(meter_);
    body()->addSpacing(space::kTiny);
    body()->addLayout(grid_);
    body()->addWidget(safety_);
    connect(&theme, &Theme::changed, this, &RunProgress::applyTheme);
    applyTheme();
}

void RunProgress::applyTheme() {
    tone(step_, TextStyle::Interface, ColorRole::Text);
    for (const Figure& figure : figures_)
        tone(figure.value, TextStyle::Title, ColorRole::Text);
}

void RunProgress::show(int place, const QString& title, const QString& value) {
    Figure& figure = figures_[place];
    figure.title->setText(title);
    figure.value->setText(value);
    figure.value->setAccessibleName(title + QStringLiteral(": ") + value);
    figure.isShown = !value.isEmpty();
}

QString RunProgress::figure(const QString& name) const {
    for (const Figure& figure : figures_) {
        if (figure.isShown && figure.title->text() == name) return figure.value->text();
    }
    return {};
}

void RunProgress::showRun(const TrainingJob& job, RunCurves& curves) {
    setHeading(tr("Progress"));
    const RunStateWording state = presentRunState(job);
    state_->setContent(state.tone, state.text);
    const bool isRunning = job.state == TrainingState::Running;
    const QString phase = isRunning ? presentPhase(job) : QString();
    step_->setText(phase.isEmpty() ? presentRunStep(job) : phase);
    const bool isWhole = job.state == TrainingState::Finished && !hasEndedEarly(job);
    const double share = isWhole ? 1 : job.share();
    meter_->setValue(static_cast<int>(share * kMeterParts));
    const QString safety = presentSafety(job, filesOfRun(job.folder).lastStep);
    safety_->setText(safety);
    safety_->setVisible(!safety.isEmpty());
    const auto said = [](std::optional<double> number, const auto& present) {
        return number ? present(*number) : QString();
    };
    const auto left = job.state == TrainingState::Finished ? std::nullopt : curves.secondsLeft();
    show(0, tr("Time left"), said(left, presentSpan));
    const double worked = curves.workSeconds();
    show(1, tr("Time worked"), worked > 0 ? presentSpan(worked) : QString());
    show(2, tr("Epoch"), said(curves.last(QStringLiteral("train/epoch")), [](double epoch) {
             return QLocale().toString(epoch, 'f', 2);
         }));
    const double tokens = curves.tokens();
    show(3, tr("Tokens seen"), tokens > 0 ? whole(tokens) : QString());
    show(4, tr("Tokens per second"),
         isRunning ? said(curves.last(QStringLiteral("train/tokens_per_second")), whole)
                   : QString());
    show(5, tr("Loss now"), said(curves.last(QStringLiteral("train/loss")), presentLoss));
    const QList<TrainingPoint>& evaluations = curves.of(QStringLiteral("eval/loss"));
    show(6, tr("Evaluation, first"),
         evaluations.size() > 1 ? presentLoss(evaluations.first().value) : QString());
    show(7, tr("Evaluation, last"),
         evaluations.isEmpty() ? QString() : presentLoss(evaluations.last().value));
    placeFigures();
}

void RunProgress::placeFigures() {
    const int columns = std::max(2, (width() - 2 * kPadding) / theme_.scaled(kFigureWidth));
    int place = 0;
    for (const Figure& figure : figures_) {
        grid_->removeWidget(figure.box);
        figure.box->setVisible(figure.isShown);
        if (!figure.isShown) continue;
        grid_->addWidget(figure.box, place / columns, place % columns);
        ++place;
    }
    for (int column = 0; column < grid_->columnCount(); ++column)
        grid_->setColumnStretch(column, column < columns ? 1 : 0);
}

void RunProgress::resizeEvent(QResizeEvent* event) {
    FormCard::resizeEvent(event);
    placeFigures();
}

}  // namespace dsm
