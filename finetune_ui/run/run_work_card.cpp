#include "finetune_ui/run/run_work_card.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

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

QGridLayout* RunWorkCard::makeChoices() {
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(space::kSmall);
    grid->setVerticalSpacing(space::kTiny);
    grid->addWidget(subjectLabel_, 0, 0);
    grid->addWidget(choiceLabel_, 0, 1);
    grid->addWidget(subject_, 1, 0);
    grid->addWidget(choice_, 1, 1);
    grid->setColumnStretch(0, 2);
    grid->setColumnStretch(1, 3);
    return grid;
}

void RunWorkCard::showShare(double share) {
    progress_->setValue(static_cast<int>(share * kShareParts));
}

}  // namespace dsm
