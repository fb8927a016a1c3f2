// DownloadSettings: how downloads use the network and where they go. Every change holds at once.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include "ui/settings/settings_section.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace dsm {

class DownloadService;
class NumberField;
class Settings;

class DownloadSettings : public SettingsSection {
    Q_OBJECT

  public:
    DownloadSettings(DownloadService& downloads, const Settings& settings, const Theme& theme,
                     QWidget* parent = nullptr);

    NumberField* connections() const { return connections_; }
    NumberField* speedLimit() const { return speed_; }
    QComboBox* proxy() const { return proxy_; }
    QLineEdit* proxyAddress() const { return proxyAddress_; }
    QLineEdit* token() const { return token_; }
    QLabel* note() const { return note_; }

  private:
    void makeLayout();
    void makeConnections();
    void readOptions();
    void storeProxy();
    void storeToken();
    void chooseFolder();
    void say(const QString& text, bool isProblem);
    void applyTheme() override;
    void retranslate() override;

    DownloadService& downloads_;
    const Settings& settings_;
    QLabel* heading_;
    NumberField* connections_;
    NumberField* speed_;
    QComboBox* resume_;
    QComboBox* proxy_;
    QLineEdit* proxyAddress_;
    QPushButton* folder_;
    QLabel* folderPath_;
    QWidget* tokenBox_;
    QLineEdit* token_;
    QPushButton* saveToken_;
    QLabel* note_;
    bool isTokenTakenAway_ = false;
};

}  // namespace dsm
