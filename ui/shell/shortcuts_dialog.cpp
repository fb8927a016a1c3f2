#include "ui/shell/shortcuts_dialog.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeySequenceEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/shell/commands.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {

ShortcutsDialog::ShortcutsDialog(Commands& commands, const Theme& theme, QWidget* parent)
    : ScrollDialog(parent),
      commands_(commands),
      note_(new Label(this)),
      reset_(new QPushButton(tr("Back to the program's own"), this)) {
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    note_->setWordWrap(true);
    note_->setProperty("tone", QStringLiteral("secondary"));
    note_->setText(tr("Choose a field and press the new keys. An empty field has none."));
    column->addWidget(note_);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(space::kHuge);
    form->setVerticalSpacing(space::kSmall);
    form->setRowWrapPolicy(theme.textScale() > 1.5 ? QFormLayout::WrapAllRows
                                                   : QFormLayout::WrapLongRows);
    for (const Command& command : commands_.all()) {
        auto* field = new QKeySequenceEdit(content);
        field->setObjectName(command.id);
        field->setAccessibleName(command.name());
        field->setClearButtonEnabled(true);
        auto* label = new Label(command.name(), content);
        label->setBuddy(field);
        label->setMinimumHeight(field->sizeHint().height());
        form->addRow(label, field);
        connect(field, &QKeySequenceEdit::editingFinished, this,
                [this, id = command.id, field] { take(id, field); });
    }
    column->addLayout(form);
    auto* close = new QPushButton(tr("Close"), this);
    for (QPushButton* button : {reset_, close})
        button->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(reset_);
    buttons->addStretch(1);
    buttons->addWidget(close);
    setContent(content, buttons);
    connect(reset_, &QPushButton::clicked, &commands_, &Commands::resetKeys);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(&commands_, &Commands::keysChanged, this, &ShortcutsDialog::showKeys);
    showKeys();
}

QKeySequenceEdit* ShortcutsDialog::field(const QString& id) const {
    return findChild<QKeySequenceEdit*>(id);
}

void ShortcutsDialog::showKeys() {
    for (const Command& command : commands_.all()) {
        QKeySequenceEdit* edit = field(command.id);
        const QSignalBlocker quiet(edit);
        edit->setKeySequence(commands_.keysOf(command.id));
    }
}

void ShortcutsDialog::take(const QString& id, QKeySequenceEdit* edit) {
    const QKeySequence keys = edit->keySequence();
    if (keys == commands_.keysOf(id)) return;
    const QString taken = commands_.setKeys(id, keys);
    note_->setText(taken.isEmpty()
                       ? tr("The new keys hold from now on.")
                       : tr("%1 belongs to “%2”. Choose other keys, or take them away there first.")
                             .arg(keys.toString(QKeySequence::NativeText), taken));
    showKeys();
}

}  // namespace dsm
