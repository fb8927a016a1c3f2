#include "finetune_ui/data/data_length_card.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/sentences.h"
#include "app/services/training/data/data_study.h"
#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/fitting_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/length_histogram.h"
#include "ui/widgets/number_field.h"

namespace dsm {
namespace {

// The range of a job's max_length.
constexpr int kLeast = 2;
constexpr int kMost = 1 << 20;
constexpr int kMostBars = 49;  // the last holds all longer rows
constexpr int kFieldWidth = 200;

// The next of 1, 2, 5, 10, 20, 50 .. that is not below `width`.
int roundWidth(int width) {
    for (int power = 1;; power *= 10) {
        for (const int step : {1, 2, 5}) {
            if (step * power >= width) return step * power;
        }
    }
}

// Few rows are very long: they share the last bar, so that the others can be told apart.
struct Scale {
    int width = 1;
    int bars = 2;
};

Scale scaleOf(const DataFindings& findings, int length) {
    const auto longest = std::min<qint64>(findings.longest, kMost);
    const qint64 most = std::max<qint64>(longest, 2);
    const qint64 shown =
        std::clamp<qint64>(std::max<qint64>(findings.keeps99 * 5 / 4, qint64{length} * 11 / 10), 2,
                           most * 11 / 10 + 1);
    Scale scale;
    scale.width = roundWidth(static_cast<int>((shown + kMostBars - 2) / (kMostBars - 1)));
    scale.bars = static_cast<int>((shown + scale.width - 1) / scale.width) + 1;
    return scale;
}

}  // namespace

DataLengthCard::DataLengthCard(const DataStudy& study, const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      study_(study),
      title_(new Label(this)),
      hint_(new Label(this)),
      histogram_(new LengthHistogram(theme, this)),
      fieldLabel_(new Label(this)),
      field_(new NumberField(theme, {kLeast, kMost, 16}, this)),
      keep99_(new FittingButton(this)),
      keepAll_(new FittingButton(this)),
      outcome_(new Label(this)) {
    makeLayout();
    makeConnections();
    applyTheme();
    retranslate();
}

void DataLengthCard::makeLayout() {
    histogram_->setRange(kLeast, kMost);
    title_->setWordWrap(true);
    hint_->setWordWrap(true);
    outcome_->setWordWrap(true);
    outcome_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    fieldLabel_->setBuddy(field_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPadding, kPadding, kPadding, kPadding);
    column->setSpacing(space::kMedium);
    column->addWidget(title_);
    column->addWidget(hint_);
    column->addWidget(histogram_);
    column->addWidget(new ButtonRow({fieldLabel_, field_}, this));
    column->addWidget(outcome_);
    column->addWidget(new ButtonRow({keep99_, keepAll_}, this));
}

void DataLengthCard::makeConnections() {
    connect(histogram_, &QAbstractSlider::valueChanged, this, [this](int length) {
        field_->setValue(length);
        showOutcome(length);
        if (!histogram_->isSliderDown()) Q_EMIT lengthChosen(length);
    });
    connect(histogram_, &QAbstractSlider::sliderReleased, this,
            [this] { Q_EMIT lengthChosen(histogram_->value()); });
    connect(field_, &NumberField::valueChanged, this, [this](std::optional<double> value) {
        if (value) choose(static_cast<int>(*value));
    });
    connect(keep99_, &QPushButton::clicked, this,
            [this] { choose(static_cast<int>(study_.findings().keeps99)); });
    connect(keepAll_, &QPushButton::clicked, this, [this] {
        choose(static_cast<int>(std::min<qint64>(study_.findings().longest, kMost)));
    });
    connect(&theme_, &Theme::changed, this, &DataLengthCard::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
}

int DataLengthCard::length() const {
    return histogram_->value();
}

QString DataLengthCard::outcome() const {
    return outcome_->text();
}

void DataLengthCard::choose(int length) {
    if (length == histogram_->value()) return;
    histogram_->setValue(std::clamp(length, kLeast, kMost));
    showBars(histogram_->value());
}

void DataLengthCard::showStudy(int length) {
    const QSignalBlocker quiet(histogram_);
    histogram_->setValue(length);
    field_->setValue(histogram_->value());
    showBars(histogram_->value());
    showOutcome(histogram_->value());
}

void DataLengthCard::showBars(int length) {
    const Scale scale = scaleOf(study_.findings(), length);
    const auto longest = std::min<qint64>(study_.findings().longest, kMost);
    histogram_->setBars(study_.histogram(scale.bars, scale.width), scale.width,
                        static_cast<int>(longest));
}

void DataLengthCard::showOutcome(int length) {
    const DataFindings& findings = study_.findings();
    const DataAtLength at = study_.atLength(length);
    QStringList sentences;
    if (at.trainNothing > 0)
        sentences += tr("%Ln row(s) have nothing left to learn and are left out.", nullptr,
                        static_cast<int>(at.trainNothing));
    if (at.cut > 0)
        sentences +=
            {tr("%Ln row(s) lose their end, and with it the lesson where to stop;", nullptr,
                static_cast<int>(at.cut)),
             tr("%Ln of them inside an answer.", nullptr, static_cast<int>(at.cutInsideAnswer))};
    if (sentences.isEmpty()) sentences += tr("Every row is learned whole.");
    if (findings.modelPositions > 0 && length > findings.modelPositions)
        sentences += tr("The model was made for %L1 tokens at most.").arg(findings.modelPositions);
    outcome_->setText(inARow(sentences));
    const bool isBad = at.trainNothing > 0 || at.cut > 0 ||
                       (findings.modelPositions > 0 && length > findings.modelPositions);
    tone(outcome_, TextStyle::Interface, isBad ? ColorRole::Warning : ColorRole::Success);
    keep99_->setText(tr("Keep 99 % whole: %L1 tokens").arg(findings.keeps99));
    keep99_->setVisible(findings.keeps99 < findings.longest);
    keepAll_->setText(tr("Keep all whole: %L1 tokens").arg(findings.longest));
    keep99_->setEnabled(length != findings.keeps99);
    keepAll_->setEnabled(length != findings.longest);
}

void DataLengthCard::applyTheme() {
    tone(title_, TextStyle::Title, ColorRole::Text);
    tone(hint_, TextStyle::Interface, ColorRole::TextSecondary);
    field_->setMaximumWidth(theme_.scaled(kFieldWidth));
    showOutcome(length());
}

void DataLengthCard::retranslate() {
    title_->setText(tr("How long may a row be?"));
    hint_->setText(
        tr("Each bar is so many rows of one length, in tokens: pieces of words. A row longer than "
           "the maximum loses its end. Longer rows take more memory and time. Drag the line, or "
           "move it with the arrow keys."));
    fieldLabel_->setText(tr("Maximum length"));
    field_->setAccessibleName(tr("Maximum length in tokens"));
    field_->setUnit(tr("tokens"));
    histogram_->setLimitText(tr("at most %L1 tokens"),
                             tr("at most %L1 tokens: more than any row has"));
    histogram_->setAccessibleName(tr("Lengths of the rows, and the maximum length in tokens"));
    showOutcome(length());
}

}  // namespace dsm
