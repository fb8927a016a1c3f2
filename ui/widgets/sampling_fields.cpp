#include "ui/widgets/sampling_fields.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QRegularExpression>
#include <QRegularExpressionValidator>
#include <QStringList>
#include <algorithm>
#include <optional>

#include "ui/widgets/label.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kControlWidth = 240;

NumberField* field(const Theme& theme, const SettingRange& range, double step, bool isWhole,
                   QWidget* parent) {
    return new NumberField(theme, {range.least, range.most, step, isWhole}, parent);
}

}  // namespace

SamplingFields::SamplingFields(const Theme& theme, QWidget* parent)
    : QObject(parent),
      theme_(theme),
      temperature_(field(theme, kTemperatureRange, 0.1, false, parent)),
      topP_(field(theme, kTopPRange, 0.05, false, parent)),
      topK_(field(theme, kTopKRange, 1, true, parent)),
      minP_(field(theme, kMinPRange, 0.01, false, parent)),
      repetition_(field(theme, kRepetitionPenaltyRange, 0.05, false, parent)),
      tokens_(field(theme, kMaximumTokensRange, 64, true, parent)),
      seed_(new QLineEdit(parent)) {
    seed_->setValidator(
        new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-9]{0,20}")), seed_));
    for (NumberField* number : {temperature_, topP_, topK_, minP_, repetition_, tokens_})
        connect(number, &NumberField::valueChanged, this, &SamplingFields::changed);
    connect(seed_, &QLineEdit::editingFinished, this, &SamplingFields::changed);
}

std::vector<QLineEdit*> SamplingFields::fields() const {
    return {temperature_, topP_, topK_, minP_, repetition_, tokens_, seed_};
}

void SamplingFields::addTo(QFormLayout* form) {
    for (QLineEdit* control : fields()) {
        auto* label = new Label(control->parentWidget());
        label->setBuddy(control);
        control->setMinimumWidth(std::min(theme_.scaled(kControlWidth), 340));
        form->addRow(label, control);
        labels_.push_back(label);
    }
    retranslate();
}

void SamplingFields::retranslate() {
    for (NumberField* number : {temperature_, topP_, topK_, minP_, repetition_, tokens_})
        number->setNone(tr("Like the model"));
    seed_->setPlaceholderText(tr("drawn anew for each reply"));
    const QStringList names{tr("Temperature"),
                            tr("Top p"),
                            tr("Top k"),
                            tr("Min p"),
                            tr("Repetition penalty"),
                            tr("Longest reply, in tokens"),
                            tr("Seed")};
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        labels_[i]->setText(names[static_cast<qsizetype>(i)]);
        labels_[i]->buddy()->setAccessibleName(names[static_cast<qsizetype>(i)]);
    }
}

void SamplingFields::setChoices(const GenerationChoices& choices) {
    temperature_->setValue(choices.temperature);
    topP_->setValue(choices.topP);
    topK_->setValue(choices.topK);
    minP_->setValue(choices.minP);
    repetition_->setValue(choices.repetitionPenalty);
    tokens_->setValue(choices.maximumTokens);
    seed_->setText(choices.seed ? QString::number(*choices.seed) : QString());
}

GenerationChoices SamplingFields::choices(GenerationChoices others) const {
    const auto whole = [](const NumberField* number) {
        const auto value = number->value();
        return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
    };
    others.temperature = temperature_->value();
    others.topP = topP_->value();
    others.topK = whole(topK_);
    others.minP = minP_->value();
    others.repetitionPenalty = repetition_->value();
    others.maximumTokens = whole(tokens_);
    bool isNumber = false;
    const quint64 seed = seed_->text().toULongLong(&isNumber);
    others.seed = isNumber ? std::optional<std::uint64_t>(seed) : std::nullopt;
    return others;
}

}  // namespace dsm
