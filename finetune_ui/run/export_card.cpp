#include "finetune_ui/run/export_card.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "app/services/program/reason_words.h"
#include "app/services/program/sentences.h"
#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/fitting_button.h"
#include "finetune_ui/run/keep_dialog.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

// Of an item of the box of forms, whose data is the preset.
constexpr int kKind = Qt::UserRole + 1;

}  // namespace

ExportCard::ExportCard(const RunParts& parts, QWidget* parent)
    : RunWorkCard(parts,
                  {.subject = QStringLiteral("exported"),
                   .choice = QStringLiteral("exportForm"),
                   .button = QStringLiteral("exportRun")},
                  parent),
      folder_(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)),
      out_(makeNote(parts.theme, this)),
      place_(new FittingButton(this)),
      keep_(new FittingButton(this)) {
    makeLayout();
    makeConnections();
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
}

void ExportCard::makeLayout() {
    place_->setObjectName(QStringLiteral("exportPlace"));
    keep_->setObjectName(QStringLiteral("keep"));
    place_->setProperty("kind", QStringLiteral("plain"));
    auto* where = new QHBoxLayout;
    where->setSpacing(space::kSmall);
    where->addWidget(out_, 1);
    where->addWidget(place_);
    body()->addWidget(makeChoices());
    body()->addLayout(where);
    body()->addWidget(said_);
    body()->addWidget(progress_);
    body()->addWidget(new ButtonRow({button_, keep_}, this));
    setTabOrder(choice_, place_);
    setTabOrder(place_, button_);
}

void ExportCard::makeConnections() {
    RunExport& exporter = parts_.exporter;
    connect(subject_, &QComboBox::currentIndexChanged, this, &ExportCard::showSubject);
    connect(choice_, &QComboBox::currentIndexChanged, this, &ExportCard::ask);
    connect(place_, &QPushButton::clicked, this, [this] {
        const QString folder =
            QFileDialog::getExistingDirectory(this, tr("Where shall the folder go?"), folder_);
        if (!folder.isEmpty()) exportBelow(folder);
    });
    connect(button_, &QPushButton::clicked, this, [this] {
        if (exported_ == job_.id && parts_.exporter.isRunning()) {
            parts_.exporter.stop();
        } else {
            start();
        }
    });
    connect(keep_, &QPushButton::clicked, this, &ExportCard::askToKeep);
    connect(&exporter, &RunExport::planned, this, [this](const RunExportPlan& plan) {
        plan_ = plan;
        showState();
    });
    connect(&exporter, &RunExport::progressed, this, [this](double share) { showShare(share); });
    const auto end = [this](const QString& said) {
        done_ = said;
        exported_ = 0;
        plan_.reset();
        ask();
    };
    connect(&exporter, &RunExport::finished, this, [this, end](const QString& folder) {
        if (!keptSaid_.isEmpty()) unkept_.remove(exported_);
        end(keptSaid_.isEmpty() ? tr("Exported to %1.").arg(QDir::toNativeSeparators(folder))
                                : keptSaid_.arg(QFileInfo(folder).fileName()));
    });
    connect(&exporter, &RunExport::failed, this, [end](const ReasonShown& why) {
        end(why.isEmpty() ? tr("Stopped. Nothing is left of it.") : presentReason(why));
    });
}

void ExportCard::setRun(qint64 id) {
    job_ = parts_.training.job(id);
    done_.clear();
    plan_.reset();
    {
        const QSignalBlocker quiet(subject_);
        subject_->clear();
    }
    refresh();
}

void ExportCard::refresh() {
    job_ = parts_.training.job(job_.id);
    if (job_.id == 0) return;
    const QString before = subject_->currentData().toString();
    listSubjects(*subject_, job_, false);
    setVisible(subject_->count() > 0);
    if (subject_->currentData().toString() != before || !plan_) showSubject();
    showState();
}

// What forms there are depends on what is chosen.
void ExportCard::showSubject() {
    isModel_ = subjectChosen().isModel;
    listForms();
    setHeading(tr("Take it with you"),
               isModel_ ? tr("It is a model like any other, for this program and for others.")
                        : tr("The adapter alone is small and needs its base model. Worked into the "
                             "base it is a model like any other, for this program and for "
                             "others."));
    keep_->setToolTip(
        isModel_ ? tr("Copies it to your models, under a name of its own")
                 : tr("Copies it to the chat's menu of adapters, under a name of its own"));
    ask();
}

void ExportCard::listForms() {
    const QSignalBlocker quiet(choice_);
    const QVariant preset = choice_->currentData();
    const QVariant kind = choice_->currentData(kKind);
    choice_->clear();
    const auto add = [this](const QString& text, RunExportKind form, const QString& name = {}) {
        choice_->addItem(text, name);
        choice_->setItemData(choice_->count() - 1, static_cast<int>(form), kKind);
    };
    if (!isModel_) add(tr("The adapter (for PEFT and this program)"), RunExportKind::Adapter);
    add(isModel_ ? tr("The model in 16 bits") : tr("The base with it worked in, in 16 bits"),
        RunExportKind::Model);
    for (const QString& name : RunExport::presets())
        add(tr("The same, converted: %1").arg(presentPreset(name)), RunExportKind::Converted, name);
    for (int i = 0; i < choice_->count(); ++i) {
        if (choice_->itemData(i, kKind) == kind && choice_->itemData(i) == preset)
            choice_->setCurrentIndex(i);
    }
}

// Without what the form adds to it.
QString ExportCard::suggestedName() const {
    QString name = folderNameOf(job_.name);
    if (name.isEmpty()) name = QStringLiteral("run");
    const QString folder = QFileInfo(subject_->currentData().toString()).fileName();
    if (folder.startsWith(QLatin1String("checkpoint-")))
        name += folder.mid(QStringLiteral("checkpoint").size());
    return name;
}

RunExportTask ExportCard::task() const {
    const RunSubject subject = subjectChosen();
    RunExportTask task;
    task.kind = static_cast<RunExportKind>(choice_->currentData(kKind).toInt());
    task.adapterFolder = subject.adapterFolder;
    task.modelFolder = subject.modelFolder;
    task.preset = choice_->currentData().toString();
    const QString form = task.preset.isEmpty() ? QString() : u'-' + task.preset;
    task.out = freeFolderIn(folder_, suggestedName() + form);
    return task;
}

// Only while it is looked at: the speed of a disk is measured by writing to it.
void ExportCard::ask() {
    plan_.reset();
    if (isVisible() && subject_->count() > 0 && !parts_.exporter.isRunning())
        parts_.exporter.plan(task());
    showState();
}

void ExportCard::exportBelow(const QString& folder) {
    folder_ = folder;
    done_.clear();
    ask();
}

void ExportCard::start() {
    done_.clear();
    keptSaid_.clear();
    exported_ = job_.id;
    progress_->setValue(0);
    parts_.exporter.start(task());
    showState();
}

QString ExportCard::keptFolder() const {
    return isModel_ ? parts_.modelsFolder : parts_.adaptersFolder;
}

void ExportCard::askToKeep() {
    // The run itself has its name there already.
    const Typed typed = unkept_.value(job_.id, {suggestedName(), {}});
    const QString name = QFileInfo(freeFolderIn(keptFolder(), typed.name)).fileName();
    KeepDialog::Kept kept{
        .name = name, .folder = keptFolder(), .isModel = isModel_, .room = {}, .note = typed.note};
    // In 16 bits, as its export would be.
    if (isModel_ && plan_ && plan_->problem.isEmpty() && task().kind == RunExportKind::Model)
        kept.room = tr("Takes %1.").arg(presentBytes(plan_->resultBytes));
    auto* dialog = new KeepDialog(theme_, kept, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { keep(dialog->name(), dialog->note()); });
    dialog->open();
}

void ExportCard::keep(const QString& name, const QString& note) {
    if (parts_.exporter.isRunning()) return;
    RunExportTask task = this->task();
    task.kind = isModel_ ? RunExportKind::Model : RunExportKind::Adapter;
    task.out = QDir(keptFolder()).filePath(name);
    task.note = isModel_ ? QString() : note;
    unkept_[job_.id] = {name, note};
    done_.clear();
    keptSaid_ = isModel_ ? tr("It is kept as “%1”: choose it among your models.")
                         : tr("It is kept as “%1”: choose it in the chat's menu of adapters.");
    exported_ = job_.id;
    parts_.exporter.start(task);
    showState();
}

QString ExportCard::planText() const {
    if (!plan_) return tr("The disk is looked at…");
    if (!plan_->problem.isEmpty()) return presentReason(plan_->problem);
    QStringList text{plan_->freeBytes < 0
                         ? tr("Takes %1.").arg(presentBytes(plan_->resultBytes))
                         : tr("Takes %1 of the %2 that are free there.")
                               .arg(presentBytes(plan_->resultBytes),
                                    presentBytes(static_cast<quint64>(plan_->freeBytes)))};
    if (plan_->neededBytes > plan_->resultBytes)
        text += tr("While it is made it needs %1.").arg(presentBytes(plan_->neededBytes));
    if (plan_->seconds > 0)
        text += tr("It will take about %1, by the speed of this disk.")
                    .arg(presentSpan(std::max(1.0, plan_->seconds)));
    return inARow(text);
}

void ExportCard::showState() {
    const bool isRunning = parts_.exporter.isRunning();
    const bool isOurs = isRunning && exported_ == job_.id;
    button_->setText(isOurs ? tr("Stop") : tr("Export"));
    // One can always be used when the other no longer can: it takes the keyboard over.
    if (!isRunning) keep_->setEnabled(true);
    button_->setEnabled(isOurs || (!isRunning && plan_ && plan_->problem.isEmpty()));
    if (isRunning) keep_->setEnabled(false);
    progress_->setVisible(isOurs);
    out_->setText(tr("Goes to %1").arg(QDir::toNativeSeparators(task().out)));
    QString text = done_;
    if (isOurs) {
        text = tr("It stands under its name when it is whole.");
    } else if (isRunning) {
        text = tr("Another export is under way.");
    } else {
        text = inARow({done_, planText()});
    }
    said_->setText(text);
}

QString ExportCard::said() const {
    return said_->text();
}

void ExportCard::retranslate() {
    button_->setText(tr("Export"));
    subjectLabel_->setText(tr("What is exported"));
    choiceLabel_->setText(tr("As"));
    subject_->setAccessibleName(subjectLabel_->text());
    choice_->setAccessibleName(tr("In which form"));
    place_->setText(tr("Elsewhere…"));
    place_->setToolTip(tr("Chooses the folder that the export goes to"));
    keep_->setText(tr("Keep it…"));
    showSubject();
    refresh();
}

void ExportCard::showEvent(QShowEvent* event) {
    FormCard::showEvent(event);
    if (!plan_) ask();
}

}  // namespace dsm
