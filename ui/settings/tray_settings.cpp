#include "ui/settings/tray_settings.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>

#include "app/services/program/settings.h"
#include "ui/widgets/theme.h"

namespace dsm {

TraySettings::TraySettings(Settings& settings, const Theme& theme, QWidget* parent)
    : SettingsSection(theme, parent),
      settings_(settings),
      heading_(addHeading()),
      icon_(new QComboBox(this)),
      closing_(new QComboBox(this)) {
    form()->setContentsMargins(0, space::kLarge, 0, 0);
    for (QComboBox* control : {icon_, closing_})
        addRow(control);
    retranslate();
    connect(icon_, &QComboBox::activated, this,
            [this] { settings_.setTray(icon_->currentData().toBool()); });
    connect(closing_, &QComboBox::activated, this,
            [this] { settings_.setStaysInTray(closing_->currentData().toBool()); });
    connect(&settings, &Settings::trayChanged, this, &TraySettings::readSettings);
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

void TraySettings::retranslate() {
    heading_->setText(tr("Desktop"));
    for (QComboBox* box : {icon_, closing_})
        box->clear();
    icon_->addItem(tr("None"), false);
    icon_->addItem(tr("Where there is a tray"), true);
    closing_->addItem(tr("Ends the program"), false);
    closing_->addItem(tr("Leaves it in the tray"), true);
    setName(icon_, names().at(0),
            tr("It brings the window up, and has a small window for a quick question"));
    setName(closing_, names().at(1),
            tr("In the tray, replies and training go on without the window"));
    readSettings();
}

}  // namespace dsm
