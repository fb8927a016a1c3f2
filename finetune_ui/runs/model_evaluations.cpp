#include "finetune_ui/runs/model_evaluations.h"

#include <QPushButton>
#include <QVBoxLayout>

#include "finetune_ui/runs/model_evaluation_card.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {

ModelEvaluations::ModelEvaluations(const RunParts& parts, QWidget* parent)
    : QWidget(parent), back_(new QPushButton(this)), card_(new ModelEvaluationCard(parts, this)) {
    back_->setProperty("kind", QStringLiteral("plain"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kMedium);
    column->addWidget(back_, 0, Qt::AlignLeft);
    column->addWidget(card_);
    column->addStretch(1);
    connect(back_, &QPushButton::clicked, this, &ModelEvaluations::backWanted);
    const Theme& theme = parts.theme;
    const auto applyTheme = [this, &theme] { back_->setIcon(theme.icon(IconName::ChevronLeft)); };
    connect(&theme, &Theme::changed, this, applyTheme);
    applyTheme();
    const auto retranslate = [this] { back_->setText(tr("All runs")); };
    onLanguageChange(this, retranslate);
    retranslate();
}

}  // namespace dsm
