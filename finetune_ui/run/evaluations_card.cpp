#include "finetune_ui/run/evaluations_card.h"

#include <QComboBox>
#include <QLabel>

#include "finetune_ui/run/run_subjects.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/language_change.h"

namespace dsm {
namespace {

// What an item of the box of data stands for.
const QString kOwn = QStringLiteral("own");
const QString kAll = QStringLiteral("all");

}  // namespace

EvaluationsCard::EvaluationsCard(const RunParts& parts, QWidget* parent)
    : EvaluationCard(parts,
                     {.subject = QStringLiteral("evaluated"),
                      .choice = QStringLiteral("evaluatedOn"),
                      .button = QStringLiteral("evaluate")},
                     parent) {
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
}

void EvaluationsCard::setRun(qint64 id) {
    job_ = parts_.training.job(id);
    begin();
    subject_->clear();
    refresh();
    showResults();
}

void EvaluationsCard::refresh() {
    job_ = parts_.training.job(job_.id);
    if (job_.id == 0) return showState();  // nobody sees it, but its button has its name
    listSubjects(*subject_, job_, true);
    listData();
    showState();
}

void EvaluationsCard::listOwnData() {
    const QJsonObject settings = settingsOf(job_);
    const bool hasPart = settings[QLatin1String("eval_share")].toDouble() > 0;
    const bool hasFiles = settings.contains(QLatin1String("eval_data"));
    const bool hasData = settings.contains(QLatin1String("data"));
    if (hasFiles) choice_->addItem(tr("The evaluation files of the run"), kOwn);
    if (!hasFiles && hasPart) choice_->addItem(tr("What the run put aside to evaluate with"), kOwn);
    if (hasData) choice_->addItem(tr("What it was trained on: %1").arg(dataOf(settings)), kAll);
}

EvaluationTask EvaluationsCard::task() const {
    const RunSubject subject = subjectIn(*subject_, job_);
    return {.runFolder = job_.folder,
            .settingsJson = job_.settingsJson,
            .modelFolder = subject.modelFolder,
            .adapterFolder = subject.adapterFolder,
            .subject = subjectKeyIn(*subject_),
            .files = {}};
}

QStringList EvaluationsCard::chosenFiles() const {
    const QString chosen = choice_->currentData().toString();
    if (chosen == kAll) return dataFilesOf(settingsOf(job_));
    return chosen == kOwn ? QStringList() : QStringList{chosen};
}

QString EvaluationsCard::obstacle() const {
    return job_.state == TrainingState::Running
               ? tr("While the run learns, the computer is not free for this.")
               : QString();
}

QList<EvaluationResult> EvaluationsCard::results() const {
    return EvaluationService::resultsOf(job_.folder);
}

QStringList EvaluationsCard::head() const {
    return {tr("What")};
}

QStringList EvaluationsCard::cells(const EvaluationResult& result) const {
    return {presentSubject(result.subject)};
}

void EvaluationsCard::retranslate() {
    setHeading(tr("Evaluate on a file"),
               tr("Loss and perplexity say how much the answers of the file surprise the model; an "
                  "answer is exact where the model, always taking its likeliest word, writes it to "
                  "the letter."));
    retranslateWork();
    subjectLabel_->setText(tr("What is evaluated"));
    subject_->setAccessibleName(subjectLabel_->text());
    refresh();
    if (job_.id != 0) showResults();
}

}  // namespace dsm
