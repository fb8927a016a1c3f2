#include "ui/benchmarks/benchmark_form.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/benchmarks/benchmark_service.h"
#include "app/services/library/model_library.h"
#include "app/services/model/adapter_library.h"
#include "app/services/model/model_host.h"
#include "ui/benchmarks/benchmark_words.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/theme.h"
#include "ui/words/message_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr int kSteps = 1000;  // of the bar
constexpr NumberField::Range kShots{0, 100, 1, true};
constexpr NumberField::Range kLimit{1, 1'000'000, 10, true};

QString namesOf(const QStringList& files) {
    QStringList names;
    for (const QString& file : files)
        names.append(QFileInfo(file).fileName());
    return names.join(QStringLiteral(", "));
}

}  // namespace

BenchmarkForm::BenchmarkForm(const BenchmarkParts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      taskLabel_(new Label(this)),
      task_(new ChoiceBox(this)),
      modelLabel_(new Label(this)),
      model_(new ChoiceBox(this)),
      adapterLabel_(new Label(this)),
      adapter_(new ChoiceBox(this)),
      chooseFiles_(new QPushButton(this)),
      filesLabel_(new Label(this)),
      shotsLabel_(new Label(this)),
      shots_(new NumberField(parts.theme, kShots, this)),
      chooseShots_(new QPushButton(this)),
      shotFilesLabel_(new Label(this)),
      limitLabel_(new Label(this)),
      limit_(new NumberField(parts.theme, kLimit, this)),
      subjectLabel_(new Label(this)),
      subject_(new QLineEdit(this)),
      hint_(new Label(this)),
      button_(new QPushButton(this)),
      progress_(new QProgressBar(this)),
      said_(new Label(this)) {
    task_->setObjectName(QStringLiteral("benchmarkTask"));
    for (QComboBox* box : std::initializer_list<QComboBox*>{task_, model_, adapter_}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
    }
    button_->setObjectName(QStringLiteral("startBenchmark"));
    button_->setProperty("kind", QStringLiteral("primary"));
    for (QPushButton* each : {chooseFiles_, chooseShots_, button_})
        each->setAutoDefault(false);
    for (QLabel* label : {hint_, said_})
        label->setWordWrap(true);
    hint_->setProperty("tone", QStringLiteral("secondary"));
    progress_->setRange(0, kSteps);
    progress_->setTextVisible(false);
    for (const BenchmarkTask& task : BenchmarkService::tasks())
        task_->addItem(task.title, task.name);
    makeLayout();
    connect(task_, &QComboBox::currentIndexChanged, this, &BenchmarkForm::showTask);
    connect(button_, &QPushButton::clicked, this, &BenchmarkForm::beginOrStop);
    connect(chooseFiles_, &QPushButton::clicked, this, [this] {
        useFiles(QFileDialog::getOpenFileNames(this, tr("Questions"), QDir::homePath()));
    });
    connect(chooseShots_, &QPushButton::clicked, this, [this] {
        useShotFiles(QFileDialog::getOpenFileNames(this, tr("Examples"), QDir::homePath()));
    });
    connect(&parts_.library, &ModelLibrary::modelsChanged, this, &BenchmarkForm::listModels);
    connect(&parts_.benchmarks, &BenchmarkService::progressed, this, &BenchmarkForm::showProgress);
    connect(&parts_.benchmarks, &BenchmarkService::runsChanged, this, &BenchmarkForm::showState);
    connect(&parts_.benchmarks, &BenchmarkService::failed, this, &BenchmarkForm::say);
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();  // lists the models and shows the task
}

void BenchmarkForm::makeLayout() {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::kMedium);
    grid->setColumnStretch(1, 1);
    const auto add = [&](QLabel* label, QWidget* field) {
        const int row = grid->rowCount();
        label->setBuddy(field);
        label->setWordWrap(true);
        grid->addWidget(label, row, 0);
        grid->addWidget(field, row, 1);
    };
    add(taskLabel_, task_);
    grid->addWidget(hint_, grid->rowCount(), 0, 1, 2);
    for (const auto& [label, choose] :
         {std::pair(filesLabel_, chooseFiles_), std::pair(shotFilesLabel_, chooseShots_)}) {
        static_cast<Label*>(label)->setElided(Qt::ElideMiddle);
        const int row = grid->rowCount();
        grid->addWidget(choose, row, 0);
        grid->addWidget(label, row, 1);
    }
    add(shotsLabel_, shots_);
    add(limitLabel_, limit_);
    add(subjectLabel_, subject_);
    add(modelLabel_, model_);
    add(adapterLabel_, adapter_);
    const int row = grid->rowCount();
    grid->addWidget(button_, row, 0);
    grid->addWidget(progress_, row, 1);
    grid->addWidget(said_, row + 1, 0, 1, 2);
}

// What was chosen stays so, where it is still there; else the model that is loaded.
void BenchmarkForm::listModels() {
    const QSignalBlocker quiet(model_);
    const QVariant before = model_->currentData();
    model_->clear();
    for (const LibraryModel& model : parts_.library.models()) {
        for (const ModelForm& form : model.forms) {
            if (form.isPresent())
                model_->addItem(QStringLiteral("%1, %2").arg(presentModelName(model.name),
                                                             presentPreset(form.preset)),
                                form.folder);
        }
    }
    const QVariant wanted = before.isValid() ? before : parts_.host.status().folder;
    model_->setCurrentIndex(std::max(0, model_->findData(wanted)));
    showState();
}

void BenchmarkForm::useFiles(const QStringList& files) {
    if (!files.isEmpty()) files_ = files;
    showState();
}

void BenchmarkForm::useShotFiles(const QStringList& files) {
    if (!files.isEmpty()) shotFiles_ = files;
    showState();
}

void BenchmarkForm::showTask() {
    const BenchmarkTask task = BenchmarkService::task(task_->currentData().toString());
    shots_->setValue(task.shots);
    QString hint =
        tr("Files with the columns %1: Parquet, JSON Lines, JSON or CSV. Prompts as in %2.")
            .arg(task.columns, task.source);
    if (!task.isJudged)
        hint += QLatin1Char(' ') + tr("Programs are written and not run: nothing is judged.");
    hint_->setText(hint);
    showState();
}

void BenchmarkForm::showState() {
    const bool isRunning = parts_.benchmarks.running() != 0;
    filesLabel_->setText(files_.isEmpty() ? tr("No file yet") : namesOf(files_));
    shotFilesLabel_->setText(shotFiles_.isEmpty() ? tr("No file yet") : namesOf(shotFiles_));
    button_->setText(isRunning ? tr("Stop") : tr("Start"));
    button_->setEnabled(isRunning || (!files_.isEmpty() && model_->count() > 0));
    progress_->setVisible(isRunning);
}

void BenchmarkForm::showProgress(qint64 answered, qint64 questions, double secondsLeft) {
    progress_->setValue(questions > 0 ? static_cast<int>(kSteps * answered / questions) : 0);
    said_->setText(tr("%1 of %2 questions are answered; about %3 left.")
                       .arg(answered)
                       .arg(questions)
                       .arg(presentLeft(secondsLeft)));
}

void BenchmarkForm::say(const QString& text) {
    said_->setText(text);
}

QString BenchmarkForm::said() const {
    return said_->text();
}

void BenchmarkForm::beginOrStop() {
    if (parts_.benchmarks.running() != 0) return parts_.benchmarks.stop();
    const int shots = static_cast<int>(shots_->value().value_or(0));
    if (shots > 0 && shotFiles_.isEmpty())
        return say(
            tr("Choose the file that the %n examples before each question are from, or ask "
               "without examples.",
               nullptr, shots));
    progress_->setValue(0);
    const QString adapter = adapter_->currentData().toString();
    const QString folder = model_->currentData().toString();
    const bool hasBegun =
        parts_.benchmarks.start(
            {.task = task_->currentData().toString(),
             .files = files_,
             .shotFiles = shots > 0 ? shotFiles_ : QStringList(),
             .shots = shots,
             .subject = subject_->text().trimmed(),
             .limit = static_cast<qint64>(limit_->value().value_or(0)),
             .modelFolder = folder,
             .modelName = QFileInfo(folder).fileName(),
             .adapterFolder = adapter,
             .adapterName = adapter.isEmpty() ? QString() : adapter_->currentText()}) != 0;
    if (hasBegun) say(tr("Reading the questions and loading the model…"));
}

void BenchmarkForm::retranslate() {
    taskLabel_->setText(tr("Benchmark"));
    modelLabel_->setText(tr("Model"));
    adapterLabel_->setText(tr("Adapter"));
    chooseFiles_->setText(tr("Questions…"));
    chooseShots_->setText(tr("Examples…"));
    shotsLabel_->setText(tr("Examples before each question"));
    limitLabel_->setText(tr("Only so many questions"));
    limit_->setNone(tr("all"));
    subjectLabel_->setText(tr("Subject"));
    subject_->setPlaceholderText(tr("as the rows or the file's name say"));
    const std::pair<QWidget*, QLabel*> named[] = {
        {task_, taskLabel_},   {model_, modelLabel_}, {adapter_, adapterLabel_},
        {shots_, shotsLabel_}, {limit_, limitLabel_}, {subject_, subjectLabel_}};
    for (const auto& [field, label] : named)
        field->setAccessibleName(label->text());
    progress_->setAccessibleName(tr("Answered questions"));
    const QSignalBlocker quiet(adapter_);
    const QVariant before = adapter_->currentData();
    adapter_->clear();
    adapter_->addItem(tr("None: the model alone"), QString());
    for (const AdapterInfo& one : parts_.adapters.adapters())
        adapter_->addItem(one.name, one.folder);
    adapter_->setCurrentIndex(std::max(0, adapter_->findData(before)));
    listModels();
    showTask();
}

}  // namespace dsm
