#include "finetune_ui/start/start_page.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDateTimeEdit>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/disk_space.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/training/job/job_keys.h"
#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/fitting_button.h"
#include "finetune_ui/cards/memory_card.h"
#include "finetune_ui/job/tuning_presets.h"
#include "finetune_ui/start/plan_card.h"
#include "finetune_ui/start/run_warnings.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr qint64 kMostJobBytes = 1 << 20;
const QString kName = QStringLiteral("run_name");

// Its usual hint has no room for the arrow that the sheet gives it.
class TimeField : public QDateTimeEdit {
  public:
    TimeField(const Theme& theme, QWidget* parent) : QDateTimeEdit(parent), theme_(theme) {
        setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    }
    QSize sizeHint() const override {
        constexpr int kArrow = 28;
        const QSize usual = QDateTimeEdit::sizeHint();
        return {usual.width() + theme_.scaled(kArrow), usual.height()};
    }
    QSize minimumSizeHint() const override { return QDateTimeEdit::sizeHint(); }

  private:
    const Theme& theme_;
};

}  // namespace

StartPage::StartPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      job_(parts.draft.job()),
      naming_(new FormCard(parts.theme, this)),
      name_(new QLineEdit(this)),
      place_(makeNote(parts.theme, this)),
      timing_(new FormCard(parts.theme, this)),
      later_(new QCheckBox(this)),
      when_(new TimeField(parts.theme, this)),
      plan_(new PlanCard(parts.theme, this)),
      memory_(new MemoryCard(parts.theme, this)),
      warnings_(new FormCard(parts.theme, this)),
      warningText_(makeNote(parts.theme, this)),
      file_(new FormCard(parts.theme, this)),
      save_(new FittingButton(this)),
      load_(new FittingButton(this)),
      copy_(new FittingButton(this)) {
    name_->setText(parts.draft.remark(kName).toString());
    makeLayout();
    makeConnections();
    retranslate();
    showNumbers();
    onLanguageChange(this, [this] {
        retranslate();
        showNumbers();
    });
}

void StartPage::makeLayout() {
    name_->setObjectName(QStringLiteral("runName"));
    constexpr int kLongestName = 120;
    name_->setMaxLength(kLongestName);
    naming_->body()->addWidget(name_);
    naming_->body()->addWidget(place_);
    later_->setObjectName(QStringLiteral("startLater"));
    when_->setObjectName(QStringLiteral("startAt"));
    when_->setCalendarPopup(true);
    when_->setEnabled(false);
    timing_->body()->addWidget(new ButtonRow({later_, when_}, this));
    warnings_->body()->addWidget(warningText_);
    file_->body()->addWidget(new ButtonRow({save_, load_, copy_}, this));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kLarge);
    for (QWidget* card :
         std::initializer_list<QWidget*>{naming_, plan_, warnings_, memory_, timing_, file_})
        column->addWidget(card);
    column->addStretch(1);
}

void StartPage::makeConnections() {
    connect(name_, &QLineEdit::textEdited, this, [this](const QString& text) {
        parts_.draft.setRemark(kName, text);
        retranslate();
        showNumbers();  // with the folder of that name
    });
    connect(&job_, &JobDraft::changed, this, [this] {
        retranslate();
        if (isVisible()) ask();
        Q_EMIT changed();
    });
    connect(later_, &QCheckBox::toggled, this, [this](bool isLater) {
        when_->setEnabled(isLater);
        suggestTime();
        Q_EMIT changed();
    });
    RunForecast& forecast = parts_.forecast;
    connect(plan_, &PlanCard::stopRequested, &forecast, &RunForecast::stop);
    connect(plan_, &PlanCard::lookRequested, this, [this] {
        asked_.clear();
        ask();
    });
    connect(&forecast, &RunForecast::progressed, plan_, &PlanCard::setProgress);
    connect(&forecast, &RunForecast::numbersTold, this, [this](const RunNumbers& numbers) {
        numbers_ = numbers;
        showNumbers();
    });
    connect(&forecast, &RunForecast::failed, this, [this](const ReasonShown& why) {
        error_ = why;
        showNumbers();
    });
    connect(&forecast, &RunForecast::finished, plan_, &PlanCard::endProgress);
    connect(save_, &QPushButton::clicked, this, [this] { chooseJobFile(true); });
    connect(load_, &QPushButton::clicked, this, [this] { chooseJobFile(false); });
    connect(copy_, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(jobText()); });
}

QString StartPage::name() const {
    const QString typed = name_->text().trimmed();
    if (!typed.isEmpty()) return typed;
    // Of two runs of one file one knows which is which.
    const QString file = QFileInfo(dataFilesOf(job_.values()).value(0)).completeBaseName();
    const QList<TrainingJob> jobs = parts_.training.jobs();
    QString free = file;
    const auto isTaken = [&](const TrainingJob& job) { return job.name == free; };
    for (int i = 2; !file.isEmpty() && std::any_of(jobs.begin(), jobs.end(), isTaken); ++i)
        free = tr("%1 (%2)").arg(file, QString::number(i));
    return free;
}

// In an hour, while nothing else is asked for.
void StartPage::suggestTime() {
    constexpr int kHour = 3600;
    when_->setDateTime(QDateTime::currentDateTime().addSecs(kHour));
}

QDateTime StartPage::startsAt() const {
    return later_->isChecked() ? when_->dateTime() : QDateTime();
}

QString StartPage::startText() const {
    if (later_->isChecked()) return tr("Start later");
    const QList<TrainingJob> jobs = parts_.training.jobs();
    const bool isBusy = std::any_of(jobs.begin(), jobs.end(), [](const TrainingJob& job) {
        return job.state == TrainingState::Running ||
               (job.state == TrainingState::Queued && !isPlanned(job));
    });
    return isBusy ? tr("Queue") : tr("Start");
}

QString StartPage::folder() const {
    const QString named = folderNameOf(name());
    return freeFolderIn(parts_.adaptersFolder, named.isEmpty() ? QStringLiteral("run") : named);
}

QString StartPage::jobText() const {
    QJsonObject values = job_.valuesOfRun();
    values[QStringLiteral("output")] = folder();
    values[QStringLiteral("name")] = name();
    return QString::fromUtf8(QJsonDocument(values).toJson());
}

void StartPage::ask() {
    if (dataFilesOf(job_.values()).value(0).isEmpty() ||
        job_.value(QStringLiteral("model")).toString().isEmpty())
        return;
    const QString text = jobText();
    if (text == asked_) return;
    asked_ = text;
    numbers_.reset();
    error_ = problemOfJob(text, QDir::currentPath());
    showNumbers();
    if (!error_.isEmpty()) return;
    parts_.forecast.askAll(text, folder());
    plan_->setProgress(QStringLiteral("Reading data"), 0);
}

void StartPage::showNumbers() {
    plan_->setPlan(numbers_, presentReason(error_), folder());
    memory_->setVisible(numbers_.has_value());
    if (numbers_) memory_->showMemory(numbers_->memory, false);
    showWarnings();
    Q_EMIT changed();
}

QStringList StartPage::warnings() const {
    return numbers_ ? runWarnings(*numbers_, parts_.study.findings(), job_) : QStringList();
}

void StartPage::showWarnings() {
    const QStringList all = warnings();
    QStringList lines;
    for (const QString& one : all)
        lines.append(QStringLiteral("•  ") + one);
    warningText_->setText(lines.join(u'\n'));
    warnings_->setVisible(!all.isEmpty());
}

QString StartPage::missing() const {
    if (!error_.isEmpty()) return tr("Put right what is said here");
    if (numbers_ && !numbers_->memory.fits()) return tr("There is not enough memory");
    if (name().isEmpty()) return tr("Name the run");
    if (!canBeWritten(parts_.adaptersFolder)) return tr("Nothing can be written where runs go");
    return {};
}

qint64 StartPage::start() {
    parts_.forecast.stop();
    const QString text = jobText();
    const qint64 id = parts_.training.start(name(), text, folder(), startsAt());
    if (id == 0) return 0;
    later_->setChecked(false);
    name_->clear();
    parts_.draft.setRemark(kName, QString());
    asked_.clear();
    numbers_.reset();
    return id;
}

void StartPage::chooseJobFile(bool isToSave) {
    const QString filter = tr("Jobs (*.json);;All files (*)");
    const QString file =
        isToSave
            ? QFileDialog::getSaveFileName(
                  this, tr("Save the job"),
                  QDir::home().filePath(folderNameOf(name()) + QStringLiteral(".json")), filter)
            : QFileDialog::getOpenFileName(this, tr("Load a job"), QDir::homePath(), filter);
    if (!file.isEmpty()) static_cast<void>(isToSave ? saveJob(file) : loadJob(file));
}

bool StartPage::saveJob(const QString& file) {
    const QString problem = writePrivateFile(file, jobText().toUtf8());
    if (!problem.isEmpty()) Q_EMIT failed(tr("%1 could not be written: %2.").arg(file, problem));
    return problem.isEmpty();
}

bool StartPage::loadJob(const QString& file) {
    QFile in(file);
    ReasonShown problem;
    QJsonObject values;
    // Who opens a pipe waits for somebody who writes into it.
    if (in.exists() && !QFileInfo(file).isFile()) {
        problem = tr("it is no file");
    } else if (!in.open(QIODevice::ReadOnly)) {
        problem = in.errorString();
    } else if (in.size() > kMostJobBytes) {
        problem = tr("it is too large for a job");
    } else {
        values = readJobText(in.readAll(), QFileInfo(file).absolutePath(), problem);
    }
    if (!problem.isEmpty()) {
        Q_EMIT failed(tr("%1 could not be loaded: %2").arg(file, presentReason(problem)));
        return false;
    }
    const QString loadedName = values.take(QStringLiteral("name")).toString();
    values.remove(QStringLiteral("output"));
    name_->setText(loadedName);
    parts_.draft.setRemark(kName, loadedName);
    job_.setValues(values);
    Q_EMIT jobLoaded();
    return true;
}

void StartPage::retranslate() {
    naming_->setHeading(tr("Name"));
    name_->setAccessibleName(tr("Name of the run"));
    name_->setPlaceholderText(name_->text().isEmpty() ? name() : QString());
    const QString where = QDir::toNativeSeparators(folder());
    place_->setText(
        canBeWritten(parts_.adaptersFolder)
            ? tr("Is written to %1 and then offered in the chat's menu of adapters.").arg(where)
            : tr("Nothing can be written to %1: something there is no folder, or you have no right "
                 "to write. Start the program with another folder for its data (--data-dir).")
                  .arg(where));
    timing_->setHeading(tr("When"),
                        tr("At a time, e.g. at night, the run begins by itself while the program "
                           "runs; it stands in the list until then."));
    later_->setText(tr("Not before"));
    const QString when = tr("When the run begins");
    when_->setAccessibleName(when);
    when_->findChild<QLineEdit*>()->setAccessibleName(when);  // what the keyboard reaches
    when_->setLocale(QLocale());
    when_->setDisplayFormat(QLocale().dateTimeFormat(QLocale::ShortFormat));
    when_->updateGeometry();
    warnings_->setHeading(tr("What to think of"));
    file_->setHeading(tr("The job as a file"),
                      tr("The same file runs on a computer without a window: deepseekmoe finetune "
                         "FILE"));
    save_->setText(tr("Save…"));
    load_->setText(tr("Load…"));
    copy_->setText(tr("Copy"));
}

void StartPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!later_->isChecked()) suggestTime();
    retranslate();
    ask();
}

void StartPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (parts_.forecast.isAsking()) {
        parts_.forecast.stop();
        asked_.clear();
    }
}

}  // namespace dsm
