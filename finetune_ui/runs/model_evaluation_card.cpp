#include "finetune_ui/runs/model_evaluation_card.h"

#include <QComboBox>
#include <QFileInfo>
#include <QGridLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QSignalBlocker>
#include <algorithm>

#include "app/services/training/job/job_keys.h"
#include "app/services/training/results/run_files.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"

namespace dsm {
namespace {

// What of a job says how its rows are read.
QJsonObject readingOf(const QJsonObject& job) {
    QJsonObject reading;
    for (const JobKeyInfo& key : jobKeyInfos()) {
        const bool isOfData =
            key.group == JobKeyInfo::Group::Data || key.type == JobKeyInfo::Type::Paths;
        if (isOfData && job.contains(key.name)) reading[key.name] = job[key.name];
    }
    return reading;
}

template <class Choices>
bool has(const Choices& choices, const QString& folder) {
    return std::any_of(choices.begin(), choices.end(),
                       [&](const auto& one) { return one.folder == folder; });
}

// What was chosen stays so, where it is still there.
template <class Choices>
void fill(QComboBox& box, const Choices& choices) {
    const QSignalBlocker quiet(&box);
    const QVariant before = box.currentData();
    box.clear();
    for (const auto& one : choices)
        box.addItem(one.name, one.folder);
    box.setCurrentIndex(before.isValid() ? std::max(0, box.findData(before)) : 0);
}

}  // namespace

ModelEvaluationCard::ModelEvaluationCard(const RunParts& parts, QWidget* parent)
    : EvaluationCard(parts,
                     {.subject = QStringLiteral("evaluatedModel"),
                      .choice = QStringLiteral("modelEvaluatedOn"),
                      .button = QStringLiteral("evaluateModel")},
                     parent),
      adapterLabel_(new Label(this)),
      adapter_(new ChoiceBox(this)) {
    placeAdapter();
    connect(&parts_.training, &TrainingService::jobsChanged, this, [this] {
        if (isVisible()) refresh();
    });
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
}

// Beside the model; the data has the line below for itself.
void ModelEvaluationCard::placeAdapter() {
    adapter_->setObjectName(QStringLiteral("evaluatedAdapter"));
    adapter_->setSizeAdjustPolicy(subject_->sizeAdjustPolicy());
    adapter_->setMinimumContentsLength(subject_->minimumContentsLength());
    adapterLabel_->setBuddy(adapter_);
    choices_->removeWidget(choiceLabel_);
    choices_->removeWidget(choice_);
    choices_->addWidget(adapterLabel_, 0, 1);
    choices_->addWidget(adapter_, 1, 1);
    choices_->addWidget(choiceLabel_, 2, 0, 1, 2);
    choices_->addWidget(choice_, 3, 0, 1, 2);
    choices_->setColumnStretch(0, 1);
    choices_->setColumnStretch(1, 1);
}

void ModelEvaluationCard::refresh() {
    fill(*subject_, models());
    fill(*adapter_, adapters());
    listData();
    showState();
    showResults();
}

// Those of the list of models, and those that runs made.
std::vector<ModelEvaluationCard::Choice> ModelEvaluationCard::models() const {
    std::vector<Choice> models;
    for (const RunBase& base : parts_.bases ? parts_.bases() : QList<RunBase>())
        models.push_back({base.name, base.folder});
    for (const TrainingJob& job : parts_.training.jobs()) {
        const QList<RunResult> results = filesOfRun(job.folder).results;
        if (results.isEmpty() || !results.first().isModel) continue;
        if (!has(models, results.first().folder))
            models.push_back({tr("What “%1” made").arg(job.name), results.first().folder});
    }
    return models;
}

// None, what runs learned, and what else the chat can use.
std::vector<ModelEvaluationCard::Choice> ModelEvaluationCard::adapters() const {
    std::vector<Choice> adapters{{tr("None: the model alone"), {}}};
    const QList<TrainingJob> jobs = parts_.training.jobs();
    for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
        const QList<RunResult> results = filesOfRun(job->folder).results;
        if (!results.isEmpty() && !results.first().isModel)
            adapters.push_back({job->name, results.first().folder});
    }
    for (const AdapterInfo& one : parts_.adapters ? parts_.adapters() : QList<AdapterInfo>()) {
        if (!has(adapters, one.folder)) adapters.push_back({one.name, one.folder});
    }
    return adapters;
}

// Of the run that is being prepared, then of the others, the newest first.
std::vector<ModelEvaluationCard::DataFile> ModelEvaluationCard::dataFiles() const {
    QList<QJsonObject> jobs;
    for (const TrainingJob& job : parts_.training.jobs())
        jobs.prepend(settingsOf(job));
    if (parts_.prepared) jobs.prepend(parts_.prepared());
    std::vector<DataFile> files;
    for (const QJsonObject& job : jobs) {
        for (const char* key : {"eval_data", "data"}) {
            for (const QString& path : filesIn(job[QLatin1String(key)])) {
                const bool isThere =
                    std::any_of(files.begin(), files.end(),
                                [&](const DataFile& one) { return one.path == path; });
                if (!isThere) files.push_back({path, readingOf(job)});
            }
        }
    }
    return files;
}

void ModelEvaluationCard::listOwnData() {
    for (const DataFile& file : dataFiles())
        choice_->addItem(QFileInfo(file.path).fileName(), file.path);
}

EvaluationTask ModelEvaluationCard::task() const {
    const std::vector<DataFile> files = dataFiles();
    const QString chosen = choice_->currentData().toString();
    const auto of = std::find_if(files.begin(), files.end(),
                                 [&](const DataFile& one) { return one.path == chosen; });
    const QJsonObject reading = of == files.end() ? QJsonObject() : of->reading;
    const QString folder = adapter_->currentData().toString();
    return {.runFolder = {},
            .settingsJson = QString::fromUtf8(QJsonDocument(reading).toJson()),
            .modelFolder = subject_->currentData().toString(),
            .adapterFolder = folder,
            .subject = subject_->currentText(),
            .adapter = folder.isEmpty() ? QString() : adapter_->currentText(),
            .files = {}};
}

QStringList ModelEvaluationCard::chosenFiles() const {
    return {choice_->currentData().toString()};
}

QString ModelEvaluationCard::obstacle() const {
    return subject_->count() == 0 ? tr("There is no model on this computer yet.") : QString();
}

QList<EvaluationResult> ModelEvaluationCard::results() const {
    return parts_.evaluations.ownResults();
}

QStringList ModelEvaluationCard::head() const {
    return {tr("Model"), tr("Adapter")};
}

// By the name that the model has now and here, else by the one it had.
QStringList ModelEvaluationCard::cells(const EvaluationResult& result) const {
    const int now = subject_->findData(result.modelFolder);
    return {now >= 0 ? subject_->itemText(now) : result.subject,
            result.adapter.isEmpty() ? tr("None") : result.adapter};
}

void ModelEvaluationCard::retranslate() {
    setHeading(tr("Evaluate a model on a file"),
               tr("Loss and perplexity say how much the answers of the file surprise the model; an "
                  "answer is exact where the model, always taking its likeliest word, writes it to "
                  "the letter. A file of a run, or of the one that you prepare, is read as that "
                  "reads it; of another the columns are found out."));
    retranslateWork();
    subjectLabel_->setText(tr("Model"));
    adapterLabel_->setText(tr("Adapter"));
    subject_->setAccessibleName(subjectLabel_->text());
    adapter_->setAccessibleName(adapterLabel_->text());
    isVisible() ? refresh() : showState();
}

}  // namespace dsm
