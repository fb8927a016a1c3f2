#include "finetune_ui/run/evaluation_card.h"

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
#include <algorithm>

#include "app/services/program/reason_words.h"
#include "finetune_ui/cards/settings_table.h"
#include "finetune_ui/words/run_words.h"

namespace dsm {
namespace {

// What the item of the box of data stands for that opens the file dialog.
const QString kChoose = QStringLiteral("choose");

}  // namespace

EvaluationCard::EvaluationCard(const RunParts& parts, const Names& names, QWidget* parent)
    : RunWorkCard(parts, names, parent),
      choices_(new QVBoxLayout),
      table_(new SettingsTable(parts.theme, this)) {
    makeLayout();
    makeConnections();
}

void EvaluationCard::makeLayout() {
    choices_->setSpacing(space::kSmall);
    body()->addLayout(choices_);
    body()->addWidget(button_, 0, Qt::AlignLeft);
    body()->addWidget(progress_);
    body()->addWidget(said_);
    body()->addWidget(table_);
}

void EvaluationCard::makeConnections() {
    EvaluationService& service = parts_.evaluations;
    connect(button_, &QPushButton::clicked, this, [this] {
        if (isOurs()) {
            parts_.evaluations.stop();
        } else {
            start();
        }
    });
    connect(choice_, &QComboBox::activated, this, [this] {
        if (choice_->currentData() == kChoose) chooseFile();
        showState();
    });
    connect(&service, &EvaluationService::progressed, this,
            [this](const QString& what, double share) {
                step_ = what;
                showShare(share);
                showState();
            });
    connect(&service, &EvaluationService::finished, this, [this](const EvaluationResult& result) {
        if (!result.notKept.isEmpty() && asked_ == task().runFolder) {
            problem_ = tr("The result cannot be kept: %1").arg(result.notKept);
            unkept_.append(result);
        }
        showResults();
        showState();
    });
    connect(&service, &EvaluationService::failed, this, &EvaluationCard::takeFailure);
}

// Of what another card asked for, that one speaks.
void EvaluationCard::takeFailure(const ReasonShown& why) {
    if (asked_ == task().runFolder) problem_ = presentReason(why);
    showState();
}

void EvaluationCard::begin() {
    otherFile_.clear();
    problem_.clear();
    unkept_.clear();
    asked_.reset();
}

void EvaluationCard::listData() {
    const QSignalBlocker quiet(choice_);
    const QVariant chosen = choice_->currentData();
    choice_->clear();
    listOwnData();
    if (!otherFile_.isEmpty() && choice_->findData(otherFile_) < 0)
        choice_->addItem(QFileInfo(otherFile_).fileName(), otherFile_);
    choice_->addItem(tr("Another file…"), kChoose);
    const int before = chosen.isValid() && chosen != kChoose ? choice_->findData(chosen) : -1;
    choice_->setCurrentIndex(before >= 0 ? before : 0);
}

void EvaluationCard::chooseFile() {
    useFile(QFileDialog::getOpenFileName(
        this, tr("A file of examples"), QDir::homePath(),
        tr("Examples (*.jsonl *.json *.csv *.tsv *.parquet);;All files (*)")));
}

void EvaluationCard::useFile(const QString& file) {
    if (!file.isEmpty()) otherFile_ = file;
    listData();
    if (!otherFile_.isEmpty()) choice_->setCurrentIndex(choice_->findData(otherFile_));
    showState();
}

void EvaluationCard::start() {
    if (choice_->currentData() == kChoose) return chooseFile();
    EvaluationTask wanted = task();
    wanted.files = chosenFiles();
    problem_.clear();
    step_.clear();
    progress_->setValue(0);
    asked_ = wanted.runFolder;
    parts_.evaluations.start(wanted);
    showState();
}

bool EvaluationCard::isOurs() const {
    return parts_.evaluations.isRunning() && parts_.evaluations.runFolder() == task().runFolder;
}

void EvaluationCard::showState() {
    const bool isRunning = isOurs();
    const QString hindered = obstacle();
    button_->setText(isRunning ? tr("Stop") : tr("Evaluate"));
    button_->setEnabled(isRunning || hindered.isEmpty());
    progress_->setVisible(isRunning);
    QString text = problem_;
    if (isRunning) {
        text = step_ == QLatin1String("Evaluating") ? tr("The model reads the examples…")
               : step_ == QLatin1String("Loading")  ? tr("Opening the model…")
                                                    : tr("Reading the examples…");
    } else if (text.isEmpty()) {
        text = hindered;
    }
    said_->setText(text);
    said_->setVisible(!text.isEmpty());
}

void EvaluationCard::showResults() {
    const QLocale locale;
    QList<QStringList> rows;
    QList<EvaluationResult> all = results() + unkept_;
    std::reverse(all.begin(), all.end());
    for (const EvaluationResult& one : all) {
        const QString files = one.files.join(QStringLiteral(", "));
        const double share =
            one.answers > 0 ? static_cast<double>(one.exact) / static_cast<double>(one.answers) : 0;
        rows.append(cells(one) +
                    QStringList{one.isPart ? tr("%1, put aside").arg(files) : files,
                                locale.toString(one.rows), presentLoss(one.loss),
                                presentPerplexity(one.perplexity),
                                tr("%1 of %2 (%3 %)")
                                    .arg(locale.toString(one.exact), locale.toString(one.answers),
                                         locale.toString(100 * share, 'f', 0))});
    }
    table_->setTable(rows.isEmpty() ? QStringList()
                                    : head() + QStringList{tr("On"), tr("Rows"), tr("Loss"),
                                                           tr("Perplexity"), tr("Exact answers")},
                     rows);
    table_->setVisible(!rows.isEmpty());
}

QString EvaluationCard::said() const {
    return said_->isHidden() ? QString() : said_->text();
}

void EvaluationCard::retranslateWork() {
    choiceLabel_->setText(tr("On"));
    choice_->setAccessibleName(tr("The examples"));
}

}  // namespace dsm
