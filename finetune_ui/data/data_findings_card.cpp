#include "finetune_ui/data/data_findings_card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <memory>

#include "app/services/program/reason_words.h"
#include "app/services/training/data/data_study.h"
#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/fact_list.h"
#include "finetune_ui/cards/fitting_button.h"
#include "finetune_ui/words/data_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"

namespace dsm {
namespace {

constexpr int kProgressSteps = 1000;
constexpr int kRefusedShown = 5;
constexpr int kRepeatsShown = 3;

// nullptr: there are not so many.
QLabel* labelAt(const QLayout& layout, int index) {
    QLayoutItem* item = layout.itemAt(index);
    return item == nullptr ? nullptr : qobject_cast<QLabel*>(item->widget());
}

void keepFirst(QLayout& layout, int count) {
    while (layout.count() > count) {
        const std::unique_ptr<QLayoutItem> item(layout.takeAt(layout.count() - 1));
        item->widget()->hide();
        item->widget()->deleteLater();
    }
}

}  // namespace

DataFindingsCard::DataFindingsCard(const DataStudy& study, const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      study_(study),
      title_(new Label(this)),
      state_(new Label(this)),
      progress_(new QProgressBar(this)),
      stop_(new FittingButton(this)),
      readAll_(new FittingButton(this)),
      facts_(new FactList(theme, TextStyle::InterfaceStrong, this)),
      notes_(new QWidget(this)),
      noteList_(new QVBoxLayout(notes_)),
      export_(new FittingButton(this)),
      chatTemplate_(new FittingButton(this)),
      refused_(new FittingButton(this)),
      changes_(new FittingButton(this)) {
    makeLayout();
    connect(stop_, &QPushButton::clicked, this, &DataFindingsCard::stopRequested);
    connect(readAll_, &QPushButton::clicked, this, &DataFindingsCard::readAllRequested);
    connect(export_, &QPushButton::clicked, this, &DataFindingsCard::exportRequested);
    connect(refused_, &QPushButton::clicked, this, &DataFindingsCard::refusedRequested);
    connect(changes_, &QPushButton::clicked, this, &DataFindingsCard::changesRequested);
    connect(chatTemplate_, &QPushButton::clicked, this, &DataFindingsCard::chatTemplateRequested);
    connect(&theme, &Theme::changed, this, &DataFindingsCard::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

void DataFindingsCard::makeLayout() {
    title_->setWordWrap(true);
    state_->setWordWrap(true);
    state_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    progress_->setRange(0, kProgressSteps);
    progress_->setTextVisible(false);
    noteList_->setContentsMargins(0, 0, 0, 0);
    noteList_->setSpacing(space::kSmall);
    auto* reading = new QHBoxLayout;
    reading->setSpacing(space::kSmall);
    reading->addWidget(progress_, 1);
    reading->addWidget(stop_);
    reading->addWidget(readAll_);
    reading->addStretch();  // where there is no progress
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPadding, kPadding, kPadding, kPadding);
    column->setSpacing(space::kMedium);
    column->addWidget(title_);
    column->addWidget(state_);
    column->addLayout(reading);
    column->addWidget(facts_);
    column->addWidget(notes_);
    column->addWidget(new ButtonRow({chatTemplate_, refused_, export_, changes_}, this));
}

void DataFindingsCard::showProgress(double share) {
    progress_->setValue(static_cast<int>(share * kProgressSteps));
}

void DataFindingsCard::showStudy(int length) {
    length_ = length;
    showState();
    showFacts(length);
    showNotes();
}

void DataFindingsCard::showState() {
    const DataFindings& findings = study_.findings();
    const bool isPartial = findings.examples > 0 && !findings.isWhole;
    QString text = presentReason(study_.error());
    if (text.isEmpty() && study_.isStudying())
        text =
            isPartial
                ? tr("These are the first %L1 rows; the others are being read.").arg(findings.rows)
                : tr("The rows are being read.");
    if (text.isEmpty() && isPartial)
        text = tr("Only the first %L1 rows were read.").arg(findings.rows);
    state_->setText(text);
    state_->setVisible(!text.isEmpty());
    tone(state_, TextStyle::Interface,
         study_.error().isEmpty() ? ColorRole::TextSecondary : ColorRole::Danger);
    progress_->setVisible(study_.isStudying());
    showProgress(study_.share());
    stop_->setVisible(study_.isStudying());
    readAll_->setVisible(!study_.isStudying() && isPartial);
    export_->setVisible(findings.refused > 0);
    refused_->setVisible(findings.refused > 0);
    // Also where the changes are why nothing can be read.
    changes_->setVisible(study_.request().appliesEdits && !study_.isStudying());
}

void DataFindingsCard::showFacts(int length) {
    const DataFindings& findings = study_.findings();
    facts_->setVisible(findings.examples > 0);
    if (findings.examples == 0) return;
    QList<FactList::Fact> facts;
    const DataAtLength at = study_.atLength(length);
    facts.append({tr("Rows read"), locale().toString(findings.rows)});
    const qint64 keptBack =
        study_.request().evaluationFiles.isEmpty() ? findings.evaluationExamples : 0;
    facts.append({tr("Learned from"), locale().toString(at.examples - keptBack)});
    const double share = at.tokens > 0 ? 100.0 * double(at.trainedTokens) / double(at.tokens) : 0;
    facts.append({tr("Tokens"), tr("%L1, of which %L2 are learned (%L3 %)")
                                    .arg(at.tokens)
                                    .arg(at.trainedTokens)
                                    .arg(share, 0, 'f', 0)});
    facts.append({tr("Length"), tr("half of the rows have at most %L1 tokens, the longest has %L2")
                                    .arg(findings.median)
                                    .arg(findings.longest)});
    if (findings.evaluationExamples > 0)
        facts.append(
            {tr("Put aside for evaluation"), locale().toString(findings.evaluationExamples)});
    facts_->setFacts(facts);
}

void DataFindingsCard::addNote(const QString& text, ColorRole role) {
    QLabel* note = labelAt(*noteList_, noteCount_++);
    if (note == nullptr) {
        note = new Label(notes_);
        note->setWordWrap(true);
        note->setTextInteractionFlags(Qt::TextSelectableByMouse);
        noteList_->addWidget(note);
        note->show();  // at once: else the page shrinks and grows again
    }
    note->setText(text);
    tone(note, TextStyle::Interface, role);
}

void DataFindingsCard::addRepeats(const QString& text, const QList<DataRepeat>& rows) {
    QString all = text;
    for (int i = 0; i < rows.size() && i < kRepeatsShown; ++i)
        all +=
            u'\n' + tr("%1 like %2").arg(presentPlace(rows[i].place), presentPlace(rows[i].first));
    addNote(all, ColorRole::TextSecondary);
}

void DataFindingsCard::showNotes() {
    noteCount_ = 0;
    const DataFindings& found = study_.findings();
    const auto count = [](qint64 number) { return static_cast<int>(number); };
    bool neverEnds = false;
    for (const DataNote note : found.notes) {
        addNote(presentNote(note), isWarning(note) ? ColorRole::Warning : ColorRole::TextSecondary);
        neverEnds = neverEnds || note == DataNote::NeverEnds;
    }
    chatTemplate_->setVisible(neverEnds);
    if (found.isWhole && found.examples > 0 && found.notes.isEmpty())
        addNote(
            tr("The template and the end of an answer are those that the model was trained with."),
            ColorRole::Success);
    if (found.edited > 0)
        addNote(tr("Rows that are read as you changed them: %L1.").arg(found.edited),
                ColorRole::TextSecondary);
    if (found.leftOut > 0)
        addNote(tr("%Ln row(s) are left out.", nullptr, count(found.leftOut)),
                ColorRole::TextSecondary);
    if (found.refused > 0) {
        QString text = tr("%Ln row(s) cannot be used:", nullptr, count(found.refused));
        for (int i = 0; i < found.firstRefused.size() && i < kRefusedShown; ++i) {
            const DataRefusal& row = found.firstRefused[i];
            text += u'\n' + tr("%1: %2").arg(presentPlace(row.place), presentReason(row.reason));
        }
        if (found.refused > kRefusedShown)
            text += u'\n' + tr("and %Ln more.", nullptr, count(found.refused - kRefusedShown));
        addNote(text, ColorRole::Warning);
    }
    if (found.inEvaluation > 0) addNote(presentLeak(found), ColorRole::Warning);
    if (found.repeated > 0)
        addRepeats(tr("%Ln row(s) say the same as an earlier one, and are learned twice.", nullptr,
                      count(found.repeated)),
                   found.firstRepeated);
    if (found.near > 0)
        addRepeats(tr("%Ln row(s) are nearly equal to an earlier one.", nullptr, count(found.near)),
                   found.firstNear);
    if (found.isWhole && found.nearCompared > 0 && found.examples > (1 << 20))
        addNote(tr("Nearly equal rows were sought among the first %L1.").arg(found.nearCompared),
                ColorRole::TextSecondary);
    if (found.specialNames > 0)
        addNote(
            tr("%Ln row(s) spell a special token, which is learned as plain text. Take it out of "
               "the data.",
               nullptr, count(found.specialNames)),
            ColorRole::Warning);
    if (found.withHistory > 0)
        addNote(tr("%Ln row(s) have earlier turns; their answers are learned, too.", nullptr,
                   count(found.withHistory)),
                ColorRole::TextSecondary);
    if (!found.unusedColumns.isEmpty())
        addNote(tr("Columns that are not used: %1.").arg(found.unusedColumns.keys().join(tr(", "))),
                ColorRole::TextSecondary);
    keepFirst(*noteList_, noteCount_);
}

QStringList DataFindingsCard::lines() const {
    QStringList all;
    if (state_->isVisibleTo(this)) all += state_->text();
    for (const QWidget* part : {static_cast<QWidget*>(facts_), notes_}) {
        for (const QLabel* label : part->findChildren<QLabel*>()) {
            if (label->isVisibleTo(part)) all += label->text();
        }
    }
    return all;
}

void DataFindingsCard::applyTheme() {
    tone(title_, TextStyle::Title, ColorRole::Text);
    showStudy(length_);
}

void DataFindingsCard::retranslate() {
    title_->setText(tr("What would be learned"));
    stop_->setText(tr("Stop reading"));
    readAll_->setText(tr("Read all rows"));
    export_->setText(tr("Save the unusable rows…"));
    refused_->setText(tr("Show and change…"));
    refused_->setAccessibleName(tr("Show all unusable rows"));
    changes_->setText(tr("Changed and left-out rows…"));
    chatTemplate_->setText(tr("Use the template of a chat"));
    progress_->setAccessibleName(tr("Share of the data that is read"));
    showStudy(length_);
}

}  // namespace dsm
