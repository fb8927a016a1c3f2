#include "ui/settings/settings_section.h"

#include <QFormLayout>
#include <QLabel>
#include <algorithm>

#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kSettingWidth = 240;
constexpr int kMostSettingWidth = 340;  // beside its label in a small window
constexpr int kSettingHeight = 34;

}  // namespace

int settingWidth(const Theme& theme) {
    return std::min(theme.scaled(kSettingWidth), kMostSettingWidth);
}

void alignNames(const QWidget& within) {
    QList<QWidget*> names;
    int widest = 0;
    for (const auto* section : within.findChildren<SettingsSection*>()) {
        const auto* form = section->findChild<QFormLayout*>(QString(), Qt::FindDirectChildrenOnly);
        for (int row = 0; row < form->rowCount(); ++row) {
            const QLayoutItem* name = form->itemAt(row, QFormLayout::LabelRole);
            if (name == nullptr || name->widget() == nullptr) continue;
            names.append(name->widget());
            widest = std::max(widest, name->widget()->sizeHint().width());
        }
    }
    for (QWidget* name : names)
        name->setMinimumWidth(widest);
}

SettingsSection::SettingsSection(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), form_(new QFormLayout(this)) {
    form_->setContentsMargins(0, 0, 0, 0);
    form_->setHorizontalSpacing(space::kVast);
    form_->setVerticalSpacing(space::kSmall + 2);
    form_->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    form_->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form_->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    connect(&theme, &Theme::changed, this, [this] { applyTheme(); });
    onLanguageChange(this, [this] { retranslate(); });
}

void SettingsSection::applyTheme() {
    for (QLabel* heading : headings_) {
        heading->setFont(theme_.font(TextStyle::InterfaceStrong));
        // Notes that need more lines than expected take nothing from it.
        heading->setMinimumHeight(heading->sizeHint().height());
    }
    for (QLabel* note : notes_)
        note->setFont(theme_.font(TextStyle::Caption));
    for (QWidget* control : controls_)
        control->setFixedWidth(settingWidth(theme_));
}

QLabel* SettingsSection::addHeading() {
    auto* heading = new Label(this);
    heading->setContentsMargins(0, headings_.empty() ? 0 : space::kLarge, 0, 2);
    form_->addRow(heading);
    headings_.push_back(heading);
    return heading;
}

void SettingsSection::addRow(QWidget* control) {
    auto* label = new Label(this);
    label->setBuddy(control);
    label->setMinimumHeight(kSettingHeight);
    form_->addRow(label, control);
    controls_.push_back(control);
}

void SettingsSection::addControl(QWidget* control) {
    form_->addRow(QString(), control);
    controls_.push_back(control);
}

void SettingsSection::addNote(QLabel* note) {
    note->setWordWrap(true);
    form_->addRow(note);
    notes_.push_back(note);
}

void SettingsSection::setName(QWidget* control, const QString& name, const QString& explanation) {
    auto* label = qobject_cast<QLabel*>(form_->labelForField(control));
    label->setText(name);
    label->setToolTip(explanation);
    control->setAccessibleName(name);
    control->setToolTip(explanation);
}

}  // namespace dsm
