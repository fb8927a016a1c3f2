#include "finetune_ui/run/evaluations_card.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "finetune_ui/cards/settings_table.h"
#include "finetune_ui/run/run_subjects.h"
#include "finetune_ui/words/reason_words.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

// What an item of the box of data stands for.
const QString kOwn = QStringLiteral("own");
const QString kAll = QStringLiteral("all");
const QString kChoose = QStringLiteral("choose");

}  // namespace

EvaluationsCard::EvaluationsCard(const RunParts& parts, QWidget* parent)
    : RunWorkCard(parts,
                  {.subject = QStringLiteral("evaluated"),
                   .choice = QStringLiteral("evaluatedOn"),
                   .button = QStringLiteral("evaluate")},
                  parent),
      table_(new SettingsTable(parts.theme, this)) {
    makeLayout();
    makeConnections();
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
}

void EvaluationsCard::makeLayout() {
    body()->addLayout(makeChoices());
    body()->addWidget(button_, 0, Qt::AlignLeft);
    body()->addWidget(progress_);
    body()->addWidget(said_);
    body()->addWidget(table_);
}

void EvaluationsCard::makeConnections() {
    EvaluationService& service = parts_.evaluations;
    connect(button_, &QPushButton::clicked, this, [this] {
        if (isOurs()) {
            parts_.evaluations.stop();
        } else {
            start();
        }
    });
    connect(choice_, &QComboBox::activated, this, [this] {
        if (choice_->currentData() != kChoose) return;
        const QString file = QFileDialog::getOpenFileName(
            this, tr("A file of examples"), QDir::homePath(),
            tr("Examples (*.jsonl *.json *.csv *.tsv *.parquet);;All files (*)"));
        useFile(file);
    });
    connect(&service, &EvaluationService::progressed, this,
            [this](const QString& what, double share) {
                step_ = what;
                showShare(share);
                showState();
            });
    connect(&service, &EvaluationService::finished, this, [this](const EvaluationResult& result) {
        if (!result.notKept.isEmpty())
            problem_ = tr("The result cannot be kept beside the run: %1").arg(result.notKept);
        showResults();
        showState();
    });
    connect(&service, &EvaluationService::failed, this, [this](const ReasonShown& why) {
        problem_ = presentReason(why);
        showState();
    });
}

void EvaluationsCard::setRun(qint64 id) {
    job_ = parts_.training.job(id);
    otherFile_.clear();
    problem_.clear();
    subject_->clear();
    refresh();
    showResults();
}

void EvaluationsCard::refresh() {
    job_ = parts_.training.job(job_.id);
    if (job_.id == 0) return;
    listSubjects(*subject_, job_, true);
    listData();
    showState();
}

void EvaluationsCard::listData() {
    const QSignalBlocker quiet(choice_);
    const QVariant chosen = choice_->currentData();
    const QJsonObject settings = settingsOf(job_);
    choice_->clear();
    const bool hasPart = settings[QLatin1String("eval_share")].toDouble() > 0;
    const bool hasFiles = settings.contains(QLatin1String("eval_data"));
    const bool hasData = settings.contains(QLatin1String("data"));
    if (hasFiles) choice_->addItem(tr("The evaluation files of the run"), kOwn);
    if (!hasFiles && hasPart) choice_->addItem(tr("What the run put aside to evaluate with"), kOwn);
    if (hasData) choice_->addItem(tr("What it was trained on: %1").arg(dataOf(settings)), kAll);
    if (!otherFile_.isEmpty()) choice_->addItem(QFileInfo(otherFile_).fileName(), otherFile_);
    choice_->addItem(tr("Another file…"), kChoose);
    const int before = chosen.isValid() && chosen != kChoose ? choice_->findData(chosen) : -1;
    choice_->setCurrentIndex(before >= 0 ? before : 0);
}

void EvaluationsCard::useFile(const QString& file) {
    if (!file.isEmpty()) otherFile_ = file;
    listData();
    if (!otherFile_.isEmpty()) choice_->setCurrentIndex(choice_->findData(otherFile_));
    showState();
}

void EvaluationsCard::start() {
    const RunSubject subject = subjectIn(*subject_, job_);
    EvaluationTask task{.runFolder = job_.folder,
                        .settingsJson = job_.settingsJson,
                        .modelFolder = subject.modelFolder,
                        .adapterFolder = subject.adapterFolder,
                        .subject = subjectKeyIn(*subject_),
                        .files = {}};
    const QString data = choice_->currentData().toString();
    if (data == kChoose) return useFile({});
    if (data == kAll) task.files = dataFilesOf(settingsOf(job_));
    if (data != kAll && data != kOwn) task.files = QStringList{data};
    problem_.clear();
    step_.clear();
    progress_->setValue(0);
    parts_.evaluations.start(task);
    showState();
}

bool EvaluationsCard::isOurs() const {
    return parts_.evaluations.isRunning() && parts_.evaluations.runFolder() == job_.folder;
}

void EvaluationsCard::showState() {
    const bool isRunning = isOurs();
    const bool isBusy = job_.state == TrainingState::Running;
    button_->setText(isRunning ? tr("Stop") : tr("Evaluate"));
    button_->setEnabled(isRunning || (!isBusy && choice_->currentData() != kChoose));
    progress_->setVisible(isRunning);
    QString text = problem_;
    if (isRunning) {
        text = step_ == QLatin1String("Evaluating") ? tr("The model reads the examples…")
               : step_ == QLatin1String("Loading")  ? tr("Opening the model…")
                                                    : tr("Reading the examples…");
    } else if (isBusy && text.isEmpty()) {
        text = tr("While the run learns, the computer is not free for this.");
    }
    said_->setText(text);
    said_->setVisible(!text.isEmpty());
}

void EvaluationsCard::showResults() {
    const QLocale locale;
    QList<QStringList> rows;
    QList<EvaluationResult> results = EvaluationService::resultsOf(job_.folder);
    std::reverse(results.begin(), results.end());
    for (const EvaluationResult& one : results) {
        const QString files = one.files.join(QStringLiteral(", "));
        const double share =
            one.answers > 0 ? static_cast<double>(one.exact) / static_cast<double>(one.answers) : 0;
        rows.append({presentSubject(one.subject),
                     one.isPart ? tr("%1, put aside").arg(files) : files, locale.toString(one.rows),
                     presentLoss(one.loss), locale.toString(one.perplexity, 'g', 4),
                     tr("%1 of %2 (%3 %)")
                         .arg(locale.toString(one.exact), locale.toString(one.answers),
                              locale.toString(100 * share, 'f', 0))});
    }
    table_->setTable(rows.isEmpty() ? QStringList()
                                    : QStringList{tr("What"), tr("On"), tr("Rows"), tr("Loss"),
                                                  tr("Perplexity"), tr("Exact answers")},
                     rows);
    table_->setVisible(!rows.isEmpty());
}

QString EvaluationsCard::said() const {
    return said_->isHidden() ? QString() : said_->text();
}

void EvaluationsCard::retranslate() {
    setHeading(tr("Evaluate on a file"),
               tr("Loss and perplexity say how much the answers of the file surprise the model; an "
                  "answer is exact where the model, always taking its likeliest word, writes it to "
                  "the letter."));
    button_->setText(tr("Evaluate"));
    subjectLabel_->setText(tr("What is evaluated"));
    choiceLabel_->setText(tr("On"));
    subject_->setAccessibleName(subjectLabel_->text());
    choice_->setAccessibleName(tr("The examples"));
    refresh();
    if (job_.id != 0) showResults();
}

}  // namespace dsm
