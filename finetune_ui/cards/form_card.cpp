#include "finetune_ui/cards/form_card.h"

#include <QLabel>
#include <QVBoxLayout>

#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"

namespace dsm {

FormCard::FormCard(const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      heading_(new Label(this)),
      note_(makeNote(theme, this)),
      body_(new QVBoxLayout) {
    // In a narrow window its texts need more height than it would like to have.
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    heading_->setWordWrap(true);
    note_->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPadding, kPadding - space::kTiny, kPadding, kPadding);
    column->setSpacing(space::kTiny);
    column->addWidget(heading_);
    column->addWidget(note_);
    column->addSpacing(space::kTiny);
    body_->setSpacing(space::kSmall);
    column->addLayout(body_);
    connect(&theme, &Theme::changed, this, &FormCard::applyTheme);
    applyTheme();
}

void FormCard::setHeading(const QString& heading, const QString& note) {
    heading_->setText(heading);
    note_->setText(note);
    note_->setVisible(!note.isEmpty());
    setAccessibleName(heading);
}

void FormCard::applyTheme() {
    tone(heading_, TextStyle::Title, ColorRole::Text);
    update();
}

QLabel* makeNote(const Theme& theme, QWidget* parent) {
    auto* label = new Label(parent);
    label->setWordWrap(true);
    const auto apply = [label, &theme] {
        label->setFont(theme.font(TextStyle::Small));
        setTone(label, ColorRole::TextSecondary);
    };
    apply();
    QObject::connect(&theme, &Theme::changed, label, apply);
    return label;
}

}  // namespace dsm
