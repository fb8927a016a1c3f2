// DownloadSettings: how downloads use the network and where they go. Every change holds at once.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace dsm {

class DownloadService;
class NumberField;
class Settings;
class Theme;

// Of the controls that choose or take a text, here and in the dialog around it.
inline constexpr int kSettingWidth = 240;
inline constexpr int kMostSettingWidth = 340;  // beside its label in a small window

class DownloadSettings : public QWidget {
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
    void applyTheme();
    void retranslate();

    DownloadService& downloads_;
    const Settings& settings_;
    const Theme& theme_;
    QLabel* heading_;
    QLabel* connectionsLabel_;
    QLabel* speedLabel_;
    QLabel* resumeLabel_;
    QLabel* proxyLabel_;
    QLabel* folderLabel_;
    QLabel* tokenLabel_;
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
