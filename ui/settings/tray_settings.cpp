#include "ui/settings/tray_settings.h"

#include <QComboBox>
#include <QFormLayout>
#include <algorithm>

#include "app/services/program/settings.h"
#include "ui/settings/download_settings.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {

TraySettings::TraySettings(Settings& settings, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      settings_(settings),
      theme_(theme),
      heading_(new Label(this)),
      iconLabel_(new Label(this)),
      closingLabel_(new Label(this)),
      icon_(new QComboBox(this)),
      closing_(new QComboBox(this)) {
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, space::kLarge, 0, 0);
    form->setHorizontalSpacing(space::kVast);
    form->setVerticalSpacing(space::kSmall + 2);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->addRow(heading_);
    for (const auto& [label, control] : {std::pair(iconLabel_, icon_), {closingLabel_, closing_}}) {
        label->setBuddy(control);
        label->setMinimumHeight(34);
        form->addRow(label, control);
    }
    retranslate();
    connect(icon_, &QComboBox::activated, this,
            [this] { settings_.setTray(icon_->currentData().toBool()); });
    connect(closing_, &QComboBox::activated, this,
            [this] { settings_.setStaysInTray(closing_->currentData().toBool()); });
    connect(&settings, &Settings::trayChanged, this, &TraySettings::readSettings);
    connect(&theme, &Theme::changed, this, &TraySettings::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
}

void TraySettings::readSettings() {
    icon_->setCurrentIndex(settings_.hasTray() ? 1 : 0);
    closing_->setCurrentIndex(settings_.staysInTray() ? 1 : 0);
    closing_->setEnabled(settings_.hasTray());
}

QStringList TraySettings::names() {
    return {tr("Icon in the tray"), tr("Closing the window")};
}

void TraySettings::applyTheme() {
    heading_->setFont(theme_.font(TextStyle::InterfaceStrong));
    const int width = std::min(theme_.scaled(kSettingWidth), kMostSettingWidth);
    for (QComboBox* control : {icon_, closing_})
        control->setFixedWidth(width);
}

void TraySettings::retranslate() {
    heading_->setText(tr("Desktop"));
    for (QComboBox* box : {icon_, closing_})
        box->clear();
    icon_->addItem(tr("None"), false);
    icon_->addItem(tr("Where there is a tray"), true);
    closing_->addItem(tr("Ends the program"), false);
    closing_->addItem(tr("Leaves it in the tray"), true);
    const auto name = [](QLabel* label, QWidget* control, const QString& text,
                         const QString& explanation) {
        label->setText(text);
        control->setAccessibleName(text);
        control->setToolTip(explanation);
        label->setToolTip(explanation);
    };
    name(iconLabel_, icon_, names().at(0),
         tr("It brings the window up, and has a small window for a quick question"));
    name(closingLabel_, closing_, names().at(1),
         tr("In the tray, replies and training go on without the window"));
    readSettings();
}

}  // namespace dsm
