// TraySettings: whether the program has an icon in the tray of the desktop, and whether it stays there
// when its window is closed. Every change holds at once.
//
// Ownership  Borrows the settings and the theme.
// Threads    Main thread.
#pragma once

#include <QStringList>

#include "ui/settings/settings_section.h"

class QComboBox;

namespace dsm {

class Settings;

class TraySettings : public SettingsSection {
    Q_OBJECT

  public:
    TraySettings(Settings& settings, const Theme& theme, QWidget* parent = nullptr);

    QComboBox* icon() const { return icon_; }
    QComboBox* closing() const { return closing_; }

    // What can be set here, as it is called in the language of now.
    static QStringList names();

  private:
    void readSettings();
    void retranslate() override;

    Settings& settings_;
    QLabel* heading_;
    QComboBox* icon_;
    QComboBox* closing_;
};

}  // namespace dsm
