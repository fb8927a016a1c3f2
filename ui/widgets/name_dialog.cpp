#include "ui/widgets/name_dialog.h"

#include <QCompleter>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kLongest = 80;
constexpr int kFieldWidth = 340;

}  // namespace

NameDialog::NameDialog(const Wanted& wanted, QWidget* over)
    : ScrollDialog(over),
      field_(new QLineEdit(wanted.name, this)),
      accept_(new QPushButton(wanted.accept, this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(wanted.title);
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    auto* label = new Label(wanted.label, content);
    label->setBuddy(field_);
    field_->setAccessibleName(wanted.label);
    field_->setMaxLength(kLongest);
    field_->setMinimumWidth(kFieldWidth);
    if (!wanted.known.isEmpty()) {
        auto* completer = new QCompleter(wanted.known, field_);
        completer->setCaseSensitivity(Qt::CaseInsensitive);
        field_->setCompleter(completer);
    }
    column->addWidget(label);
    column->addWidget(field_);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    accept_->setProperty("kind", QStringLiteral("primary"));
    accept_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(accept_);
    setContent(content, buttons);
    const auto refresh = [this] { accept_->setEnabled(!field_->text().trimmed().isEmpty()); };
    connect(field_, &QLineEdit::textChanged, this, refresh);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(accept_, &QPushButton::clicked, this, &QDialog::accept);
    field_->selectAll();
    field_->setFocus();
    refresh();
}

NameDialog* NameDialog::open(QWidget* over, const Wanted& wanted,
                             std::function<void(const QString& name)> take) {
    auto* dialog = new NameDialog(wanted, over);
    connect(dialog, &QDialog::accepted, over, [dialog, take = std::move(take)] {
        const QString name = dialog->field_->text().simplified();
        if (!name.isEmpty()) take(name);
    });
    dialog->QDialog::open();
    return dialog;
}

}  // namespace dsm
