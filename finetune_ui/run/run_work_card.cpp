#include "finetune_ui/run/run_work_card.h"

#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "finetune_ui/cards/folding_row.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kShareParts = 1000;

}  // namespace

RunWorkCard::RunWorkCard(const RunParts& parts, const Names& names, QWidget* parent)
    : FormCard(parts.theme, parent),
      parts_(parts),
      subjectLabel_(new Label(this)),
      subject_(new ChoiceBox(this)),
      choiceLabel_(new Label(this)),
      choice_(new ChoiceBox(this)),
      button_(new QPushButton(this)),
      progress_(new QProgressBar(this)),
      said_(makeNote(parts.theme, this)) {
    subject_->setObjectName(names.subject);
    choice_->setObjectName(names.choice);
    button_->setObjectName(names.button);
    progress_->setRange(0, kShareParts);
    progress_->setTextVisible(false);
    subjectLabel_->setBuddy(subject_);
    choiceLabel_->setBuddy(choice_);
    for (QComboBox* box : {subject_, choice_}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
    }
}

QWidget* RunWorkCard::makeLabelled(QLabel* label, QWidget* box) {
    auto* both = new QWidget(this);
    auto* column = new QVBoxLayout(both);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kTiny);
    column->addWidget(label);
    column->addWidget(box);
    return both;
}

QWidget* RunWorkCard::makeChoices() {
    return new FoldingRow(makeLabelled(subjectLabel_, subject_),
                          makeLabelled(choiceLabel_, choice_), this, space::kSmall, 1);
}

void RunWorkCard::showShare(double share) {
    progress_->setValue(static_cast<int>(share * kShareParts));
}

}  // namespace dsm
