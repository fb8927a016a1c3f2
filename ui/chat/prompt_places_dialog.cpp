#include "ui/chat/prompt_places_dialog.h"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/chat/prompt_text.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kLines = 3;  // of a field

}  // namespace

PromptPlacesDialog::PromptPlacesDialog(const QString& prompt, QWidget* parent)
    : ScrollDialog(parent), prompt_(prompt), insert_(new QPushButton(tr("Insert"), this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Fill in the prompt"));
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    QPlainTextEdit* first = nullptr;
    for (const QString& place : placesIn(prompt)) {
        auto* label = new Label(place, content);
        auto* field = new QPlainTextEdit(content);
        field->setProperty("kind", QStringLiteral("field"));
        field->setTabChangesFocus(true);
        field->setAccessibleName(place);
        field->setMinimumWidth(360);
        field->setFixedHeight(field->fontMetrics().lineSpacing() * kLines + 2 * space::kMedium);
        label->setBuddy(field);
        column->addWidget(label);
        column->addWidget(field);
        fields_[place] = field;
        if (first == nullptr) first = field;
    }
    column->addStretch(1);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    for (QPushButton* button : {insert_, cancel})
        button->setAutoDefault(false);
    insert_->setProperty("kind", QStringLiteral("primary"));
    connect(insert_, &QPushButton::clicked, this, &PromptPlacesDialog::take);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(insert_);
    setContent(content, buttons);
    if (first != nullptr) first->setFocus();
}

void PromptPlacesDialog::take() {
    QHash<QString, QString> values;
    for (auto field = fields_.begin(); field != fields_.end(); ++field)
        values[field.key()] = (*field)->toPlainText();
    Q_EMIT filled(filledPrompt(prompt_, values));
    accept();
}

}  // namespace dsm
