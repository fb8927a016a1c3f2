#include "finetune_ui/start/plan_card.h"

#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "finetune_ui/cards/fitting_button.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

QString number(qint64 value) {
    return QLocale().toString(value);
}

}  // namespace

PlanCard::PlanCard(const Theme& theme, QWidget* parent)
    : FormCard(theme, parent),
      facts_(new FactList(theme, TextStyle::Interface, this)),
      problem_(makeNote(theme, this)),
      progressText_(makeNote(theme, this)),
      progress_(new QProgressBar(this)),
      again_(new FittingButton(this)) {
    progress_->setTextVisible(false);
    progress_->setRange(0, 1000);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kMedium);
    row->addWidget(progress_, 1);
    row->addWidget(again_, 0, Qt::AlignRight);
    body()->addWidget(facts_);
    body()->addWidget(problem_);
    body()->addWidget(progressText_);
    body()->addLayout(row);
    connect(again_, &QPushButton::clicked, this,
            [this] { step_.isEmpty() ? Q_EMIT lookRequested() : Q_EMIT stopRequested(); });
    connect(&theme, &Theme::changed, this, &PlanCard::showNow);
    showNow();
    onLanguageChange(this, [this] { showNow(); });
}

void PlanCard::setPlan(const std::optional<RunNumbers>& numbers, const QString& error,
                       const QString& folder) {
    numbers_ = numbers;
    error_ = error;
    folder_ = folder;
    showNow();
}

void PlanCard::setProgress(const QString& what, double share) {
    step_ = what;
    progress_->setRange(0, share < 0 ? 0 : 1000);
    progress_->setValue(static_cast<int>(std::max(share, 0.0) * 1000));
    showNow();
}

void PlanCard::endProgress() {
    step_.clear();
    showNow();
}

void PlanCard::showNow() {
    setHeading(tr("What will happen"));
    facts_->setFacts(numbers_ ? factsOf(*numbers_) : QList<FactList::Fact>());
    problem_->setText(error_);
    problem_->setVisible(!error_.isEmpty());
    const bool isLooking = !step_.isEmpty();
    QString text = tr("Measuring a step…");
    if (step_ == QLatin1String("Reading data")) text = tr("Reading the examples…");
    if (step_ == QLatin1String("Loading")) text = tr("Opening the model…");
    progressText_->setText(text);
    progressText_->setVisible(isLooking);
    progress_->setVisible(isLooking);
    again_->setText(isLooking ? tr("Stop") : tr("Look again"));
}

QList<FactList::Fact> PlanCard::factsOf(const RunNumbers& n) const {
    QList<FactList::Fact> facts;
    const auto addFact = [&facts](const QString& name, const QString& value) {
        facts.append({name, value});
    };
    addFact(tr("Examples"),
            n.evaluationExamples == 0
                ? tr("%1 of %2 rows").arg(number(n.examples), number(n.rows))
                : tr("%1 of %2 rows, and %3 to evaluate with")
                      .arg(number(n.examples), number(n.rows), number(n.evaluationExamples)));
    addFact(tr("Trained tokens"), tr("%1 in each epoch").arg(number(n.trainedTokens)));
    addFact(tr("Steps"), tr("%1, each of %3 × %4 examples: all examples %2 times")
                             .arg(number(n.steps), number(n.epochs), number(n.batchSize),
                                  number(n.accumulation)));
    if (n.secondsPerStep > 0) {
        const QString whole =
            presentSpan(std::max(1.0, n.secondsPerStep * static_cast<double>(n.steps)));
        addFact(
            tr("Time"),
            tr("About %1 on this computer: %2 s a step, %3 s the one with the longest examples.")
                .arg(whole, QLocale().toString(n.secondsPerStep, 'g', 2),
                     QLocale().toString(n.secondsOfLongestStep, 'g', 2)));
    }
    addFact(tr("On the disk"),
            tr("%1 for up to %2 checkpoints of %3 and the result of %4")
                .arg(presentBytes(n.diskBytes), number(n.checkpoints),
                     presentBytes(n.checkpointBytes), presentBytes(n.resultBytes)));
    addFact(tr("Files"),
            tr("the result, checkpoint-*, run.json and events.out.tfevents.* (for TensorBoard) "
               "in %1")
                .arg(QDir::toNativeSeparators(folder_)));
    return facts;
}

}  // namespace dsm
