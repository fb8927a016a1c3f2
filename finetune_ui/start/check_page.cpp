#include "finetune_ui/start/check_page.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/reason_words.h"
#include "app/services/program/sentences.h"
#include "app/services/training/data/data_study.h"
#include "finetune_ui/cards/fitting_button.h"
#include "finetune_ui/job/job_section.h"
#include "finetune_ui/words/data_words.h"
#include "finetune_ui/words/job_key_words.h"
#include "ui/widgets/choice_card.h"
#include "ui/widgets/language_change.h"

namespace dsm {
namespace {

constexpr double kUsualShare = 0.1;
constexpr int kPromptsHeight = 120;
constexpr qsizetype kUsualPrompts = 5;  // each takes time at each checkpoint
const QString kShare = QStringLiteral("eval_share");
const QString kFile = QStringLiteral("eval_data");
const QString kPatience = QStringLiteral("patience");
const QString kPrompts = QStringLiteral("sample_prompts");
const QString kWay = QStringLiteral("check");

}  // namespace

CheckPage::CheckPage(TuningDraft& draft, const DataStudy& study, const Theme& theme,
                     QWidget* parent)
    : QWidget(parent),
      draft_(draft),
      job_(draft.job()),
      study_(study),
      theme_(theme),
      measure_(new FormCard(theme, this)),
      nothing_(new ChoiceCard(theme, this)),
      share_(new ChoiceCard(theme, this)),
      file_(new ChoiceCard(theme, this)),
      shareField_(new JobSection({kShare}, job_, theme, this)),
      fileRow_(new QWidget(this)),
      path_(new QLineEdit(this)),
      browse_(new FittingButton(this)),
      leak_(makeNote(theme, this)),
      often_(
          new JobSection({QStringLiteral("eval_at_start"), QStringLiteral("eval_steps"), kPatience},
                         job_, theme, this)),
      ask_(new FormCard(theme, this)),
      prompts_(new QPlainTextEdit(this)),
      promptsNote_(makeNote(theme, this)),
      draw_(new FittingButton(this)),
      drawNote_(makeNote(theme, this)),
      answers_(new JobSection({QStringLiteral("sample_tokens")}, job_, theme, this)) {
    makeLayout();
    connect(share_, &QAbstractButton::clicked, this, [this] { choose(Way::Share); });
    connect(file_, &QAbstractButton::clicked, this, [this] { choose(Way::File); });
    connect(nothing_, &QAbstractButton::clicked, this, [this] { choose(Way::Nothing); });
    connect(browse_, &QPushButton::clicked, this, &CheckPage::chooseFile);
    connect(path_, &QLineEdit::textEdited, this, [this](const QString& text) {
        const QString file = text.trimmed();
        job_.choose(kFile, file.isEmpty() ? QJsonValue(QJsonValue::Undefined)
                                          : QJsonValue(QFileInfo(file).absoluteFilePath()));
    });
    connect(&job_, &JobDraft::changed, this, [this] {
        showNow();
        Q_EMIT changed();
    });
    for (const JobSection* section : {shareField_, often_, answers_})
        connect(section, &JobSection::validityChanged, this, &CheckPage::changed);
    connect(prompts_, &QPlainTextEdit::textChanged, this, &CheckPage::takePrompts);
    connect(draw_, &QPushButton::clicked, this, &CheckPage::drawPrompts);
    connect(&study, &DataStudy::changed, this, [this] {
        showDrawing();
        showLeak();
        Q_EMIT changed();
    });
    connect(&theme, &Theme::changed, this, &CheckPage::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
    showNow();
}

void CheckPage::makeLayout() {
    path_->setObjectName(QStringLiteral("evalFile"));
    auto* row = new QHBoxLayout(fileRow_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::kSmall);
    row->addWidget(path_, 1);
    row->addWidget(browse_);
    for (ChoiceCard* card : {share_, file_, nothing_})
        measure_->body()->addWidget(card);
    measure_->body()->addWidget(fileRow_);
    measure_->body()->addWidget(leak_);
    prompts_->setObjectName(kPrompts);
    prompts_->setProperty("kind", QStringLiteral("field"));
    prompts_->setTabChangesFocus(true);
    ask_->body()->addWidget(prompts_);
    ask_->body()->addWidget(promptsNote_);
    auto* drawing = new QHBoxLayout;
    drawing->setSpacing(space::kMedium);
    drawing->addWidget(draw_, 0, Qt::AlignLeft);
    drawing->addWidget(drawNote_, 1);
    ask_->body()->addLayout(drawing);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kLarge);
    column->addWidget(measure_);
    column->addWidget(shareField_);
    column->addWidget(often_);
    column->addWidget(ask_);
    column->addWidget(answers_);
    column->addStretch(1);
}

CheckPage::Way CheckPage::way() const {
    if (job_.isChosen(kFile) || draft_.remark(kWay).toString() == QLatin1String("file"))
        return Way::File;
    return job_.isChosen(kShare) ? Way::Share : Way::Nothing;
}

ChoiceCard* CheckPage::wayCard(Way way) const {
    return way == Way::Share ? share_ : way == Way::File ? file_ : nothing_;
}

void CheckPage::choose(Way way) {
    draft_.setRemark(kWay, way == Way::File ? QStringLiteral("file") : QString());
    QJsonObject values = job_.values();
    values.remove(kShare);
    values.remove(kFile);
    if (way == Way::Nothing) {
        values.remove(kPatience);
        values.remove(QStringLiteral("eval_at_start"));
    } else {
        values[QStringLiteral("eval_at_start")] = true;
    }
    if (way == Way::Share) values[kShare] = kUsualShare;
    if (way == Way::File && !path_->text().isEmpty()) values[kFile] = path_->text();
    job_.setValues(values);
    showNow();
    Q_EMIT changed();
}

void CheckPage::chooseFile() {
    const QString file = QFileDialog::getOpenFileName(
        this, tr("A file to evaluate with"), QFileInfo(path_->text()).path(),
        tr("Examples (*.json *.jsonl *.csv *.tsv *.parquet);;All files (*)"));
    if (file.isEmpty()) return;
    path_->setText(QDir::toNativeSeparators(file));
    job_.choose(kFile, file);
}

void CheckPage::takePrompts() {
    QJsonArray prompts;
    for (const QString& line : prompts_->toPlainText().split(u'\n', Qt::SkipEmptyParts)) {
        if (!line.trimmed().isEmpty()) prompts.append(line.trimmed());
    }
    job_.choose(kPrompts,
                prompts.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(prompts));
}

// What was written stays; questions that are not there yet follow, as long as there is room.
void CheckPage::drawPrompts() {
    QJsonArray prompts = job_.value(kPrompts).toArray();
    const auto most = static_cast<qsizetype>(jobKeyInfo(kPrompts).most);
    for (const QString& prompt : study_.findings().evaluationPrompts) {
        if (prompts.size() < std::min(most, kUsualPrompts) && !prompts.contains(prompt))
            prompts.append(prompt);
    }
    job_.choose(kPrompts, prompts);
}

void CheckPage::showDrawing() {
    const QStringList drawn = study_.findings().evaluationPrompts;
    const QJsonArray prompts = job_.value(kPrompts).toArray();
    const bool isNew = std::any_of(drawn.begin(), drawn.end(), [&](const QString& prompt) {
        return !prompts.contains(prompt);
    });
    draw_->setVisible(way() != Way::Nothing);
    draw_->setEnabled(isNew && prompts.size() < kUsualPrompts);
    QString note;
    if (study_.isStudying()) {
        note = tr("The rows are being read.");
    } else if (drawn.isEmpty() && fileProblem().isEmpty()) {
        note = tr("There is no question on a single line among the rows kept back.");
    }
    drawNote_->setText(note);
    drawNote_->setVisible(way() != Way::Nothing && !note.isEmpty());
}

void CheckPage::showLeak() {
    const QString problem = fileProblem();
    const QString leak = way() == Way::Nothing ? QString()
                         : problem.isEmpty()   ? presentLeak(study_.findings())
                                               : problem;
    leak_->setText(leak);
    leak_->setVisible(!leak.isEmpty());
}

void CheckPage::showPrompts() {
    const QJsonArray prompts = job_.value(kPrompts).toArray();
    answers_->setVisible(isAdvanced_ && !prompts.isEmpty());
    if (prompts_->hasFocus()) return;
    QStringList lines;
    for (const QJsonValue& prompt : prompts)
        lines.append(prompt.toString());
    const QSignalBlocker quiet(prompts_);
    if (prompts_->toPlainText() != lines.join(u'\n')) prompts_->setPlainText(lines.join(u'\n'));
}

void CheckPage::showNow() {
    showPrompts();
    showDrawing();
    showLeak();
    const Way now = way();
    wayCard(now)->setChecked(true);
    shareField_->setVisible(now == Way::Share);
    fileRow_->setVisible(now == Way::File);
    often_->setVisible(now != Way::Nothing);
    const QString file = job_.value(kFile).toString();
    if (!path_->hasFocus() && !file.isEmpty()) path_->setText(file);
}

// By the names that were chosen for the examples, which are seen two steps before.
QString CheckPage::fileProblem() const {
    const ReasonShown& why = study_.findings().evaluationError;
    if (way() != Way::File || why.isEmpty()) return {};
    return inARow({presentReason(why), tr("The file is read as the examples are: by the same "
                                          "names of columns, in the same template.")});
}

QString CheckPage::missing() const {
    const QString file = job_.value(kFile).toString();
    if (way() == Way::File && file.isEmpty()) return tr("Choose a file to evaluate with");
    if (way() == Way::File && !QFileInfo(file).isFile())
        return tr("The file to evaluate with is not there");
    if (!fileProblem().isEmpty()) return tr("Choose another file to evaluate with");
    const qsizetype most = static_cast<qsizetype>(jobKeyInfo(kPrompts).most);
    if (job_.value(kPrompts).toArray().size() > most)
        return tr("At most %1 prompts are answered").arg(most);
    for (const JobSection* section : {shareField_, often_, answers_}) {
        const QString wrong = section->isHidden() ? QString() : section->wrong();
        if (!wrong.isEmpty()) return tr("Correct the setting “%1”").arg(wrong);
    }
    return {};
}

void CheckPage::takeDraft() {
    path_->clear();
    showNow();
}

void CheckPage::setAdvanced(bool isAdvanced) {
    isAdvanced_ = isAdvanced;
    showNow();
}

void CheckPage::applyTheme() {
    leak_->setStyleSheet(QStringLiteral("color: %1;").arg(theme_.color(ColorRole::Warning).name()));
    prompts_->setFixedHeight(theme_.scaled(kPromptsHeight));
}

void CheckPage::retranslate() {
    measure_->setHeading(
        tr("Measure what was learned"),
        tr("The loss on examples that are never trained tells learning from learning by heart."));
    share_->setContent(
        tr("Keep some examples back"),
        tr("A share of the file is drawn and only measured. It is not learned: right for a "
           "style, wrong for facts that are all to be known."),
        {});
    file_->setContent(tr("A file of its own"), tr("With examples in the same form."), {});
    nothing_->setContent(
        tr("Do not measure"),
        tr("Every example is learned: right for facts, and for very few examples."), {});
    browse_->setText(tr("Choose…"));
    path_->setAccessibleName(tr("File to evaluate with"));
    path_->setPlaceholderText(tr("JSON, JSON Lines, CSV or Parquet"));
    shareField_->setHeading(tr("How many"));
    often_->setHeading(tr("How often, and when to end early"));
    ask_->setHeading(tr("Ask along the way"),
                     tr("The same prompts are answered before the first step and at each "
                        "checkpoint: what changes can be read."));
    prompts_->setPlaceholderText(tr("What is the capital of Freedonia?"));
    prompts_->setAccessibleName(tr("Fixed prompts"));
    prompts_->setAccessibleDescription(presentKeyHelp(kPrompts));
    promptsNote_->setText(
        tr("A prompt on each line, at most %1. The answers are drawn with the run's seed.")
            .arg(static_cast<int>(jobKeyInfo(kPrompts).most)));
    draw_->setText(tr("Draw questions from the rows kept back"));
    answers_->setHeading(tr("Answers"));
    showDrawing();
    showLeak();
}

}  // namespace dsm
