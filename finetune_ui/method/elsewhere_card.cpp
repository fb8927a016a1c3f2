#include "finetune_ui/method/elsewhere_card.h"

#include <QDir>
#include <QFileDialog>
#include <QGridLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/program/reason_words.h"
#include "finetune_ui/cards/fitting_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/number_field.h"

namespace dsm {
namespace {

constexpr int kNumberWidth = 110;

// Of the job that is prepared, what runs there.
QString exportedJob(const JobDraft& job, const QString& folder) {
    QJsonObject values = job.values();
    for (const char* key : {"eval_data", "eval_share", "eval_steps", "eval_at_start", "patience",
                            "sample_prompts", "sample_tokens"})
        values.remove(QLatin1String(key));
    values[QStringLiteral("output")] = folder;
    return QString::fromUtf8(QJsonDocument(values).toJson());
}

}  // namespace

ElsewhereCard::ElsewhereCard(JobDraft& job, JobExport& exporter, const Theme& theme,
                             QWidget* parent)
    : FormCard(theme, parent),
      job_(job),
      exporter_(exporter),
      gpusLabel_(new Label(this)),
      gpus_(new NumberField(theme, {1, 64}, this)),
      machinesLabel_(new Label(this)),
      machines_(new NumberField(theme, {1, 1000}, this)),
      button_(new FittingButton(this)),
      progress_(new QProgressBar(this)),
      said_(makeNote(theme, this)),
      commands_(new Label(this)),
      afterwards_(makeNote(theme, this)) {
    gpus_->setValue(JobExportPlace().gpus);
    machines_->setValue(JobExportPlace().machines);
    makeLayout();
    connect(button_, &QPushButton::clicked, this, [this] {
        if (exporter_.isRunning()) {
            exporter_.stop();
        } else {
            chooseFolder();
        }
    });
    connect(&job, &JobDraft::changed, this, &ElsewhereCard::showState);
    connect(&exporter, &JobExport::progressed, this,
            [this](double share) { progress_->setValue(static_cast<int>(share * 1000)); });
    connect(&exporter, &JobExport::finished, this, [this](const QString& folder, qint64 examples) {
        folder_ = folder;
        examples_ = examples;
        showState();
    });
    connect(&exporter, &JobExport::failed, this, [this](const ReasonShown& why) {
        problem_ = presentReason(why);
        showState();
    });
    const auto applyTheme = [this] {
        commands_->setFont(theme_.font(TextStyle::Code));
        for (NumberField* field : {machines_, gpus_})
            field->setFixedWidth(theme_.scaled(kNumberWidth));
    };
    connect(&theme, &Theme::changed, this, applyTheme);
    applyTheme();
    retranslate();
    onLanguageChange(this, [this] { retranslate(); });
}

void ElsewhereCard::makeLayout() {
    button_->setObjectName(QStringLiteral("export"));
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    commands_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(space::kSmall);
    grid->setVerticalSpacing(space::kTiny);
    int column = 0;
    for (const auto& [label, field] :
         {std::pair{machinesLabel_, machines_}, std::pair{gpusLabel_, gpus_}}) {
        label->setBuddy(field);
        grid->addWidget(label, 0, column);
        grid->addWidget(field, 1, column++);
    }
    grid->setColumnStretch(column, 1);
    body()->addLayout(grid);
    body()->addWidget(button_, 0, Qt::AlignLeft);
    body()->addWidget(progress_);
    body()->addWidget(said_);
    body()->addWidget(commands_);
    body()->addWidget(afterwards_);
}

void ElsewhereCard::chooseFolder() {
    const QString parent =
        QFileDialog::getExistingDirectory(this, tr("Where shall the folder go?"), QDir::homePath());
    if (parent.isEmpty()) return;
    const QDir dir(parent);
    QString folder = dir.filePath(QStringLiteral("deepseekmoe-job"));
    for (int i = 2; QFileInfo::exists(folder); ++i)
        folder = dir.filePath(QStringLiteral("deepseekmoe-job-%1").arg(i));
    exportTo(folder);
}

void ElsewhereCard::exportTo(const QString& folder) {
    folder_.clear();
    problem_.clear();
    progress_->setValue(0);
    const auto whole = [](const NumberField* field) {
        return static_cast<int>(field->value().value_or(1));
    };
    exporter_.start(exportedJob(job_, folder),
                    {.folder = folder, .gpus = whole(gpus_), .machines = whole(machines_)});
    showState();
}

QString ElsewhereCard::said() const {
    return said_->text();
}

void ElsewhereCard::showState() {
    const bool isRunning = exporter_.isRunning();
    const bool hasData = job_.isChosen(QStringLiteral("data"));
    button_->setText(isRunning ? tr("Stop") : tr("Export…"));
    button_->setEnabled(isRunning || (hasData && job_.isChosen(QStringLiteral("model"))));
    progress_->setVisible(isRunning);
    QString text = problem_;
    if (text.isEmpty() && !hasData) text = tr("The examples go with it: choose them in step 1.");
    if (!folder_.isEmpty()) {
        text = tr("%1 examples are in %2. Copy the folder to the other machine and type there:")
                   .arg(QLocale().toString(examples_), QDir::toNativeSeparators(folder_));
    }
    said_->setText(text);
    said_->setVisible(!text.isEmpty() && !isRunning);
    commands_->setText(JobExport::commands(folder_).join(u'\n'));
    commands_->setVisible(!folder_.isEmpty() && !isRunning);
    afterwards_->setVisible(!folder_.isEmpty() && !isRunning);
}

void ElsewhereCard::retranslate() {
    setHeading(tr("Elsewhere"),
               tr("Exports these settings and examples for a machine with several GPUs, with "
                  "DeepSpeed. What is chosen in step 3 does not run there."));
    afterwards_->setText(tr(
        "When it is done, copy the folder that it wrote back to this computer and choose it at "
        "“Runs”, “Add one from elsewhere…”: it is shown, tried and kept like a run of your own."));
    machinesLabel_->setText(tr("Machines"));
    gpusLabel_->setText(tr("GPUs of each"));
    machines_->setAccessibleName(machinesLabel_->text());
    gpus_->setAccessibleName(gpusLabel_->text());
    showState();
}

}  // namespace dsm
